/**
 * `npm run soak -- --seconds 3600`: a shell forks, executes, pipes, maps and writes for as long as that, and the memory of
 * the sandbox's process stays flat. Fails when it has grown, when the guest prints something else than it should, or
 * when the kernel says at the end that something is left.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Growth } from "./growth.ts";
import { residentBytes, sandboxOf } from "./resident.ts";

const LAUNCHER = join(import.meta.dirname, "../../apps/kernelet/bin/kernelet.js");
const SAMPLE_EVERY_MS = 1000;
const MIB = 1024 * 1024;

/** Forever: a subshell, a program, a pipe, a file that comes and goes, a background job, a signal. Prints its count. */
const GUEST = `
cd "$(mktemp -d)" || exit 1
n=0
while :; do
  n=$((n + 1))
  (exit 7); [ $? = 7 ] || exit 2
  /bin/true || exit 3
  [ "$(echo a b | cat)" = "a b" ] || exit 4
  echo "$n" > file && [ "$(cat file)" = "$n" ] && rm file || exit 5
  sleep 100 & kill $!; wait $!; [ $? = 143 ] || exit 6
  [ $((n % 10)) = 0 ] && echo "$n"
done
`;

const { values } = parseArgs({ options: { seconds: { type: "string", default: "60" } } });
const seconds = Number(values.seconds);
if (!(seconds > 0)) {
  console.error("soak: --seconds takes a positive number");
  process.exit(2);
}

const child = spawn(
  process.execPath,
  [LAUNCHER, "do", "--timeout", `${Math.ceil(seconds) + 60}s`, "--", "sh", "-c", GUEST],
  { env: { ...process.env, KERNELET_CHECK_LEAKS: "1" }, stdio: ["ignore", "pipe", "pipe"] },
);
let iterations = 0;
let errors = "";
child.stdout.setEncoding("latin1").on("data", (text: string) => {
  iterations = Number(text.trim().split("\n").at(-1));
});
child.stderr.setEncoding("latin1").on("data", (text: string) => {
  errors += text;
});
const closed = once(child, "close");

const growth = new Growth();
const end = performance.now() + seconds * 1000;
const timer = setInterval(() => {
  const pid = sandboxOf(child.pid as number);
  const bytes = pid === null ? null : residentBytes(pid);
  if (bytes !== null && iterations > 0) growth.add(bytes);
  if (performance.now() < end) return;
  clearInterval(timer);
  child.kill("SIGTERM");
}, SAMPLE_EVERY_MS);

const [code, signal] = await closed;
clearInterval(timer);
const early = growth.early / MIB;
const late = growth.late / MIB;
console.log(
  `${iterations} iterations in ${seconds} s; resident ${early.toFixed(0)} MiB early, ${late.toFixed(0)} MiB late, ${(growth.most / MIB).toFixed(0)} MiB at most`,
);
const leaks = errors.includes("the kernel leaks");
// The guest never ends by itself: SIGTERM does, and a shell that was told to end says 143.
const endedWell = signal === null && code === 143;
if (!endedWell || leaks) console.error(`soak: ended with ${code ?? signal}\n${errors}`);
if (growth.isGrowing) console.error("soak: the sandbox's memory grows");
process.exitCode = endedWell && !leaks && !growth.isGrowing ? 0 : 1;

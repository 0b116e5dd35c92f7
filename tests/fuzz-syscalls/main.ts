/**
 * `npm run fuzz:syscalls -- --seconds N --seed S [--families files,pipes] [--users 0,1000] [--minimise-seconds 20]`: random system calls on the
 * host's kernel and in the sandbox, which must answer alike. Needs root with its capabilities, unshare(1) and gcc.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildGuest } from "./build.ts";
import { chooseFamilies, fuzz } from "./fuzz.ts";
import { hostMachine, sandboxMachine } from "./machine.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "120" },
    seed: { type: "string", default: "1" },
    families: { type: "string" },
    users: { type: "string", default: "0,1000" },
    "minimise-seconds": { type: "string", default: "20" },
  },
});

const folder = mkdtempSync(join(tmpdir(), "kernelet-fuzz-"));
const program = join(folder, "guest");
buildGuest(program);
const host = hostMachine(program, join(folder, "world"));
const guest = sandboxMachine(folder, "guest");
try {
  const result = await fuzz({
    host,
    guest,
    seconds: Number(values.seconds),
    seed: Number(values.seed),
    families: chooseFamilies(values.families),
    minimiseSeconds: Number(values["minimise-seconds"]),
    capabilities: ownCapabilities(),
    uids: values.users.split(",").map(Number),
    say: (text) => console.log(text),
  });
  const { sequences, calls, unexplained, explained, unstable } = result;
  console.log(`\n${sequences} sequences, ${calls} calls`);
  for (const [kind, count] of unstable)
    console.log(`${String(count).padStart(6)}  seen only once: ${kind}`);
  for (const [row, count] of explained)
    console.log(`${String(count).padStart(6)}  explained: ${row.why}`);
  for (const [kind, count] of unexplained)
    console.log(`${String(count).padStart(6)}  NOT explained: ${kind}`);
  if (unexplained.size > 0) process.exitCode = 1;
} finally {
  host.stop();
  guest.stop();
  rmSync(folder, { recursive: true, force: true });
}

function ownCapabilities(): string {
  return /CapEff:\s*(\w+)/.exec(readFileSync("/proc/self/status", "latin1"))?.[1] ?? "0";
}

/**
 * Runs many programs by one shell, the same one on the host's kernel and in one sandbox: to start a sandbox for each
 * would take longer than all the programs.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Program } from "./programs.ts";

/** Begins the line after a program's output. No program prints it. */
const MARK = "=====";

/**
 * Arguments: the folder with the binaries, then names. Each program runs in an empty directory of its own, with
 * nothing to read; what it leaves running cannot hold up the next.
 */
const SCRIPT = `
top=$1; shift
umask 022
work=$(mktemp -d) && cd "$work" || exit
for name; do
  mkdir -p "$name"
  (cd "$name" && exec "$top/$name") </dev/null >"$work/output"
  code=$?
  cat "$work/output"
  echo "${MARK} exit $code"
done
cd / && rm -rf "$work"
`;

export type Outputs = ReadonlyMap<string, string>;

/** Programs expect to be root, with all capabilities. */
export async function runOnHost(folder: string, list: readonly Program[]): Promise<Outputs> {
  return split(list, await run("sh", script(folder, list)));
}

export async function runInSandbox(folder: string, list: readonly Program[]): Promise<Outputs> {
  const args = ["do", "-u", "0:0", "-v", `${folder}:${MOUNT_POINT}`, "--", "sh"];
  return split(
    list,
    await run(process.execPath, [LAUNCHER, ...args, ...script(MOUNT_POINT, list)]),
  );
}

/** Key in Outputs of how the shell ended: "0", or what went wrong with all together. */
export const END = "";

const MOUNT_POINT = "/opt/syscalls";
const LAUNCHER = join(import.meta.dirname, "../../apps/kernelet/bin/kernelet.js");
/** Against a shell that hangs: a program ends by itself, by its alarm (check.h). */
const TIMEOUT_MS = 500_000;

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly end: string;
}

async function run(file: string, args: readonly string[]): Promise<Outcome> {
  const env = {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    KERNELET_CHECK_LEAKS: "1",
  };
  const child = spawn(file, args, {
    cwd: "/",
    env,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("latin1").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("latin1").on("data", (text: string) => {
    stderr += text;
  });
  const [code, signal] = await once(child, "close");
  return { stdout, stderr, end: String(code ?? signal) };
}

function script(folder: string, list: readonly Program[]): readonly string[] {
  return ["-c", SCRIPT, "sh", folder, ...list.map((program) => program.name)];
}

function split(list: readonly Program[], outcome: Outcome): Outputs {
  const outputs = new Map<string, string>();
  let rest = outcome.stdout;
  for (const { name } of list) {
    const mark = rest.indexOf(`${MARK} exit `);
    const end = mark < 0 ? rest.length : rest.indexOf("\n", mark) + 1;
    outputs.set(
      name,
      mark < 0
        ? `${rest}(the shell ended: ${outcome.end}, ${outcome.stderr})\n`
        : rest.slice(0, end),
    );
    rest = rest.slice(end);
  }
  outputs.set(END, outcome.end === "0" ? "0" : `${outcome.end}: ${outcome.stderr}`);
  return outputs;
}

/** Runs a command and takes its times: wall clock, and processor time of it and its descendants. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { BadRun } from "./sample.ts";

export interface Execution {
  readonly stdout: string;
  readonly stderr: string;
  readonly wallNs: number;
  readonly cpuNs: number;
}

export interface ExecuteOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The command and all that it has started end after that. */
  readonly timeoutMs?: number;
}

/** Longer than any benchmark takes on any peer whose figure is of use. */
const DEFAULT_TIMEOUT_MS = 90_000;

/** Writes the processor time of the command to descriptor 3: Node knows only its own. */
const TIMES = 'TIMEFORMAT="%U %S"; { time "$@" 2>&4; } 4>&2 2>&3';

export async function execute(
  argv: readonly string[],
  options: ExecuteOptions = {},
): Promise<Execution> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const start = process.hrtime.bigint();
  const child = spawn("bash", ["-c", TIMES, "bash", ...argv], {
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    // A process group of its own: what a shell has started does not end with the shell.
    detached: true,
  });
  const [stdout, stderr, times] = [1, 2, 3].map((fd) => {
    const chunks: Buffer[] = [];
    child.stdio[fd]?.on("data", (chunk: Buffer) => chunks.push(chunk));
    return () => Buffer.concat(chunks).toString();
  }) as [() => string, () => string, () => string];
  const code = await endOf(child, timeoutMs);
  const wallNs = Number(process.hrtime.bigint() - start);
  if (code === "timeout") throw new BadRun(`${argv.join(" ")}: not done in ${timeoutMs / 1000} s`);
  if (code !== 0) {
    throw new BadRun(`${argv.join(" ")}: exit code ${code}: ${stderr().trim().split("\n").at(-1)}`);
  }
  const [user, system] = times().trim().split(" ").map(Number);
  return { stdout: stdout(), stderr: stderr(), wallNs, cpuNs: ((user ?? 0) + (system ?? 0)) * 1e9 };
}

/** The exit code, once all has been read that was printed. */
function endOf(child: ChildProcess, timeoutMs: number): Promise<number | "timeout" | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      killGroup(child);
      // Whoever has left the group may hold the pipes for ever.
      for (const stream of child.stdio) stream?.destroy();
      resolve("timeout");
    }, timeoutMs);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve(code);
    });
  });
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

/** Averages over 1, 5 and 15 minutes; a busy machine makes bad figures. */
export function loadAverage(): string {
  try {
    return readFileSync("/proc/loadavg", "utf8").split(" ").slice(0, 3).join(" ");
  } catch {
    return "unknown";
  }
}

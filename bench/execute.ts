/** Runs a command and takes its times: wall clock, and processor time of it and its descendants. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { BadRun } from "./sample.ts";

export interface Execution {
  readonly stdout: string;
  readonly wallNs: number;
  readonly cpuNs: number;
}

export interface ExecuteOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 600_000;

/** Writes the processor time of the command to descriptor 3: Node knows only its own. */
const TIMES = 'TIMEFORMAT="%U %S"; { time "$@" 2>&4; } 4>&2 2>&3';

export async function execute(
  argv: readonly string[],
  options: ExecuteOptions = {},
): Promise<Execution> {
  const start = process.hrtime.bigint();
  const child = spawn("bash", ["-c", TIMES, "bash", ...argv], {
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    timeout: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  const [stdout, stderr, times] = [1, 2, 3].map((fd) => {
    const chunks: Buffer[] = [];
    child.stdio[fd]?.on("data", (chunk: Buffer) => chunks.push(chunk));
    return () => Buffer.concat(chunks).toString();
  }) as [() => string, () => string, () => string];
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const wallNs = Number(process.hrtime.bigint() - start);
  if (code !== 0) {
    throw new BadRun(`${argv.join(" ")}: exit code ${code}: ${stderr().trim().split("\n").at(-1)}`);
  }
  const [user, system] = times().trim().split(" ").map(Number);
  return { stdout: stdout(), wallNs, cpuNs: ((user ?? 0) + (system ?? 0)) * 1e9 };
}

/** Averages over 1, 5 and 15 minutes; a busy machine makes bad figures. */
export function loadAverage(): string {
  try {
    return readFileSync("/proc/loadavg", "utf8").split(" ").slice(0, 3).join(" ");
  } catch {
    return "unknown";
  }
}

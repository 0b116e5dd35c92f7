/** Runs commands as a user would: in the sandbox through the launcher, and on the host beside it. */
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";

// Whoever imports this starts processes, some of them for seconds.
vi.setConfig({ testTimeout: 120_000 });

export const LAUNCHER: string = join(import.meta.dirname, "../../apps/kernelet/bin/kernelet.js");

/** What both sides get: the same, and little. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/tmp",
  LANG: "C.UTF-8",
  TZ: "UTC",
};

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  /** As a shell shows it: 128+n for a signal. */
  readonly code: number;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  /** Added to ENVIRONMENT. */
  readonly env?: Readonly<Record<string, string>>;
  /** Kills the process after that; its code is then 137. */
  readonly timeoutMs?: number;
  /** Called with what has been printed so far, for tests that answer. */
  onOutput?(stdout: string, child: ChildProcess): void;
  /** Called with what has been printed as error so far. */
  onError?(stderr: string): void;
}

const DEFAULT_TIMEOUT_MS = 120_000;

/** latin1, so that each byte counts and none is lost. */
export function run(
  file: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  const child = spawn(file, args, {
    cwd: options.cwd ?? "/",
    env: { ...ENVIRONMENT, KERNELET_CHECK_LEAKS: "1", ...options.env },
    timeout: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("latin1").on("data", (text: string) => {
    stdout += text;
    options.onOutput?.(stdout, child);
  });
  child.stderr.setEncoding("latin1").on("data", (text: string) => {
    stderr += text;
    options.onError?.(stderr);
  });
  // A program that ends before it has read all is no error.
  child.stdin.on("error", () => {});
  if (options.onOutput === undefined) child.stdin.end(options.input);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const number = signal === null ? 0 : constants.signals[signal];
      resolve({ stdout, stderr, code: code ?? 128 + number });
    });
  });
}

/** `kernelet ARGS`. */
export function kernelet(args: readonly string[], options?: RunOptions): Promise<Outcome> {
  return run(process.execPath, [LAUNCHER, ...args], options);
}

/** `kernelet do -- ARGV`. */
export function inSandbox(argv: readonly string[], options?: RunOptions): Promise<Outcome> {
  return kernelet(["do", "--", ...argv], options);
}

/** The same on the host, for comparison. */
export function onHost(argv: readonly string[], options?: RunOptions): Promise<Outcome> {
  const [file, ...args] = argv as [string, ...string[]];
  return run(file, args, options);
}

/** How a program is to be started: options of `exec` and `spawn`. */
import type { Readable } from "node:stream";
import type { ProgramSpec, StdioSpec, TerminalSize } from "@kernelet/sandbox";
import { InvalidArgumentError } from "./errors.ts";
import { type DurationText, durationMs } from "./units.ts";

/** Default for `maxOutputBytes`: of stdout and of stderr. */
export const MAX_OUTPUT_BYTES: number = 64 * 1024 * 1024;

/** Variables by name; undefined takes one away. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a program reads: text, bytes, or something that gives bytes in time. */
export type Input =
  | string
  | Uint8Array
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | string>
  | Readable;

export interface SpawnOptions {
  /** Absolute. Default: the sandbox's. */
  readonly cwd?: string;
  /** Added to the sandbox's. */
  readonly env?: Environment;
  /** `user[:group]`, names or numbers of the guest's. Default: the sandbox's. */
  readonly user?: string;
  /** Default: nothing can be read, for `exec`; a pipe that the handle's `stdin` writes to, for `spawn`. */
  readonly stdin?: Input | "ignore" | "pipe";
  /** A terminal of this size instead of three streams; stderr is stdout then. */
  readonly tty?: TerminalSize | true;
  /** Kills the program's process group when it is up, and rejects with TimeoutError. */
  readonly timeoutMs?: number;
  readonly timeout?: DurationText;
  /** Kills the program's process group when it aborts, and rejects with its reason. */
  readonly signal?: AbortSignal;
  /** What is kept of stdout and of stderr for the result. Default 64 MiB; the rest is thrown away. */
  readonly maxOutputBytes?: number;
  /** Rejects with ExitError if the exit code is not 0. */
  readonly check?: boolean;
}

const DEFAULT_TERMINAL: TerminalSize = { columns: 80, rows: 24 };

/** What holds for all programs of a sandbox. */
export interface ExecDefaults {
  readonly cwd: string;
  readonly env: ReadonlyMap<string, string>;
  readonly user: string;
}

export function programSpec(
  defaults: ExecDefaults,
  argv: readonly string[],
  options: SpawnOptions,
): ProgramSpec {
  const env = new Map(defaults.env);
  for (const [name, value] of Object.entries(options.env ?? {})) {
    checkVariable(name, value);
    if (value === undefined) env.delete(name);
    else env.set(name, value);
  }
  for (const argument of argv) checkText("argv", argument);
  const cwd = options.cwd ?? defaults.cwd;
  if (!cwd.startsWith("/")) throw new InvalidArgumentError("cwd", `${cwd} is not absolute`);
  checkText("cwd", cwd);
  return {
    argv,
    env: [...env].map(([name, value]) => `${name}=${value}`),
    cwd,
    isCwdRequired: true,
    user: options.user ?? defaults.user,
  };
}

export function stdioSpec(options: SpawnOptions, hasInput: boolean): StdioSpec {
  const { tty } = options;
  if (tty === undefined) return { kind: "streams", hasInput };
  return { kind: "terminal", ...(tty === true ? DEFAULT_TERMINAL : tty) };
}

/** @returns milliseconds, undefined for no limit. */
export function timeoutOf({ timeoutMs, timeout }: SpawnOptions): number | undefined {
  if (timeoutMs !== undefined) return durationMs("timeoutMs", timeoutMs);
  return timeout === undefined ? undefined : durationMs("timeout", timeout);
}

function checkVariable(name: string, value: string | undefined): void {
  if (name === "" || name.includes("="))
    throw new InvalidArgumentError("env", `'${name}' is no name`);
  checkText("env", `${name}${value ?? ""}`);
}

/** The kernel's strings end at NUL. */
function checkText(argument: string, text: string): void {
  if (text.includes("\0")) throw new InvalidArgumentError(argument, "has a NUL in it");
}

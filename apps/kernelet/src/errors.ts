/** What the command line says when it fails: one line on stderr, and an exit code. */
import { CommanderError } from "commander";

/** Exit codes as env(1), timeout(1) and docker(1) have them. A program's own code passes through. */
export const EXIT_TIMED_OUT = 124;
export const EXIT_FAILED = 125;
export const EXIT_NOT_EXECUTABLE = 126;
export const EXIT_NOT_FOUND = 127;
/** Plus the number of the signal that ended the program. */
export const EXIT_SIGNALLED = 128;

/** Something the person can change: said without a stack. */
export class CliError extends Error {
  override readonly name = "CliError";
  /** For programs that read us: "bad-option", "no-such-folder", … */
  readonly code: string;
  readonly exitCode: number;

  constructor(
    code: string,
    message: string,
    options: { readonly exitCode?: number; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.exitCode = options.exitCode ?? EXIT_FAILED;
  }
}

/** A wrong value of an option. */
export function badOption(flag: string, problem: string): CliError {
  return new CliError("bad-option", `${flag}: ${problem}`);
}

/** Commander puts "error: " in front, and a suggestion on a line of its own. */
function usageLine(error: CommanderError): string {
  return `${error.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ")}; see kernelet help`;
}

function oneLine(error: unknown): string {
  if (error instanceof CommanderError) return usageLine(error);
  if (error instanceof CliError) return error.message;
  const text = error instanceof Error ? error.message : String(error);
  return `internal error: ${text.split("\n", 1)[0]}; KERNELET_DEBUG=1 shows more`;
}

/**
 * The line for an error, and the exit code. An error that is nobody's fault but ours shows its stack only with
 * KERNELET_DEBUG.
 */
export function explain(
  error: unknown,
  debug: boolean,
): { readonly text: string; readonly exitCode: number } {
  const exitCode = error instanceof CliError ? error.exitCode : EXIT_FAILED;
  const stack = debug && error instanceof Error ? `${error.stack}\n` : "";
  return { text: `kernelet: ${oneLine(error)}\n${stack}`, exitCode };
}

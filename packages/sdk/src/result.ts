/** How a program ended. */
import { signalName } from "@kernelet/abi";
import { SandboxError } from "./errors.ts";

export interface ExecResult {
  /** As a shell has it: 128 + n if signal n ended it. */
  readonly exitCode: number;
  /** "SIGKILL" …, if a signal ended it. */
  readonly signal: string | null;
  /** As UTF-8. */
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: Uint8Array;
  readonly stderrBytes: Uint8Array;
  /** Output went beyond `maxOutputBytes`; the rest was read and thrown away. */
  readonly truncated: boolean;
  readonly durationMs: number;
}

/** What was collected of a stream. */
export interface Collected {
  readonly bytes: Uint8Array;
  readonly truncated: boolean;
}

/** @param status as wait(2) has it. */
export function resultOf(
  status: number,
  stdout: Collected,
  stderr: Collected,
  durationMs: number,
): ExecResult {
  const decoder = new TextDecoder();
  return {
    exitCode: exitCodeOf(status),
    signal: signalOf(status),
    stdout: decoder.decode(stdout.bytes),
    stderr: decoder.decode(stderr.bytes),
    stdoutBytes: stdout.bytes,
    stderrBytes: stderr.bytes,
    truncated: stdout.truncated || stderr.truncated,
    durationMs,
  };
}

export function exitCodeOf(status: number): number {
  const signo = status & 0x7f;
  return signo === 0 ? (status >>> 8) & 0xff : 128 + signo;
}

export function signalOf(status: number): string | null {
  const signo = status & 0x7f;
  return signo === 0 ? null : signalName(signo);
}

/** With `check: true`: the program ended with another code than 0. */
export class ExitError extends SandboxError<{
  readonly command: string;
  readonly exitCode: number;
}> {
  override readonly name = "ExitError";
  readonly result: ExecResult;

  constructor(command: string, result: ExecResult) {
    const { exitCode, signal } = result;
    const how = signal === null ? `ended with exit code ${exitCode}` : `was ended by ${signal}`;
    super("EXIT", `${command} ${how}`, { context: { command, exitCode } });
    this.result = result;
  }
}

/** The time was up. The program's process group was killed; `result` has what it wrote until then. */
export class TimeoutError extends SandboxError<{ readonly timeoutMs: number }> {
  override readonly name = "TimeoutError";
  readonly result: ExecResult;

  constructor(command: string, timeoutMs: number, result: ExecResult) {
    super("TIMEOUT", `${command} took longer than ${timeoutMs} ms`, { context: { timeoutMs } });
    this.result = result;
  }
}

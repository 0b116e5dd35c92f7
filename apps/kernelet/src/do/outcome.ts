/** From how a sandbox ended to an exit code and a line for the person. */
import {
  EACCES,
  ENOENT,
  ENOEXEC,
  type Errno,
  errnoMessage,
  SIGINT,
  SIGPIPE,
  signalDescription,
  signalName,
} from "@kernelet/abi";
import type { Outcome, StartFailure } from "@kernelet/sandbox";
import {
  EXIT_FAILED,
  EXIT_NOT_EXECUTABLE,
  EXIT_NOT_FOUND,
  EXIT_SIGNALLED,
  EXIT_TIMED_OUT,
} from "../errors.ts";
import { describeProgram } from "./describe-program.ts";
import type { DoRequest } from "./request.ts";

export interface Ending {
  readonly exitCode: number;
  /** For the person; undefined: there is nothing to say. */
  readonly line?: string;
}

/** What a shell says nothing about either: the person did it, or nobody reads any more. */
const SILENT: readonly number[] = [SIGINT, SIGPIPE];

export function endingOf(outcome: Outcome, request: DoRequest): Ending {
  switch (outcome.kind) {
    case "exited":
      return exited(outcome.status, request);
    case "failed":
      return failed(outcome, request);
    case "killed":
      // Only a time limit makes us kill.
      return {
        exitCode: EXIT_TIMED_OUT,
        line: `timed out after ${(request.timeoutMs ?? 0) / 1000} s`,
      };
    case "lost": {
      const how = outcome.signal ?? `exit code ${outcome.code}`;
      return { exitCode: EXIT_FAILED, line: `the sandbox's process ended unexpectedly: ${how}` };
    }
  }
}

/** @param status as wait(2) gives it. */
function exited(status: number, { argv }: DoRequest): Ending {
  const signo = status & 0x7f;
  if (signo === 0) return { exitCode: (status >>> 8) & 0xff };
  const exitCode = EXIT_SIGNALLED + signo;
  if (SILENT.includes(signo)) return { exitCode };
  return { exitCode, line: `${argv[0]}: ${signalDescription(signo)} (${signalName(signo)})` };
}

function failed(failure: StartFailure, request: DoRequest): Ending {
  const { stage, subject } = failure;
  const message = lowerFirst(errnoMessage(failure.errno as Errno));
  const ours = (line: string): Ending => ({ exitCode: EXIT_FAILED, line });
  switch (stage) {
    case "trace":
      return ours(`--trace: '${subject}' names no system call and no group of them`);
    case "root":
      return ours(`--rootfs: ${subject}: ${message}`);
    case "volume":
      return ours(`-v: ${subject}: ${message}`);
    case "port":
      return ours(`-p: ${subject}: ${message}`);
    case "user":
      return ours(`-u: '${subject}' is not known to the root's /etc/passwd and /etc/group`);
    case "cwd":
      return ours(`-w: ${subject}: ${message}`);
    case "program":
      return notExecuted(failure, message, request);
  }
}

/** Codes as a shell gives them when execve(2) fails. */
function notExecuted(
  { subject, errno }: StartFailure,
  message: string,
  request: DoRequest,
): Ending {
  if (errno === ENOENT && !subject.includes("/")) {
    return { exitCode: EXIT_NOT_FOUND, line: `${subject}: command not found` };
  }
  const exitCode = errno === ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
  const program = describeProgram(request, subject);
  const because = (text: string): Ending => ({ exitCode, line: `${subject}: ${text}` });
  if (errno === ENOENT && program.interpreter !== undefined) {
    return because(`its interpreter ${program.interpreter} is not there`);
  }
  if (errno === EACCES && program.isFolder) return because("is a folder");
  if (errno === ENOEXEC && program.kind !== undefined) {
    return because(`cannot be executed: it is ${program.kind}`);
  }
  return because(message);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

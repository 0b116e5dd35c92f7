/**
 * One row of the system call table. From the rows come the dispatch array, the trace's text and
 * docs/syscalls.md.
 */
import type { Errno } from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

export type SyscallHandler = (task: Task, args: SyscallArgs) => SyscallResult;

/** What an application may expect of the call. */
export type SupportLevel = "full" | "partial" | "stub";

export interface SyscallRow {
  readonly nr: number;
  readonly name: string;
  /** Kinds of the arguments, one word each: see syscalls/strace-kinds.ts. */
  readonly kinds: readonly string[];
  readonly level: SupportLevel;
  readonly handler: SyscallHandler;
  /** partial: what is missing. stub: why there is nothing. */
  readonly note: string;
  /** stub: what the call gives. */
  readonly errno: Errno | undefined;
}

/** A call that does all that Linux's does. */
export function full(nr: number, name: string, kinds: string, handler: SyscallHandler): SyscallRow {
  return { nr, name, kinds: split(kinds), level: "full", handler, note: "", errno: undefined };
}

/** A call that does a part. @param missing what it doesn't do, for docs/syscalls.md. */
export function partial(
  nr: number,
  name: string,
  kinds: string,
  handler: SyscallHandler,
  missing: string,
): SyscallRow {
  return {
    nr,
    name,
    kinds: split(kinds),
    level: "partial",
    handler,
    note: missing,
    errno: undefined,
  };
}

/** A call that only fails, as on a Linux that was built without it. @param why the reason, for docs/syscalls.md. */
export function stub(
  nr: number,
  name: string,
  kinds: string,
  errno: Errno,
  why: string,
): SyscallRow {
  const handler: SyscallHandler = () => errno;
  return { nr, name, kinds: split(kinds), level: "stub", handler, note: why, errno };
}

function split(kinds: string): readonly string[] {
  return kinds === "" ? [] : kinds.split(" ");
}

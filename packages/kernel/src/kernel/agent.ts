/**
 * A task that is never run and that no table knows: the hand of whoever runs the kernel, where an operation wants to know
 * on whose behalf it happens. As Linux's kernel threads it is root's; unlike them it has no number to be seen by.
 */
import { RLIM_NLIMITS, SIGCHLD } from "@kernelet/abi";
import { FdTable } from "../fs/fd-table.ts";
import type { FsContext } from "../fs/fs-context.ts";
import { Credentials } from "./credentials.ts";
import type { Kernel } from "./kernel.ts";
import type { Rlimit } from "./rlimit.ts";
import { SignalHandlers } from "./signal-handlers.ts";
import { Task } from "./task.ts";
import { ThreadGroup } from "./thread-group.ts";

const NUMBER = 0;
const UNLIMITED: Rlimit = { soft: Number.POSITIVE_INFINITY, hard: Number.POSITIVE_INFINITY };

/** @param fs its context is a copy. */
export function createAgent(kernel: Kernel, fs: FsContext): Task {
  const group = new ThreadGroup(kernel, {
    tgid: NUMBER,
    parent: null,
    processGroup: null,
    exitSignal: SIGCHLD,
    rlimits: Array.from({ length: RLIM_NLIMITS }, () => UNLIMITED),
  });
  const task = new Task(kernel, {
    tid: NUMBER,
    registers: kernel.processor.createRegisters(),
    threadGroup: group,
    mm: kernel.memory.createMemoryManager(),
    fdTable: new FdTable(0),
    fs: fs.fork(),
    credentials: Credentials.root(),
    signalHandlers: new SignalHandlers(),
  });
  task.fs.umask = 0; // Modes are as asked for.
  group.leader = task;
  group.threads.add(task);
  return task;
}

export function releaseAgent(task: Task): void {
  task.abandonWait();
  task.fs.release();
  task.mm.release();
  task.releaseNamespaces();
}

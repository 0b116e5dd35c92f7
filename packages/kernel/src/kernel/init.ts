/** The first process: made by the kernel instead of by fork. */
import type { Errno } from "@kernelet/abi";
import { isErrno, RLIMIT_NOFILE, SIGCHLD, SS_DISABLE } from "@kernelet/abi";
import { FdTable } from "../fs/fd-table.ts";
import type { FileDescription } from "../fs/file-description.ts";
import type { FsContext } from "../fs/fs-context.ts";
import { enterCgroup } from "./cgroup/cgroup.ts";
import type { Credentials } from "./credentials.ts";
import type { Kernel } from "./kernel.ts";
import type { NsProxy } from "./namespaces/nsproxy.ts";
import type { Rlimit } from "./rlimit.ts";
import { SignalHandlers } from "./signal-handlers.ts";
import { Task } from "./task.ts";
import { ThreadGroup } from "./thread-group.ts";

export interface InitTaskOptions {
  /** Root, working directory and umask. The task takes a reference. */
  readonly fs: FsContext;
  readonly credentials: Credentials;
  /** Descriptors 0, 1, 2 …; one object may be there several times. */
  readonly stdio: readonly FileDescription[];
  readonly rlimits: readonly Rlimit[];
  /** Absent: the first namespaces. */
  readonly nsproxy?: NsProxy;
}

/** A process without a parent, in a session of its own, with an empty address space. Not yet runnable. */
export function createInitTask(kernel: Kernel, options: InitTaskOptions): Task | Errno {
  const tid = kernel.pids.allocate();
  if (isErrno(tid)) return tid;
  const group = new ThreadGroup(kernel, {
    tgid: tid,
    parent: null,
    processGroup: null,
    exitSignal: SIGCHLD,
    rlimits: options.rlimits,
  });
  group.isUnkillable = kernel.options.init === "program" && kernel.init === null;
  const fdTable = new FdTable(group.soft(RLIMIT_NOFILE));
  const task = new Task(kernel, {
    tid,
    registers: kernel.processor.createRegisters(),
    threadGroup: group,
    mm: kernel.memory.createMemoryManager(),
    fdTable,
    fs: options.fs.addRef(),
    credentials: options.credentials,
    signalHandlers: new SignalHandlers(),
    ...(options.nsproxy === undefined ? {} : { nsproxy: options.nsproxy }),
  });
  task.mm.limits = group;
  task.mm.cgroup = group.cgroup;
  task.signalStack = { sp: 0, size: 0, flags: SS_DISABLE };
  group.leader = task;
  group.threads.add(task);
  for (const file of options.stdio) {
    const fd = fdTable.add(file);
    if (isErrno(fd)) return fd;
  }
  const { pids } = kernel;
  group.cgroup.addTasks(1);
  enterCgroup(group, group.cgroup);
  pids.addTask(task);
  pids.addThreadGroup(group);
  pids.addProcessGroup(group.processGroup);
  pids.addSession(group.processGroup.session);
  return task;
}

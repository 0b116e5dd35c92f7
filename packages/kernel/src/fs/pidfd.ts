/** A descriptor of a process: pidfd_open(2). Readable when the process has ended. */
import { EBADF, type Errno, isErrno, O_NONBLOCK, O_RDWR, POLLIN, POLLRDNORM } from "@kernelet/abi";
import type { Task } from "../kernel/task.ts";
import type { ThreadGroup } from "../kernel/thread-group.ts";
import type { WaitQueue } from "../kernel/wait-queue.ts";
import { FileDescription } from "./file-description.ts";
import type { Path } from "./path.ts";

class PidfdDescription extends FileDescription {
  readonly threadGroup: ThreadGroup;

  constructor(path: Path, flags: number, threadGroup: ThreadGroup) {
    super(path, flags);
    this.threadGroup = threadGroup;
  }

  override get isSeekable(): boolean {
    return false;
  }
  /** A file of pidfs, which lets it be asked, and then has nothing to read. */
  override get hasPlaces(): boolean {
    return true;
  }

  override poll(): number {
    return this.threadGroup.isDead ? POLLIN | POLLRDNORM : 0;
  }

  override pollQueues(): readonly WaitQueue[] {
    return [this.threadGroup.exitQueue];
  }

  override fdinfo(): string {
    const pid = this.threadGroup.isReaped ? -1 : this.threadGroup.tgid;
    return `Pid:\t${pid}\nNSpid:\t${pid}\n`;
  }
}

/** Opens a pidfd in the task's table. `flags`: O_CLOEXEC (always set) and O_NONBLOCK. */
export function openPidfd(task: Task, group: ThreadGroup, flags: number): number | Errno {
  const path = task.kernel.vfs.anonymous.anonymousPath("[pidfd]");
  const file = new PidfdDescription(path, O_RDWR | (flags & O_NONBLOCK), group);
  return task.fdTable.add(file, { cloexec: true });
}

/** The process of a pidfd, dead or alive. */
export function pidfdTarget(task: Task, fd: number): ThreadGroup | Errno {
  const file = task.fdTable.file(fd);
  if (isErrno(file)) return file;
  return file instanceof PidfdDescription ? file.threadGroup : EBADF;
}

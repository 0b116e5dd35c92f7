/** The descriptor of a notifier: ioctl(2) and poll(2) of seccomp_unotify(2); kernel/seccomp.c. */
import {
  EBADF,
  EFAULT,
  EINPROGRESS,
  EINVAL,
  ENOENT,
  type Errno,
  isErrno,
  O_CLOEXEC,
  O_RDWR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLRDNORM,
  POLLWRNORM,
  SECCOMP_ADDFD_FLAG_SEND,
  SECCOMP_ADDFD_FLAG_SETFD,
  SECCOMP_IOCTL_NOTIF_ADDFD,
  SECCOMP_IOCTL_NOTIF_ID_VALID,
  SECCOMP_IOCTL_NOTIF_RECV,
  SECCOMP_IOCTL_NOTIF_SEND,
  SECCOMP_NOTIF,
  SECCOMP_NOTIF_ADDFD,
  SECCOMP_NOTIF_RESP,
  SECCOMP_USER_NOTIF_FLAG_CONTINUE,
} from "@kernelet/abi";
import { FileDescription } from "../../fs/file-description.ts";
import type { Path } from "../../fs/path.ts";
import type { Kernel } from "../kernel.ts";
import type { SyscallResult } from "../result.ts";
import type { Task } from "../task.ts";
import type { WaitQueue } from "../wait-queue.ts";
import type { Notice, Notifier } from "./notifier.ts";

/** SECCOMP_IOCTL_NOTIF_ID_VALID as it was first, with the wrong direction. */
const ID_VALID_WRONG_DIR = 0x80082102;

class ListenerFile extends FileDescription {
  readonly #kernel: Kernel;
  readonly #notifier: Notifier;

  constructor(path: Path, kernel: Kernel, notifier: Notifier) {
    super(path, O_RDWR);
    this.#kernel = kernel;
    this.#notifier = notifier;
  }

  override get isSeekable(): boolean {
    return false;
  }

  override ioctl(task: Task, cmd: number, arg: number): SyscallResult {
    switch (cmd) {
      case SECCOMP_IOCTL_NOTIF_RECV:
        return this.#receive(task, arg);
      case SECCOMP_IOCTL_NOTIF_SEND:
        return this.#send(task, arg);
      case SECCOMP_IOCTL_NOTIF_ID_VALID:
      case ID_VALID_WRONG_DIR: {
        const id = task.mm.readU64(arg);
        if (isErrno(id)) return id;
        return isErrno(this.#received(id)) ? ENOENT : 0;
      }
      case SECCOMP_IOCTL_NOTIF_ADDFD:
        return this.#addDescriptor(task, arg);
      default:
        return EINVAL;
    }
  }

  #receive(task: Task, addr: number): SyscallResult {
    const room = task.mm.copyIn(addr, SECCOMP_NOTIF.size);
    if (isErrno(room)) return EFAULT;
    if (room.some((byte) => byte !== 0)) return EINVAL;
    const notifier = this.#notifier;
    const notice = notifier.waiting;
    if (notice === undefined) {
      if (!isInUse(this.#kernel, notifier)) return ENOENT;
      return task.block([notifier.queue], { mask: POLLIN | POLLHUP, restart: "eintr" });
    }
    const bytes = new Uint8Array(SECCOMP_NOTIF.size);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(SECCOMP_NOTIF.id, BigInt(notice.id), true);
    view.setUint32(SECCOMP_NOTIF.pid, task.pids.show(notice.task.tid), true);
    bytes.set(notice.data, SECCOMP_NOTIF.data);
    const copied = task.mm.copyOut(addr, bytes);
    if (copied === 0) notifier.received(notice);
    return copied;
  }

  /** The notice with this id, if its receiver may still do something with it. */
  #received(id: number): Notice | Errno {
    const notice = this.#notifier.notices.get(id);
    if (notice === undefined) return ENOENT;
    return notice.isReceived && notice.answer === null ? notice : EINPROGRESS;
  }

  #send(task: Task, addr: number): SyscallResult {
    const bytes = task.mm.copyIn(addr, SECCOMP_NOTIF_RESP.size);
    if (isErrno(bytes)) return EFAULT;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const flags = view.getUint32(SECCOMP_NOTIF_RESP.flags, true);
    const value = Number(view.getBigInt64(SECCOMP_NOTIF_RESP.val, true));
    const error = view.getInt32(SECCOMP_NOTIF_RESP.error, true);
    if ((flags & ~SECCOMP_USER_NOTIF_FLAG_CONTINUE) !== 0) return EINVAL;
    const continues = flags !== 0;
    if (continues && (error !== 0 || value !== 0)) return EINVAL;
    const notice = this.#received(Number(view.getBigUint64(SECCOMP_NOTIF_RESP.id, true)));
    if (isErrno(notice)) return notice;
    notice.reply({ value, error, continues });
    return 0;
  }

  #addDescriptor(task: Task, addr: number): SyscallResult {
    const bytes = task.mm.copyIn(addr, SECCOMP_NOTIF_ADDFD.size);
    if (isErrno(bytes)) return EFAULT;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const field = (offset: number): number => view.getUint32(offset, true);
    const flags = field(SECCOMP_NOTIF_ADDFD.flags);
    const newFd = field(SECCOMP_NOTIF_ADDFD.newfd);
    const fdFlags = field(SECCOMP_NOTIF_ADDFD.newfd_flags);
    if ((fdFlags & ~O_CLOEXEC) !== 0) return EINVAL;
    if ((flags & ~(SECCOMP_ADDFD_FLAG_SETFD | SECCOMP_ADDFD_FLAG_SEND)) !== 0) return EINVAL;
    const isChosen = (flags & SECCOMP_ADDFD_FLAG_SETFD) !== 0;
    if (newFd !== 0 && !isChosen) return EINVAL;
    const file = task.fdTable.file(field(SECCOMP_NOTIF_ADDFD.srcfd) | 0);
    if (isErrno(file)) return EBADF;
    const notice = this.#received(Number(view.getBigUint64(SECCOMP_NOTIF_ADDFD.id, true)));
    if (isErrno(notice)) return notice;
    const { fdTable } = notice.task;
    const cloexec = fdFlags !== 0;
    const fd = isChosen
      ? fdTable.replace(notice.task, newFd, file, cloexec)
      : fdTable.add(file, { cloexec });
    if (isErrno(fd)) return fd;
    if ((flags & SECCOMP_ADDFD_FLAG_SEND) !== 0) {
      notice.reply({ value: fd, error: 0, continues: false });
    }
    return fd;
  }

  override poll(): number {
    const notifier = this.#notifier;
    let events = 0;
    if (notifier.waiting !== undefined) events |= POLLIN | POLLRDNORM;
    if (notifier.hasReceived) events |= POLLOUT | POLLWRNORM;
    if (!isInUse(this.#kernel, notifier)) events |= POLLHUP;
    return events;
  }

  override pollQueues(): readonly WaitQueue[] {
    return [this.#notifier.queue];
  }

  protected override release(): void {
    this.#notifier.close();
  }
}

/** Whether a task is left that the filter holds. */
function isInUse(kernel: Kernel, notifier: Notifier): boolean {
  for (const task of kernel.pids.tasks.values()) {
    if (!task.isAlive) continue;
    let filter = task.seccomp?.filter ?? null;
    for (; filter !== null; filter = filter.previous) if (filter.notifier === notifier) return true;
  }
  return false;
}

export function openListener(task: Task, notifier: Notifier): number | Errno {
  const { kernel } = task;
  const path = kernel.vfs.anonymous.anonymousPath("seccomp notify");
  return task.fdTable.add(new ListenerFile(path, kernel, notifier), { cloexec: true });
}

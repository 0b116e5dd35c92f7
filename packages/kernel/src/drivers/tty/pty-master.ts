/** An open master of a pty: what opening /dev/ptmx gives. */
import {
  EAGAIN,
  EFAULT,
  EINVAL,
  EIO,
  FIONREAD,
  isErrno,
  NSIG,
  O_ACCMODE,
  O_CLOEXEC,
  O_NOCTTY,
  O_NONBLOCK,
  POLLHUP,
  POLLIN,
  POLLOUT,
  TIOCGPGRP,
  TIOCGPKT,
  TIOCGPTLCK,
  TIOCGPTN,
  TIOCGPTPEER,
  TIOCGSID,
  TIOCOUTQ,
  TIOCPKT,
  TIOCPKT_DATA,
  TIOCSIG,
  TIOCSPTLCK,
} from "@kernelet/abi";
import { FileDescription } from "../../fs/file-description.ts";
import type { Mount } from "../../fs/mount.ts";
import type { Path } from "../../fs/path.ts";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import type { WaitQueue } from "../../kernel/wait-queue.ts";
import type { Pty } from "./pty.ts";
import { PtySlaveFile } from "./pty-slave.ts";
import { ttyIoctl } from "./tty-ioctl.ts";

/** Where masters come from, and go to: devpts. */
export interface PtyOwner {
  remove(pty: Pty): void;
  slavePath(pty: Pty, mount: Mount): Path | null;
}

export class PtyMasterFile extends FileDescription {
  readonly pty: Pty;
  readonly #owner: PtyOwner;

  constructor(path: Path, flags: number, pty: Pty, owner: PtyOwner) {
    super(path, flags & ~O_NOCTTY);
    this.pty = pty;
    this.#owner = owner;
  }

  override get isSeekable(): boolean {
    return false;
  }

  override read(task: Task, into: Uint8Array): SyscallResult {
    const { pty } = this;
    if (into.length === 0) return 0;
    if (pty.isPacketMode && pty.packetStatus !== 0) {
      into[0] = pty.packetStatus;
      pty.packetStatus = 0;
      return 1;
    }
    if (pty.output.length > 0) {
      const head = pty.isPacketMode ? 1 : 0;
      if (head === 1) into[0] = TIOCPKT_DATA;
      const n = pty.output.take(into.subarray(head));
      pty.tty.outputTaken();
      return n + head;
    }
    if (pty.isSlaveClosed) return EIO;
    if (this.isNonblocking) return EAGAIN;
    return task.block([pty.masterQueue], { mask: POLLIN | POLLHUP });
  }

  override write(task: Task, from: Uint8Array): SyscallResult {
    const { pty } = this;
    const { pending } = task;
    while (pending.done < from.length) {
      const n = pty.tty.receive(from.subarray(pending.done));
      pending.done += n;
      if (n > 0) continue;
      if (this.isNonblocking) return pending.done > 0 ? pending.done : EAGAIN;
      const wait = task.block([pty.masterQueue], { mask: POLLOUT | POLLHUP });
      return isErrno(wait) && pending.done > 0 ? pending.done : wait;
    }
    return pending.done;
  }

  override ioctl(task: Task, cmd: number, arg: number): SyscallResult {
    const { pty } = this;
    switch (cmd) {
      case TIOCGPTN:
        return task.mm.writeInt32(arg, pty.index);
      case TIOCSPTLCK: {
        const on = task.mm.readInt32(arg);
        if (on === null) return EFAULT;
        pty.isLocked = on !== 0;
        return 0;
      }
      case TIOCGPTLCK:
        return task.mm.writeInt32(arg, pty.isLocked ? 1 : 0);
      case TIOCGPTPEER:
        return this.#openPeer(task, arg);
      case TIOCPKT: {
        const on = task.mm.readInt32(arg);
        if (on === null) return EFAULT;
        pty.isPacketMode = on !== 0;
        pty.packetStatus = 0;
        return 0;
      }
      case TIOCGPKT:
        return task.mm.writeInt32(arg, pty.isPacketMode ? 1 : 0);
      case TIOCSIG:
        if (arg < 1 || arg > NSIG) return EINVAL;
        pty.tty.signal(arg);
        return 0;
      case FIONREAD:
        return task.mm.writeInt32(arg, pty.output.length);
      case TIOCOUTQ:
        return task.mm.writeInt32(arg, pty.tty.discipline.available);
      // Of the slave's session, whoever asks.
      case TIOCGPGRP:
        return task.mm.writeInt32(arg, pty.tty.foregroundGroup?.id ?? 0);
      case TIOCGSID:
        return task.mm.writeInt32(arg, pty.tty.session?.id ?? 0);
      default:
        return ttyIoctl({ task, tty: pty.tty, cmd, arg });
    }
  }

  /** TIOCGPTPEER: opens the slave without a path, so that mounts do not matter. */
  #openPeer(task: Task, flags: number): SyscallResult {
    const path = this.#owner.slavePath(this.pty, this.path.mount);
    if (path === null) return EIO;
    const file = new PtySlaveFile(path, flags & (O_ACCMODE | O_NONBLOCK), this.pty);
    return task.fdTable.add(file, { cloexec: (flags & O_CLOEXEC) !== 0 });
  }

  override poll(): number {
    return this.pty.pollMaster();
  }

  override pollQueues(): readonly WaitQueue[] {
    return [this.pty.masterQueue];
  }

  protected override release(): void {
    this.pty.masterClosed();
    this.#owner.remove(this.pty);
  }
}

/** An open terminal. */
import {
  EAGAIN,
  EIO,
  ENOTTY,
  ICANON,
  isErrno,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLRDNORM,
  POLLWRNORM,
  SIGTTIN,
  SIGTTOU,
  TIOCSPGRP,
  TOSTOP,
  VMIN,
  VTIME,
} from "@kernelet/abi";
import type { AsyncSource } from "../../fs/fasync.ts";
import { FileDescription } from "../../fs/file-description.ts";
import type { Path } from "../../fs/path.ts";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import type { WaitQueue } from "../../kernel/wait-queue.ts";
import { checkForeground } from "./job-control.ts";
import type { Tty } from "./tty.ts";
import { ttyIoctl } from "./tty-ioctl.ts";

/** A unit of VTIME. */
const DECISECOND_NS = 100_000_000;

/** hung_up_tty_poll(). */
const CUT_OFF_EVENTS = POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDNORM | POLLWRNORM;

export class TtyFile extends FileDescription {
  readonly tty: Tty;
  /** The terminal's count at open: another now means that this was cut off. */
  readonly #hangUps: number;

  constructor(path: Path, flags: number, tty: Tty) {
    super(path, flags);
    this.tty = tty;
    this.#hangUps = tty.hangUps;
  }

  /** tty_hung_up_p(). */
  get #isCutOff(): boolean {
    return this.tty.isHungUp || this.#hangUps !== this.tty.hangUps;
  }

  override get isSeekable(): boolean {
    return false;
  }

  override asyncSource(): AsyncSource {
    return { queue: this.tty.queue, mask: POLLIN | POLLOUT };
  }

  override read(task: Task, into: Uint8Array): SyscallResult {
    const { tty } = this;
    if (into.length === 0) return 0;
    const allowed = checkForeground(task, tty, SIGTTIN);
    if (allowed !== 0) return allowed;
    if (this.#isCutOff) return task.isRetry && tty.isOtherSideClosed ? EIO : 0;
    if (tty.termios.has(ICANON)) {
      if (tty.discipline.hasLine) return tty.take(into);
      return this.isNonblocking ? EAGAIN : task.block([tty.queue], { mask: POLLIN | POLLHUP });
    }
    return this.#readRaw(task, into);
  }

  /** VMIN and VTIME: termios(3), "Canonical and noncanonical mode". */
  #readRaw(task: Task, into: Uint8Array): SyscallResult {
    const { tty } = this;
    const { pending } = task;
    const min = tty.termios.cc[VMIN] as number;
    const timeNs = (tty.termios.cc[VTIME] as number) * DECISECOND_NS;
    const { available } = tty.discipline;
    const enough = min === 0 ? 1 : Math.min(min, into.length);
    if (available >= enough) return tty.take(into);
    if (min === 0 && timeNs === 0) return this.isNonblocking && available === 0 ? EAGAIN : 0;
    if (this.isNonblocking) return available > 0 ? tty.take(into) : EAGAIN;
    if (task.isRetry && task.timedOut) return available > 0 ? tty.take(into) : 0;

    // With a minimum the clock runs between bytes, and starts at the first one.
    const isTimed = timeNs > 0 && (min === 0 || available > 0);
    const isNewByte = min > 0 && pending.data !== available;
    if (isTimed && (pending.deadlineNs === undefined || isNewByte)) {
      pending.deadlineNs = task.kernel.clock.monotonicNs() + timeNs;
    }
    pending.data = available;
    const deadlineNs = isTimed ? pending.deadlineNs : undefined;
    const wait = task.block([tty.queue], { mask: POLLIN | POLLHUP, deadlineNs });
    return isErrno(wait) && available > 0 ? tty.take(into) : wait;
  }

  override write(task: Task, from: Uint8Array): SyscallResult {
    const { tty } = this;
    const { pending } = task;
    if (this.#isCutOff) return pending.done > 0 ? pending.done : EIO;
    if (tty.termios.has(TOSTOP)) {
      const allowed = checkForeground(task, tty, SIGTTOU);
      if (allowed !== 0) return allowed;
    }
    while (pending.done < from.length) {
      const n = tty.write(from.subarray(pending.done));
      if (n === EAGAIN) {
        if (this.isNonblocking) return pending.done > 0 ? pending.done : EAGAIN;
        const wait = task.block([tty.queue], { mask: POLLOUT | POLLHUP });
        return isErrno(wait) && pending.done > 0 ? pending.done : wait;
      }
      if (isErrno(n)) return pending.done > 0 ? pending.done : n;
      pending.done += n;
    }
    return pending.done;
  }

  override ioctl(task: Task, cmd: number, arg: number): SyscallResult {
    if (this.#isCutOff) return cmd === TIOCSPGRP ? ENOTTY : EIO;
    return ttyIoctl({ task, tty: this.tty, cmd, arg });
  }

  override poll(): number {
    return this.#isCutOff ? CUT_OFF_EVENTS : this.tty.poll();
  }

  override pollQueues(): readonly WaitQueue[] {
    return [this.tty.queue];
  }
}

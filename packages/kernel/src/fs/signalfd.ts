/**
 * Pending signals as a file: signalfd(2). Whoever reads takes its own: the file has a mask, not signals.
 *
 * A poller waits on the queue of the process that polls; the kernel wakes it whenever a signal is sent there.
 */
import {
  EAGAIN,
  EFAULT,
  EINVAL,
  O_RDWR,
  POLLIN,
  SI_KERNEL,
  SI_TIMER,
  SIGBUS,
  SIGCHLD,
  SIGFPE,
  SIGILL,
  SIGIO,
  SIGNALFD_SIGINFO,
  SIGSEGV,
  SIGTRAP,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { SigInfo } from "../kernel/siginfo.ts";
import { dequeueSignal } from "../kernel/signal-delivery.ts";
import { SignalSet } from "../kernel/signal-set.ts";
import type { Task } from "../kernel/task.ts";
import type { ThreadGroup } from "../kernel/thread-group.ts";
import type { WaitQueue } from "../kernel/wait-queue.ts";
import { FileDescription } from "./file-description.ts";
import type { Path } from "./path.ts";

const FAULTS: SignalSet = SignalSet.of(SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP);

export class SignalfdDescription extends FileDescription {
  /** What a read takes. */
  mask: SignalSet;
  /** The process that polls: the last one that read or asked. As in Linux, a poller's own signals count. */
  #group: ThreadGroup;

  constructor(path: Path, flags: number, mask: SignalSet, group: ThreadGroup) {
    super(path, O_RDWR | flags);
    this.mask = mask;
    this.#group = group;
  }

  override get knowsNoWait(): boolean {
    return true;
  }

  override get isSeekable(): boolean {
    return false;
  }

  /** noop_llseek(): no error, and no effect. */
  override seek(): number {
    return this.pos;
  }

  override read(task: Task, into: Uint8Array): SyscallResult {
    return this.readPart(task, into, into.length);
  }

  /** The signal that cannot be written is lost. */
  override readPart(task: Task, into: Uint8Array, len: number): SyscallResult {
    this.#group = task.threadGroup;
    const { size } = SIGNALFD_SIGINFO;
    if (len < size) return EINVAL;
    let done = 0;
    while (done + size <= len) {
      const info = dequeueSignal(task, this.mask.complement());
      if (info === undefined) break;
      if (done + size > into.length) return done > 0 ? done : EFAULT;
      writeSignalfdInfo(info, into.subarray(done, done + size));
      done += size;
    }
    if (done > 0) return done;
    if (this.isNonblocking) return EAGAIN;
    return task.block([task.threadGroup.signalQueue]);
  }

  override poll(): number {
    const current = this.#group.kernel.scheduler.current;
    if (current !== null) this.#group = current.threadGroup;
    const wanted = this.mask;
    if (this.#group.pendingSignals.set.intersects(wanted)) return POLLIN;
    for (const thread of this.#group.threads) {
      const isMine = current === null || thread === current;
      if (isMine && thread.pendingSignals.set.intersects(wanted)) return POLLIN;
    }
    return 0;
  }

  override pollQueues(): readonly WaitQueue[] {
    return [this.#group.signalQueue];
  }

  override fdinfo(): string {
    return `sigmask:\t${this.mask.toHex()}\n`;
  }
}

/** struct signalfd_siginfo: signalfd_copyinfo(). */
function writeSignalfdInfo(info: SigInfo, into: Uint8Array): void {
  into.fill(0);
  const view = new DataView(into.buffer, into.byteOffset, SIGNALFD_SIGINFO.size);
  const { signo, code } = info;
  view.setUint32(SIGNALFD_SIGINFO.ssi_signo, signo, true);
  view.setInt32(SIGNALFD_SIGINFO.ssi_errno, info.errno ?? 0, true);
  view.setInt32(SIGNALFD_SIGINFO.ssi_code, code, true);
  const isKernels = code > 0 && code < SI_KERNEL;
  if (isKernels && FAULTS.has(signo)) {
    view.setBigUint64(SIGNALFD_SIGINFO.ssi_addr, BigInt(info.addr ?? 0), true);
    return;
  }
  if (isKernels && signo === SIGIO) {
    view.setInt32(SIGNALFD_SIGINFO.ssi_band, info.band ?? 0, true);
    view.setInt32(SIGNALFD_SIGINFO.ssi_fd, info.fd ?? 0, true);
    return;
  }
  if (code === SI_TIMER) {
    view.setUint32(SIGNALFD_SIGINFO.ssi_tid, info.timerId ?? 0, true);
    view.setUint32(SIGNALFD_SIGINFO.ssi_overrun, info.overrun ?? 0, true);
  } else {
    view.setUint32(SIGNALFD_SIGINFO.ssi_pid, info.pid ?? 0, true);
    view.setUint32(SIGNALFD_SIGINFO.ssi_uid, info.uid ?? 0, true);
  }
  if (isKernels && signo === SIGCHLD) {
    view.setInt32(SIGNALFD_SIGINFO.ssi_status, info.status ?? 0, true);
    view.setBigUint64(SIGNALFD_SIGINFO.ssi_utime, BigInt(info.utime ?? 0), true);
    view.setBigUint64(SIGNALFD_SIGINFO.ssi_stime, BigInt(info.stime ?? 0), true);
  }
  if (info.value !== undefined) {
    const value = BigInt.asUintN(64, info.value);
    view.setInt32(SIGNALFD_SIGINFO.ssi_int, Number(BigInt.asIntN(32, value)), true);
    view.setBigUint64(SIGNALFD_SIGINFO.ssi_ptr, value, true);
  }
}

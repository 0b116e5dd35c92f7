/**
 * What a process does with signals: rt_sigaction(2), rt_sigprocmask(2), sigaltstack(2), rt_sigreturn(2),
 * and waiting for them: sigsuspend(2), sigwaitinfo(2), pause(2).
 */
import {
  EAGAIN,
  EFAULT,
  EINVAL,
  ENOMEM,
  EPERM,
  isErrno,
  isValidSignal,
  MINSIGSTKSZ,
  SA_EXPOSE_TAGBITS,
  SA_NOCLDSTOP,
  SA_NOCLDWAIT,
  SA_NODEFER,
  SA_ONSTACK,
  SA_RESETHAND,
  SA_RESTART,
  SA_RESTORER,
  SA_SIGINFO,
  SIG_BLOCK,
  SIG_SETMASK,
  SIG_UNBLOCK,
  SIGACTION,
  SIGINFO,
  SIGKILL,
  SIGSEGV,
  SIGSTOP,
  SS_AUTODISARM,
  SS_DISABLE,
  SS_ONSTACK,
  STACK_T,
} from "@kernelet/abi";
import { Reg } from "../arch/x86/processor.ts";
import { restoreSignalFrame, signalStackState } from "../arch/x86/signal-frame.ts";
import { NO_RETURN, type SyscallResult } from "../kernel/result.ts";
import { writeSigInfo } from "../kernel/siginfo.ts";
import { forceSegv, setSignalMask } from "../kernel/signal.ts";
import { dequeueSignal } from "../kernel/signal-delivery.ts";
import { recalcSignalPending } from "../kernel/signal-post.ts";
import { SignalSet } from "../kernel/signal-set.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import { readSignalSet, SIGSET_SIZE, writeSignalSet } from "./struct-sigset.ts";
import { relativeDeadline } from "./struct-time.ts";

/** Flags that sigaction keeps: it drops the others, so that programs can ask which there are. */
const KNOWN_FLAGS =
  SA_NOCLDSTOP |
  SA_NOCLDWAIT |
  SA_SIGINFO |
  SA_EXPOSE_TAGBITS |
  SA_RESTORER |
  SA_ONSTACK |
  SA_RESTART |
  SA_NODEFER |
  SA_RESETHAND;

export function rtSigaction(task: Task, args: SyscallArgs): SyscallResult {
  const signo = args.int(0);
  const newAddr = args.pointer(1);
  const oldAddr = args.pointer(2);
  if (args.size(3) !== SIGSET_SIZE) return EINVAL;
  const bytes = newAddr === 0 ? null : task.mm.copyIn(newAddr, SIGACTION.size);
  if (isErrno(bytes)) return bytes;
  if (!isValidSignal(signo)) return EINVAL;
  if (bytes !== null && (signo === SIGKILL || signo === SIGSTOP)) return EINVAL;
  const old = task.signalHandlers.get(signo);
  if (bytes !== null) {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    task.signalHandlers.set(signo, {
      handler: Number(view.getBigUint64(SIGACTION.sa_handler, true)),
      flags: view.getInt32(SIGACTION.sa_flags, true) & KNOWN_FLAGS,
      restorer: Number(view.getBigUint64(SIGACTION.sa_restorer, true)),
      mask: new SignalSet(
        view.getInt32(SIGACTION.sa_mask, true),
        view.getInt32(SIGACTION.sa_mask + 4, true),
      ).withoutUnblockable(),
    });
    if (task.signalHandlers.ignores(signo)) forgetPending(task, signo);
  }
  if (oldAddr === 0) return 0;
  const stored = new Uint8Array(SIGACTION.size);
  const view = new DataView(stored.buffer);
  view.setBigUint64(SIGACTION.sa_handler, BigInt(old.handler), true);
  view.setBigUint64(SIGACTION.sa_flags, BigInt(old.flags >>> 0), true);
  view.setBigUint64(SIGACTION.sa_restorer, BigInt(old.restorer), true);
  view.setInt32(SIGACTION.sa_mask, old.mask.lo, true);
  view.setInt32(SIGACTION.sa_mask + 4, old.mask.hi, true);
  return task.mm.copyOut(oldAddr, stored);
}

/** POSIX: a pending signal that becomes ignored is gone, blocked or not. */
function forgetPending(task: Task, signo: number): void {
  const set = SignalSet.of(signo);
  task.threadGroup.pendingSignals.flush(set);
  for (const thread of task.threadGroup.threads) {
    thread.pendingSignals.flush(set);
    recalcSignalPending(thread);
  }
}

export function rtSigprocmask(task: Task, args: SyscallArgs): SyscallResult {
  const how = args.int(0);
  const setAddr = args.pointer(1);
  const oldAddr = args.pointer(2);
  if (args.size(3) !== SIGSET_SIZE) return EINVAL;
  const old = task.signalMask.copy();
  if (setAddr !== 0) {
    const set = readSignalSet(task, setAddr);
    if (isErrno(set)) return set;
    const mask = old.copy();
    if (how === SIG_BLOCK) mask.union(set);
    else if (how === SIG_UNBLOCK) mask.subtract(set);
    else if (how === SIG_SETMASK) mask.assign(set);
    else return EINVAL;
    setSignalMask(task, mask);
  }
  return oldAddr === 0 ? 0 : writeSignalSet(task, oldAddr, old);
}

/** rt_sigpending: signals sent that are blocked. A size below 8 gives the first part, as Linux does. */
export function rtSigpending(task: Task, args: SyscallArgs): SyscallResult {
  const size = args.size(1);
  if (size > SIGSET_SIZE) return EINVAL;
  const set = task.pendingSignals.set.copy();
  set.union(task.threadGroup.pendingSignals.set);
  set.intersect(task.signalMask);
  const bytes = new Uint8Array(SIGSET_SIZE);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, set.lo, true);
  view.setInt32(4, set.hi, true);
  return task.mm.copyOut(args.pointer(0), bytes.subarray(0, size));
}

/** rt_sigsuspend: the mask comes back when a handler has run, or with it. */
export function rtSigsuspend(task: Task, args: SyscallArgs): SyscallResult {
  if (!task.isRetry) {
    if (args.size(1) !== SIGSET_SIZE) return EINVAL;
    const set = readSignalSet(task, args.pointer(0));
    if (isErrno(set)) return set;
    task.savedSignalMask = task.signalMask.copy();
    setSignalMask(task, set);
  }
  return task.block([], { restart: "nohand" });
}

export function pause(task: Task): SyscallResult {
  return task.block([], { restart: "nohand" });
}

/** rt_sigtimedwait: takes a signal of the set, which the caller has blocked. */
export function rtSigtimedwait(task: Task, args: SyscallArgs): SyscallResult {
  const infoAddr = args.pointer(1);
  if (args.size(3) !== SIGSET_SIZE) return EINVAL;
  const set = readSignalSet(task, args.pointer(0));
  if (isErrno(set)) return set;
  const wanted = set.withoutUnblockable();
  const deadlineNs = relativeDeadline(task, args.pointer(2));
  if (isErrno(deadlineNs)) return deadlineNs;

  task.waitedSignals.clear();
  const info = dequeueSignal(task, wanted.complement());
  if (info !== undefined) {
    if (infoAddr !== 0) {
      const bytes = new Uint8Array(SIGINFO.size);
      writeSigInfo(info, bytes);
      const stored = task.mm.copyOut(infoAddr, bytes);
      if (isErrno(stored)) return stored;
    }
    return info.signo;
  }
  if (task.timedOut || deadlineNs <= task.kernel.clock.monotonicNs()) return EAGAIN;
  const result = task.block([], { deadlineNs, restart: "eintr" });
  if (!isErrno(result)) task.waitedSignals.assign(wanted);
  return result;
}

/** sigaltstack(2). */
export function sigaltstack(task: Task, args: SyscallArgs): SyscallResult {
  const newAddr = args.pointer(0);
  const oldAddr = args.pointer(1);
  const sp = task.registers.get(Reg.rsp);
  const old = task.signalStack;
  const oldState = signalStackState(old, sp) | (old.flags & SS_AUTODISARM);
  if (newAddr !== 0) {
    const bytes = task.mm.copyIn(newAddr, STACK_T.size);
    if (isErrno(bytes)) return bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const flags = view.getInt32(STACK_T.ss_flags, true);
    const size = Number(view.getBigUint64(STACK_T.ss_size, true));
    if ((signalStackState(old, sp) & SS_ONSTACK) !== 0) return EPERM;
    const mode = flags & ~SS_AUTODISARM;
    if (mode !== SS_DISABLE && mode !== SS_ONSTACK && mode !== 0) return EINVAL;
    if (mode === SS_DISABLE) {
      task.signalStack = { sp: 0, size: 0, flags };
    } else {
      if (size < MINSIGSTKSZ) return ENOMEM;
      const base = Number(view.getBigUint64(STACK_T.ss_sp, true));
      task.signalStack = { sp: base, size, flags };
    }
  }
  if (oldAddr === 0) return 0;
  const bytes = new Uint8Array(STACK_T.size);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(STACK_T.ss_sp, BigInt(old.sp), true);
  view.setInt32(STACK_T.ss_flags, oldState, true);
  // As a number, -1 is 2^64.
  view.setBigUint64(STACK_T.ss_size, old.size < 2 ** 64 ? BigInt(old.size) : 2n ** 64n - 1n, true);
  return isErrno(task.mm.copyOut(oldAddr, bytes)) ? EFAULT : 0;
}

/** rt_sigreturn(2): back to what the handler interrupted. */
export function rtSigreturn(task: Task): SyscallResult {
  const context = restoreSignalFrame(task);
  task.syscallNumber = -1; // What the frame brings back must not restart again.
  if (context === null) {
    forceSegv(task, SIGSEGV);
    return NO_RETURN;
  }
  setSignalMask(task, context.mask);
  const { flags, size } = context.stack;
  const mode = flags & ~SS_AUTODISARM;
  const isValid =
    mode === SS_DISABLE || ((mode === 0 || mode === SS_ONSTACK) && size >= MINSIGSTKSZ);
  const sp = task.registers.get(Reg.rsp);
  if (isValid && signalStackState(task.signalStack, sp) !== SS_ONSTACK) {
    task.signalStack = mode === SS_DISABLE ? { sp: 0, size: 0, flags } : context.stack;
  }
  return NO_RETURN;
}

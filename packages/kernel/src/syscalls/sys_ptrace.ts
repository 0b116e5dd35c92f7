/** ptrace(2): what a tracer asks for. What its tracees do of themselves is in kernel/ptrace.ts. */
import {
  EFAULT,
  EINVAL,
  EIO,
  EPERM,
  type Errno,
  ESRCH,
  isErrno,
  NSIG,
  PTRACE_ARCH_PRCTL,
  PTRACE_ATTACH,
  PTRACE_CONT,
  PTRACE_DETACH,
  PTRACE_GET_SYSCALL_INFO,
  PTRACE_GETEVENTMSG,
  PTRACE_GETFPREGS,
  PTRACE_GETREGS,
  PTRACE_GETREGSET,
  PTRACE_GETSIGINFO,
  PTRACE_INTERRUPT,
  PTRACE_KILL,
  PTRACE_LISTEN,
  PTRACE_O_EXITKILL,
  PTRACE_O_SUSPEND_SECCOMP,
  PTRACE_PEEKDATA,
  PTRACE_PEEKTEXT,
  PTRACE_PEEKUSR,
  PTRACE_POKEDATA,
  PTRACE_POKETEXT,
  PTRACE_POKEUSR,
  PTRACE_SEIZE,
  PTRACE_SETFPREGS,
  PTRACE_SETOPTIONS,
  PTRACE_SETREGS,
  PTRACE_SETREGSET,
  PTRACE_SETSIGINFO,
  PTRACE_SINGLESTEP,
  PTRACE_SYSCALL,
  PTRACE_TRACEME,
  SI_USER,
  SIGINFO,
  SIGKILL,
  SIGSTOP,
} from "@kernelet/abi";
import { PAGE_R, PAGE_W } from "../arch/x86/processor.ts";
import { mayInspect } from "../kernel/inspect.ts";
import { isHeld, resumeTracee, startTrace, stopTrace, type Trace } from "../kernel/ptrace.ts";
import type { SyscallResult } from "../kernel/result.ts";
import { readSigInfo, writeSigInfo } from "../kernel/siginfo.ts";
import { sendToProcess, sendToThread } from "../kernel/signal.ts";
import { wakeForSignal } from "../kernel/signal-post.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import {
  archPrctl,
  getFpRegisters,
  getRegisterSet,
  getRegisters,
  getSyscallInfo,
  peekUser,
  pokeUser,
  setFpRegisters,
  setRegisterSet,
  setRegisters,
} from "./ptrace-registers.ts";

const OPTIONS = 0xff | PTRACE_O_EXITKILL;

/** A request about a stopped tracee. */
type Request = (task: Task, tracee: Task, addr: number, args: SyscallArgs) => SyscallResult;

const REQUESTS: ReadonlyMap<number, Request> = new Map<number, Request>([
  [PTRACE_PEEKTEXT, peek],
  [PTRACE_PEEKDATA, peek],
  [PTRACE_PEEKUSR, (task, tracee, addr, args) => peekUser(task, tracee, addr, args.pointer(3))],
  [PTRACE_POKETEXT, poke],
  [PTRACE_POKEDATA, poke],
  [PTRACE_POKEUSR, (_task, tracee, addr, args) => pokeUser(tracee, addr, args.big(3))],
  [PTRACE_CONT, (_task, tracee, _addr, args) => resume(tracee, "cont", args)],
  [PTRACE_SYSCALL, (_task, tracee, _addr, args) => resume(tracee, "syscall", args)],
  [PTRACE_SINGLESTEP, (_task, tracee, _addr, args) => resume(tracee, "step", args)],
  [PTRACE_DETACH, detach],
  [PTRACE_SETOPTIONS, (_task, tracee, _addr, args) => setOptions(tracee, args.size(3))],
  [PTRACE_GETEVENTMSG, getEventMessage],
  [PTRACE_GETSIGINFO, getSigInfo],
  [PTRACE_SETSIGINFO, setSigInfo],
  [PTRACE_GETREGS, (task, tracee, _addr, args) => getRegisters(task, tracee, args.pointer(3))],
  [PTRACE_SETREGS, (task, tracee, _addr, args) => setRegisters(task, tracee, args.pointer(3))],
  [PTRACE_GETFPREGS, (task, tracee, _addr, args) => getFpRegisters(task, tracee, args.pointer(3))],
  [PTRACE_SETFPREGS, (task, tracee, _addr, args) => setFpRegisters(task, tracee, args.pointer(3))],
  [PTRACE_GETREGSET, (t, tracee, addr, args) => getRegisterSet(t, tracee, addr, args.pointer(3))],
  [PTRACE_SETREGSET, (t, tracee, addr, args) => setRegisterSet(t, tracee, addr, args.pointer(3))],
  [PTRACE_LISTEN, listen],
  [
    PTRACE_GET_SYSCALL_INFO,
    (task, tracee, addr, args) => getSyscallInfo(task, tracee, addr, args.pointer(3)),
  ],
  [PTRACE_ARCH_PRCTL, (t, tracee, addr, args) => archPrctl(t, tracee, addr, args.int(3))],
]);

export function ptrace(task: Task, args: SyscallArgs): SyscallResult {
  const request = args.size(0);
  if (request === PTRACE_TRACEME) return traceMe(task);
  const tracee = task.pids.task(args.int(1));
  if (tracee === undefined) return ESRCH;
  if (request === PTRACE_ATTACH) return attach(task, tracee, false, 0);
  if (request === PTRACE_SEIZE) {
    return args.size(2) !== 0 ? EIO : attach(task, tracee, true, args.size(3));
  }
  const { trace } = tracee;
  if (trace === null || trace.tracer !== task) return ESRCH;
  if (request === PTRACE_KILL) return kill(tracee);
  if (request === PTRACE_INTERRUPT) return interrupt(tracee, trace);
  if (tracee.state !== "stopped" || !isHeld(tracee)) return ESRCH;
  const handler = REQUESTS.get(request);
  return handler === undefined ? EIO : handler(task, tracee, args.pointer(2), args);
}

/** The parent traces the caller. */
function traceMe(task: Task): SyscallResult {
  const { parent, parentThread } = task.threadGroup;
  const tracer = parentThread ?? parent?.leader;
  if (task.trace !== null || tracer === undefined || !tracer.isAlive) return EPERM;
  startTrace(task, tracer, false);
  return 0;
}

function attach(task: Task, tracee: Task, isSeized: boolean, options: number): SyscallResult {
  const checked = isSeized ? checkOptions(options) : 0;
  if (checked !== 0) return isSeized && checked === EINVAL ? EIO : checked;
  if (tracee.threadGroup === task.threadGroup) return EPERM;
  if (!mayInspect(task, tracee, "real")) return EPERM;
  if (!tracee.isAlive || tracee.threadGroup.isExiting || tracee.trace !== null) return EPERM;
  const trace = startTrace(tracee, task, isSeized, options);
  if (!isSeized) sendToThread(tracee, { signo: SIGSTOP, code: SI_USER, pid: 0, uid: 0 });
  // One that is stopped already tells of that: it leaves the group stop and comes back to it.
  if (tracee.state !== "stopped") return 0;
  trace.isInterrupted = isSeized;
  if (isSeized) tracee.signalPending = true;
  tracee.resume();
  return 0;
}

function kill(tracee: Task): SyscallResult {
  if (tracee.isAlive) sendToProcess(tracee.threadGroup, { signo: SIGKILL, code: SI_USER, pid: 0 });
  return 0;
}

function interrupt(tracee: Task, trace: Trace): SyscallResult {
  if (!trace.isSeized) return EIO;
  if (trace.stop !== null && !trace.isListening) return 0;
  trace.isInterrupted = true;
  if (trace.isListening) {
    trace.isListening = false;
    trace.stop = null;
    tracee.signalPending = true;
    tracee.resume();
  } else wakeForSignal(tracee);
  return 0;
}

/** A seized tracee stays in its group stop, and can be told to go on by SIGCONT. */
function listen(_task: Task, tracee: Task): SyscallResult {
  const { trace } = tracee;
  if (trace === null || !trace.isSeized || trace.stop?.kind !== "group") return EIO;
  trace.isListening = true;
  return 0;
}

function signalArgument(args: SyscallArgs): number | Errno {
  const signo = args.size(3);
  return signo > NSIG ? EIO : signo;
}

function resume(tracee: Task, mode: Trace["mode"], args: SyscallArgs): SyscallResult {
  const signo = signalArgument(args);
  if (isErrno(signo)) return signo;
  resumeTracee(tracee, mode, signo);
  return 0;
}

function detach(_task: Task, tracee: Task, _addr: number, args: SyscallArgs): SyscallResult {
  const signo = signalArgument(args);
  if (isErrno(signo)) return signo;
  stopTrace(tracee, signo);
  return 0;
}

function checkOptions(options: number): 0 | Errno {
  if (options > 0x7fff_ffff || (options & ~(OPTIONS | PTRACE_O_SUSPEND_SECCOMP)) !== 0) {
    return EINVAL;
  }
  // Only a checkpoint program needs it, and Linux has it only with CONFIG_CHECKPOINT_RESTORE.
  return (options & PTRACE_O_SUSPEND_SECCOMP) !== 0 ? EINVAL : 0;
}

function setOptions(tracee: Task, options: number): SyscallResult {
  const checked = checkOptions(options);
  if (checked !== 0 || tracee.trace === null) return checked;
  tracee.trace.options = options;
  return 0;
}

function getEventMessage(
  task: Task,
  tracee: Task,
  _addr: number,
  args: SyscallArgs,
): SyscallResult {
  return task.mm.writeU64(args.pointer(3), tracee.trace?.message ?? 0);
}

function getSigInfo(task: Task, tracee: Task, _addr: number, args: SyscallArgs): SyscallResult {
  const info = tracee.trace?.stop?.info ?? null;
  if (info === null) return EINVAL;
  const bytes = new Uint8Array(SIGINFO.size);
  writeSigInfo(info, bytes);
  return task.mm.copyOut(args.pointer(3), bytes);
}

function setSigInfo(task: Task, tracee: Task, _addr: number, args: SyscallArgs): SyscallResult {
  const bytes = task.mm.copyIn(args.pointer(3), SIGINFO.size);
  if (isErrno(bytes)) return bytes;
  const { trace } = tracee;
  if (trace === null || trace.stop === null || trace.stop.info === null) return EINVAL;
  const signo = new DataView(bytes.buffer, bytes.byteOffset).getInt32(SIGINFO.si_signo, true);
  trace.stop = { ...trace.stop, info: readSigInfo(bytes, signo) };
  return 0;
}

/** A word of the tracee's memory. The C library's ptrace returns what is stored here. */
function peek(task: Task, tracee: Task, addr: number, args: SyscallArgs): SyscallResult {
  const bytes = tracee.mm.forcedBuffer(addr, 8, PAGE_R);
  if (isErrno(bytes) || bytes.length < 8) return EIO;
  return task.mm.copyOut(args.pointer(3), bytes) === 0 ? 0 : EFAULT;
}

/** Breakpoints come this way: code translated from there is forgotten. */
function poke(_task: Task, tracee: Task, addr: number, args: SyscallArgs): SyscallResult {
  const bytes = tracee.mm.forcedBuffer(addr, 8, PAGE_W);
  if (isErrno(bytes) || bytes.length < 8) return EIO;
  new DataView(bytes.buffer, bytes.byteOffset, 8).setBigUint64(
    0,
    BigInt.asUintN(64, args.big(3)),
    true,
  );
  return 0;
}

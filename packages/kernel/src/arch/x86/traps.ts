/**
 * Processor exceptions as signals: arch/x86/kernel/traps.c, mm/fault.c; SDM vol. 3, table 6-1.
 */
import {
  BUS_ADRALN,
  FPE_FLTDIV,
  FPE_FLTINV,
  FPE_FLTOVF,
  FPE_FLTRES,
  FPE_FLTUND,
  FPE_INTDIV,
  FPSTATE,
  ILL_ILLOPN,
  SEGV_ACCERR,
  SEGV_MAPERR,
  SI_KERNEL,
  SIGBUS,
  SIGFPE,
  SIGILL,
  SIGSEGV,
  SIGTRAP,
  TRAP_BRKPT,
  TRAP_TRACE,
} from "@kernelet/abi";
import type { SigInfo } from "../../kernel/siginfo.ts";
import { forceSignal } from "../../kernel/signal.ts";
import type { Task } from "../../kernel/task.ts";
import { PF_INSTRUCTION, PF_PRESENT, PF_WRITE, type Stop } from "./processor.ts";

/** Exception vectors. */
const Vector = {
  DE: 0,
  DB: 1,
  BP: 3,
  OF: 4,
  BR: 5,
  UD: 6,
  NM: 7,
  NP: 11,
  SS: 12,
  GP: 13,
  PF: 14,
  MF: 16,
  AC: 17,
  XM: 19,
} as const;

/** A page fault's error code: the access came from user code. */
const PF_USER = 4;

/** First address that no user mapping can have (asm/processor.h). */
const TASK_SIZE_MAX = 0x7fff_ffff_f000;

type Exception = Extract<Stop, { kind: "exception" }>;

/** Sends the task the signal of an exception. */
export function raiseException(task: Task, stop: Exception): void {
  task.fault.trapno = stop.vector;
  task.fault.errorCode = stop.errorCode;
  if (stop.vector === Vector.PF) {
    task.fault.cr2 = stop.address;
    // As Linux: beyond user addresses a program isn't told what is there.
    if (stop.address >= TASK_SIZE_MAX) task.fault.errorCode |= PF_PRESENT;
  }
  const info = signalOf(task, stop);
  // The processor says more where the fault is its own: an instruction that it does not implement.
  if (stop.detail !== undefined) {
    const where = `0x${task.registers.rip.toString(16)}`;
    task.kernel.host.log("warn", `${task.comm}[${task.tid}]: at ${where}: ${stop.detail}`);
  }
  forceSignal(task, info);
}

function signalOf(task: Task, stop: Exception): SigInfo {
  const addr = task.registers.rip;
  switch (stop.vector) {
    case Vector.DE:
      return { signo: SIGFPE, code: FPE_INTDIV, addr };
    case Vector.DB: // INT1: single steps do not come this way, and there are no debug registers.
      return { signo: SIGTRAP, code: TRAP_BRKPT, addr };
    case Vector.BP:
      return { signo: SIGTRAP, code: SI_KERNEL };
    case Vector.UD:
      return { signo: SIGILL, code: ILL_ILLOPN, addr };
    case Vector.NP:
    case Vector.SS:
      return { signo: SIGBUS, code: SI_KERNEL };
    case Vector.PF: {
      const present = (stop.errorCode & PF_PRESENT) !== 0;
      return { signo: SIGSEGV, code: present ? SEGV_ACCERR : SEGV_MAPERR, addr: stop.address };
    }
    case Vector.MF:
    case Vector.XM:
      return { signo: SIGFPE, code: floatingPointCode(task, stop.vector === Vector.XM), addr };
    case Vector.AC:
      return { signo: SIGBUS, code: BUS_ADRALN, addr };
    default: // #OF, #BR, #GP and what no application can cause.
      return { signo: SIGSEGV, code: SI_KERNEL };
  }
}

/** Why a floating-point exception came: the unmasked ones among the status bits (fpu__exception_code). */
function floatingPointCode(task: Task, isSimd: boolean): number {
  const image = new Uint8Array(FPSTATE.size);
  task.registers.fxsave(image);
  const view = new DataView(image.buffer);
  const mxcsr = view.getUint32(FPSTATE.mxcsr, true);
  const control = view.getUint16(FPSTATE.cwd, true);
  const status = view.getUint16(FPSTATE.swd, true);
  const raised = isSimd ? mxcsr & ~(mxcsr >>> 7) : status & ~control;
  if ((raised & 0x01) !== 0) return FPE_FLTINV;
  if ((raised & 0x04) !== 0) return FPE_FLTDIV;
  if ((raised & 0x08) !== 0) return FPE_FLTOVF;
  if ((raised & 0x12) !== 0) return FPE_FLTUND; // Denormal operand, or underflow.
  if ((raised & 0x20) !== 0) return FPE_FLTRES;
  return 0;
}

/** One instruction was made for a tracer: PTRACE_SINGLESTEP. */
export function raiseTrace(task: Task): void {
  forceSignal(task, { signo: SIGTRAP, code: TRAP_TRACE, addr: task.registers.rip });
}

/** A fault that mm could not resolve. */
export function raiseFault(
  task: Task,
  fault: { readonly signo: number; readonly code: number; readonly addr: number },
  access: { readonly isWrite: boolean; readonly isFetch: boolean },
): void {
  const isProtected = fault.signo === SIGSEGV && fault.code === SEGV_ACCERR;
  const present = isProtected && task.mm.space.protection(fault.addr) !== 0;
  task.fault.trapno = Vector.PF;
  task.fault.errorCode =
    PF_USER |
    (present ? PF_PRESENT : 0) |
    (access.isWrite ? PF_WRITE : 0) |
    (access.isFetch ? PF_INSTRUCTION : 0);
  task.fault.cr2 = fault.addr;
  forceSignal(task, { signo: fault.signo, code: fault.code, addr: fault.addr });
}

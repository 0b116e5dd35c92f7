/**
 * The frame of a signal handler, as Linux lays it out on x86-64 without XSAVE:
 *
 *   interrupted rsp ─▶ ┌────────────────────────┐ (or the top of the alternate stack)
 *                      │ red zone, 128 bytes    │ the code's own; not on an alternate stack
 *                      ├────────────────────────┤ 64-byte aligned
 *                      │ fpstate, 512 (FXSAVE)  │ ◀─ uc_mcontext.fpstate
 *                      ├────────────────────────┤
 *                      │ siginfo, 128           │ ◀─ rsi
 *                      │ ucontext, 304          │ ◀─ rdx
 *                      │ pretcode = sa_restorer │ ◀─ rsp; rsp + 8 is 16-byte aligned, as after a CALL
 *                      └────────────────────────┘
 *
 * arch/x86/kernel/signal_64.c; sigreturn(2).
 */
import {
  FXSAVE_SIZE,
  isErrno,
  RED_ZONE,
  RT_SIGFRAME,
  SA_ONSTACK,
  SA_RESTORER,
  SA_SIGINFO,
  SIGCONTEXT,
  SIGINFO,
  SS_AUTODISARM,
  SS_DISABLE,
  SS_ONSTACK,
  STACK_T,
  UC_SIGCONTEXT_SS,
  UC_STRICT_RESTORE_SS,
  UCONTEXT,
} from "@kernelet/abi";
import { type SigInfo, writeSigInfo } from "../../kernel/siginfo.ts";
import type { SignalAction } from "../../kernel/signal-handlers.ts";
import { SignalSet } from "../../kernel/signal-set.ts";
import type { SignalStack, Task } from "../../kernel/task.ts";
import { Reg } from "./processor.ts";

const MCONTEXT = RT_SIGFRAME.uc + UCONTEXT.uc_mcontext;

/** Selectors of user code and data: what cs and ss hold. */
const USER_CS = 0x33;
const USER_DS = 0x2b;

// RFLAGS bits (SDM vol. 1, 3.4.3).
const TF = 1 << 8;
const DF = 1 << 10;
const RF = 1 << 16;
const AC = 1 << 18;
/** What a frame may set: CF PF AF ZF SF TF DF OF RF AC (FIX_EFLAGS). */
const USER_FLAGS = AC | 0x800 | DF | TF | 0x80 | 0x40 | 0x10 | 0x4 | 0x1 | RF;

/** General registers in sigcontext. */
const SAVED: readonly (readonly [offset: number, reg: number])[] = [
  [SIGCONTEXT.r8, Reg.r8],
  [SIGCONTEXT.r9, Reg.r9],
  [SIGCONTEXT.r10, Reg.r10],
  [SIGCONTEXT.r11, Reg.r11],
  [SIGCONTEXT.r12, Reg.r12],
  [SIGCONTEXT.r13, Reg.r13],
  [SIGCONTEXT.r14, Reg.r14],
  [SIGCONTEXT.r15, Reg.r15],
  [SIGCONTEXT.rdi, Reg.rdi],
  [SIGCONTEXT.rsi, Reg.rsi],
  [SIGCONTEXT.rbp, Reg.rbp],
  [SIGCONTEXT.rbx, Reg.rbx],
  [SIGCONTEXT.rdx, Reg.rdx],
  [SIGCONTEXT.rax, Reg.rax],
  [SIGCONTEXT.rcx, Reg.rcx],
  [SIGCONTEXT.rsp, Reg.rsp],
];

/** Whether `sp` is on the stack; one that disarms itself never says so. */
function isOnStack(stack: SignalStack, sp: number): boolean {
  if ((stack.flags & SS_AUTODISARM) !== 0) return false;
  return sp > stack.sp && sp - stack.sp <= stack.size;
}

/** What sigaltstack(2) reports: SS_DISABLE, SS_ONSTACK or 0. */
export function signalStackState(stack: SignalStack, sp: number): number {
  if (stack.size === 0) return SS_DISABLE;
  return isOnStack(stack, sp) ? SS_ONSTACK : 0;
}

const alignDown = (n: number, alignment: number) => n - (n % alignment);

/** Where frame and FXSAVE image go, or null if that would overflow the alternate stack. */
function placeFrame(task: Task, action: SignalAction): { frame: number; fpstate: number } | null {
  const stack = task.signalStack;
  const interrupted = task.registers.get(Reg.rsp);
  const nested = isOnStack(stack, interrupted);
  let sp = interrupted - RED_ZONE;
  let entering = false;
  if ((action.flags & SA_ONSTACK) !== 0 && signalStackState(stack, interrupted) === 0) {
    sp = stack.sp + stack.size;
    entering = true;
  }
  const fpstate = alignDown(sp - FXSAVE_SIZE, 64);
  const frame = alignDown(fpstate - RT_SIGFRAME.size, 16) - 8;
  if (frame < 0) return null;
  const onStack = frame > stack.sp && frame - stack.sp <= stack.size;
  if ((nested || entering) && !onStack) return null;
  return { frame, fpstate };
}

/**
 * Pushes a frame and points the registers at the handler.
 * @returns false if the frame could not be written; registers are unchanged then.
 */
export function setupSignalFrame(task: Task, info: SigInfo, action: SignalAction): boolean {
  const place = placeFrame(task, action);
  if (place === null || (action.flags & SA_RESTORER) === 0) return false;
  const { registers, mm } = task;

  const fxsave = new Uint8Array(FXSAVE_SIZE);
  registers.fxsave(fxsave);
  if (isErrno(mm.copyOut(place.fpstate, fxsave))) return false;

  const bytes = new Uint8Array(RT_SIGFRAME.size);
  const view = new DataView(bytes.buffer);
  setU64(view, RT_SIGFRAME.pretcode, action.restorer);
  writeContext(task, view, place.fpstate);
  if ((action.flags & SA_SIGINFO) !== 0) {
    writeSigInfo(info, bytes.subarray(RT_SIGFRAME.info, RT_SIGFRAME.info + SIGINFO.size));
  }
  if (isErrno(mm.copyOut(place.frame, bytes))) return false;
  if ((task.signalStack.flags & SS_AUTODISARM) !== 0) {
    task.signalStack = { sp: 0, size: 0, flags: SS_DISABLE };
  }

  registers.set(Reg.rdi, info.signo);
  registers.set(Reg.rax, 0); // No vector registers in use, should the handler be variadic.
  registers.set(Reg.rsi, place.frame + RT_SIGFRAME.info);
  registers.set(Reg.rdx, place.frame + RT_SIGFRAME.uc);
  registers.set(Reg.rsp, place.frame);
  registers.rip = action.handler;
  // A handler computes as a new program does: no pending exception, no rounding mode of what it interrupts.
  registers.fxrstor(initialFxsave());
  registers.rflags &= ~(DF | RF | TF);
  return true;
}

function writeContext(task: Task, view: DataView, fpstate: number): void {
  const { registers } = task;
  const uc = RT_SIGFRAME.uc;
  setU64(view, uc + UCONTEXT.uc_flags, UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS);
  const stack = uc + UCONTEXT.uc_stack;
  setU64(view, stack + STACK_T.ss_sp, task.signalStack.sp);
  view.setInt32(stack + STACK_T.ss_flags, task.signalStack.flags, true);
  setU64(view, stack + STACK_T.ss_size, task.signalStack.size);

  for (const [offset, reg] of SAVED) {
    view.setBigUint64(MCONTEXT + offset, BigInt.asUintN(64, registers.getBig(reg)), true);
  }
  setU64(view, MCONTEXT + SIGCONTEXT.rip, registers.rip);
  setU64(view, MCONTEXT + SIGCONTEXT.eflags, registers.rflags);
  view.setUint16(MCONTEXT + SIGCONTEXT.cs, USER_CS, true);
  view.setUint16(MCONTEXT + SIGCONTEXT.ss, USER_DS, true);
  setU64(view, MCONTEXT + SIGCONTEXT.err, task.fault.errorCode);
  setU64(view, MCONTEXT + SIGCONTEXT.trapno, task.fault.trapno);
  setU64(view, MCONTEXT + SIGCONTEXT.cr2, task.fault.cr2);
  setU64(view, MCONTEXT + SIGCONTEXT.fpstate, fpstate);
  const mask = task.savedSignalMask ?? task.signalMask;
  view.setInt32(MCONTEXT + SIGCONTEXT.oldmask, mask.lo, true);
  view.setInt32(MCONTEXT + SIGCONTEXT.oldmask + 4, mask.hi, true);
  view.setInt32(uc + UCONTEXT.uc_sigmask, mask.lo, true);
  view.setInt32(uc + UCONTEXT.uc_sigmask + 4, mask.hi, true);
}

/** What a frame brings back besides registers: the caller applies it. */
export interface RestoredContext {
  readonly mask: SignalSet;
  readonly stack: SignalStack;
}

/**
 * rt_sigreturn(2): takes the frame that rsp points behind (the handler's RET has popped pretcode).
 * Flags that user code may not set are left alone; segment selectors are ours whatever the frame says.
 * @returns null if the frame cannot be read: the task gets SIGSEGV.
 */
export function restoreSignalFrame(task: Task): RestoredContext | null {
  const { registers, mm } = task;
  const frame = registers.get(Reg.rsp) - 8;
  const bytes = mm.copyIn(frame, RT_SIGFRAME.info);
  if (isErrno(bytes)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

  const fpstate = view.getBigUint64(MCONTEXT + SIGCONTEXT.fpstate, true);
  const image = fpstate === 0n ? null : mm.copyIn(Number(fpstate), FXSAVE_SIZE);
  if (isErrno(image)) return null;

  for (const [offset, reg] of SAVED) {
    registers.setBig(reg, view.getBigUint64(MCONTEXT + offset, true));
  }
  registers.rip = Number(view.getBigUint64(MCONTEXT + SIGCONTEXT.rip, true));
  const flags = view.getUint32(MCONTEXT + SIGCONTEXT.eflags, true);
  registers.rflags = (registers.rflags & ~USER_FLAGS) | (flags & USER_FLAGS);
  if (image !== null) registers.fxrstor(image);
  else registers.fxrstor(initialFxsave());

  const uc = RT_SIGFRAME.uc;
  const stack = uc + UCONTEXT.uc_stack;
  return {
    mask: new SignalSet(
      view.getInt32(uc + UCONTEXT.uc_sigmask, true),
      view.getInt32(uc + UCONTEXT.uc_sigmask + 4, true),
    ),
    stack: {
      sp: Number(view.getBigUint64(stack + STACK_T.ss_sp, true)),
      flags: view.getInt32(stack + STACK_T.ss_flags, true),
      size: Number(view.getBigUint64(stack + STACK_T.ss_size, true)),
    },
  };
}

/** A frame without FXSAVE image resets the unit (fpu__clear): FCW 0x37f, MXCSR 0x1f80. */
function initialFxsave(): Uint8Array {
  const image = new Uint8Array(FXSAVE_SIZE);
  const view = new DataView(image.buffer);
  view.setUint16(0, 0x37f, true);
  view.setUint32(24, 0x1f80, true);
  return image;
}

/** As a number, the largest of all is 2^64. */
function setU64(view: DataView, offset: number, value: number): void {
  view.setBigInt64(offset, value < 2 ** 64 ? BigInt.asIntN(64, BigInt(value)) : -1n, true);
}

/** struct user_regs_struct: the registers of a tracee as ptrace(2) shows and sets them; arch/x86/kernel/ptrace.c. */
import { EIO, type Errno, USER_REGS } from "@kernelet/abi";
import { Reg } from "../arch/x86/processor.ts";
import type { Task } from "../kernel/task.ts";

/** General registers by their offsets. */
const GENERAL: ReadonlyMap<number, number> = new Map([
  [USER_REGS.r15, Reg.r15],
  [USER_REGS.r14, Reg.r14],
  [USER_REGS.r13, Reg.r13],
  [USER_REGS.r12, Reg.r12],
  [USER_REGS.rbp, Reg.rbp],
  [USER_REGS.rbx, Reg.rbx],
  [USER_REGS.r11, Reg.r11],
  [USER_REGS.r10, Reg.r10],
  [USER_REGS.r9, Reg.r9],
  [USER_REGS.r8, Reg.r8],
  [USER_REGS.rax, Reg.rax],
  [USER_REGS.rcx, Reg.rcx],
  [USER_REGS.rdx, Reg.rdx],
  [USER_REGS.rsi, Reg.rsi],
  [USER_REGS.rdi, Reg.rdi],
  [USER_REGS.rsp, Reg.rsp],
]);

/** Selectors of 64-bit user code; the data segments are null. */
const SELECTORS: ReadonlyMap<number, bigint> = new Map([
  [USER_REGS.cs, 0x33n],
  [USER_REGS.ss, 0x2bn],
]);

/** Bits of RFLAGS that a tracer may change: FLAG_MASK. */
const FLAG_MASK = 0x5_4dd5;
/** First address that no user mapping can have: bases of segments lie below it. */
const TASK_SIZE_MAX = 0x7fff_ffff_f000n;

export function readUserRegister(task: Task, offset: number): bigint {
  const { registers } = task;
  const general = GENERAL.get(offset);
  if (general !== undefined) return BigInt.asUintN(64, registers.getBig(general));
  switch (offset) {
    case USER_REGS.orig_rax:
      return BigInt.asUintN(64, BigInt(task.syscallNumber));
    case USER_REGS.rip:
      return BigInt(registers.rip);
    case USER_REGS.eflags:
      return BigInt(registers.rflags >>> 0);
    case USER_REGS.fs_base:
      return BigInt(registers.fsBase);
    case USER_REGS.gs_base:
      return BigInt(registers.gsBase);
    default:
      return SELECTORS.get(offset) ?? 0n;
  }
}

/** @returns EIO for a value that the register cannot have. */
export function writeUserRegister(task: Task, offset: number, value: bigint): 0 | Errno {
  const { registers } = task;
  const general = GENERAL.get(offset);
  if (general !== undefined) {
    registers.setBig(general, value);
    return 0;
  }
  switch (offset) {
    case USER_REGS.orig_rax:
      task.syscallNumber = Number(BigInt.asIntN(32, value));
      // The call is not to be made again.
      if (task.syscallNumber < 0) task.restartError = 0;
      return 0;
    case USER_REGS.rip:
      registers.rip = Number(value);
      return 0;
    case USER_REGS.eflags:
      registers.rflags =
        (registers.rflags & ~FLAG_MASK) | (Number(value & 0xffff_ffffn) & FLAG_MASK);
      return 0;
    case USER_REGS.fs_base:
    case USER_REGS.gs_base:
      if (value >= TASK_SIZE_MAX) return EIO;
      if (offset === USER_REGS.fs_base) registers.fsBase = Number(value);
      else registers.gsBase = Number(value);
      return 0;
    case USER_REGS.cs:
    case USER_REGS.ss:
      return SELECTORS.get(offset) === (value & 0xffffn) ? 0 : EIO;
    default:
      return (value & 0xffffn & ~3n) === 0n ? 0 : EIO;
  }
}

export function readUserRegisters(task: Task): Uint8Array {
  const bytes = new Uint8Array(USER_REGS.size);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < USER_REGS.size; at += 8) {
    view.setBigUint64(at, readUserRegister(task, at), true);
  }
  return bytes;
}

/** Sets as many registers as `bytes` has, until one cannot be. */
export function writeUserRegisters(task: Task, bytes: Uint8Array): 0 | Errno {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    const result = writeUserRegister(task, at, view.getBigUint64(at, true));
    if (result !== 0) return result;
  }
  return 0;
}

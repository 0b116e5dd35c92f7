/** Registers of a tracee, and the system call it stands in: requests of ptrace(2). */
import {
  ARCH_GET_FS,
  ARCH_GET_GS,
  ARCH_SET_FS,
  ARCH_SET_GS,
  AUDIT_ARCH_X86_64,
  EFAULT,
  EINVAL,
  EIO,
  ENODEV,
  EOPNOTSUPP,
  type Errno,
  FPSTATE,
  IOVEC,
  isErrno,
  PTRACE_SYSCALL_INFO_ENTRY,
  PTRACE_SYSCALL_INFO_EXIT,
  PTRACE_SYSCALL_INFO_NONE,
  PTRACE_SYSCALL_INFO_SECCOMP,
  USER,
  USER_REGS,
} from "@kernelet/abi";
import { Reg } from "../arch/x86/processor.ts";
import type { Task } from "../kernel/task.ts";
import {
  readUserRegister,
  readUserRegisters,
  writeUserRegister,
  writeUserRegisters,
} from "./struct-user.ts";

/** Kinds of register sets: NT_PRSTATUS, NT_PRFPREG, NT_X86_XSTATE of <elf.h>. */
const NT_PRSTATUS = 1;
const NT_PRFPREG = 2;
const NT_X86_XSTATE = 0x202;

export function getRegisters(task: Task, tracee: Task, data: number): 0 | Errno {
  return task.mm.copyOut(data, readUserRegisters(tracee));
}

export function setRegisters(task: Task, tracee: Task, data: number): 0 | Errno {
  const bytes = task.mm.copyIn(data, USER_REGS.size);
  return isErrno(bytes) ? bytes : writeUserRegisters(tracee, bytes);
}

export function getFpRegisters(task: Task, tracee: Task, data: number): 0 | Errno {
  return task.mm.copyOut(data, fpRegisters(tracee));
}

export function setFpRegisters(task: Task, tracee: Task, data: number): 0 | Errno {
  const bytes = task.mm.copyIn(data, FPSTATE.size);
  if (isErrno(bytes)) return bytes;
  tracee.registers.fxrstor(bytes);
  return 0;
}

function fpRegisters(tracee: Task): Uint8Array {
  const bytes = new Uint8Array(FPSTATE.size);
  tracee.registers.fxsave(bytes);
  return bytes;
}

/** A word of struct user: registers, and debug registers, of which there are none. */
export function peekUser(task: Task, tracee: Task, addr: number, data: number): 0 | Errno {
  if (addr % 8 !== 0 || addr >= USER.size) return EIO;
  return task.mm.writeBig(data, addr < USER_REGS.size ? readUserRegister(tracee, addr) : 0n);
}

export function pokeUser(tracee: Task, addr: number, value: bigint): 0 | Errno {
  if (addr % 8 !== 0 || addr >= USER.size) return EIO;
  if (addr < USER_REGS.size) return writeUserRegister(tracee, addr, value);
  // No hardware breakpoints: what switches them off is done.
  return addr >= USER.u_debugreg && value === 0n ? 0 : EIO;
}

/** The iovec at `data`, and which part of a set of `size` bytes it asks for. */
function readIovec(task: Task, data: number): { base: number; len: number } | Errno {
  const base = task.mm.readU64(data + IOVEC.iov_base);
  const len = task.mm.readU64(data + IOVEC.iov_len);
  return isErrno(base) || isErrno(len) ? EFAULT : { base, len };
}

export function getRegisterSet(task: Task, tracee: Task, kind: number, data: number): 0 | Errno {
  const iovec = readIovec(task, data);
  if (isErrno(iovec)) return iovec;
  const refused = checkSet(kind, iovec.len);
  if (refused !== 0) return refused;
  const bytes = kind === NT_PRSTATUS ? readUserRegisters(tracee) : fpRegisters(tracee);
  const part = bytes.subarray(0, iovec.len);
  const copied = task.mm.copyOut(iovec.base, part);
  return copied === 0 ? task.mm.writeU64(data + IOVEC.iov_len, part.length) : copied;
}

export function setRegisterSet(task: Task, tracee: Task, kind: number, data: number): 0 | Errno {
  const iovec = readIovec(task, data);
  if (isErrno(iovec)) return iovec;
  const refused = checkSet(kind, iovec.len);
  if (refused !== 0) return refused;
  const size = kind === NT_PRSTATUS ? USER_REGS.size : FPSTATE.size;
  const bytes = task.mm.copyIn(iovec.base, Math.min(iovec.len, size));
  if (isErrno(bytes)) return bytes;
  if (kind === NT_PRSTATUS) {
    const result = writeUserRegisters(tracee, bytes);
    if (result !== 0) return result;
  } else {
    const whole = fpRegisters(tracee);
    whole.set(bytes);
    tracee.registers.fxrstor(whole);
  }
  return task.mm.writeU64(data + IOVEC.iov_len, bytes.length);
}

function checkSet(kind: number, len: number): 0 | Errno {
  // This processor has no XSAVE.
  if (kind === NT_X86_XSTATE) return ENODEV;
  if (kind !== NT_PRSTATUS && kind !== NT_PRFPREG) return EINVAL;
  return len % (kind === NT_PRSTATUS ? 8 : 4) === 0 ? 0 : EINVAL;
}

/** PTRACE_ARCH_PRCTL: arch_prctl(2) of the tracee. `addr` is where to store, or the new base. */
export function archPrctl(task: Task, tracee: Task, addr: number, code: number): 0 | Errno {
  switch (code) {
    case ARCH_GET_FS:
      return task.mm.writeU64(addr, tracee.registers.fsBase);
    case ARCH_GET_GS:
      return task.mm.writeU64(addr, tracee.registers.gsBase);
    case ARCH_SET_FS:
      return writeUserRegister(tracee, USER_REGS.fs_base, BigInt(addr));
    case ARCH_SET_GS:
      return writeUserRegister(tracee, USER_REGS.gs_base, BigInt(addr));
    default:
      return EOPNOTSUPP;
  }
}

const ARGUMENTS = [Reg.rdi, Reg.rsi, Reg.rdx, Reg.r10, Reg.r8, Reg.r9] as const;
const OPS = {
  entry: PTRACE_SYSCALL_INFO_ENTRY,
  exit: PTRACE_SYSCALL_INFO_EXIT,
  seccomp: PTRACE_SYSCALL_INFO_SECCOMP,
} as const;
/** struct ptrace_syscall_info: offsets, and the size that a stop's kind fills. */
const INFO = { op: 0, arch: 4, ip: 8, sp: 16, u: 24, size: 88 } as const;

/** @returns the size of what there is to say, whatever the caller has room for. */
export function getSyscallInfo(
  task: Task,
  tracee: Task,
  room: number,
  data: number,
): number | Errno {
  const stop = tracee.trace?.stop ?? null;
  const bytes = new Uint8Array(INFO.size);
  const view = new DataView(bytes.buffer);
  const { registers } = tracee;
  view.setUint32(INFO.arch, AUDIT_ARCH_X86_64, true);
  view.setBigUint64(INFO.ip, BigInt(registers.rip), true);
  view.setBigUint64(INFO.sp, BigInt.asUintN(64, registers.getBig(Reg.rsp)), true);
  let size: number = INFO.u;
  const kind = stop?.kind;
  const op = kind === "entry" || kind === "exit" || kind === "seccomp" ? OPS[kind] : undefined;
  bytes[INFO.op] = op ?? PTRACE_SYSCALL_INFO_NONE;
  if (kind === "exit") {
    const result = BigInt.asIntN(64, registers.getBig(Reg.rax));
    view.setBigInt64(INFO.u, result, true);
    bytes[INFO.u + 8] = result < 0n && result >= -4095n ? 1 : 0;
    size = INFO.u + 9;
  } else if (op !== undefined) {
    view.setBigUint64(INFO.u, BigInt.asUintN(64, BigInt(tracee.syscallNumber)), true);
    for (const [i, reg] of ARGUMENTS.entries()) {
      const value = BigInt.asUintN(64, registers.getBig(reg));
      view.setBigUint64(INFO.u + 8 + 8 * i, value, true);
    }
    size = INFO.u + 56;
    if (kind === "seccomp") {
      view.setUint32(INFO.u + 56, stop?.message ?? 0, true);
      size = INFO.u + 60;
    }
  }
  const copied = task.mm.copyOut(data, bytes.subarray(0, Math.min(size, room)));
  return copied === 0 ? size : copied;
}

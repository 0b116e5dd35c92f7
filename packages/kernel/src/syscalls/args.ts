/**
 * The six arguments of a system call, read from the registers as the handler's C prototype would see
 * them: rdi, rsi, rdx, r10, r8, r9. One object per task, made once.
 */
import { Reg, type Registers } from "../arch/x86/processor.ts";

const ARGUMENT_REGISTERS = [Reg.rdi, Reg.rsi, Reg.rdx, Reg.r10, Reg.r8, Reg.r9] as const;

export class SyscallArgs {
  readonly #registers: Registers;

  constructor(registers: Registers) {
    this.#registers = registers;
  }

  /** An `int`: the low 32 bits, signed. */
  int(i: number): number {
    return this.#registers.getInt32(ARGUMENT_REGISTERS[i] as number);
  }

  /** An `unsigned int`. */
  uint(i: number): number {
    return this.#registers.getInt32(ARGUMENT_REGISTERS[i] as number) >>> 0;
  }

  /** A descriptor: an `int`, and negative ones are nobody's. */
  fd(i: number): number {
    return this.#registers.getInt32(ARGUMENT_REGISTERS[i] as number);
  }

  /** An address. One beyond 2^53 is inexact, and refused by `mm` like any other beyond the end. */
  pointer(i: number): number {
    return this.#registers.get(ARGUMENT_REGISTERS[i] as number);
  }

  /** A `size_t` or `unsigned long`, exact up to 2^53. */
  size(i: number): number {
    return this.#registers.get(ARGUMENT_REGISTERS[i] as number);
  }

  /** A `long` or `loff_t`, exact within ±2^53. */
  signedLong(i: number): number {
    const value = this.#registers.get(ARGUMENT_REGISTERS[i] as number);
    if (value < 2 ** 63) return value;
    return Number(BigInt.asIntN(64, this.#registers.getBig(ARGUMENT_REGISTERS[i] as number)));
  }

  /** All 64 bits. */
  big(i: number): bigint {
    return this.#registers.getBig(ARGUMENT_REGISTERS[i] as number);
  }
}

/** rw_verify_area(): the end of a range is a `loff_t`. Their sum might be rounded up; the difference is exact. */
export function endsInRange(off: number, len: number): boolean {
  return len === 0 || len < 2 ** 63 - off;
}

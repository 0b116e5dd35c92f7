/**
 * What the kernel needs of a processor and of an address space. The kernel imports no implementation;
 * `sandbox` passes one in. All calls are synchronous and on one thread.
 */

/** Page protection as the processor enforces it. */
export const PAGE_R = 1;
export const PAGE_W = 2;
export const PAGE_X = 4;

/** Memory of one process. A guest address is an index into `bytes`. */
export interface AddressSpace {
  /** Lowest address that can be mapped; what lies below belongs to the processor. Page aligned. */
  readonly start: number;
  /** First address that cannot be mapped. Page aligned, below 4 GiB. */
  readonly end: number;
  /** The whole address space; bytes of pages that are not present are meaningless. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /**
   * What the processor may do with the pages [start, end): a mask of PAGE_*. 0 = not present: every access
   * calls `Events.pageFault`. The kernel keeps pages that it wants to hear of (lazy, copy-on-write) without the bit.
   * Dropping PAGE_X, or changing pages from which code was translated, forgets that code.
   */
  protect(start: number, end: number, access: number): void;
  /** Current mask of the page at `addr`, as given to `protect`. */
  protection(addr: number): number;
  /**
   * To be called before the kernel itself changes bytes in [start, end): code translated from there is forgotten.
   * Cheap where there is none.
   */
  willWrite(start: number, end: number): void;
  /** Zeroes the pages [start, end) for their next owner; cheaper than `bytes.fill` where untouched. */
  zero(start: number, end: number): void;
  /** The process is gone: the memory goes back to the pool. No access after this. */
  release(): void;
}

/** General registers in encoding order. */
export const Reg = {
  rax: 0, rcx: 1, rdx: 2, rbx: 3, rsp: 4, rbp: 5, rsi: 6, rdi: 7,
  r8: 8, r9: 9, r10: 10, r11: 11, r12: 12, r13: 13, r14: 14, r15: 15,
} as const; // biome-ignore format: one group a line

/** The registers of one task. Valid whether or not the task runs now. */
export interface Registers {
  /** Register as a number: exact up to 2^53, above that the nearest double (never a valid address). Unsigned. */
  get(reg: number): number;
  /** Low 32 bits, signed. */
  getInt32(reg: number): number;
  getBig(reg: number): bigint;
  /** Sets a register from a number in ±2^53; negative numbers (errno) are sign-extended. */
  set(reg: number, value: number): void;
  setBig(reg: number, value: bigint): void;
  rip: number;
  /** RFLAGS as the guest sees it. */
  rflags: number;
  fsBase: number;
  gsBase: number;
  /** All registers at their values at process start: zero, FCW 0x37f, MXCSR 0x1f80. */
  reset(): void;
  copyFrom(other: Registers): void;
  /** Writes the 512-byte FXSAVE image. */
  fxsave(into: Uint8Array): void;
  /** Loads an FXSAVE image; reserved MXCSR bits are cleared. */
  fxrstor(from: Uint8Array): void;
  /** Plain bytes of everything above, for snapshots. */
  save(): Uint8Array;
  restore(state: Uint8Array): void;
}

/** Why `run` returned. */
export type Stop =
  /** The time slice is over, or `Events` asked for it. */
  | { readonly kind: "preempted" }
  /** A processor exception; registers are those of the faulting instruction (of the next one for #BP and #OF). */
  | {
      readonly kind: "exception";
      readonly vector: number;
      readonly errorCode: number;
      readonly address: number;
      readonly detail?: string;
    };

/** #PF error code bits (SDM vol. 3, 4.7). */
export const PF_PRESENT = 1;
export const PF_WRITE = 2;
export const PF_INSTRUCTION = 16;

/** What the processor calls while it runs a task. */
export interface Events {
  /**
   * The guest executed SYSCALL; rip is after it, rcx and r11 are set. The kernel does the call and sets rax.
   * @returns true to go on in place; false to leave `run` with "preempted" (the task blocked, exited, has a signal
   * to take, was given other registers (execve, rt_sigreturn), or must yield).
   */
  syscall(): boolean;
  /**
   * An access to a page without the right bit. `address` is the first byte that failed.
   * @returns true if the page is there now (the access is tried again); false to leave `run`: either with
   * "preempted" (the kernel has put a signal or block on the task), and the instruction will run again.
   */
  pageFault(address: number, access: typeof PAGE_R | typeof PAGE_W | typeof PAGE_X): boolean;
}

export interface Processor {
  createAddressSpace(): AddressSpace;
  createRegisters(): Registers;
  /**
   * Runs a task until something stops it.
   * @param fuel size of the slice: loop iterations and calls, about 1–20 ns each.
   */
  run(registers: Registers, space: AddressSpace, events: Events, fuel: number): Stop;
  /** Runs one instruction: a string instruction as a whole. "preempted": it was made, or `Events` ended it. */
  step(registers: Registers, space: AddressSpace, events: Events): Stop;
  /** Fuel left when `run` last returned (≤ 0: slice used up). For accounting; deterministic. */
  readonly fuelLeft: number;
}

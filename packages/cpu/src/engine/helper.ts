/**
 * Helpers: parts of instructions that Wasm cannot express well (x87, cpuid, long string operations).
 * They run outside Wasm with the whole register file in the state block.
 */

/** What a helper sees of the machine. */
export interface Machine {
  /** The address space's whole memory; guest address = index. */
  readonly u8: Uint8Array;
  readonly view: DataView;
  /** State block accessors; `offset` is one of `S`. */
  getU16(offset: number): number;
  setU16(offset: number, v: number): void;
  getU32(offset: number): number;
  setU32(offset: number, v: number): void;
  getU64(offset: number): bigint;
  setU64(offset: number, v: bigint): void;
  getF64(offset: number): number;
  setF64(offset: number, v: number): void;
  /**
   * Makes [addr, addr + len) readable, asking the kernel to fill pages.
   * @returns false when the guest has been stopped or signalled: the helper returns false at once.
   */
  ensureReadable(addr: number, len: number): boolean;
  /** As `ensureReadable`, for writing; drops translated code of those pages. */
  ensureWritable(addr: number, len: number): boolean;
  /** Raises an exception at the current instruction; the helper returns what this returns. */
  raise(vector: number, errorCode?: number): false;
  /** The time-stamp counter: nanoseconds of the kernel's monotonic clock, as the guest's TSC. */
  timeStamp(): bigint;
}

/** true: go on with the next instruction; false: leave Wasm (the state says where to). Ignored for pure helpers. */
export type Helper = (m: Machine) => boolean;

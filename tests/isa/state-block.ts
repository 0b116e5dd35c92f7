/** Register images to the state block of packages/cpu/src/state.ts and back. */
import { EFLAGS, S } from "./cpu.ts";
import { R, Registers } from "./registers.ts";

const OTHER_FLAGS = EFLAGS.IF | EFLAGS.DF | EFLAGS.NT | EFLAGS.AC | EFLAGS.ID;

function evenParity(byte: number): boolean {
  let x = byte & 0xff;
  x ^= x >> 4;
  x ^= x >> 2;
  x ^= x >> 1;
  return (x & 1) === 0;
}

/**
 * Flags in the canonical form of emit/flags.ts. Many pairs of words say the same flags; `variant` chooses one, so
 * that code which relies on a certain one is found out.
 */
function packFlags(view: DataView, rflags: number, variant: number): void {
  const has = (bit: number): boolean => (rflags & bit) !== 0;
  const low = variant & 0x7f;
  let result = 0n;
  if (!has(EFLAGS.ZF)) {
    result = BigInt(low | 0x100);
    // The sign by the result itself, or by the delta.
    if (has(EFLAGS.SF) === ((variant & 0x80) === 0)) result = -result;
  }
  let vector = 0;
  if (evenParity(Number(result & 0xffn)) !== has(EFLAGS.PF)) vector |= 1;
  if (result < 0n !== has(EFLAGS.SF)) vector |= 2;
  if (has(EFLAGS.AF)) vector |= 8;
  let high = 0;
  if (has(EFLAGS.CF)) high |= 0x8000_0000;
  if (has(EFLAGS.CF) !== has(EFLAGS.OF)) high |= 0x4000_0000;
  view.setBigInt64(S.flagResult, result, true);
  view.setUint32(S.flagVector, vector, true);
  view.setUint32(S.flagVector + 4, high >>> 0, true);
  view.setUint32(S.flagsOther, rflags & OTHER_FLAGS, true);
}

function unpackFlags(view: DataView): number {
  const result = view.getBigInt64(S.flagResult, true);
  const vector = view.getUint32(S.flagVector, true);
  const high = view.getUint32(S.flagVector + 4, true);
  const carry = high >>> 31;
  let flags = (view.getUint32(S.flagsOther, true) & OTHER_FLAGS) | EFLAGS.RESERVED1;
  if (result === 0n) flags |= EFLAGS.ZF;
  if (result < 0n !== ((vector & 2) !== 0)) flags |= EFLAGS.SF;
  if (evenParity(Number(result & 0xffn)) !== ((vector & 1) !== 0)) flags |= EFLAGS.PF;
  if (carry !== 0) flags |= EFLAGS.CF;
  if ((carry ^ ((high >>> 30) & 1)) !== 0) flags |= EFLAGS.OF;
  if ((vector & 8) !== 0) flags |= EFLAGS.AF;
  return flags;
}

/** A state block (S.end bytes) that holds these registers. */
export function toStateBlock(registers: Registers, variant: number): Uint8Array {
  const block = new Uint8Array(S.end);
  const view = new DataView(block.buffer);
  const from = registers.u8;
  block.set(from.subarray(R.gpr, R.gpr + 128), S.gpr);
  block.set(from.subarray(R.rip, R.rip + 8), S.rip);
  block.set(from.subarray(R.fsBase, R.fsBase + 8), S.fsBase);
  block.set(from.subarray(R.gsBase, R.gsBase + 8), S.gsBase);
  packFlags(view, registers.rflags, variant);
  view.setUint32(S.mxcsr, registers.u32(R.mxcsr), true);
  view.setUint16(S.fcw, registers.u16(R.fcw), true);
  view.setUint16(S.fsw, registers.u16(R.fsw), true);
  view.setUint16(S.ftw, from[R.ftw] as number, true);
  block.set(from.subarray(R.xmm, R.xmm + 256), S.xmm);
  for (let i = 0; i < 8; i++) {
    const physical = (registers.top + i) & 7;
    block.set(from.subarray(R.st + 16 * i, R.st + 16 * i + 10), S.x87 + 16 * physical);
  }
  return block;
}

/** The registers that a state block holds. Pointers of the last x87 instruction are left 0. */
export function fromStateBlock(block: Uint8Array): Registers {
  const registers = new Registers();
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const { u8 } = registers;
  u8.set(block.subarray(S.gpr, S.gpr + 128), R.gpr);
  u8.set(block.subarray(S.fsBase, S.fsBase + 8), R.fsBase);
  u8.set(block.subarray(S.gsBase, S.gsBase + 8), R.gsBase);
  // A guest's pc has 32 bits.
  registers.rip = view.getUint32(S.rip, true);
  registers.rflags = unpackFlags(view);
  registers.view.setUint32(R.mxcsr, view.getUint32(S.mxcsr, true), true);
  registers.view.setUint16(R.fcw, view.getUint16(S.fcw, true), true);
  registers.view.setUint16(R.fsw, view.getUint16(S.fsw, true), true);
  u8[R.ftw] = view.getUint16(S.ftw, true);
  u8.set(block.subarray(S.xmm, S.xmm + 256), R.xmm);
  for (let i = 0; i < 8; i++) {
    const physical = (registers.top + i) & 7;
    u8.set(block.subarray(S.x87 + 16 * physical, S.x87 + 16 * physical + 10), R.st + 16 * i);
  }
  return registers;
}

/**
 * Where a case lives: the same addresses on the host's processor and in our address space.
 *
 *   CODE_BASE  .. + CODE_LEN     int3 everywhere but where the instruction is; readable and executable
 *   DATA_BASE  .. + RW_LEN       read and write
 *   .. + RO_LEN                  read only
 *   all else                     unmapped
 *
 * Case k of a row has its instruction in slot k, so that cases of a row can be loaded together and branches
 * with an 8-bit displacement still land on an int3.
 */
import { Prng } from "./prng.ts";

export const CODE_BASE = 0x1000_0000;
export const SLOT_SIZE = 512;
/** Where in its slot an instruction starts: room for a branch back by 128 bytes. */
export const SLOT_START = 160;
export const SLOTS = 256;
export const CODE_LEN: number = SLOT_SIZE * SLOTS;
export const INT3 = 0xcc;

export const DATA_BASE = 0x2000_0000;
export const RW_LEN = 0x4000;
export const RO_BASE: number = DATA_BASE + RW_LEN;
export const RO_LEN = 0x1000;

/** Address of the instruction of case `index` of a row. */
export function slotPc(index: number): number {
  return CODE_BASE + (index % SLOTS) * SLOT_SIZE + SLOT_START;
}

/** What the data pages hold where a case says nothing else: noise, so that a stray load is seen. */
export const BACKGROUND: Uint8Array = makeBackground();

function makeBackground(): Uint8Array {
  const prng = new Prng(0x6b69_7361);
  const words = new Uint32Array((RW_LEN + RO_LEN) / 4);
  for (let i = 0; i < words.length; i++) words[i] = prng.next();
  return new Uint8Array(words.buffer);
}

/**
 * SSE instructions that run outside Wasm.
 *
 *   maskmovdqu  [0] linear address, [1] [2] data, [3] one bit per byte to store
 */
import { S } from "../../state.ts";
import type { Helper, Machine } from "../helper.ts";
import { sseFloatHelpers } from "./sse-float.ts";

/** Stores the selected bytes; either all of them or, when a page of one is not writable, none. */
function maskmovdqu(m: Machine): boolean {
  const addr = Number(m.getU64(S.scratch));
  const data = [m.getU64(S.scratch + 8), m.getU64(S.scratch + 16)];
  const select = m.getU32(S.scratch + 24);
  for (let i = 0; i < 16; i++) {
    if ((select >> i) & 1 && !m.ensureWritable(addr + i, 1)) return false;
  }
  for (let i = 0; i < 16; i++) {
    if (!((select >> i) & 1)) continue;
    m.u8[addr + i] = Number(((data[i >> 3] as bigint) >> BigInt(8 * (i & 7))) & 0xffn);
  }
  return true;
}

export const sseHelpers: Readonly<Record<string, Helper>> = {
  maskmovdqu,
  ...sseFloatHelpers,
};

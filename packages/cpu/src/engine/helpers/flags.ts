/** Status flags as helpers write them: straight into the canonical form (emit/flags.ts). */
import { S } from "../../state.ts";
import type { Machine } from "../helper.ts";

/** Flags of a - b, both zero-extended from `size` bytes. */
export function setCompareFlags(m: Machine, size: number, a: bigint, b: bigint): void {
  const bits = size * 8;
  const result = BigInt.asIntN(bits, a - b);
  const sign = 1n << BigInt(bits - 1);
  const carry = a < b ? 1n : 0n;
  const overflow = ((a ^ b) & (a ^ result) & sign) === 0n ? 0n : 1n;
  const halfBorrow = (a & 15n) < (b & 15n) ? 8n : 0n;
  m.setU64(S.flagResult, BigInt.asUintN(64, result));
  m.setU64(S.flagVector, (carry << 63n) | ((carry ^ overflow) << 62n) | halfBorrow);
}

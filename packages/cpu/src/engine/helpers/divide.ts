/** Divisions of 128 by 64 bits whose dividend doesn't fit 64: divide128, divideSigned128 (pure). */
import { S } from "../../state.ts";
import type { Helper, Machine } from "../helper.ts";

const U64 = (1n << 64n) - 1n;

/** (high, low, divisor) → quotient. The caller has made sure that high < divisor. */
function divide128(m: Machine): boolean {
  const dividend = (m.getU64(S.scratch) << 64n) | m.getU64(S.scratch + 8);
  m.setU64(S.scratch, (dividend / m.getU64(S.scratch + 16)) & U64);
  return true;
}

/** (high, low, divisor ≠ 0) → quotient; and 1 at scratch + 8 where it has more than 64 bits, else 0. */
function divideSigned128(m: Machine): boolean {
  const high = BigInt.asIntN(64, m.getU64(S.scratch));
  const dividend = (high << 64n) | m.getU64(S.scratch + 8);
  const quotient = dividend / BigInt.asIntN(64, m.getU64(S.scratch + 16));
  m.setU64(S.scratch, BigInt.asUintN(64, quotient));
  m.setU64(S.scratch + 8, quotient === BigInt.asIntN(64, quotient) ? 0n : 1n);
  return true;
}

export const divideHelpers: Record<string, Helper> = { divide128, divideSigned128 };

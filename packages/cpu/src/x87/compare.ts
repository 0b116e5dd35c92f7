/** fcom and its kin (SDM vol. 1, 8.3.6). */
import { DE, type FpuContext } from "./context.ts";
import { type Float80, isDenormal, isNan, isSignalling, isUnsupported, isZero } from "./float80.ts";
import { invalid } from "./nan.ts";

export const Ordering = { LESS: -1, EQUAL: 0, GREATER: 1, UNORDERED: 2 } as const;

/**
 * a compared with b. Ordered comparisons (fcom, fcomi, ftst) find every NaN invalid; `quiet` ones (fucom, fucomi)
 * only signalling NaNs and unsupported operands.
 */
export function compare(c: FpuContext, a: Float80, b: Float80, isQuiet: boolean): number {
  if (isUnsupported(a) || isUnsupported(b)) {
    invalid(c);
    return Ordering.UNORDERED;
  }
  if (isNan(a) || isNan(b)) {
    if (!isQuiet || isSignalling(a) || isSignalling(b)) invalid(c);
    return Ordering.UNORDERED;
  }
  if (isDenormal(a) || isDenormal(b)) c.signal(DE);
  if (isZero(a) && isZero(b)) return Ordering.EQUAL;
  if (a.sign !== b.sign) return a.sign === 1 ? Ordering.LESS : Ordering.GREATER;
  // Exponent 0 counts as 1, which sets pseudo-denormals right.
  const magnitude = (a.exp || 1) - (b.exp || 1) || a.hi - b.hi || a.lo - b.lo;
  if (magnitude === 0) return Ordering.EQUAL;
  return magnitude > 0 === (a.sign === 0) ? Ordering.GREATER : Ordering.LESS;
}

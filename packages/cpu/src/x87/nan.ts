/** Operands that are no numbers (SDM vol. 1, table 4-7 and 8.5.1). */
import { DE, type FpuContext, IE } from "./context.ts";
import {
  DEFAULT_NAN,
  type Float80,
  float80,
  isDenormal,
  isNan,
  isSignalling,
  isUnsupported,
  QUIET_BIT,
} from "./float80.ts";

export function quiet(a: Float80): Float80 {
  return float80(a.sign, a.exp, (a.hi | QUIET_BIT) >>> 0, a.lo);
}

/** Masked response to an invalid operation. A denormal operand doesn't signal then, nor beside a NaN. */
export function invalid(c: FpuContext): Float80 {
  c.withdraw(DE);
  c.signal(IE);
  return DEFAULT_NAN;
}

/**
 * The result where an operand is a NaN or unsupported, and undefined where both are numbers; signals IE and DE for
 * the operands as it goes. Call it before looking at values.
 */
export function specialOperands(c: FpuContext, a: Float80, b: Float80): Float80 | undefined {
  if (isUnsupported(a) || isUnsupported(b)) return invalid(c);
  const aNan = isNan(a);
  const bNan = isNan(b);
  if (aNan || bNan) {
    c.withdraw(DE); // That of a memory operand.
    if (isSignalling(a) || isSignalling(b)) c.signal(IE);
    if (!bNan) return quiet(a);
    if (!aNan) return quiet(b);
    return chooseNan(a, b);
  }
  if (isDenormal(a) || isDenormal(b)) c.signal(DE);
  return undefined;
}

/** `specialOperands` for one operand. */
export function specialOperand(c: FpuContext, a: Float80): Float80 | undefined {
  if (isUnsupported(a)) return invalid(c);
  if (isNan(a)) {
    if (isSignalling(a)) c.signal(IE);
    return quiet(a);
  }
  if (isDenormal(a)) c.signal(DE);
  return undefined;
}

/** Of two NaNs a quiet one wins over a signalling one; of a kind, the larger significand; of equals, the positive. */
function chooseNan(a: Float80, b: Float80): Float80 {
  const aSignals = isSignalling(a);
  if (aSignals !== isSignalling(b)) return aSignals ? b : a;
  const order = a.hi - b.hi || a.lo - b.lo || b.sign - a.sign;
  return quiet(order >= 0 ? a : b);
}

/**
 * x87 operations beyond arithmetic; all implicit: st(0), and st(1) where there are two operands.
 *
 *   x87.f2xm1 .fsin .fcos               st(0)
 *   x87.fprem .fprem1 .fscale           st(0), by st(1)
 *   x87.fyl2x .fyl2xp1 .fpatan          st(1), then pop
 *   x87.fptan .fsincos .fxtract         st(0), then push
 */

import { S } from "../../state.ts";
import type { FpuContext } from "../../x87/context.ts";
import { DEFAULT_NAN, type Float80, isNan, ONE } from "../../x87/float80.ts";
import { exp2m1, yLog2, yLog2Plus1 } from "../../x87/logarithm.ts";
import { remainder } from "../../x87/remainder.ts";
import { extract, scale } from "../../x87/scale.ts";
import {
  begin,
  C0,
  C1,
  C2,
  C3,
  conclude,
  context,
  isEmpty,
  pop,
  pushOnto,
  readSt,
  stackOverflow,
  stackUnderflow,
  writeSt,
} from "../../x87/stack.ts";
import { arctangent, cosine, isReducible, sine, tangent } from "../../x87/trigonometry.ts";
import type { Helper, Machine } from "../helper.ts";
import { unary } from "./x87-arithmetic.ts";

type Binary = (c: FpuContext, a: Float80, b: Float80) => Float80;

/** Signals a stack fault and gives the default NaN, or computes. */
function withOperands(m: Machine, op: Binary): Float80 {
  if (isEmpty(m, 0) || isEmpty(m, 1)) return stackUnderflow();
  return op(context, readSt(m, 0), readSt(m, 1));
}

/** st(1) ← op(st(0), st(1)), then pop. */
function intoSecond(op: Binary): Helper {
  return (m) => {
    if (!begin(m)) return false;
    const result = withOperands(m, op);
    if (!conclude(m)) return true;
    writeSt(m, 1, result);
    pop(m);
    return true;
  };
}

function fscale(m: Machine): boolean {
  if (!begin(m)) return false;
  const result = withOperands(m, scale);
  if (conclude(m)) writeSt(m, 0, result);
  return true;
}

/** C2 says that the remainder isn't final; else C0 C3 C1 are bits 2, 1, 0 of the quotient, if there is one. */
function remainderHelper(isNearest: boolean): Helper {
  return (m) => {
    if (!begin(m)) return false;
    let isPartial = false;
    let quotient: number | undefined;
    const result = withOperands(m, (c, a, b) => {
      const found = remainder(c, a, b, isNearest);
      ({ isPartial, quotient } = found);
      return found.value;
    });
    const isDone = conclude(m);
    setOutOfRange(m, isDone && isPartial);
    if (!isDone) return true;
    writeSt(m, 0, result);
    if (quotient !== undefined) setQuotient(m, quotient);
    return true;
  };
}

function setQuotient(m: Machine, quotient: number): void {
  let status = m.getU16(S.fsw) & ~(C0 | C3 | C1);
  if ((quotient & 4) !== 0) status |= C0;
  if ((quotient & 2) !== 0) status |= C3;
  if ((quotient & 1) !== 0) status |= C1;
  m.setU16(S.fsw, status);
}

/** Sets or clears C2 and leaves the other condition bits. */
function setOutOfRange(m: Machine, isOut: boolean): void {
  const status = m.getU16(S.fsw) & ~C2;
  m.setU16(S.fsw, isOut ? status | C2 : status);
}

/** fsin, fcos: an argument out of range is left as it is, with C2 set. */
function trigonometric(op: (c: FpuContext, a: Float80) => Float80): Helper {
  const compute = unary(op);
  return (m) => {
    if (!begin(m)) return false;
    const isOut = !isEmpty(m, 0) && !isReducible(readSt(m, 0));
    if (isOut) conclude(m);
    setOutOfRange(m, isOut);
    return isOut ? true : compute(m);
  };
}

/** Two results: st(0) is replaced by the first, the second is pushed. Both are NaN after a stack fault. */
function pair(op: (c: FpuContext, a: Float80) => readonly [Float80, Float80]): Helper {
  return (m) => {
    if (!begin(m)) return false;
    let results: readonly [Float80, Float80] = [DEFAULT_NAN, DEFAULT_NAN];
    if (isEmpty(m, 0)) stackUnderflow();
    else if (!isEmpty(m, 7)) stackOverflow();
    else results = op(context, readSt(m, 0));
    if (!conclude(m)) return true;
    writeSt(m, 0, results[0]);
    pushOnto(m, results[1]);
    return true;
  };
}

/** `pair` of an angle. */
function anglePair(op: (c: FpuContext, a: Float80) => readonly [Float80, Float80]): Helper {
  const compute = pair(op);
  return (m) => {
    if (!begin(m)) return false;
    const isOut = !isEmpty(m, 0) && isEmpty(m, 7) && !isReducible(readSt(m, 0));
    if (isOut) conclude(m);
    setOutOfRange(m, isOut);
    return isOut ? true : compute(m);
  };
}

function tangentAndOne(c: FpuContext, a: Float80): readonly [Float80, Float80] {
  const result = tangent(c, a);
  return [result, isNan(result) ? result : ONE];
}

/** C1 is that of the sine, as it is the later of the two. */
function sineAndCosine(c: FpuContext, a: Float80): readonly [Float80, Float80] {
  const second = cosine(c, a);
  return [sine(c, a), second];
}

export const x87TranscendentalHelpers: Record<string, Helper> = {
  "x87.f2xm1": unary(exp2m1),
  "x87.fsin": trigonometric(sine),
  "x87.fcos": trigonometric(cosine),
  "x87.fprem": remainderHelper(false),
  "x87.fprem1": remainderHelper(true),
  "x87.fscale": fscale,
  "x87.fyl2x": intoSecond(yLog2),
  "x87.fyl2xp1": intoSecond(yLog2Plus1),
  "x87.fpatan": intoSecond((c, x, y) => arctangent(c, y, x)),
  "x87.fptan": anglePair(tangentAndOne),
  "x87.fsincos": anglePair(sineAndCosine),
  "x87.fxtract": pair((c, a) => {
    const { exponent, significand } = extract(c, a);
    return [exponent, significand];
  }),
};

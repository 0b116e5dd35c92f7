/**
 * x87 arithmetic with one or two operands.
 *
 *   x87.<op>.st (dst, a, b, pops)                    st(dst) ← st(a) op st(b), then pops: fsubr swaps a and b
 *   x87.<op>.m32 .m64 .i16 .i32 (addr, isReversed)   st(0) ← st(0) op memory, or memory op st(0)
 *   x87.fchs .fabs .fsqrt .frndint                   st(0)
 * with op one of fadd, fmul, fsub, fdiv.
 */
import { add, subtract } from "../../x87/add.ts";
import type { FpuContext } from "../../x87/context.ts";
import { divide, squareRoot } from "../../x87/divide.ts";
import { absolute, type Float80, negate } from "../../x87/float80.ts";
import { roundToInteger } from "../../x87/integer.ts";
import { multiply } from "../../x87/multiply.ts";
import {
  argument,
  begin,
  conclude,
  context,
  isEmpty,
  operandAddress,
  popTimes,
  readSt,
  stackUnderflow,
  writeSt,
} from "../../x87/stack.ts";
import type { Helper } from "../helper.ts";
import { type Read, readFloat32, readFloat64, readInt16, readInt32 } from "./x87-load-store.ts";

type Unary = (c: FpuContext, a: Float80) => Float80;
type Binary = (c: FpuContext, a: Float80, b: Float80) => Float80;

function registers(op: Binary): Helper {
  return (m) => {
    if (!begin(m)) return false;
    const a = argument(m, 1);
    const b = argument(m, 2);
    const hasEmpty = isEmpty(m, a) || isEmpty(m, b);
    const result = hasEmpty ? stackUnderflow() : op(context, readSt(m, a), readSt(m, b));
    if (!conclude(m)) return true;
    writeSt(m, argument(m, 0), result);
    popTimes(m, argument(m, 3));
    return true;
  };
}

function memory(op: Binary, read: Read): Helper {
  return (m) => {
    if (!begin(m)) return false;
    const addr = operandAddress(m, 0);
    let result: Float80;
    if (isEmpty(m, 0)) {
      result = stackUnderflow();
    } else {
      const a = readSt(m, 0);
      const b = read(m, addr);
      result = argument(m, 1) !== 0 ? op(context, b, a) : op(context, a, b);
    }
    if (conclude(m)) writeSt(m, 0, result);
    return true;
  };
}

/** st(0) ← op st(0). */
export function unary(op: Unary): Helper {
  return (m) => {
    if (!begin(m)) return false;
    const result = isEmpty(m, 0) ? stackUnderflow() : op(context, readSt(m, 0));
    if (conclude(m)) writeSt(m, 0, result);
    return true;
  };
}

function binary(name: string, op: Binary): Record<string, Helper> {
  return {
    [`x87.${name}.st`]: registers(op),
    [`x87.${name}.m32`]: memory(op, readFloat32),
    [`x87.${name}.m64`]: memory(op, readFloat64),
    [`x87.${name}.i16`]: memory(op, readInt16),
    [`x87.${name}.i32`]: memory(op, readInt32),
  };
}

export const x87ArithmeticHelpers: Record<string, Helper> = {
  ...binary("fadd", add),
  ...binary("fmul", multiply),
  ...binary("fsub", subtract),
  ...binary("fdiv", divide),
  "x87.fchs": unary((_, a) => negate(a)),
  "x87.fabs": unary((_, a) => absolute(a)),
  "x87.fsqrt": unary(squareRoot),
  "x87.frndint": unary(roundToInteger),
};

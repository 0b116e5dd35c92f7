/**
 * SSE arithmetic while MXCSR's rounding, FTZ or DAZ bits aren't at their defaults.
 *
 *   ssefloat  (pure) [0] [1] first operand, [2] [3] second operand, [4] `SseFloat` code → [0] [1] the register;
 *             exception flags are or-ed into MXCSR
 *   ldmxcsr   [0] the new MXCSR, already found good
 */
import {
  add,
  DOUBLE,
  div,
  FloatContext,
  type Format,
  fromInteger,
  mul,
  narrow,
  SINGLE,
  sqrt,
  sub,
} from "../../sse/soft-float.ts";
import { S } from "../../state.ts";
import type { Helper, Machine } from "../helper.ts";

/** Argument 4 of `ssefloat`: one operation, in doubles or singles, on all lanes or the lowest (others: first operand's). */
export const SseFloat = {
  add: 0,
  sub: 1,
  mul: 2,
  div: 3,
  /** Of the second operand, like the conversions. */
  sqrt: 4,
  /** Doubles to singles; packed: the upper half becomes 0. */
  narrow: 5,
  fromI32: 6,
  fromI64: 7,
  /** Subtraction in even lanes, addition in odd ones. */
  addsub: 8,
  operation: 15,
  double: 16,
  packed: 32,
} as const;

function compute(c: FloatContext, f: Format, operation: number, a: bigint, b: bigint): bigint {
  switch (operation) {
    case SseFloat.add:
      return add(c, f, a, b);
    case SseFloat.sub:
      return sub(c, f, a, b);
    case SseFloat.mul:
      return mul(c, f, a, b);
    case SseFloat.div:
      return div(c, f, a, b);
    case SseFloat.sqrt:
      return sqrt(c, f, b);
    default:
      return fromInteger(c, f, BigInt.asIntN(operation === SseFloat.fromI32 ? 32 : 64, b));
  }
}

/** Lanes of a double-sized or single-sized vector at `offset` in the state block. */
function lane(m: Machine, offset: number, isDouble: boolean, i: number): bigint {
  return isDouble ? m.getU64(offset + 8 * i) : BigInt(m.getU32(offset + 4 * i));
}

function setLane(m: Machine, offset: number, isDouble: boolean, i: number, v: bigint): void {
  if (isDouble) m.setU64(offset + 8 * i, v);
  else m.setU32(offset + 4 * i, Number(v));
}

function ssefloat(m: Machine): boolean {
  const first = S.scratch;
  const second = S.scratch + 16;
  const code = m.getU32(S.scratch + 32);
  const operation = code & SseFloat.operation;
  const isDouble = (code & SseFloat.double) !== 0;
  const isPacked = (code & SseFloat.packed) !== 0;
  const mxcsr = m.getU32(S.mxcsr);
  const c = new FloatContext(mxcsr);
  if (operation === SseFloat.narrow) {
    for (let i = 0; i < (isPacked ? 2 : 1); i++)
      m.setU32(first + 4 * i, Number(narrow(c, m.getU64(second + 8 * i))));
    if (isPacked) m.setU64(first + 8, 0n);
  } else {
    const wideSource = isDouble || operation === SseFloat.fromI64;
    const f = isDouble ? DOUBLE : SINGLE;
    const lanes = !isPacked ? 1 : isDouble ? 2 : 4;
    for (let i = 0; i < lanes; i++) {
      const a = lane(m, first, isDouble, i);
      const inLane =
        operation !== SseFloat.addsub ? operation : i % 2 === 0 ? SseFloat.sub : SseFloat.add;
      setLane(m, first, isDouble, i, compute(c, f, inLane, a, lane(m, second, wideSource, i)));
    }
  }
  if (c.flags !== 0) m.setU32(S.mxcsr, mxcsr | c.flags);
  return true;
}

/** The engine sees that control bits have changed, and leaves regions. */
function ldmxcsr(m: Machine): boolean {
  m.setU32(S.mxcsr, m.getU32(S.scratch));
  return true;
}

export const sseFloatHelpers: Readonly<Record<string, Helper>> = { ssefloat, ldmxcsr };

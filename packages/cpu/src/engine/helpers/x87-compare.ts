/**
 * x87 comparisons.
 *
 *   x87.fcom.st .fucom.st (i, pops)            C3 C2 C0
 *   x87.fcom.m32 .m64 .i16 .i32 (addr, pops)   C3 C2 C0
 *   x87.fcomi .fucomi (i, pops)                ZF PF CF; OF SF AF cleared
 *   x87.ftst, x87.fxam                         C3 C2 C0
 */
import { S } from "../../state.ts";
import { compare, Ordering } from "../../x87/compare.ts";
import { classify, type Float80, type Float80Class, zero } from "../../x87/float80.ts";
import {
  argument,
  begin,
  C0,
  C1,
  C2,
  C3,
  CONDITIONS,
  conclude,
  context,
  isEmpty,
  operandAddress,
  popTimes,
  readSt,
  setConditions,
  stackUnderflow,
} from "../../x87/stack.ts";
import type { Helper, Machine } from "../helper.ts";
import { type Read, readFloat32, readFloat64, readInt16, readInt32 } from "./x87-load-store.ts";

/** Condition bits by ordering + 1: less, equal, greater, unordered. */
const CONDITION_CODES: readonly number[] = [C0, C3, 0, CONDITIONS];

/** Compares st(0) with what `read` gives; empty registers make it invalid and unordered. */
function order(m: Machine, hasEmpty: boolean, read: () => Float80, isQuiet: boolean): number {
  if (hasEmpty) {
    stackUnderflow();
    return Ordering.UNORDERED;
  }
  const a = readSt(m, 0);
  return compare(context, a, read(), isQuiet);
}

/** Settles the exceptions and the condition bits, and pops unless an exception was unmasked (which hides no result). */
function settle(m: Machine, ordering: number, pops: number): boolean {
  const isDone = conclude(m);
  setConditions(m, CONDITION_CODES[ordering + 1] as number);
  if (isDone) popTimes(m, pops);
  return true;
}

function registers(isQuiet: boolean): Helper {
  return (m) => {
    if (!begin(m)) return false;
    const i = argument(m, 0);
    const hasEmpty = isEmpty(m, 0) || isEmpty(m, i);
    return settle(
      m,
      order(m, hasEmpty, () => readSt(m, i), isQuiet),
      argument(m, 1),
    );
  };
}

function memory(read: Read): Helper {
  return (m) => {
    if (!begin(m)) return false;
    const addr = operandAddress(m, 0);
    return settle(
      m,
      order(m, isEmpty(m, 0), () => read(m, addr), false),
      argument(m, 1),
    );
  };
}

function test(m: Machine): boolean {
  if (!begin(m)) return false;
  return settle(
    m,
    order(m, isEmpty(m, 0), () => zero(0), false),
    0,
  );
}

/**
 * The canonical form of ZF PF CF (emit/flags.ts), by ordering + 1: result 1 has odd parity and isn't zero; result 0
 * is zero with even parity, which vector bit 0 turns over. CF is bits 63 and 62, so that OF stays clear.
 */
const FLAG_RESULT: readonly bigint[] = [1n, 0n, 1n, 0n];
const CARRY = 3n << 62n;
const FLAG_VECTOR: readonly bigint[] = [CARRY, 1n, 0n, CARRY];

function flags(isQuiet: boolean): Helper {
  return (m) => {
    if (!begin(m)) return false;
    const i = argument(m, 0);
    const hasEmpty = isEmpty(m, 0) || isEmpty(m, i);
    const ordering = order(m, hasEmpty, () => readSt(m, i), isQuiet);
    m.setU64(S.flagResult, FLAG_RESULT[ordering + 1] as bigint);
    m.setU64(S.flagVector, FLAG_VECTOR[ordering + 1] as bigint);
    if (conclude(m)) popTimes(m, argument(m, 1));
    return true;
  };
}

const CLASS_CODES: Readonly<Record<Float80Class, number>> = {
  unsupported: 0,
  nan: C0,
  normal: C2,
  infinity: C2 | C0,
  zero: C3,
  denormal: C3 | C2,
};

/** Looks at st(0) without exceptions; C1 is its sign, also where the register is empty. */
function examine(m: Machine): boolean {
  if (!begin(m)) return false;
  const value = readSt(m, 0);
  const conditions = isEmpty(m, 0) ? C3 | C0 : CLASS_CODES[classify(value)];
  conclude(m);
  setConditions(m, conditions);
  if (value.sign === 1) m.setU16(S.fsw, m.getU16(S.fsw) | C1);
  return true;
}

export const x87CompareHelpers: Record<string, Helper> = {
  "x87.fcom.st": registers(false),
  "x87.fucom.st": registers(true),
  "x87.fcom.m32": memory(readFloat32),
  "x87.fcom.m64": memory(readFloat64),
  "x87.fcom.i16": memory(readInt16),
  "x87.fcom.i32": memory(readInt32),
  "x87.fcomi": flags(false),
  "x87.fucomi": flags(true),
  "x87.ftst": test,
  "x87.fxam": examine,
};

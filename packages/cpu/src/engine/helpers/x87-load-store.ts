/**
 * x87 loads, stores and moves. Addresses come as argument 0 and have been checked for the instruction's access.
 *
 *   x87.fld.m32 .m64 .m80 .i16 .i32 .i64 .bcd (addr)    push
 *   x87.fld.st (i), x87.fld.constant (n)                push
 *   x87.fst.m32 .m64 .i16 .i32 .i64 (addr, pops)        store; fst.m80, fst.bcd, fisttp.* likewise
 *   x87.fst.st (i, pops), x87.fstpnce (i), x87.fxch (i), x87.fcmov (condition, i)
 */

import { constant } from "../../x87/constants.ts";
import { Rounding } from "../../x87/context.ts";
import { DEFAULT_NAN, type Float80, float80, isSignalling } from "../../x87/float80.ts";
import {
  bcdIndefinite,
  fromBcd,
  fromInt32,
  fromInt64,
  integerIndefinite,
  stored,
  toBcd,
  toInteger,
} from "../../x87/integer.ts";
import { specialOperand } from "../../x87/nan.ts";
import { fromFloat32, fromFloat64, narrowed, toFloat32, toFloat64 } from "../../x87/narrow.ts";
import {
  argument,
  begin,
  conclude,
  concludeStore,
  context,
  isEmpty,
  operandAddress,
  popTimes,
  pushLoaded,
  pushOnto,
  readSt,
  stackUnderflow,
  writeSt,
} from "../../x87/stack.ts";
import type { Helper, Machine } from "../helper.ts";

/** Makes a register value of the memory operand at `addr`. */
export type Read = (m: Machine, addr: number) => Float80;

export const readFloat32: Read = (m, addr) => fromFloat32(context, m.view.getUint32(addr, true));
export const readFloat64: Read = (m, addr) =>
  fromFloat64(context, m.view.getUint32(addr + 4, true), m.view.getUint32(addr, true));
export const readInt16: Read = (m, addr) => fromInt32(m.view.getInt16(addr, true));
export const readInt32: Read = (m, addr) => fromInt32(m.view.getInt32(addr, true));
const readInt64: Read = (m, addr) =>
  fromInt64(m.view.getUint32(addr + 4, true), m.view.getUint32(addr, true));
const readBcd: Read = (m, addr) => fromBcd(m.u8.subarray(addr, addr + 10));

/** Any ten bytes, without a look at what they are. */
function readFloat80(m: Machine, addr: number): Float80 {
  const word = m.view.getUint16(addr + 8, true);
  const hi = m.view.getUint32(addr + 4, true);
  return float80(word >= 0x8000 ? 1 : 0, word & 0x7fff, hi, m.view.getUint32(addr, true));
}

/** fld from memory: where the format changes, a signalling NaN is an invalid operand. */
function loadNarrow(read: Read): Helper {
  return load((m, addr) => {
    const value = read(m, addr);
    return isSignalling(value) ? (specialOperand(context, value) ?? value) : value;
  });
}

function load(read: Read): Helper {
  return (m) => {
    if (!begin(m)) return false;
    const addr = operandAddress(m, 0);
    pushLoaded(m, () => read(m, addr));
    return true;
  };
}

/** fld st(i). Of an empty source and a full stack, the empty source counts. */
function loadRegister(m: Machine): boolean {
  if (!begin(m)) return false;
  const i = argument(m, 0);
  if (!isEmpty(m, i)) pushLoaded(m, () => readSt(m, i));
  else {
    const value = stackUnderflow();
    if (conclude(m)) pushOnto(m, value);
  }
  return true;
}

function loadConstant(m: Machine): boolean {
  if (!begin(m)) return false;
  pushLoaded(m, () => constant(argument(m, 0), context.rounding));
  return true;
}

/**
 * A store converts st(0), settles the exceptions, and only then writes: `convert` leaves the result for `write`.
 * An empty st(0) stores the masked response of `empty`.
 */
interface Store {
  convert(value: Float80): void;
  empty(): void;
  write(m: Machine, addr: number): void;
}

function store(kind: Store): Helper {
  return (m) => {
    if (!begin(m)) return false;
    const addr = operandAddress(m, 0);
    if (isEmpty(m, 0)) {
      stackUnderflow();
      kind.empty();
    } else {
      kind.convert(readSt(m, 0));
    }
    if (!concludeStore(m)) return true;
    kind.write(m, addr);
    popTimes(m, argument(m, 1));
    return true;
  };
}

const float32Store: Store = {
  convert: (value) => toFloat32(context, value),
  empty: () => toFloat32(context, DEFAULT_NAN),
  write: (m, addr) => m.view.setUint32(addr, narrowed.lo, true),
};

const float64Store: Store = {
  convert: (value) => toFloat64(context, value),
  empty: () => toFloat64(context, DEFAULT_NAN),
  write(m, addr) {
    m.view.setUint32(addr, narrowed.lo, true);
    m.view.setUint32(addr + 4, narrowed.hi, true);
  },
};

/** The value between `convert` and `write` of the stores below. */
let pendingFloat80 = DEFAULT_NAN;
let pendingBcd = bcdIndefinite();

/** Ten bytes as they are: no exception but the stack's. */
const float80Store: Store = {
  convert(value) {
    pendingFloat80 = value;
  },
  empty() {
    pendingFloat80 = DEFAULT_NAN;
  },
  write(m, addr) {
    const { sign, exp, hi, lo } = pendingFloat80;
    m.view.setUint32(addr, lo, true);
    m.view.setUint32(addr + 4, hi, true);
    m.view.setUint16(addr + 8, sign * 0x8000 + exp, true);
  },
};

const bcdStore: Store = {
  convert(value) {
    pendingBcd = toBcd(context, value);
  },
  empty() {
    pendingBcd = bcdIndefinite();
  },
  write: (m, addr) => m.u8.set(pendingBcd, addr),
};

/** fist, fistp by the control word's rounding; fisttp always towards zero. */
function integerStore(bits: 16 | 32 | 64, truncates: boolean): Store {
  return {
    convert: (value) =>
      toInteger(context, value, bits, truncates ? Rounding.ZERO : context.rounding),
    empty: () => integerIndefinite(bits),
    write(m, addr) {
      if (bits === 16) {
        m.view.setUint16(addr, stored.lo & 0xffff, true);
        return;
      }
      m.view.setUint32(addr, stored.lo, true);
      if (bits === 64) m.view.setUint32(addr + 4, stored.hi, true);
    },
  };
}

function storeRegister(m: Machine): boolean {
  if (!begin(m)) return false;
  const value = isEmpty(m, 0) ? stackUnderflow() : readSt(m, 0);
  if (!conclude(m)) return true;
  writeSt(m, argument(m, 0), value);
  popTimes(m, argument(m, 1));
  return true;
}

/** d9 d8+i, "fstp without exceptions": an empty st(0) is popped and nothing stored. */
function storeWithoutCheck(m: Machine): boolean {
  if (!begin(m)) return false;
  conclude(m);
  if (!isEmpty(m, 0)) writeSt(m, argument(m, 0), readSt(m, 0));
  popTimes(m, 1);
  return true;
}

/** Empty registers count as the default NaN, masked, and are exchanged as that. */
function exchange(m: Machine): boolean {
  if (!begin(m)) return false;
  const i = argument(m, 0);
  const a = isEmpty(m, 0) ? stackUnderflow() : readSt(m, 0);
  const b = isEmpty(m, i) ? stackUnderflow() : readSt(m, i);
  if (!conclude(m)) return true;
  writeSt(m, 0, b);
  writeSt(m, i, a);
  return true;
}

function conditionalMove(m: Machine): boolean {
  if (!begin(m)) return false;
  const isTrue = argument(m, 0) !== 0;
  const i = argument(m, 1);
  const hasEmpty = isEmpty(m, 0) || isEmpty(m, i);
  if (hasEmpty) stackUnderflow();
  if (!conclude(m)) return true;
  if (hasEmpty) writeSt(m, 0, DEFAULT_NAN);
  else if (isTrue) writeSt(m, 0, readSt(m, i));
  return true;
}

// biome-ignore format: one helper per line.
export const x87LoadStoreHelpers: Record<string, Helper> = {
  "x87.fld.m32": loadNarrow(readFloat32),
  "x87.fld.m64": loadNarrow(readFloat64),
  "x87.fld.m80": load(readFloat80),
  "x87.fld.i16": load(readInt16),
  "x87.fld.i32": load(readInt32),
  "x87.fld.i64": load(readInt64),
  "x87.fld.bcd": load(readBcd),
  "x87.fld.st": loadRegister,
  "x87.fld.constant": loadConstant,
  "x87.fst.m32": store(float32Store),
  "x87.fst.m64": store(float64Store),
  "x87.fst.m80": store(float80Store),
  "x87.fst.i16": store(integerStore(16, false)),
  "x87.fst.i32": store(integerStore(32, false)),
  "x87.fst.i64": store(integerStore(64, false)),
  "x87.fst.bcd": store(bcdStore),
  "x87.fisttp.i16": store(integerStore(16, true)),
  "x87.fisttp.i32": store(integerStore(32, true)),
  "x87.fisttp.i64": store(integerStore(64, true)),
  "x87.fst.st": storeRegister,
  "x87.fstpnce": storeWithoutCheck,
  "x87.fxch": exchange,
  "x87.fcmov": conditionalMove,
};

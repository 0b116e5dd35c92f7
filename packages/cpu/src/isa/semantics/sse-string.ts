/**
 * The comparison inside PCMPESTRI, PCMPESTRM, PCMPISTRI and PCMPISTRM (SDM vol. 2, 4.1): two fragments of up to
 * 16 bytes or 8 words, compared in one of four ways, give a bit per element of the second (IntRes2).
 *
 * Elements from a fragment's length on are invalid; the length is explicit, or ends at the first null element.
 */
import type { Emitter } from "../../emit/emitter.ts";
import { i8x16, i16x8, i32, select, type Value, v128 } from "../../emit/value.ts";

/** imm8[3:2] */
const EQUAL_ANY = 0;
const RANGES = 1;
const EQUAL_EACH = 2;

/** What the immediate says about the elements. */
interface Elements {
  readonly lanes: typeof i8x16 | typeof i16x8;
  /** Bytes of an element. */
  readonly width: 1 | 2;
  /** Elements of a register. */
  readonly n: 8 | 16;
}

export interface StringComparison extends Elements {
  /** IntRes2, a leaf; bits above `n` are 0. */
  readonly bits: Value;
  /** Valid elements of the operands, i32 leaves, at most `n`. */
  readonly length1: Value;
  readonly length2: Value;
}

export function elementsOf(imm: number): Elements {
  return imm & 1 ? { lanes: i16x8, width: 2, n: 8 } : { lanes: i8x16, width: 1, n: 16 };
}

/** Elements before the first null one. `v` is a leaf. */
export function implicitLength(e: Emitter, imm: number, v: Value): Value {
  const { lanes, n } = elementsOf(imm);
  const nulls = lanes.bitmask(lanes.eq(v, v128.zero()));
  return e.let(i32.ctz(i32.or(nulls, i32.const(1 << n))));
}

/** Compares a (first operand) with b; both and their lengths are leaves. */
export function compareFragments(
  e: Emitter,
  imm: number,
  a: Value,
  b: Value,
  length1: Value,
  length2: Value,
): StringComparison {
  const elements = elementsOf(imm);
  const operands = { ...elements, a, b, length1, length2 };
  const all = i32.const((1 << elements.n) - 1);
  const valid2 = e.let(validBits(length2));
  const bits = e.let(aggregate(e, imm, operands, valid2));
  const flipped = imm & 0x10 ? i32.xor(bits, imm & 0x20 ? valid2 : all) : bits; // imm8[5:4], polarity
  return { ...elements, bits: e.let(flipped), length1, length2 };
}

/** IntRes2 as a mask of whole elements, for imm8[6] = 1. */
export function expandBits({ bits, n }: StringComparison): Value {
  const copies = i16x8.splat(bits);
  if (n === 8) {
    const place = v128.const(
      new Uint8Array(Uint16Array.from({ length: 8 }, (_, i) => 1 << i).buffer),
    );
    return i16x8.eq(v128.and(copies, place), place);
  }
  const place = v128.const(Uint8Array.from({ length: 16 }, (_, i) => 1 << (i & 7)));
  const bytes = v128.shuffle(copies, copies, [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
  return i8x16.eq(v128.and(bytes, place), place);
}

interface Operands extends Elements {
  readonly a: Value;
  readonly b: Value;
  readonly length1: Value;
  readonly length2: Value;
}

function validBits(length: Value): Value {
  return i32.sub(i32.shl(i32.const(1), length), i32.const(1));
}

/** IntRes1 */
function aggregate(e: Emitter, imm: number, o: Operands, valid2: Value): Value {
  switch ((imm >> 2) & 3) {
    case EQUAL_ANY:
      return i32.and(equalAny(e, o), valid2);
    case RANGES:
      return i32.and(ranges(e, o, (imm & 2) !== 0), valid2);
    case EQUAL_EACH:
      return equalEach(e, o, valid2);
    default:
      return equalOrdered(e, o);
  }
}

/** Element `i` in every lane. */
function broadcast({ width }: Elements, v: Value, i: number): Value {
  return v128.shuffle(
    v,
    v,
    Array.from({ length: 16 }, (_, k) => i * width + (k % width)),
  );
}

/** Ones in the lanes whose number, passed through `number`, is below `length`. */
function lanesBelow(
  { lanes, n }: Elements,
  length: Value,
  number = (i: number): number => i,
): Value {
  const numbers = Array.from({ length: n }, (_, i) => number(i));
  const bytes =
    n === 16 ? Uint8Array.from(numbers) : new Uint8Array(Uint16Array.from(numbers).buffer);
  return lanes.lt_s(v128.const(bytes), lanes.splat(length));
}

/** Elements of b that are one of a's. Invalid elements of a become copies of the first one: that adds none. */
function equalAny(e: Emitter, o: Operands): Value {
  const { lanes, n, a, b, length1 } = o;
  const set = e.let(v128.bitselect(a, broadcast(o, a, 0), lanesBelow(o, length1)));
  let found = lanes.eq(broadcast(o, set, 0), b);
  for (let i = 1; i < n; i++) found = v128.or(found, lanes.eq(broadcast(o, set, i), b));
  return select(length1, lanes.bitmask(found), i32.const(0));
}

/** Elements of b within one of a's pairs (lowest, highest). Incomplete pairs become copies of the first one. */
function ranges(e: Emitter, o: Operands, isSigned: boolean): Value {
  const { lanes, width, n, a, b, length1 } = o;
  const firstPair = v128.shuffle(
    a,
    a,
    Array.from({ length: 16 }, (_, k) => k % (2 * width)),
  );
  const complete = lanesBelow(o, length1, (i) => i | 1);
  const pairs = e.let(v128.bitselect(a, firstPair, complete));
  const [ge, le] = isSigned ? [lanes.ge_s, lanes.le_s] : [lanes.ge_u, lanes.le_u];
  const within = (i: number): Value =>
    v128.and(ge(b, broadcast(o, pairs, i)), le(b, broadcast(o, pairs, i + 1)));
  let found = within(0);
  for (let i = 2; i < n; i += 2) found = v128.or(found, within(i));
  return select(i32.gt_s(length1, i32.const(1)), lanes.bitmask(found), i32.const(0));
}

/** Equal elements at the same place; both invalid counts as equal. */
function equalEach(e: Emitter, { lanes, n, a, b, length1 }: Operands, valid2: Value): Value {
  const valid1 = e.let(validBits(length1));
  const equal = i32.and(lanes.bitmask(lanes.eq(a, b)), i32.and(valid1, valid2));
  const neither = i32.xor(i32.or(valid1, valid2), i32.const((1 << n) - 1));
  return i32.or(equal, neither);
}

/** Places of b at which a begins, as far as the register shows. */
function equalOrdered(e: Emitter, o: Operands): Value {
  const { lanes, width, n, a, b, length1, length2 } = o;
  const unwanted = e.let(v128.not(lanesBelow(o, length1)));
  const valid = e.let(lanesBelow(o, length2));
  // Lane j of the vectors below is about place j of b: whether its element j + i is a's element i.
  const ones = v128.not(v128.zero());
  let starts: Value = ones;
  for (let i = 0; i < n; i++) {
    const from = Array.from({ length: 16 }, (_, k) => k + i * width);
    const equal = lanes.eq(
      broadcast(o, a, i),
      v128.shuffle(
        b,
        b,
        from.map((k) => k & 15),
      ),
    );
    // Beyond the register nothing is known, which counts as equal.
    const here = v128.shuffle(valid, ones, from);
    const beyond = v128.const(Uint8Array.from(from, (k) => (k > 15 ? 255 : 0)));
    const matches = v128.or(v128.and(equal, here), v128.or(beyond, broadcast(o, unwanted, i)));
    starts = v128.and(starts, matches);
  }
  return lanes.bitmask(starts);
}

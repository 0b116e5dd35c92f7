/**
 * From flag records to values: single conditions (the fast ways that need no flag at all, `a <u b` for
 * sub + jb), and the canonical two words (see flags.ts).
 */
import type { OperandSize } from "../isa/insn.ts";
import type { ConditionCode, FlagName } from "./emitter.ts";
import type { ArithmeticFlags, BitFlags, FlagRecord, FloatFlags } from "./flags.ts";
import { F32, f32, f64, I32, i32, i64, select, type Value } from "./value.ts";

/** The two words of the canonical form, as values. */
export interface CanonicalFlags {
  readonly kind: "canonical";
  readonly result: Value;
  readonly vector: Value;
}

/** What the flags are at a point: a record and, for the flags it keeps, what was before. */
export type FlagState =
  | CanonicalFlags
  | { readonly kind: "record"; readonly record: FlagRecord; readonly before: FlagState };

type Let = (v: Value) => Value;

const CARRIES = 0xc000_0000_0000_0000n;

function mask(size: OperandSize): number {
  return size === 1 ? 0xff : 0xffff;
}

/** Zero-extended to its size, for unsigned compares. */
function unsigned(size: OperandSize, v: Value): Value {
  return size >= 4 ? v : i32.and(v, i32.const(mask(size)));
}

/** Sign-extended within its Wasm type, for signed compares. */
function signed(size: OperandSize, v: Value): Value {
  if (size === 1) return i32.extend8_s(v);
  if (size === 2) return i32.extend16_s(v);
  return v;
}

/** Sign-extended to 64 bits. */
function extend64(size: OperandSize, v: Value): Value {
  return size === 8 ? v : i64.extend_i32_s(signed(size, v));
}

function isZero(size: OperandSize, v: Value): Value {
  return size === 8 ? i64.eqz(v) : i32.eqz(unsigned(size, v));
}

function isNegative(size: OperandSize, v: Value): Value {
  if (size === 8) return i64.lt_s(v, i64.const(0));
  return i32.lt_s(signed(size, v), i32.const(0));
}

const bit = (v: Value): Value => (v.type === I32 ? v : i32.wrap_i64(v));
const not = (v: Value): Value => i32.xor(v, i32.const(1));

/** Parity flag of a result's low byte: 1 when even. */
function parity(v: Value): Value {
  const low = i32.and(v.type === I32 ? v : i32.wrap_i64(v), i32.const(0xff));
  return i32.and(i32.xor(i32.popcnt(low), i32.const(1)), i32.const(1));
}

/** Carries out of every bit of a + b, or borrows of a - b. */
function carries(r: ArithmeticFlags): Value {
  const { a, b, result } = r;
  const isSub = r.kind === "sub" || r.kind === "sbb";
  if (r.size === 8) {
    const m1 = i64.const(-1);
    if (isSub) {
      return i64.or(i64.and(i64.xor(a, m1), i64.or(b, result)), i64.and(b, result));
    }
    return i64.or(i64.and(a, b), i64.and(i64.or(a, b), i64.xor(result, m1)));
  }
  const m1 = i32.const(-1);
  if (isSub) return i32.or(i32.and(i32.xor(a, m1), i32.or(b, result)), i32.and(b, result));
  return i32.or(i32.and(a, b), i32.and(i32.or(a, b), i32.xor(result, m1)));
}

/** vector from cf, of, af given as i32 0/1. */
function vectorOf(cf: Value, of: Value, af: Value | undefined): Value {
  const top = i32.or(i32.shl(cf, i32.const(31)), i32.shl(i32.xor(cf, of), i32.const(30)));
  const high = i64.shl(i64.extend_i32_u(top), i64.const(32));
  if (af === undefined) return high;
  return i64.or(high, i64.extend_i32_u(i32.shl(af, i32.const(3))));
}

/** A flag of a floating-point comparison. */
function floatFlag(name: FlagName, { a, b }: FloatFlags): Value {
  const { lt, gt, ge, ne } = a.type === F32 ? f32 : f64;
  if (name === "c") return i32.eqz(ge(a, b));
  if (name === "z") return i32.eqz(i32.or(lt(a, b), gt(a, b)));
  if (name === "p") return i32.or(ne(a, a), ne(b, b));
  return i32.const(0);
}

export class FlagValues {
  readonly #let: Let;

  constructor(letValue: Let) {
    this.#let = letValue;
  }

  /** The canonical words of `state`, as leaves. */
  canonical(state: FlagState): CanonicalFlags {
    if (state.kind === "canonical") return state;
    const { record, before } = state;
    switch (record.kind) {
      case "add":
      case "adc":
      case "sub":
      case "sbb": {
        const c = this.#let(carries(record));
        const result = this.#let(extend64(record.size, record.result));
        return { kind: "canonical", result, vector: this.#let(alignCarries(record.size, c)) };
      }
      case "logic":
        return {
          kind: "canonical",
          result: this.#let(extend64(record.size, record.result)),
          vector: i64.const(0),
        };
      case "inc":
      case "dec": {
        const r = this.#let(extend64(record.size, record.result));
        const cf = this.flag("c", before);
        const of = this.flag("o", state);
        const af = this.flag("a", state);
        return {
          kind: "canonical",
          result: r,
          vector: this.#let(vectorOf(this.#let(cf), of, af)),
        };
      }
      case "result":
        return {
          kind: "canonical",
          result: this.#let(extend64(record.size, record.result)),
          vector: this.#let(vectorOf(record.cf, record.of, undefined)),
        };
      case "bits":
      case "float":
        return this.#canonicalBits(record, state, before);
      case "if": {
        const old = this.canonical(before);
        const now = this.canonical({ kind: "record", record: record.then, before: old });
        return {
          kind: "canonical",
          result: this.#let(select(record.cond, now.result, old.result)),
          vector: this.#let(select(record.cond, now.vector, old.vector)),
        };
      }
      default:
        return record satisfies never;
    }
  }

  #canonicalBits(
    record: BitFlags | FloatFlags,
    state: FlagState,
    before: FlagState,
  ): CanonicalFlags {
    const of = this.#let(this.flag("o", state));
    const cf = this.#let(this.flag("c", state));
    if (
      record.kind === "bits" &&
      record.zf === undefined &&
      record.sf === undefined &&
      record.pf === undefined
    ) {
      const old = this.canonical(before);
      const kept = i64.and(old.vector, i64.const(record.af === undefined ? 0xb : 3));
      return {
        kind: "canonical",
        result: old.result,
        vector: this.#let(i64.or(vectorOf(cf, of, record.af), kept)),
      };
    }
    const zf = this.#let(this.flag("z", state));
    const sf = this.flag("s", state);
    const pf = this.flag("p", state);
    const deltas = i32.or(i32.shl(sf, i32.const(1)), i32.xor(pf, zf));
    return {
      kind: "canonical",
      result: this.#let(i64.extend_i32_u(not(zf))),
      vector: this.#let(i64.or(vectorOf(cf, of, this.flag("a", state)), i64.extend_i32_u(deltas))),
    };
  }

  /** One flag as i32 0 or 1. */
  flag(name: FlagName, state: FlagState): Value {
    if (state.kind === "canonical") return canonicalFlag(name, state);
    const { record, before } = state;
    switch (record.kind) {
      case "add":
      case "adc":
      case "sub":
      case "sbb":
        return this.#arithmeticFlag(name, record);
      case "logic":
        if (name === "z") return isZero(record.size, record.result);
        if (name === "s") return isNegative(record.size, record.result);
        if (name === "p") return parity(record.result);
        return i32.const(0);
      case "inc":
      case "dec": {
        const { size, result, kind } = record;
        if (name === "z") return isZero(size, result);
        if (name === "s") return isNegative(size, result);
        if (name === "p") return parity(result);
        if (name === "c") return this.flag("c", before);
        const low = i32.and(bit(result), i32.const(15));
        if (name === "a") return i32.eq(low, i32.const(kind === "inc" ? 0 : 15));
        const min = -(2 ** (size * 8 - 1));
        const limit = kind === "inc" ? min : -min - 1;
        if (size === 8) {
          const big = kind === "inc" ? -(2n ** 63n) : 2n ** 63n - 1n;
          return i64.eq(result, i64.const(big));
        }
        return i32.eq(signed(size, result), i32.const(limit));
      }
      case "result":
        if (name === "z") return isZero(record.size, record.result);
        if (name === "s") return isNegative(record.size, record.result);
        if (name === "p") return parity(record.result);
        if (name === "c") return record.cf;
        if (name === "o") return record.of;
        return i32.const(0);
      case "bits": {
        const own = {
          c: record.cf,
          p: record.pf,
          a: record.af,
          z: record.zf,
          s: record.sf,
          o: record.of,
        }[name];
        return own ?? this.flag(name, before);
      }
      case "float":
        return floatFlag(name, record);
      case "if": {
        const then: FlagState = { kind: "record", record: record.then, before };
        return select(record.cond, this.flag(name, then), this.flag(name, before));
      }
      default:
        return record satisfies never;
    }
  }

  #arithmeticFlag(name: FlagName, r: ArithmeticFlags): Value {
    const { size, a, b, result } = r;
    if (name === "z") return isZero(size, result);
    if (name === "s") return isNegative(size, result);
    if (name === "p") return parity(result);
    if (name === "a") {
      const low = i32.xor(bit(result), i32.xor(bit(a), bit(b)));
      return i32.and(i32.shr_u(low, i32.const(4)), i32.const(1));
    }
    if (name === "c") {
      if (r.kind === "sub") {
        if (size === 8) return i64.lt_u(a, b);
        return i32.lt_u(unsigned(size, a), unsigned(size, b));
      }
      if (r.kind === "add") {
        if (size === 8) return i64.lt_u(result, a);
        return i32.lt_u(unsigned(size, result), unsigned(size, a));
      }
    }
    const c = this.#let(carries(r));
    const top = size * 8 - 1;
    if (size === 8) {
      if (name === "c") return i32.wrap_i64(i64.shr_u(c, i64.const(63)));
      return i32.wrap_i64(i64.shr_u(i64.xor(c, i64.shl(c, i64.const(1))), i64.const(63)));
    }
    if (name === "c") return i32.and(i32.shr_u(c, i32.const(top)), i32.const(1));
    const o = i32.shr_u(i32.xor(c, i32.shl(c, i32.const(1))), i32.const(top));
    return i32.and(o, i32.const(1));
  }

  /** Jcc condition as i32. */
  condition(cc: ConditionCode, state: FlagState): Value {
    if ((cc & 1) === 1) return i32.eqz(this.condition((cc & 14) as ConditionCode, state));
    if (state.kind === "record") {
      const fast = this.#fastCondition(cc, state.record);
      if (fast !== undefined) return fast;
      if (state.record.kind === "if") {
        const then: FlagState = { kind: "record", record: state.record.then, before: state.before };
        return select(
          state.record.cond,
          this.condition(cc, then),
          this.condition(cc, state.before),
        );
      }
    }
    const f = (name: FlagName): Value => this.flag(name, state);
    switch (cc) {
      case 0:
        return f("o");
      case 2:
        return f("c");
      case 4:
        return f("z");
      case 6:
        return i32.or(f("c"), f("z"));
      case 8:
        return f("s");
      case 10:
        return f("p");
      case 12:
        return i32.xor(f("s"), f("o"));
      default:
        return i32.or(f("z"), i32.xor(f("s"), f("o")));
    }
  }

  /** Conditions that a compare gives without flags; even condition codes only. */
  #fastCondition(cc: number, r: FlagRecord): Value | undefined {
    if (r.kind === "sub") {
      const { size, a, b } = r;
      const wide = size === 8;
      const ua = unsigned(size, a);
      const ub = unsigned(size, b);
      if (cc === 4) return wide ? i64.eq(a, b) : i32.eq(ua, ub);
      if (cc === 6) return wide ? i64.le_u(a, b) : i32.le_u(ua, ub);
      if (cc === 12) return wide ? i64.lt_s(a, b) : i32.lt_s(signed(size, a), signed(size, b));
      if (cc === 14) return wide ? i64.le_s(a, b) : i32.le_s(signed(size, a), signed(size, b));
      return undefined;
    }
    if (r.kind === "float") {
      const { gt } = r.a.type === F32 ? f32 : f64;
      if (cc === 6) return i32.eqz(gt(r.a, r.b)); // below, equal or unordered
      if (cc === 12) return i32.const(0);
      return cc === 14 ? floatFlag("z", r) : undefined;
    }
    if (r.kind === "logic") {
      const { size, result } = r;
      if (cc === 6) return isZero(size, result);
      if (cc === 12) return isNegative(size, result);
      if (cc === 14) {
        if (size === 8) return i64.le_s(result, i64.const(0));
        return i32.le_s(signed(size, result), i32.const(0));
      }
    }
    return undefined;
  }

  /** RFLAGS status bits as i32, at their EFLAGS places (bit 1 set). */
  statusBits(state: FlagState): Value {
    const c = this.canonical(state);
    const at = (name: FlagName, shift: number): Value =>
      i32.shl(canonicalFlag(name, c), i32.const(shift));
    let v = i32.or(canonicalFlag("c", c), i32.const(2));
    v = i32.or(v, at("p", 2));
    v = i32.or(v, at("a", 4));
    v = i32.or(v, at("z", 6));
    v = i32.or(v, at("s", 7));
    return i32.or(v, at("o", 11));
  }
}

/** Moves the top two carries of an operation of `size` to bits 63 and 62 and keeps that of bit 3. */
function alignCarries(size: OperandSize, c: Value): Value {
  if (size === 8) return i64.and(c, i64.const(CARRIES | 8n));
  const shifted = i64.shl(i64.extend_i32_u(c), i64.const(64 - size * 8));
  const nibble = i64.extend_i32_u(i32.and(c, i32.const(8)));
  return i64.or(i64.and(shifted, i64.const(CARRIES)), nibble);
}

function canonicalFlag(name: FlagName, s: CanonicalFlags): Value {
  const { result, vector } = s;
  const vbit = (n: number): Value =>
    i32.and(i32.shr_u(i32.wrap_i64(vector), i32.const(n)), i32.const(1));
  switch (name) {
    case "c":
      return i32.wrap_i64(i64.shr_u(vector, i64.const(63)));
    case "o":
      return i32.wrap_i64(i64.shr_u(i64.xor(vector, i64.shl(vector, i64.const(1))), i64.const(63)));
    case "z":
      return i64.eqz(result);
    case "s":
      return i32.xor(i64.lt_s(result, i64.const(0)), vbit(1));
    case "p":
      return i32.xor(parity(result), i32.and(i32.wrap_i64(vector), i32.const(1)));
    case "a":
      return vbit(3);
    default:
      return name satisfies never;
  }
}

/** A BitFlags record from RFLAGS bits in an i32 value. */
export function recordOfStatusBits(v: Value): BitFlags {
  const at = (n: number): Value => i32.and(i32.shr_u(v, i32.const(n)), i32.const(1));
  return { kind: "bits", cf: at(0), pf: at(2), af: at(4), zf: at(6), sf: at(7), of: at(11) };
}

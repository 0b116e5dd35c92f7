/**
 * Values: the expressions that semantics build and that the encoder turns into Wasm.
 *
 * A value is an immutable node. Building one emits nothing; it is emitted where a statement uses it, once
 * per use, so a value that is used more than once, or that must be computed *now* (before a register or a
 * memory cell changes), is first put into a local with `Emitter.let`.
 * Constants fold; so do the identities that operand decoding brings about (x + 0, wrap(extend(x))).
 */

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const V128 = 0x7b;
export type ValType = typeof I32 | typeof I64 | typeof F32 | typeof F64 | typeof V128;

export interface Value {
  readonly type: ValType;
  /** Opcode: a plain Wasm opcode, SIMD + n for 0xfd-prefixed, SAT + n for 0xfc-prefixed, or a pseudo below. */
  readonly op: number;
  readonly args: readonly Value[];
  /** Constant, local index, lane, or memory offset. */
  readonly imm: number | bigint;
  /** Bytes of v128.const and i8x16.shuffle. */
  readonly bytes?: Uint8Array;
  /** An i32 local: how many of its low bits can be set, where that is fewer than 32. */
  readonly width?: number;
}

export const SIMD = 0x1000;
export const SAT = 0x2000;
export const OP_LOCAL = 0x20;
export const OP_I32_CONST = 0x41;
export const OP_I64_CONST = 0x42;
export const OP_F32_CONST = 0x43;
export const OP_F64_CONST = 0x44;
export const OP_GLOBAL = 0x23;
export const OP_V128_CONST: number = SIMD + 12;
export const OP_SHUFFLE: number = SIMD + 13;
export const OP_I64X2_REPLACE: number = SIMD + 30;

function node(type: ValType, op: number, args: readonly Value[], imm: number | bigint = 0): Value {
  return { type, op, args, imm };
}

export function local(type: ValType, index: number): Value {
  return node(type, OP_LOCAL, [], index);
}

/** An i32 that the module imports. */
export function global(index: number): Value {
  return node(I32, OP_GLOBAL, [], index);
}

/** A local that stands for `v`: what is known of `v`'s width goes along. */
export function localOf(v: Value, index: number): Value {
  const width = v.type === I32 ? widthOf(v) : 32;
  if (width === 32) return local(v.type, index);
  return { type: v.type, op: OP_LOCAL, args: [], imm: index, width };
}

/** How many low bits of an i32 value can be set. */
function widthOf(v: Value): number {
  const [a, b] = v.args;
  switch (v.op) {
    case OP_LOCAL:
      return v.width ?? 32;
    case OP_I32_CONST:
      return 32 - Math.clz32(v.imm as number);
    case 0x2d: // i32.load8_u
      return 8;
    case 0x2f: // i32.load16_u
      return 16;
    case 0x71: // and
      return Math.min(widthOf(a as Value), widthOf(b as Value));
    case 0x72: // or
    case 0x73: // xor
      return Math.max(widthOf(a as Value), widthOf(b as Value));
    case 0x76: {
      const by = constI32(b as Value);
      return by === undefined ? widthOf(a as Value) : Math.max(0, widthOf(a as Value) - (by & 31));
    }
    default:
      // eqz and comparisons, of any type
      return v.op >= 0x45 && v.op <= 0x66 ? 1 : 32;
  }
}

export function isConst(v: Value): boolean {
  return v.op === OP_I32_CONST || v.op === OP_I64_CONST;
}

/** A leaf costs nothing to repeat: a constant or a local. */
export function isLeaf(v: Value): boolean {
  return v.op === OP_LOCAL || (v.op >= OP_I32_CONST && v.op <= OP_F64_CONST);
}

/** The value of an i32 constant node as a signed number, else undefined. */
export function constI32(v: Value): number | undefined {
  return v.op === OP_I32_CONST ? (v.imm as number) : undefined;
}

/** The value of an i64 constant node as a signed bigint, else undefined. */
export function constI64(v: Value): bigint | undefined {
  return v.op === OP_I64_CONST ? (v.imm as bigint) : undefined;
}

type Unary = (a: Value) => Value;
type Binary = (a: Value, b: Value) => Value;

function unary(type: ValType, op: number): Unary {
  return (a) => node(type, op, [a]);
}

function binary(type: ValType, op: number): Binary {
  return (a, b) => node(type, op, [a, b]);
}

/** Lane extraction; `replace` is the opcode that the lane may just have been put in with. */
function lane1(type: ValType, op: number, replace = -1): (a: Value, lane: number) => Value {
  return (a, lane) => {
    if (a.op === replace) {
      const [base, scalar] = a.args;
      return a.imm === lane ? (scalar as Value) : lane1(type, op, replace)(base as Value, lane);
    }
    return node(type, op, [a], lane);
  };
}

const REPLACE_F32 = SIMD + 32;
const REPLACE_F64 = SIMD + 34;

/**
 * A vector whose low lane is a scalar of its own, both leaves: how the translator keeps a register that scalar
 * floating-point instructions work on. It costs one instruction to make and is only made where all of it is needed.
 */
export function isScalarView(v: Value): boolean {
  if (v.op !== REPLACE_F64 && v.op !== REPLACE_F32) return false;
  return v.imm === 0 && v.args.every((a) => isLeaf(a) || a.op === OP_V128_CONST);
}

/** A vector whose low half is a double of its own. */
export function isLowDouble(v: Value): boolean {
  return v.op === REPLACE_F64 && v.imm === 0;
}

/** Integer bits of a float leaf: what a load of a float looks like to code that asks for bits. */
export function isFloatBits(v: Value): boolean {
  return (v.op === 0xbc || v.op === 0xbd) && isLeaf(v.args[0] as Value);
}

/** The low 64 (or 32) bits of a scalar view as an integer. */
function bitsOfScalar(
  v: Value,
  replace: number,
  reinterpret: number,
  type: ValType,
): Value | undefined {
  return v.op === replace && v.imm === 0
    ? node(type, reinterpret, [v.args[1] as Value])
    : undefined;
}

function lane2(op: number): (a: Value, lane: number, b: Value) => Value {
  return (a, lane, b) => node(V128, op, [a, b], lane);
}

const simd1 = (n: number): Unary => unary(V128, SIMD + n);
const simd2 = (n: number): Binary => binary(V128, SIMD + n);
const simdShift = (n: number): Binary => binary(V128, SIMD + n); // (v128, i32)
const simdTest = (n: number): Unary => unary(I32, SIMD + n);

function fold32(op: number, f: (a: number, b: number) => number): Binary {
  return (a, b) => {
    const x = constI32(a);
    const y = constI32(b);
    if (x !== undefined && y !== undefined) return i32.const(f(x, y));
    return node(I32, op, [a, b]);
  };
}

function fold64(op: number, f: (a: bigint, b: bigint) => bigint): Binary {
  return (a, b) => {
    const x = constI64(a);
    const y = constI64(b);
    if (x !== undefined && y !== undefined) return i64.const(f(x, y));
    return node(I64, op, [a, b]);
  };
}

/** `f` folded when the right side is the neutral element 0. */
function zeroRight(f: Binary): Binary {
  return (a, b) => (isConst(b) && Number(b.imm) === 0 ? a : f(a, b));
}

const mod64 = (n: bigint): bigint => n & 63n;

interface I32Ops {
  const(n: number): Value;
  eqz: Unary;
  eq: Binary;
  ne: Binary;
  lt_s: Binary;
  lt_u: Binary;
  gt_s: Binary;
  gt_u: Binary;
  le_s: Binary;
  le_u: Binary;
  ge_s: Binary;
  ge_u: Binary;
  clz: Unary;
  ctz: Unary;
  popcnt: Unary;
  add: Binary;
  sub: Binary;
  mul: Binary;
  div_s: Binary;
  div_u: Binary;
  rem_s: Binary;
  rem_u: Binary;
  and: Binary;
  or: Binary;
  xor: Binary;
  shl: Binary;
  shr_s: Binary;
  shr_u: Binary;
  rotl: Binary;
  rotr: Binary;
  wrap_i64: Unary;
  reinterpret_f32: Unary;
  extend8_s: Unary;
  extend16_s: Unary;
  trunc_sat_f32_s: Unary;
  trunc_sat_f32_u: Unary;
  trunc_sat_f64_s: Unary;
  trunc_sat_f64_u: Unary;
}

const and32 = fold32(0x71, (a, b) => a & b);

// biome-ignore format: one opcode per entry, in the order of the Wasm specification.
export const i32: I32Ops = {
  const: (n) => node(I32, OP_I32_CONST, [], n | 0),
  eqz: (a) => (constI32(a) !== undefined ? i32.const(constI32(a) === 0 ? 1 : 0) : node(I32, 0x45, [a])),
  eq: binary(I32, 0x46), ne: binary(I32, 0x47), lt_s: binary(I32, 0x48), lt_u: binary(I32, 0x49),
  gt_s: binary(I32, 0x4a), gt_u: binary(I32, 0x4b), le_s: binary(I32, 0x4c), le_u: binary(I32, 0x4d),
  ge_s: binary(I32, 0x4e), ge_u: binary(I32, 0x4f), clz: unary(I32, 0x67), ctz: unary(I32, 0x68), popcnt: unary(I32, 0x69),
  add: zeroRight(fold32(0x6a, (a, b) => a + b)), sub: zeroRight(fold32(0x6b, (a, b) => a - b)), mul: fold32(0x6c, Math.imul),
  div_s: binary(I32, 0x6d), div_u: binary(I32, 0x6e), rem_s: binary(I32, 0x6f), rem_u: binary(I32, 0x70),
  and: (a, b) => {
    const mask = constI32(b);
    // A mask of low ones that the value cannot exceed.
    if (mask !== undefined && mask > 0 && (mask & (mask + 1)) === 0 && widthOf(a) <= 32 - Math.clz32(mask)) return a;
    return and32(a, b);
  },
  or: zeroRight(fold32(0x72, (a, b) => a | b)), xor: zeroRight(fold32(0x73, (a, b) => a ^ b)),
  shl: zeroRight(fold32(0x74, (a, b) => a << b)), shr_s: zeroRight(fold32(0x75, (a, b) => a >> b)), shr_u: zeroRight(fold32(0x76, (a, b) => a >>> b)),
  rotl: binary(I32, 0x77), rotr: binary(I32, 0x78),
  wrap_i64: (a) => {
    if (a.op === OP_I64_CONST) return i32.const(Number(BigInt.asIntN(32, a.imm as bigint)));
    const inner = a.args[0];
    if ((a.op === 0xac || a.op === 0xad) && inner !== undefined) return inner; // wrap(extend_i32(x)) = x
    return node(I32, 0xa7, [a]);
  },
  reinterpret_f32: unary(I32, 0xbc), extend8_s: unary(I32, 0xc0), extend16_s: unary(I32, 0xc1),
  trunc_sat_f32_s: unary(I32, SAT + 0), trunc_sat_f32_u: unary(I32, SAT + 1), trunc_sat_f64_s: unary(I32, SAT + 2), trunc_sat_f64_u: unary(I32, SAT + 3),
};

interface I64Ops {
  const(n: bigint | number): Value;
  eqz: Unary;
  eq: Binary;
  ne: Binary;
  lt_s: Binary;
  lt_u: Binary;
  gt_s: Binary;
  gt_u: Binary;
  le_s: Binary;
  le_u: Binary;
  ge_s: Binary;
  ge_u: Binary;
  clz: Unary;
  ctz: Unary;
  popcnt: Unary;
  add: Binary;
  sub: Binary;
  mul: Binary;
  div_s: Binary;
  div_u: Binary;
  rem_s: Binary;
  rem_u: Binary;
  and: Binary;
  or: Binary;
  xor: Binary;
  shl: Binary;
  shr_s: Binary;
  shr_u: Binary;
  rotl: Binary;
  rotr: Binary;
  extend_i32_s: Unary;
  extend_i32_u: Unary;
  reinterpret_f64: Unary;
  extend8_s: Unary;
  extend16_s: Unary;
  extend32_s: Unary;
  trunc_sat_f32_s: Unary;
  trunc_sat_f32_u: Unary;
  trunc_sat_f64_s: Unary;
  trunc_sat_f64_u: Unary;
}

// biome-ignore format: one opcode per entry, in the order of the Wasm specification.
export const i64: I64Ops = {
  const: (n) => node(I64, OP_I64_CONST, [], BigInt.asIntN(64, BigInt(n))),
  eqz: (a) => (constI64(a) !== undefined ? i32.const(constI64(a) === 0n ? 1 : 0) : node(I32, 0x50, [a])),
  eq: binary(I32, 0x51), ne: binary(I32, 0x52), lt_s: binary(I32, 0x53), lt_u: binary(I32, 0x54),
  gt_s: binary(I32, 0x55), gt_u: binary(I32, 0x56), le_s: binary(I32, 0x57), le_u: binary(I32, 0x58),
  ge_s: binary(I32, 0x59), ge_u: binary(I32, 0x5a), clz: unary(I64, 0x79), ctz: unary(I64, 0x7a), popcnt: unary(I64, 0x7b),
  add: zeroRight(fold64(0x7c, (a, b) => a + b)), sub: zeroRight(fold64(0x7d, (a, b) => a - b)), mul: fold64(0x7e, (a, b) => a * b),
  div_s: binary(I64, 0x7f), div_u: binary(I64, 0x80), rem_s: binary(I64, 0x81), rem_u: binary(I64, 0x82),
  and: fold64(0x83, (a, b) => a & b), or: zeroRight(fold64(0x84, (a, b) => a | b)), xor: zeroRight(fold64(0x85, (a, b) => a ^ b)),
  shl: zeroRight(fold64(0x86, (a, b) => a << mod64(b))), shr_s: zeroRight(fold64(0x87, (a, b) => a >> mod64(b))),
  shr_u: zeroRight(fold64(0x88, (a, b) => BigInt.asUintN(64, a) >> mod64(b))),
  rotl: binary(I64, 0x89), rotr: binary(I64, 0x8a),
  extend_i32_s: (a) => (constI32(a) !== undefined ? i64.const(constI32(a) as number) : node(I64, 0xac, [a])),
  extend_i32_u: (a) => (constI32(a) !== undefined ? i64.const((constI32(a) as number) >>> 0) : node(I64, 0xad, [a])),
  reinterpret_f64: unary(I64, 0xbd), extend8_s: unary(I64, 0xc2), extend16_s: unary(I64, 0xc3), extend32_s: unary(I64, 0xc4),
  trunc_sat_f32_s: unary(I64, SAT + 4), trunc_sat_f32_u: unary(I64, SAT + 5), trunc_sat_f64_s: unary(I64, SAT + 6), trunc_sat_f64_u: unary(I64, SAT + 7),
};

interface FloatOps {
  const(n: number): Value;
  eq: Binary;
  ne: Binary;
  lt: Binary;
  gt: Binary;
  le: Binary;
  ge: Binary;
  abs: Unary;
  neg: Unary;
  ceil: Unary;
  floor: Unary;
  trunc: Unary;
  nearest: Unary;
  sqrt: Unary;
  add: Binary;
  sub: Binary;
  mul: Binary;
  div: Binary;
  min: Binary;
  max: Binary;
  copysign: Binary;
  convert_i32_s: Unary;
  convert_i32_u: Unary;
  convert_i64_s: Unary;
  convert_i64_u: Unary;
}

// biome-ignore format: one opcode per entry, in the order of the Wasm specification.
export const f32: FloatOps & { demote_f64: Unary; reinterpret_i32: Unary } = {
  const: (n) => node(F32, OP_F32_CONST, [], n),
  eq: binary(I32, 0x5b), ne: binary(I32, 0x5c), lt: binary(I32, 0x5d), gt: binary(I32, 0x5e), le: binary(I32, 0x5f), ge: binary(I32, 0x60),
  abs: unary(F32, 0x8b), neg: unary(F32, 0x8c), ceil: unary(F32, 0x8d), floor: unary(F32, 0x8e), trunc: unary(F32, 0x8f), nearest: unary(F32, 0x90), sqrt: unary(F32, 0x91),
  add: binary(F32, 0x92), sub: binary(F32, 0x93), mul: binary(F32, 0x94), div: binary(F32, 0x95), min: binary(F32, 0x96), max: binary(F32, 0x97), copysign: binary(F32, 0x98),
  convert_i32_s: unary(F32, 0xb2), convert_i32_u: unary(F32, 0xb3), convert_i64_s: unary(F32, 0xb4), convert_i64_u: unary(F32, 0xb5),
  demote_f64: unary(F32, 0xb6), reinterpret_i32: (a) => (a.op === 0xbc ? (a.args[0] as Value) : node(F32, 0xbe, [a])),
};

// biome-ignore format: one opcode per entry, in the order of the Wasm specification.
export const f64: FloatOps & { promote_f32: Unary; reinterpret_i64: Unary } = {
  const: (n) => node(F64, OP_F64_CONST, [], n),
  eq: binary(I32, 0x61), ne: binary(I32, 0x62), lt: binary(I32, 0x63), gt: binary(I32, 0x64), le: binary(I32, 0x65), ge: binary(I32, 0x66),
  abs: unary(F64, 0x99), neg: unary(F64, 0x9a), ceil: unary(F64, 0x9b), floor: unary(F64, 0x9c), trunc: unary(F64, 0x9d), nearest: unary(F64, 0x9e), sqrt: unary(F64, 0x9f),
  add: binary(F64, 0xa0), sub: binary(F64, 0xa1), mul: binary(F64, 0xa2), div: binary(F64, 0xa3), min: binary(F64, 0xa4), max: binary(F64, 0xa5), copysign: binary(F64, 0xa6),
  convert_i32_s: unary(F64, 0xb7), convert_i32_u: unary(F64, 0xb8), convert_i64_s: unary(F64, 0xb9), convert_i64_u: unary(F64, 0xba),
  promote_f32: unary(F64, 0xbb), reinterpret_i64: (a) => (a.op === 0xbd ? (a.args[0] as Value) : node(F64, 0xbf, [a])),
};

/** select(cond, a, b): a if cond ≠ 0. Both sides are evaluated. */
export function select(cond: Value, a: Value, b: Value): Value {
  const c = constI32(cond);
  if (c !== undefined) return c !== 0 ? a : b;
  return node(a.type, 0x1b, [a, b, cond]);
}

function v128Const(bytes: Uint8Array): Value {
  return { type: V128, op: OP_V128_CONST, args: [], imm: 0, bytes };
}

function shuffle(a: Value, b: Value, lanes: readonly number[]): Value {
  return { type: V128, op: OP_SHUFFLE, args: [a, b], imm: 0, bytes: Uint8Array.from(lanes) };
}

interface IntLanes {
  splat: Unary;
  eq: Binary;
  ne: Binary;
  lt_s: Binary;
  gt_s: Binary;
  le_s: Binary;
  ge_s: Binary;
  abs: Unary;
  neg: Unary;
  all_true: Unary;
  bitmask: Unary;
  shl: Binary;
  shr_s: Binary;
  shr_u: Binary;
  add: Binary;
  sub: Binary;
}
interface UnsignedLanes {
  lt_u: Binary;
  gt_u: Binary;
  le_u: Binary;
  ge_u: Binary;
  min_s: Binary;
  min_u: Binary;
  max_s: Binary;
  max_u: Binary;
}
interface SaturatingLanes {
  add_sat_s: Binary;
  add_sat_u: Binary;
  sub_sat_s: Binary;
  sub_sat_u: Binary;
  avgr_u: Binary;
}
type Extract = (a: Value, lane: number) => Value;
type Replace = (a: Value, lane: number, b: Value) => Value;

interface FloatLanes {
  splat: Unary;
  extract_lane: Extract;
  replace_lane: Replace;
  eq: Binary;
  ne: Binary;
  lt: Binary;
  gt: Binary;
  le: Binary;
  ge: Binary;
  abs: Unary;
  neg: Unary;
  sqrt: Unary;
  add: Binary;
  sub: Binary;
  mul: Binary;
  div: Binary;
  min: Binary;
  max: Binary;
  /** b < a ? b : a — pmin(a, b). x86's MINPS dst, src is pmin(src, dst). */
  pmin: Binary;
  /** a < b ? b : a — pmax(a, b). x86's MAXPS dst, src is pmax(src, dst). */
  pmax: Binary;
  ceil: Unary;
  floor: Unary;
  trunc: Unary;
  nearest: Unary;
}

interface V128Ops {
  const(bytes: Uint8Array): Value;
  zero(): Value;
  /** i8x16.shuffle: 16 lane numbers, 0–15 from a, 16–31 from b. */
  shuffle(a: Value, b: Value, lanes: readonly number[]): Value;
  /** i8x16.swizzle: byte i = a[s[i]], 0 where s[i] > 15. */
  swizzle: Binary;
  not: Unary;
  and: Binary /** a & ~b */;
  andnot: Binary;
  or: Binary;
  xor: Binary;
  /** bits of a where mask is 1, of b where 0 */
  bitselect(a: Value, b: Value, mask: Value): Value;
  any_true: Unary;
}

// biome-ignore format: one opcode per entry, in the order of the Wasm SIMD specification.
export const v128: V128Ops = {
  const: v128Const,
  zero: () => v128Const(new Uint8Array(16)),
  shuffle,
  swizzle: simd2(14),
  not: simd1(77), and: simd2(78), andnot: simd2(79), or: simd2(80), xor: simd2(81),
  bitselect: (a, b, mask) => node(V128, SIMD + 82, [a, b, mask]),
  any_true: simdTest(83),
};

// biome-ignore format: one opcode per entry, in the order of the Wasm SIMD specification.
export const i8x16: IntLanes & UnsignedLanes & SaturatingLanes & { extract_lane_s: Extract; extract_lane_u: Extract; replace_lane: Replace; popcnt: Unary; narrow_i16x8_s: Binary; narrow_i16x8_u: Binary } = {
  splat: simd1(15), extract_lane_s: lane1(I32, SIMD + 21), extract_lane_u: lane1(I32, SIMD + 22), replace_lane: lane2(SIMD + 23),
  eq: simd2(35), ne: simd2(36), lt_s: simd2(37), lt_u: simd2(38), gt_s: simd2(39), gt_u: simd2(40), le_s: simd2(41), le_u: simd2(42), ge_s: simd2(43), ge_u: simd2(44),
  abs: simd1(96), neg: simd1(97), popcnt: simd1(98), all_true: simdTest(99), bitmask: simdTest(100), narrow_i16x8_s: simd2(101), narrow_i16x8_u: simd2(102),
  shl: simdShift(107), shr_s: simdShift(108), shr_u: simdShift(109),
  add: simd2(110), add_sat_s: simd2(111), add_sat_u: simd2(112), sub: simd2(113), sub_sat_s: simd2(114), sub_sat_u: simd2(115),
  min_s: simd2(118), min_u: simd2(119), max_s: simd2(120), max_u: simd2(121), avgr_u: simd2(123),
};

// biome-ignore format: one opcode per entry, in the order of the Wasm SIMD specification.
export const i16x8: IntLanes & UnsignedLanes & SaturatingLanes & { extract_lane_s: Extract; extract_lane_u: Extract; replace_lane: Replace; mul: Binary; narrow_i32x4_s: Binary; narrow_i32x4_u: Binary; extend_low_i8x16_s: Unary; extend_high_i8x16_s: Unary; extend_low_i8x16_u: Unary; extend_high_i8x16_u: Unary; extmul_low_i8x16_s: Binary; extmul_high_i8x16_s: Binary; extmul_low_i8x16_u: Binary; extmul_high_i8x16_u: Binary; extadd_pairwise_i8x16_s: Unary; extadd_pairwise_i8x16_u: Unary; q15mulr_sat_s: Binary } = {
  splat: simd1(16), extract_lane_s: lane1(I32, SIMD + 24), extract_lane_u: lane1(I32, SIMD + 25), replace_lane: lane2(SIMD + 26),
  eq: simd2(45), ne: simd2(46), lt_s: simd2(47), lt_u: simd2(48), gt_s: simd2(49), gt_u: simd2(50), le_s: simd2(51), le_u: simd2(52), ge_s: simd2(53), ge_u: simd2(54),
  extadd_pairwise_i8x16_s: simd1(124), extadd_pairwise_i8x16_u: simd1(125),
  abs: simd1(128), neg: simd1(129), q15mulr_sat_s: simd2(130), all_true: simdTest(131), bitmask: simdTest(132), narrow_i32x4_s: simd2(133), narrow_i32x4_u: simd2(134),
  extend_low_i8x16_s: simd1(135), extend_high_i8x16_s: simd1(136), extend_low_i8x16_u: simd1(137), extend_high_i8x16_u: simd1(138),
  shl: simdShift(139), shr_s: simdShift(140), shr_u: simdShift(141),
  add: simd2(142), add_sat_s: simd2(143), add_sat_u: simd2(144), sub: simd2(145), sub_sat_s: simd2(146), sub_sat_u: simd2(147), mul: simd2(149),
  min_s: simd2(150), min_u: simd2(151), max_s: simd2(152), max_u: simd2(153), avgr_u: simd2(155),
  extmul_low_i8x16_s: simd2(156), extmul_high_i8x16_s: simd2(157), extmul_low_i8x16_u: simd2(158), extmul_high_i8x16_u: simd2(159),
};

// biome-ignore format: one opcode per entry, in the order of the Wasm SIMD specification.
export const i32x4: IntLanes & UnsignedLanes & { extract_lane: Extract; replace_lane: Replace; mul: Binary; dot_i16x8_s: Binary; extend_low_i16x8_s: Unary; extend_high_i16x8_s: Unary; extend_low_i16x8_u: Unary; extend_high_i16x8_u: Unary; extadd_pairwise_i16x8_s: Unary; extadd_pairwise_i16x8_u: Unary; extmul_low_i16x8_s: Binary; extmul_high_i16x8_s: Binary; extmul_low_i16x8_u: Binary; extmul_high_i16x8_u: Binary; trunc_sat_f32x4_s: Unary; trunc_sat_f32x4_u: Unary; trunc_sat_f64x2_s_zero: Unary; trunc_sat_f64x2_u_zero: Unary } = {
  splat: simd1(17), extract_lane: (a, lane) => (lane === 0 ? bitsOfScalar(a, REPLACE_F32, 0xbc, I32) : undefined) ?? node(I32, SIMD + 27, [a], lane), replace_lane: (a, lane, b) => (b.op === 0xbc ? f32x4.replace_lane(a, lane, b.args[0] as Value) : node(V128, SIMD + 28, [a, b], lane)),
  eq: simd2(55), ne: simd2(56), lt_s: simd2(57), lt_u: simd2(58), gt_s: simd2(59), gt_u: simd2(60), le_s: simd2(61), le_u: simd2(62), ge_s: simd2(63), ge_u: simd2(64),
  extadd_pairwise_i16x8_s: simd1(126), extadd_pairwise_i16x8_u: simd1(127),
  abs: simd1(160), neg: simd1(161), all_true: simdTest(163), bitmask: simdTest(164),
  extend_low_i16x8_s: simd1(167), extend_high_i16x8_s: simd1(168), extend_low_i16x8_u: simd1(169), extend_high_i16x8_u: simd1(170),
  shl: simdShift(171), shr_s: simdShift(172), shr_u: simdShift(173), add: simd2(174), sub: simd2(177), mul: simd2(181),
  min_s: simd2(182), min_u: simd2(183), max_s: simd2(184), max_u: simd2(185), dot_i16x8_s: simd2(186),
  extmul_low_i16x8_s: simd2(188), extmul_high_i16x8_s: simd2(189), extmul_low_i16x8_u: simd2(190), extmul_high_i16x8_u: simd2(191),
  trunc_sat_f32x4_s: simd1(248), trunc_sat_f32x4_u: simd1(249), trunc_sat_f64x2_s_zero: simd1(252), trunc_sat_f64x2_u_zero: simd1(253),
};

// biome-ignore format: one opcode per entry, in the order of the Wasm SIMD specification.
export const i64x2: IntLanes & { extract_lane: Extract; replace_lane: Replace; mul: Binary; extend_low_i32x4_s: Unary; extend_high_i32x4_s: Unary; extend_low_i32x4_u: Unary; extend_high_i32x4_u: Unary; extmul_low_i32x4_s: Binary; extmul_high_i32x4_s: Binary; extmul_low_i32x4_u: Binary; extmul_high_i32x4_u: Binary } = {
  splat: simd1(18), extract_lane: (a, lane) => (lane === 0 ? bitsOfScalar(a, REPLACE_F64, 0xbd, I64) : undefined) ?? node(I64, SIMD + 29, [a], lane), replace_lane: (a, lane, b) => (b.op === 0xbd ? f64x2.replace_lane(a, lane, b.args[0] as Value) : node(V128, OP_I64X2_REPLACE, [a, b], lane)),
  eq: simd2(214), ne: simd2(215), lt_s: simd2(216), gt_s: simd2(217), le_s: simd2(218), ge_s: simd2(219),
  abs: simd1(192), neg: simd1(193), all_true: simdTest(195), bitmask: simdTest(196),
  extend_low_i32x4_s: simd1(199), extend_high_i32x4_s: simd1(200), extend_low_i32x4_u: simd1(201), extend_high_i32x4_u: simd1(202),
  shl: simdShift(203), shr_s: simdShift(204), shr_u: simdShift(205), add: simd2(206), sub: simd2(209), mul: simd2(213),
  extmul_low_i32x4_s: simd2(220), extmul_high_i32x4_s: simd2(221), extmul_low_i32x4_u: simd2(222), extmul_high_i32x4_u: simd2(223),
};

// biome-ignore format: one opcode per entry, in the order of the Wasm SIMD specification.
export const f32x4: FloatLanes & { convert_i32x4_s: Unary; convert_i32x4_u: Unary; demote_f64x2_zero: Unary } = {
  splat: simd1(19), extract_lane: lane1(F32, SIMD + 31, REPLACE_F32), replace_lane: lane2(SIMD + 32),
  eq: simd2(65), ne: simd2(66), lt: simd2(67), gt: simd2(68), le: simd2(69), ge: simd2(70),
  demote_f64x2_zero: simd1(94), ceil: simd1(103), floor: simd1(104), trunc: simd1(105), nearest: simd1(106),
  abs: simd1(224), neg: simd1(225), sqrt: simd1(227), add: simd2(228), sub: simd2(229), mul: simd2(230), div: simd2(231), min: simd2(232), max: simd2(233), pmin: simd2(234), pmax: simd2(235),
  convert_i32x4_s: simd1(250), convert_i32x4_u: simd1(251),
};

// biome-ignore format: one opcode per entry, in the order of the Wasm SIMD specification.
export const f64x2: FloatLanes & { convert_low_i32x4_s: Unary; convert_low_i32x4_u: Unary; promote_low_f32x4: Unary } = {
  splat: simd1(20), extract_lane: lane1(F64, SIMD + 33, REPLACE_F64), replace_lane: lane2(SIMD + 34),
  eq: simd2(71), ne: simd2(72), lt: simd2(73), gt: simd2(74), le: simd2(75), ge: simd2(76),
  promote_low_f32x4: simd1(95), ceil: simd1(116), floor: simd1(117), trunc: simd1(122), nearest: simd1(148),
  abs: simd1(236), neg: simd1(237), sqrt: simd1(239), add: simd2(240), sub: simd2(241), mul: simd2(242), div: simd2(243), min: simd2(244), max: simd2(245), pmin: simd2(246), pmax: simd2(247),
  convert_low_i32x4_s: simd1(254), convert_low_i32x4_u: simd1(255),
};

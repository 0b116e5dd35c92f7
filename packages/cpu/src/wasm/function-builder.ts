/** One function body: locals, and instructions written in order. */
import {
  I32,
  isLeaf,
  local,
  localOf,
  OP_F32_CONST,
  OP_F64_CONST,
  OP_GLOBAL,
  OP_I32_CONST,
  OP_I64_CONST,
  OP_LOCAL,
  OP_SHUFFLE,
  OP_V128_CONST,
  SAT,
  SIMD,
  type ValType,
  type Value,
} from "../emit/value.ts";
import { ByteWriter } from "./byte-writer.ts";

/** Pseudo opcode: call of function `imm` with `args` as a value. */
const OP_CALL = 0x10;

const EMPTY_BLOCK = 0x40;

/** Loads, as values: `load(0x28, I32, addr, offset)`. */
export function load(opcode: number, type: ValType, addr: Value, offset: number): Value {
  return { type, op: opcode, args: [addr], imm: offset };
}

export function call(type: ValType, index: number, args: readonly Value[]): Value {
  return { type, op: OP_CALL, args, imm: index };
}

export const I32_LOAD = 0x28;
export const I64_LOAD = 0x29;
export const I32_LOAD8_U = 0x2d;
export const I32_LOAD16_U = 0x2f;
export const I32_STORE = 0x36;
export const I64_STORE = 0x37;
export const I32_STORE8 = 0x3a;
export const I32_STORE16 = 0x3b;
export const V128_LOAD: number = SIMD + 0;
export const V128_STORE: number = SIMD + 11;

/** A branch (`if` or `br_if`) by its offset in the code entry, and whether its condition is mostly true. */
export interface BranchHint {
  readonly at: number;
  readonly likely: boolean;
}

/** A code entry. */
export interface FunctionCode {
  readonly bytes: Uint8Array;
  readonly hints: readonly BranchHint[];
  /** Where numbers of globals are in it: five bytes each, so that they can be exchanged. */
  readonly globals: readonly number[];
}

export class FunctionBuilder {
  readonly w: ByteWriter = new ByteWriter(512);
  /** Wasm blocks, loops and ifs open now, the function's own body not counted. */
  nesting = 0;
  /** Branches whose outcome is known to be nearly always the same. */
  readonly #hints: BranchHint[] = [];
  readonly #globals: number[] = [];
  readonly #params: number;
  readonly #locals: ValType[] = [];
  /** Temporaries by type: [indices], and how many of them are taken. */
  readonly #temps: Map<ValType, { indices: number[]; used: number }> = new Map();

  constructor(params: number) {
    this.#params = params;
  }

  /** A local of its own. */
  newLocal(type: ValType): number {
    this.#locals.push(type);
    return this.#params + this.#locals.length - 1;
  }

  /** A temporary that lives until `freeTemps`. */
  temp(type: ValType): number {
    let t = this.#temps.get(type);
    if (t === undefined) {
      t = { indices: [], used: 0 };
      this.#temps.set(type, t);
    }
    const known = t.indices[t.used];
    if (known !== undefined) {
      t.used++;
      return known;
    }
    const index = this.newLocal(type);
    t.indices.push(index);
    t.used++;
    return index;
  }

  freeTemps(): void {
    for (const t of this.#temps.values()) t.used = 0;
  }

  markTemps(): ReadonlyMap<ValType, number> {
    return new Map([...this.#temps].map(([type, t]) => [type, t.used]));
  }

  rewindTemps(mark: ReadonlyMap<ValType, number>): void {
    for (const [type, t] of this.#temps) t.used = mark.get(type) ?? 0;
  }

  /** Evaluates `v` now into a temporary, unless it is a leaf. */
  let(v: Value): Value {
    if (isLeaf(v)) return v;
    const index = this.temp(v.type);
    this.set(index, v);
    return localOf(v, index);
  }

  op(opcode: number): void {
    if (opcode >= SAT) {
      this.w.u8(0xfc);
      this.w.u32(opcode - SAT);
    } else if (opcode >= SIMD) {
      this.w.u8(0xfd);
      this.w.u32(opcode - SIMD);
    } else {
      this.w.u8(opcode);
    }
  }

  /** Pushes `v` on the Wasm stack. */
  push(v: Value): void {
    const { w } = this;
    switch (v.op) {
      case OP_LOCAL:
        w.u8(OP_LOCAL);
        w.u32(v.imm as number);
        return;
      case OP_GLOBAL:
        w.u8(OP_GLOBAL);
        this.#globals.push(w.u32Padded(v.imm as number));
        return;
      case OP_I32_CONST:
        w.u8(OP_I32_CONST);
        w.s32(v.imm as number);
        return;
      case OP_I64_CONST:
        w.u8(OP_I64_CONST);
        w.s64(v.imm as bigint);
        return;
      case OP_F32_CONST:
        w.u8(OP_F32_CONST);
        w.f32(v.imm as number);
        return;
      case OP_F64_CONST:
        w.u8(OP_F64_CONST);
        w.f64(v.imm as number);
        return;
      default:
    }
    for (const a of v.args) this.push(a);
    this.op(v.op);
    if (v.op === OP_V128_CONST || v.op === OP_SHUFFLE) {
      w.bytes(v.bytes as Uint8Array);
    } else if (v.op === OP_CALL) {
      w.u32(v.imm as number);
    } else if ((v.op >= 0x28 && v.op <= 0x35) || (v.op >= SIMD && v.op <= SIMD + 10)) {
      w.u8(0);
      w.u32(v.imm as number);
    } else if (v.op >= SIMD + 21 && v.op <= SIMD + 34) {
      w.u8(v.imm as number);
    }
  }

  set(index: number, v: Value): void {
    this.push(v);
    this.w.u8(0x21);
    this.w.u32(index);
  }

  tee(index: number, v: Value): void {
    this.push(v);
    this.w.u8(0x22);
    this.w.u32(index);
  }

  /** Store of `v` at `addr` + offset. */
  store(opcode: number, addr: Value, offset: number, v: Value): void {
    this.push(addr);
    this.push(v);
    this.op(opcode);
    this.w.u8(0);
    this.w.u32(offset);
  }

  block(): void {
    this.nesting++;
    this.w.u8(0x02);
    this.w.u8(EMPTY_BLOCK);
  }

  loop(): void {
    this.nesting++;
    this.w.u8(0x03);
    this.w.u8(EMPTY_BLOCK);
  }

  if(cond: Value): void {
    this.push(cond);
    this.ifTop();
  }

  /** An `if` whose body is seldom entered: V8 moves it out of the way. */
  ifUnlikely(cond: Value): void {
    this.push(cond);
    this.ifTopUnlikely();
  }

  ifTopUnlikely(): void {
    this.#hints.push({ at: this.w.length, likely: false });
    this.ifTop();
  }

  /** `br_if` on what is on the Wasm stack, with a hint. */
  brIfTop(depth: number, likely: boolean): void {
    this.#hints.push({ at: this.w.length, likely });
    this.w.u8(0x0d);
    this.w.u32(depth);
  }

  /** `if` on what is on the Wasm stack. */
  ifTop(): void {
    this.nesting++;
    this.w.u8(0x04);
    this.w.u8(EMPTY_BLOCK);
  }

  else(): void {
    this.w.u8(0x05);
  }

  /** A value from one of two arms; only the arm that `cond` selects runs. */
  choose(cond: Value, then: () => Value, otherwise: () => Value): Value {
    this.if(cond);
    const first = then();
    const index = this.temp(first.type);
    this.set(index, first);
    this.else();
    this.set(index, otherwise());
    this.end();
    return local(first.type, index);
  }

  end(): void {
    this.nesting--;
    this.w.u8(0x0b);
  }

  br(depth: number): void {
    this.w.u8(0x0c);
    this.w.u32(depth);
  }

  brIf(depth: number, cond: Value): void {
    this.push(cond);
    this.w.u8(0x0d);
    this.w.u32(depth);
  }

  brTable(v: Value, depths: readonly number[], fallback: number): void {
    this.push(v);
    this.w.u8(0x0e);
    this.w.u32(depths.length);
    for (const d of depths) this.w.u32(d);
    this.w.u32(fallback);
  }

  return(v: Value): void {
    this.push(v);
    this.w.u8(0x0f);
  }

  drop(v: Value): void {
    this.push(v);
    this.w.u8(0x1a);
  }

  /** Tail call of a function. */
  returnCall(index: number, args: readonly Value[]): void {
    for (const a of args) this.push(a);
    this.w.u8(0x12);
    this.w.u32(index);
  }

  /** Tail call through table 0. */
  returnCallIndirect(type: number, args: readonly Value[], slot: Value): void {
    for (const a of args) this.push(a);
    this.push(slot);
    this.w.u8(0x13);
    this.w.u32(type);
    this.w.u8(0);
  }

  /** Call through table 0; the result is left in a new temporary. */
  callIndirect(type: number, args: readonly Value[], slot: Value, result: ValType): Value {
    for (const a of args) this.push(a);
    this.push(slot);
    this.w.u8(0x11);
    this.w.u32(type);
    this.w.u8(0);
    const index = this.temp(result);
    this.w.u8(0x21);
    this.w.u32(index);
    return local(result, index);
  }

  /** Ends the function. Its end is unreachable or has the result on the stack. */
  finish(): FunctionCode {
    const head = new ByteWriter(64);
    const groups: { type: ValType; n: number }[] = [];
    for (const t of this.#locals) {
      const last = groups[groups.length - 1];
      if (last !== undefined && last.type === t) last.n++;
      else groups.push({ type: t, n: 1 });
    }
    head.u32(groups.length);
    for (const g of groups) {
      head.u32(g.n);
      head.u8(g.type);
    }
    const all = new ByteWriter(head.length + this.w.length + 1);
    all.bytes(head.view());
    all.bytes(this.w.view());
    all.u8(0x0b);
    const hints = this.#hints.map((h) => ({ at: h.at + head.length, likely: h.likely }));
    const globals = this.#globals.map((at) => at + head.length);
    return { bytes: all.take(), hints, globals };
  }
}

export const i32Local = (index: number): Value => local(I32, index);

/**
 * A block's accesses to memory: their addresses as a value plus a constant, the permission checks they share
 * (windows.ts), what other blocks have checked already (checked.ts), and the loads and stores themselves.
 */
import {
  F32,
  F64,
  f32x4,
  f64x2,
  I32,
  I64,
  i32,
  i64,
  isConst,
  isLeaf,
  local,
  SIMD,
  V128,
  type ValType,
  type Value,
} from "../emit/value.ts";
import { type MemOperand, NO_REGISTER, RIP_BASE } from "../isa/insn.ts";
import { S, STATE } from "../state.ts";
import {
  type FunctionBuilder,
  I32_LOAD,
  I32_LOAD8_U,
  I32_LOAD16_U,
  I32_STORE,
  I32_STORE8,
  I32_STORE16,
  I64_LOAD,
  I64_STORE,
  load,
  V128_LOAD,
  V128_STORE,
} from "../wasm/function-builder.ts";
import type { AccessAhead } from "./ahead.ts";
import { type Checked, type Checks, CONSTANT, covers, keep, type Origin } from "./checked.ts";
import { type Access, KnownWindow, Window } from "./windows.ts";

const ZERO = i32.const(0);
/** A window's lowest address is written with 35 bits. */
const TWO_33 = 2 ** 33;
/** Constants beyond are not taken out of sums. */
const MAX_OFFSET = 0x4000_0000;
/** How wide a window may become for accesses of other blocks. */
const MAX_AHEAD = 256;
const I64_ADD = 0x7c;
const I64_SUB = 0x7d;
const LOCAL_SET = 0x21;

/** A value and a constant: what an address is made of. */
interface Sum {
  readonly root: Value;
  readonly offset: number;
}

/** An access that has been checked. */
export interface MemoryAccess {
  readonly window: Access;
  readonly disp: number;
}

export class BlockMemory {
  readonly #f: FunctionBuilder;
  /** Emits the way out of a check that failed. */
  readonly #leave: () => void;
  /** Leaves that are sums with a constant. */
  readonly #sums: Map<Value, Sum> = new Map();
  readonly #rootIds: Map<Value, number> = new Map();
  /** Sums of registers, by the values they are made of. */
  readonly #roots: Map<string, Value> = new Map();
  readonly #windows: Map<string, Window> = new Map();
  /** Windows that need no check, by the slot of their root. */
  readonly #known: Map<string, KnownWindow> = new Map();
  /** What has been checked of each root, relative to it. */
  readonly #checks: Map<Value, readonly Checked[]> = new Map();
  #constants: readonly Checked[] = [];

  constructor(f: FunctionBuilder, leave: () => void) {
    this.#f = f;
    this.#leave = leave;
  }

  /** A block begins: what has been checked on every way to it, by registers whose values are `gpr`. */
  begin(checks: Checks, gpr: readonly Value[]): void {
    this.#windows.clear();
    this.#forget();
    for (const [origin, list] of checks) {
      if (origin === CONSTANT) this.#constants = list;
      else this.#checks.set(gpr[origin] as Value, list);
    }
  }

  /** Other code has run: no value and no permission is what it was. */
  forget(): void {
    this.close();
    this.#forget();
  }

  #forget(): void {
    this.#sums.clear();
    this.#rootIds.clear();
    this.#roots.clear();
    this.#known.clear();
    this.#checks.clear();
    this.#constants = [];
  }

  /**
   * Windows of registers whose values at the block's end are `gpr` are made wide enough for accesses of blocks that
   * follow: those that do no more than the window's own do, and those that are certain to come.
   */
  widen(ahead: readonly AccessAhead[], gpr: readonly (Value | undefined)[]): void {
    for (const { register, low, high, write, isCertain } of ahead) {
      const leaf = gpr[register];
      if (leaf === undefined || isConst(leaf)) continue;
      const { root, offset } = this.#sumOf(leaf);
      const id = this.#rootIds.get(root);
      const window = id === undefined ? undefined : this.#windows.get(`${id}`);
      if (window === undefined || (write && !window.write && !isCertain)) continue;
      if (window.fits(low + offset, high - low, MAX_AHEAD)) {
        window.widen(low + offset, high - low, write);
      }
    }
  }

  /** No more accesses in this block: windows get their constants. */
  close(): void {
    for (const w of this.#windows.values()) this.#close(w);
    this.#windows.clear();
    this.#known.clear();
  }

  #close(w: Window): void {
    w.patch(this.#f.w);
    if (!isConst(w.root)) this.#checks.set(w.root, keep(this.#checks.get(w.root) ?? [], w.checked));
    else if (w.root.imm === 0n) this.#constants = keep(this.#constants, w.checked);
  }

  /** What has been checked, by registers whose values at the block's end are `gpr`. Windows are closed. */
  checks(gpr: readonly (Value | undefined)[]): Checks {
    const out = new Map<Origin, readonly Checked[]>();
    gpr.forEach((leaf, r) => {
      if (leaf === undefined) return;
      const { root, offset } = this.#sumOf(leaf);
      const list = this.#checks.get(root);
      if (list === undefined) return;
      const moved = (c: Checked) => ({ ...c, low: c.low - offset, high: c.high - offset });
      out.set(r, list.map(moved));
    });
    if (this.#constants.length > 0) out.set(CONSTANT, this.#constants);
    return out;
  }

  #sumOf(leaf: Value): Sum {
    return this.#sums.get(leaf) ?? { root: leaf, offset: 0 };
  }

  /** `leaf` was made from `v`: remembered if that is root ± constant. */
  noteSum(leaf: Value, v: Value): void {
    if (v.op !== I64_ADD && v.op !== I64_SUB) return;
    const [a, b] = v.args as [Value, Value];
    if (!isConst(b) || !isLeaf(a)) return;
    const known = this.#sumOf(a);
    const n = Number(b.imm);
    const offset = known.offset + (v.op === I64_ADD ? n : -n);
    if (Math.abs(offset) < MAX_OFFSET) this.#sums.set(leaf, { root: known.root, offset });
  }

  /**
   * A 64-bit operand's linear address as a leaf plus a constant.
   * @param end of the instruction: what rip-relative operands count from
   * @param whole a register's value as a leaf
   */
  addressOf(
    op: MemOperand,
    end: number,
    whole: (register: number) => Value,
  ): { readonly root: Value; readonly disp: number } {
    const parts: Value[] = [];
    let disp = op.disp;
    if (op.base === RIP_BASE) disp += end;
    else if (op.base !== NO_REGISTER) {
      const base = whole(op.base);
      const sum = this.#sumOf(base);
      const fits = Math.abs(sum.offset + disp) < MAX_OFFSET;
      parts.push(fits ? sum.root : base);
      if (fits) disp += sum.offset;
    }
    if (op.index !== NO_REGISTER) {
      const shift = { 1: 0, 2: 1, 4: 2, 8: 3 }[op.scale];
      parts.push(i64.shl(whole(op.index), i64.const(shift)));
    }
    if (op.segment !== "none") {
      parts.push(load(I64_LOAD, I64, ZERO, STATE + (op.segment === "fs" ? S.fsBase : S.gsBase)));
    }
    const [first, ...rest] = parts;
    const root = rest.reduce((sum, part) => i64.add(sum, part), first ?? i64.const(0));
    return { root: this.#shared(root, op, whole), disp };
  }

  /** The sum of an operand's registers, computed once while they keep their values. */
  #shared(root: Value, op: MemOperand, whole: (register: number) => Value): Value {
    if (isLeaf(root)) return root;
    const base = op.base >= 0 ? this.#id(whole(op.base)) : -1;
    const index = op.index >= 0 ? this.#id(whole(op.index)) : -1;
    const key = `${base},${index},${op.scale},${op.segment}`;
    const known = this.#roots.get(key);
    if (known !== undefined) return known;
    const leaf = this.#f.let(root);
    this.#roots.set(key, leaf);
    return leaf;
  }

  #id(v: Value): number {
    let id = this.#rootIds.get(v);
    if (id === undefined) {
      id = this.#rootIds.size;
      this.#rootIds.set(v, id);
    }
    return id;
  }

  /** Checks `size` bytes at root + disp, together with others near them. */
  check(root: Value, disp: number, size: number, write: boolean): MemoryAccess {
    if (isConst(root) && root.imm !== 0n) {
      // A register with a known value: one constant, where an offset can hold it.
      const at = Number(root.imm) + disp;
      if (Math.abs(at) < TWO_33) return this.check(i64.const(0), at, size, write);
    }
    const slot = this.#slotOf(root, disp);
    const told = this.#tell(root, slot, disp, size, write);
    if (told !== undefined) return { window: told, disp };
    const open = this.#windows.get(slot);
    if (open?.fits(disp, size) === true) {
      open.widen(disp, size, write);
      return { window: open, disp };
    }
    if (open !== undefined) {
      this.#close(open);
      this.#windows.delete(slot);
    }
    const window = new Window(this.#f, root, disp, size, write, this.#leave);
    this.#windows.set(slot, window);
    return { window, disp };
  }

  /** Accesses with the same slot may share a window: the same root, and constants of the same 2 KiB. */
  #slotOf(root: Value, disp: number): string {
    if (!isConst(root)) return `${this.#id(root)}`;
    return root.imm === 0n ? `c${Math.floor(disp / 2048)}` : `k${root.imm}`;
  }

  /** A window that was checked before this block, or earlier in it. */
  #tell(root: Value, slot: string, disp: number, size: number, write: boolean): Access | undefined {
    const known = this.#known.get(slot);
    if (known?.fits(disp, size, write) === true) return known;
    const isConstant = isConst(root);
    if (isConstant && root.imm !== 0n) return undefined;
    const list = isConstant ? this.#constants : this.#checks.get(root);
    const range = list?.find((c) => covers(c, disp, disp + size, write));
    if (range === undefined) return undefined;
    const window = new KnownWindow(this.#f, root, range);
    this.#known.set(slot, window);
    return window;
  }

  /** Checks `size` bytes at a leaf. */
  checkAt(leaf: Value, size: number, write: boolean): MemoryAccess {
    if (isConst(leaf)) return this.check(i64.const(0), Number(leaf.imm), size, write);
    const { root, offset } = this.#sumOf(leaf);
    return this.check(root, offset, size, write);
  }

  load(at: MemoryAccess, size: number): Value {
    const [opcode, type] = loadOf(size);
    const v = this.#load(at, opcode, type);
    return size < 4 ? { ...v, width: 8 * size } : v;
  }

  /** The bits of a float of 4 or 8 bytes. */
  loadFloat(at: MemoryAccess, size: number): Value {
    return size === 8
      ? i64.reinterpret_f64(this.#load(at, F64_LOAD, F64))
      : i32.reinterpret_f32(this.#load(at, F32_LOAD, F32));
  }

  #load(at: MemoryAccess, opcode: number, type: ValType): Value {
    const f = this.#f;
    f.push(at.window.address);
    f.op(opcode);
    f.w.u8(0);
    at.window.offset(f.w, at.disp);
    const index = f.temp(type);
    f.w.u8(LOCAL_SET);
    f.w.u32(index);
    return local(type, index);
  }

  store(at: MemoryAccess, size: number, v: Value): void {
    const f = this.#f;
    const [opcode, value] = storeOf(size, v);
    f.push(at.window.address);
    f.push(value);
    f.op(opcode);
    f.w.u8(0);
    at.window.offset(f.w, at.disp);
  }
}

function loadOf(size: number): readonly [number, ValType] {
  switch (size) {
    case 1:
      return [I32_LOAD8_U, I32];
    case 2:
      return [I32_LOAD16_U, I32];
    case 4:
      return [I32_LOAD, I32];
    case 8:
      return [I64_LOAD, I64];
    case 16:
      return [V128_LOAD, V128];
    default:
      throw new Error(`cannot load ${size} bytes`);
  }
}

/** Opcode and operand of a store. Bits of a float are stored as the float. */
function storeOf(size: number, v: Value): readonly [number, Value] {
  const [a] = v.args;
  if (size === 8 && v.op === REINTERPRET_F64) return [F64_STORE, a as Value];
  if (size === 4 && v.op === REINTERPRET_F32) return [F32_STORE, a as Value];
  if (size === 8 && v.op === EXTRACT_I64 && v.imm === 0) {
    return [F64_STORE, f64x2.extract_lane(a as Value, 0)];
  }
  if (size === 4 && v.op === EXTRACT_I32 && v.imm === 0) {
    return [F32_STORE, f32x4.extract_lane(a as Value, 0)];
  }
  const op = { 1: I32_STORE8, 2: I32_STORE16, 4: I32_STORE, 8: I64_STORE, 16: V128_STORE }[size];
  if (op === undefined) throw new Error(`cannot store ${size} bytes`);
  return [op, v.type === I64 && size < 8 ? i32.wrap_i64(v) : v];
}

const F32_LOAD = 0x2a;
const F64_LOAD = 0x2b;
const F32_STORE = 0x38;
const F64_STORE = 0x39;
const REINTERPRET_F32 = 0xbc;
const REINTERPRET_F64 = 0xbd;
const EXTRACT_I32 = SIMD + 27;
const EXTRACT_I64 = SIMD + 29;

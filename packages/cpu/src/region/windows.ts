/**
 * Permission checks of translated code. Accesses of a block whose addresses are the same value plus a constant
 * share one check over the window of memory that they span: it is written at the first access, and its
 * constants are patched when the block is done and the window is known.
 *
 *   t = wrap(root + low)                       low, size, masks are patched
 *   s = spans[t >> 10]
 *   if (!(s & span))                           not all of 1 KiB from t on
 *     if (!(s & page), or the window crosses into the next page) leave to the interpreter
 *   if (root + low isn't t) leave to the interpreter
 *
 * When the check fails although this very access would not have, the interpreter runs the block and finds out
 * which one does: faults stay precise.
 */
import { I32, I64, i32, i64, type Value } from "../emit/value.ts";
import { MAX_SPAN, PAGE_SIZE, SPAN_SHIFT, SPANS, Span } from "../state.ts";
import type { ByteWriter } from "../wasm/byte-writer.ts";
import { type FunctionBuilder, I32_LOAD8_U, load } from "../wasm/function-builder.ts";
import { type Checked, covers } from "./checked.ts";

const I32_CONST = 0x41;
const I64_CONST = 0x42;

/** What accesses of a block go through: an address, and displacements from its origin. */
export interface Access {
  /** i32 local. */
  readonly address: Value;
  /** Writes the memory offset of an access at `disp`. */
  offset(w: ByteWriter, disp: number): void;
}

/** What another block has checked for this one. */
export class KnownWindow implements Access {
  readonly address: Value;
  readonly #range: Checked;

  constructor(f: FunctionBuilder, root: Value, range: Checked) {
    this.#range = range;
    this.address = f.let(i32.wrap_i64(i64.add(root, i64.const(range.low))));
  }

  fits(disp: number, size: number, write: boolean): boolean {
    return covers(this.#range, disp, disp + size, write);
  }

  offset(w: ByteWriter, disp: number): void {
    w.u32(disp - this.#range.low);
  }
}

export class Window implements Access {
  /** i32 local: address of `low`. */
  readonly address: Value;
  readonly root: Value;
  low: number;
  high: number;
  write: boolean;
  readonly #lowAt: number;
  readonly #spanAt: number;
  readonly #pageAt: number;
  readonly #crossAt: number;
  /** Memory offsets of the accesses: where the number is, and the access's displacement. */
  readonly #uses: { at: number; disp: number }[] = [];

  /** Emits the check; `leave` emits the way out (inside an `if`). */
  constructor(
    f: FunctionBuilder,
    root: Value,
    disp: number,
    size: number,
    write: boolean,
    leave: () => void,
  ) {
    this.root = root;
    this.low = disp;
    this.high = disp + size;
    this.write = write;
    const { w } = f;
    // a = root + low
    f.push(root);
    w.u8(I64_CONST);
    this.#lowAt = w.s35Padded(disp);
    w.u8(0x7c);
    const a = f.temp(I64);
    w.u8(0x21);
    w.u32(a);
    const wide = { type: I64, op: 0x20, args: [], imm: a } as const;
    this.address = f.let(i32.wrap_i64(wide));
    // Both tests use one load: V8 makes the load an operand of a test only, and then it loads twice.
    const index = i32.add(i32.shr_u(this.address, i32.const(SPAN_SHIFT)), i32.const(SPANS | 0));
    const span = f.let(load(I32_LOAD8_U, I32, index, 0));
    const isLow = i64.eq(wide, i64.extend_i32_u(this.address));
    f.block(); // 2: fine
    f.block(); // 1: leave
    f.block(); // 0: look closer
    this.#spanAt = this.#testNot(f, span);
    f.brIfTop(0, false);
    f.push(isLow);
    f.brIfTop(2, true);
    f.br(1);
    f.end();
    this.#pageAt = this.#testNot(f, span);
    f.brIfTop(0, false);
    f.push(i32.and(this.address, i32.const(PAGE_SIZE - 1)));
    w.u8(I32_CONST);
    this.#crossAt = w.s32Padded(0);
    w.u8(0x4b); // gt_u
    f.brIfTop(0, false);
    f.push(isLow);
    f.brIfTop(1, true);
    f.end();
    leave();
    f.end();
  }

  /** Pushes whether span & mask is 0. @returns where the mask is */
  #testNot(f: FunctionBuilder, span: Value): number {
    f.push(span);
    f.w.u8(I32_CONST);
    const at = f.w.length;
    f.w.u8(0);
    f.w.u8(0x71); // and
    f.w.u8(0x45); // eqz
    return at;
  }

  /** Whether an access at `disp` can share this window. */
  fits(disp: number, size: number, limit: number = MAX_SPAN): boolean {
    return Math.max(this.high, disp + size) - Math.min(this.low, disp) <= limit;
  }

  widen(disp: number, size: number, write: boolean): void {
    this.low = Math.min(this.low, disp);
    this.high = Math.max(this.high, disp + size);
    this.write ||= write;
  }

  /** Writes the memory offset of an access at `disp`, to be patched. */
  offset(w: ByteWriter, disp: number): void {
    this.#uses.push({ at: w.u32Padded(0), disp });
  }

  /** What it has checked, relative to its root. */
  get checked(): Checked {
    return { low: this.low, high: this.high, write: this.write };
  }

  /** The window is final. */
  patch(w: ByteWriter): void {
    const size = this.high - this.low;
    const page = this.write ? Span.PAGE_W : Span.PAGE_R;
    w.patchS35(this.#lowAt, this.low);
    // A byte crosses nothing.
    w.patchByte(this.#spanAt, size === 1 ? page : this.write ? Span.W : Span.R);
    w.patchByte(this.#pageAt, page);
    w.patchS32(this.#crossAt, PAGE_SIZE - size);
    for (const use of this.#uses) w.patchU32(use.at, use.disp - this.low);
  }
}

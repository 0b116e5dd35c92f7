/**
 * Permission checks of translated code. Accesses of a block whose addresses are the same value plus a constant
 * share one check over the window of memory that they span: it is written at the first access, and its
 * constants are patched when the block is done and the window is known.
 *
 *   t = wrap(root + low)                       low, size, masks are patched
 *   if ((perms[t >> 12] & both) | ((root + low) >> 32))
 *     if (the page itself isn't fine, or the window crosses into the next) leave to the interpreter
 *
 * When the check fails although this very access would not have, the interpreter runs the block and finds out
 * which one does: faults stay precise.
 */
import { I64, i32, i64, type Value } from "../emit/value.ts";
import { PERMS, Perm } from "../state.ts";
import type { ByteWriter } from "../wasm/byte-writer.ts";
import { type FunctionBuilder, I32_LOAD8_S, I32_LOAD8_U, load } from "../wasm/function-builder.ts";

const I32_CONST = 0x41;
const I64_CONST = 0x42;
/** A window and the page after its first byte's: R2 and W2 cover up to one page more. */
const MAX_WINDOW = 4096;

export class Window {
  /** i32 local: address of `low`. */
  readonly address: Value;
  low: number;
  high: number;
  write: boolean;
  readonly #lowAt: number;
  readonly #bothAt: number;
  readonly #oneAt: number;
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
    // The permission byte is loaded again in the seldom path, so that here it is an operand of the test. It is loaded
    // as another type there: V8 takes two equal loads for one, and keeps its value for both.
    const page = i32.shr_u(this.address, i32.const(12));
    const perm = load(I32_LOAD8_U, 0x7f, page, PERMS);
    const again = load(I32_LOAD8_S, 0x7f, page, PERMS);
    const isLow = i64.le_u(wide, i64.const(0xffff_ffffn));
    f.block();
    f.block();
    f.push(perm);
    w.u8(I32_CONST);
    this.#bothAt = w.length;
    w.u8(0);
    w.u8(0x71); // and
    f.brIfTop(0, false);
    f.push(isLow);
    f.brIfTop(1, true);
    f.end();
    f.push(again);
    w.u8(I32_CONST);
    this.#oneAt = w.length;
    w.u8(0);
    w.u8(0x71);
    f.push(i32.and(this.address, i32.const(4095)));
    w.u8(I32_CONST);
    this.#crossAt = w.s32Padded(0);
    w.u8(0x4b); // gt_u
    w.u8(0x72); // or
    f.push(i32.eqz(isLow));
    w.u8(0x72);
    f.ifTopUnlikely();
    leave();
    f.end();
    f.end();
  }

  /** Whether an access at `disp` can share this window. */
  fits(disp: number, size: number): boolean {
    return Math.max(this.high, disp + size) - Math.min(this.low, disp) <= MAX_WINDOW;
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

  /** The window is final. */
  patch(w: ByteWriter): void {
    const size = this.high - this.low;
    const one = this.write ? Perm.NW : Perm.NR;
    w.patchS35(this.#lowAt, this.low);
    w.patchByte(this.#bothAt, size === 1 ? one : this.write ? Perm.NW2 : Perm.NR2);
    w.patchByte(this.#oneAt, one);
    w.patchS32(this.#crossAt, 4096 - size);
    for (const use of this.#uses) w.patchU32(use.at, use.disp - this.low);
  }
}

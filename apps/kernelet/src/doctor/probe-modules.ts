/**
 * The smallest WebAssembly modules that use what the translator uses: an engine without the feature refuses them.
 * Binary format: WebAssembly core specification, chapter 5. Each is a type section (1), a function section (3) and a
 * code section (10), all of one entry.
 */

const HEADER: readonly number[] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const END = 0x0b;

/** A module with one function without parameters. @param result its result types. */
function moduleOf(result: readonly number[], body: readonly number[]): Uint8Array<ArrayBuffer> {
  const code = [0, ...body, END];
  return new Uint8Array([
    ...HEADER,
    ...section(1, [1, 0x60, 0, result.length, ...result]),
    ...section(3, [1, 0]),
    ...section(10, [1, code.length, ...code]),
  ]);
}

/** Preconditions: fewer than 128 bytes, so that a length is one byte. */
function section(id: number, bytes: readonly number[]): number[] {
  return [id, bytes.length, ...bytes];
}

/** `return_call 0`: the function calls itself in its own place. */
export const TAIL_CALL: Uint8Array<ArrayBuffer> = moduleOf([], [0x12, 0]);

/** `i8x16.popcnt` of a splat, its first lane: fixed-width SIMD. */
export const SIMD: Uint8Array<ArrayBuffer> = moduleOf(
  [0x7f],
  [0x41, 0, 0xfd, 0x0f, 0xfd, 0x62, 0xfd, 0x16, 0],
);

/** `i64.trunc_sat_f64_s`: conversions that do not trap. */
export const SATURATING_CONVERSION: Uint8Array<ArrayBuffer> = moduleOf(
  [0x7e],
  [0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0xfc, 0x06],
);

/** Two results: a function that gives an address and why it stopped. */
export const MULTI_VALUE: Uint8Array<ArrayBuffer> = moduleOf([0x7f, 0x7f], [0x41, 0, 0x41, 0]);

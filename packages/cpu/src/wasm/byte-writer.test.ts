/** Number encodings, against a decoder written from the definition of LEB128. */
import { expect, test } from "vitest";
import { ByteWriter } from "./byte-writer.ts";

function decodeLeb(bytes: Uint8Array, isSigned: boolean): bigint {
  let value = 0n;
  let shift = 0n;
  for (const b of bytes) {
    value |= BigInt(b & 0x7f) << shift;
    shift += 7n;
    if ((b & 0x80) === 0) {
      return isSigned && (b & 0x40) !== 0 ? value - (1n << shift) : value;
    }
  }
  throw new Error("the last byte says that there are more");
}

function written(write: (w: ByteWriter) => void): Uint8Array {
  const w = new ByteWriter(1);
  write(w);
  return w.take();
}

const INT32S = [
  0, 1, -1, 63, 64, -64, -65, 127, 128, 0x7fff, 0x1234_5678, 0x7fff_ffff, -0x8000_0000,
];

test.each([0, 1, 127, 128, 16383, 16384, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff])("u32 %i", (n) => {
  expect(
    decodeLeb(
      written((w) => w.u32(n)),
      false,
    ),
  ).toBe(BigInt(n));
  const padded = written((w) => void w.u32Padded(n));
  expect(padded.length).toBe(5);
  expect(decodeLeb(padded, false)).toBe(BigInt(n));
});

test.each(INT32S)("s32 %i", (n) => {
  expect(
    decodeLeb(
      written((w) => w.s32(n)),
      true,
    ),
  ).toBe(BigInt(n));
  const padded = written((w) => void w.s32Padded(n));
  expect(padded.length).toBe(5);
  expect(decodeLeb(padded, true)).toBe(BigInt(n));
});

test.each([...INT32S, 0x8000_0000, 0xf7ff_f000, 2 ** 33, -(2 ** 33)])("s35 %i", (n) => {
  const padded = written((w) => void w.s35Padded(n));
  expect(padded.length).toBe(5);
  expect(decodeLeb(padded, true)).toBe(BigInt(n));
});

test.each([0n, -1n, 0x7fff_ffffn, 0x8000_0000n, -0x8000_0001n, 2n ** 63n - 1n, -(2n ** 63n)])(
  "s64 %i",
  (n) => {
    expect(
      decodeLeb(
        written((w) => w.s64(n)),
        true,
      ),
    ).toBe(n);
  },
);

test("a patched number takes the place of the first", () => {
  const w = new ByteWriter(4);
  w.u8(0xaa);
  const at = w.s35Padded(5);
  w.u8(0xbb);
  w.patchS35(at, 0x9000_1000);
  const bytes = w.take();
  expect(bytes.length).toBe(7);
  expect(decodeLeb(bytes.subarray(1), true)).toBe(0x9000_1000n);
  expect([bytes[0], bytes[6]]).toEqual([0xaa, 0xbb]);
});

test("floats are IEEE, little endian", () => {
  expect([...written((w) => w.f32(1.5))]).toEqual([0, 0, 0xc0, 0x3f]);
  expect([...written((w) => w.f64(-2))]).toEqual([0, 0, 0, 0, 0, 0, 0, 0xc0]);
});

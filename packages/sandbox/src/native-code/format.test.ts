import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import {
  type CodePlace,
  HEAD_BYTES,
  indexLength,
  keyOf,
  readIndex,
  writeCodeFile,
} from "./format.ts";

const sha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();
const entry = (n: number) => ({
  hash: sha256(Uint8Array.of(n)),
  packed: new Uint8Array(100 + n).fill(n),
  length: 1000 + n,
  wasmLength: 400 + n,
});
const ENTRIES = [entry(1), entry(2), entry(3)];
const written = writeCodeFile(ENTRIES, sha256);

function read(bytes: Uint8Array): Map<string, CodePlace> | undefined {
  const head = bytes.subarray(0, HEAD_BYTES);
  const length = indexLength(head);
  if (length === undefined || HEAD_BYTES + length > bytes.length) return undefined;
  const index = bytes.subarray(HEAD_BYTES, HEAD_BYTES + length);
  return readIndex(head, index, bytes.length, sha256);
}

test("what was written is found by its hash", () => {
  const places = read(written) as Map<string, CodePlace>;
  expect(places.size).toBe(3);
  for (const { hash, packed, length, wasmLength } of ENTRIES) {
    const place = places.get(keyOf(hash)) as CodePlace;
    expect(place).toMatchObject({ length, wasmLength });
    expect(written.subarray(place.offset, place.offset + place.packed)).toEqual(packed);
    expect(place.checksum).toEqual(new Uint8Array(sha256(packed)));
  }
  expect(places.get(keyOf(sha256(Uint8Array.of(4))))).toBeUndefined();
});

test("a file without code is one", () => {
  expect(read(writeCodeFile([], sha256))?.size).toBe(0);
});

test("with any byte of head or index changed there is none", () => {
  const end = HEAD_BYTES + (indexLength(written) as number);
  for (let at = 0; at < end; at++) {
    const damaged = written.slice();
    damaged[at] = (damaged[at] as number) ^ 0x10;
    expect(read(damaged), `byte ${at}`).toBeUndefined();
  }
});

test("a file that was cut is none", () => {
  for (let n = 0; n < written.length; n++) {
    expect(read(written.subarray(0, n)), `${n} bytes`).toBeUndefined();
  }
});

test("an index with the right checksum that leads out of the file is none", () => {
  for (const [field, value] of [
    [64, written.length],
    [68, 0xffff_ffff],
    [72, 0xffff_ffff],
    [76, 1002],
  ] as const) {
    const bytes = written.slice();
    new DataView(bytes.buffer).setUint32(HEAD_BYTES + field, value, true);
    const end = HEAD_BYTES + (indexLength(bytes) as number);
    bytes.set(sha256(bytes.subarray(HEAD_BYTES, end)), 8);
    expect(read(bytes), `${field}`).toBeUndefined();
  }
});

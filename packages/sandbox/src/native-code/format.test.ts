import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { CodeIndex, HEAD_BYTES, indexLength, writeCodeFile } from "./format.ts";

const sha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();
const key = (n: number): Uint8Array => sha256(Uint8Array.of(n));
const entry = (n: number, functions: number) => ({
  keys: Array.from({ length: functions }, (_, i) => key(16 * n + i)),
  packed: new Uint8Array(100 + n).fill(n),
  length: 1000 + n,
  wasmLength: 400 + n,
});
const MODULES = [entry(1, 3), entry(2, 1), entry(3, 2)];
const written = writeCodeFile(MODULES, sha256);

function read(bytes: Uint8Array): CodeIndex | undefined {
  const head = bytes.subarray(0, HEAD_BYTES);
  const length = indexLength(head);
  if (length === undefined || HEAD_BYTES + length > bytes.length) return undefined;
  const index = bytes.subarray(HEAD_BYTES, HEAD_BYTES + length);
  return CodeIndex.read(head, index, bytes.length, sha256);
}

test("what was written is found by the keys of its functions", () => {
  const index = read(written) as CodeIndex;
  for (const [module, { keys, packed, length, wasmLength }] of MODULES.entries()) {
    for (const [number, key] of keys.entries()) expect(index.find(key)).toEqual({ module, number });
    const place = index.module(module);
    expect(place).toMatchObject({ length, wasmLength, packed: packed.length });
    const offset = place?.offset ?? 0;
    expect(written.subarray(offset, offset + packed.length)).toEqual(packed);
    expect(place?.checksum).toEqual(new Uint8Array(sha256(packed)));
  }
  expect(index.find(key(1))).toBeUndefined();
  expect(index.module(3)).toBeUndefined();
  expect(index.keys()).toEqual(MODULES.map(({ keys }) => keys.map((k) => new Uint8Array(k))));
});

test("a file without code is one", () => {
  const empty = read(writeCodeFile([], sha256));
  expect(empty?.keys()).toEqual([]);
  expect(empty?.find(key(1))).toBeUndefined();
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
  const modules = HEAD_BYTES + 6 * 40;
  for (const [field, value] of [
    [32, written.length],
    [36, 0xffff_ffff],
    [40, 0xffff_ffff],
    [44, 1002],
  ] as const) {
    const bytes = written.slice();
    new DataView(bytes.buffer).setUint32(modules + field, value, true);
    const end = HEAD_BYTES + (indexLength(bytes) as number);
    bytes.set(sha256(bytes.subarray(HEAD_BYTES, end)), 12);
    expect(read(bytes), `${field}`).toBeUndefined();
  }
});

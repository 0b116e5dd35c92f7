import { expect, test } from "vitest";
import { SendBuffers } from "./send-buffers.ts";

test.each([0, 1, 4096, 4097, 65_535, 65_536, 65_537, 262_144])("copies %d bytes", (length) => {
  const buffers = new SendBuffers();
  const bytes = Uint8Array.from({ length }, (_, i) => i % 251);
  const copy = buffers.copy(bytes);
  bytes.fill(0);
  const expected = Buffer.from({ length }).map((_, i) => i % 251);
  expect(copy.subarray(0, length).equals(expected)).toBe(true);
});

test("memory is used again once it was given back, and not before", () => {
  const buffers = new SendBuffers();
  const first = buffers.copy(new Uint8Array(5000).fill(1));
  const second = buffers.copy(new Uint8Array(60_000).fill(2));
  expect(second).not.toBe(first);
  buffers.giveBack(first);
  expect(buffers.copy(new Uint8Array(40_000).fill(3))).toBe(first);
  expect(new Set(second.subarray(0, 60_000))).toEqual(new Set([2]));
});

test("a short piece does not take a long piece's memory", () => {
  const buffers = new SendBuffers();
  buffers.giveBack(buffers.copy(new Uint8Array(60_000)));
  expect(buffers.copy(new Uint8Array(100)).length).toBe(4096);
});

test("what is kept is bounded", () => {
  const buffers = new SendBuffers();
  const copies = Array.from({ length: 40 }, () => buffers.copy(new Uint8Array(3000)));
  for (const copy of copies) buffers.giveBack(copy);
  const again = Array.from({ length: 40 }, () => buffers.copy(new Uint8Array(3000)));
  expect(again.filter((buffer) => copies.includes(buffer)).length).toBe(16);
});

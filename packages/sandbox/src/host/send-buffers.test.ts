import { expect, test } from "vitest";
import { SendBuffers } from "./send-buffers.ts";

test.each([0, 1, 2048, 2049, 65_535, 65_536, 65_537, 262_144])("copies %d bytes", (length) => {
  const buffers = new SendBuffers();
  const bytes = Uint8Array.from({ length }, (_, i) => i % 251);
  const copy = buffers.copy(bytes);
  bytes.fill(0);
  expect(copy).toEqual(Uint8Array.from({ length }, (_, i) => i % 251));
});

test("memory is used again once it was given back, and not before", () => {
  const buffers = new SendBuffers();
  const first = buffers.copy(new Uint8Array(5000).fill(1));
  const second = buffers.copy(new Uint8Array(60_000).fill(2));
  expect(second.buffer).not.toBe(first.buffer);
  expect(new Set(first)).toEqual(new Set([1]));
  buffers.giveBack(first);
  const third = buffers.copy(new Uint8Array(40_000).fill(3));
  expect(third.buffer).toBe(first.buffer);
  expect(third.length).toBe(40_000);
  expect(new Set(second)).toEqual(new Set([2]));
});

test("what is kept is bounded", () => {
  const buffers = new SendBuffers();
  const copies = Array.from({ length: 40 }, () => buffers.copy(new Uint8Array(3000)));
  for (const copy of copies) buffers.giveBack(copy);
  const again = Array.from({ length: 40 }, () => buffers.copy(new Uint8Array(3000)).buffer);
  const known = new Set(copies.map((copy) => copy.buffer));
  expect(again.filter((buffer) => known.has(buffer)).length).toBe(16);
});

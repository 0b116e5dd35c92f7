import { expect, test } from "vitest";
import { Random } from "../../testing/random.ts";
import { ByteQueue } from "./byte-queue.ts";
import { TcpMemory } from "./tcp-memory.ts";

test("any order of appending, moving, peeking and taking gives the bytes in order", () => {
  const random = new Random(3);
  const sent: number[] = [];
  const got: number[] = [];
  const memory = new TcpMemory(undefined);
  const first = new ByteQueue(memory);
  const second = new ByteQueue(memory);
  for (let i = 0; i < 2000; i++) {
    const size = random.below(4) === 0 ? random.below(20_000) : random.below(60);
    switch (random.below(3)) {
      case 0: {
        const bytes = Uint8Array.from({ length: size }, () => random.below(256));
        first.append(bytes);
        bytes.fill(0); // It was copied.
        break;
      }
      case 1: {
        const all = new Uint8Array(first.length);
        first.peek(all);
        const before = second.length;
        const moved = first.moveTo(second, size);
        expect(second.length).toBe(before + moved);
        for (const byte of all.subarray(0, moved)) sent.push(byte);
        break;
      }
      default: {
        const skip = random.below(30);
        const seen = new Uint8Array(size + skip);
        const n = second.peek(seen);
        const later = new Uint8Array(size);
        expect(second.peek(later, skip)).toBe(Math.max(0, Math.min(size, second.length - skip)));
        const same = Math.max(0, n - skip);
        expect(later.subarray(0, same).every((byte, i) => byte === seen[skip + i])).toBe(true);
        const into = new Uint8Array(size);
        for (const byte of into.subarray(0, second.take(into))) got.push(byte);
      }
    }
  }
  // Not toEqual: a difference between long lists would take minutes to print.
  expect(got.findIndex((byte, i) => byte !== sent[i])).toBe(-1);
  expect(second.length).toBe(sent.length - got.length);
  expect(memory.used).toBe(first.length + second.length);
  first.clear();
  second.clear();
  expect(memory.used).toBe(0);
});

import { expect, test } from "vitest";
import type { FileDescription } from "../fs/file-description.ts";
import { Random } from "../testing/random.ts";
import { MessageQueue } from "./message-queue.ts";
import { decodeUnixAddress, encodeUnixAddress, UNNAMED, type UnixAddress } from "./unix-address.ts";

const sender = { pid: 1, uid: 0, gid: 0 };

function message(bytes: number[], files: readonly FileDescription[] = []) {
  return { bytes: Uint8Array.from(bytes), from: UNNAMED, sender, files };
}

test("a stream joins messages, but not over one that carries descriptors", () => {
  const queue = new MessageQueue();
  queue.push(message([1, 2]));
  queue.push(message([3]));
  queue.push(message([4, 5], [{} as FileDescription]));
  const into = new Uint8Array(10);
  expect(queue.readStream(into, true)).toBe(3);
  expect(queue.readStream(into, false)).toBe(3);
  expect([...into.subarray(0, 3)]).toEqual([1, 2, 3]);
  expect(queue.readStream(into.subarray(0, 1), false)).toBe(1);
  expect([into[0], queue.length, queue.count]).toEqual([4, 1, 1]);
});

test("reading in any pieces gives what was sent, and peeking takes nothing", () => {
  const random = new Random(9);
  const queue = new MessageQueue();
  const sent: number[] = [];
  const got: number[] = [];
  for (let i = 0; i < 300; i++) {
    const bytes = Array.from({ length: 1 + random.below(20) }, () => random.below(256));
    queue.push(message(bytes));
    sent.push(...bytes);
    const into = new Uint8Array(random.below(40));
    const peeked = into.slice(0, queue.readStream(into, true));
    const n = queue.readStream(into, false);
    expect(into.slice(0, n)).toEqual(peeked);
    got.push(...peeked);
    expect(queue.length).toBe(sent.length - got.length);
  }
  expect(got).toEqual(sent.slice(0, got.length));
});

test.each<UnixAddress>([
  UNNAMED,
  { kind: "pathname", path: "/run/x" },
  { kind: "abstract", name: "a\0b" },
])("addresses come back: %o", (address) => {
  expect(decodeUnixAddress(encodeUnixAddress(address))).toEqual(address);
});

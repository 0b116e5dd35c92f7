import { MSG_DONTWAIT, MSG_PEEK, SOCK_STREAM } from "@kernelet/abi";
import { expect, test } from "vitest";
import { fakeTask } from "../testing/fake-task.ts";
import { Random } from "../testing/random.ts";
import { testFs } from "../testing/test-fs.ts";
import { collectGarbage } from "./in-flight.ts";
import { UnixSocket } from "./unix.ts";
import { receive } from "./unix-receive.ts";
import { send } from "./unix-send.ts";

function pair() {
  const { task } = fakeTask(testFs());
  const a = UnixSocket.create(task, SOCK_STREAM, true).addRef();
  const b = UnixSocket.create(task, SOCK_STREAM, true).addRef();
  UnixSocket.pair(task, a, b);
  return { task, a, b };
}

test("reading in any pieces gives what was sent, peeking takes nothing, and all room comes back", () => {
  const { task, a, b } = pair();
  const random = new Random(9);
  const all: number[] = [];
  const got: number[] = [];
  for (let i = 0; i < 300; i++) {
    const bytes = Uint8Array.from({ length: 1 + random.below(20) }, () => random.below(256));
    task.pending.done = 0;
    const out = { bytes, length: bytes.length, flags: 0, ancillary: { files: [] }, name: null };
    if (send(task, a, out) === bytes.length) all.push(...bytes);
    const into = new Uint8Array(1 + random.below(40));
    const peeked = receive(task, b, into, MSG_PEEK | MSG_DONTWAIT);
    const seen = typeof peeked === "number" ? [] : [...into.subarray(0, peeked.length)];
    const taken = receive(task, b, into, MSG_DONTWAIT);
    const part = typeof taken === "number" ? [] : [...into.subarray(0, taken.length)];
    expect(part).toEqual(seen);
    got.push(...part);
  }
  expect(got).toEqual(all.slice(0, got.length));
  const rest = new Uint8Array(10_000);
  while (b.received.count > 0) receive(task, b, rest, MSG_DONTWAIT);
  expect(a.allocated).toBe(0);
});

test("sockets that hold one another in their queues are closed with the last descriptor", () => {
  const { task, a, b } = pair();
  const table = task.kernel.vfs.unix;
  const bytes = Uint8Array.of(1);
  for (const [from, carried] of [
    [a, b],
    [b, a],
  ] as const) {
    task.pending.done = 0;
    const ancillary = { files: [carried.addRef()] };
    expect(send(task, from, { bytes, length: 1, flags: 0, ancillary, name: null })).toBe(1);
  }
  a.removeRef();
  expect(table.sockets.size).toBe(2);
  b.removeRef();
  expect(table.sockets.size).toBe(2);
  collectGarbage(table.inFlight);
  expect(table.sockets.size).toBe(0);
  expect(table.inFlight.size).toBe(0);
});

import { EAGAIN, O_DIRECT, O_NONBLOCK, POLLERR, POLLHUP, POLLIN, POLLOUT } from "@kernelet/abi";
import { expect, test } from "vitest";
import { BLOCKED } from "../../kernel/result.ts";
import { PhysicalMemory } from "../../mm/physical-memory.ts";
import { fakeTask } from "../../testing/fake-task.ts";
import { Random } from "../../testing/random.ts";
import { testFs } from "../../testing/test-fs.ts";
import { Pipe } from "./pipe.ts";
import { newPipe } from "./pipe-file.ts";

function setUp(flags = 0) {
  const { task } = fakeTask(testFs());
  const [reader, writer] = newPipe(task, flags);
  return { task, reader: reader.addRef(), writer: writer.addRef() };
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

test("an empty pipe blocks, and ends when the last writer closes", () => {
  const { task, reader, writer } = setUp();
  const into = new Uint8Array(10);
  expect(reader.read(task, into)).toBe(BLOCKED);
  writer.write(task, new TextEncoder().encode("hey"));
  expect(reader.poll() & POLLIN).toBe(POLLIN);
  expect(reader.read(task, into)).toBe(3);
  expect(text(into.subarray(0, 3))).toBe("hey");
  writer.removeRef();
  expect(reader.poll()).toBe(POLLHUP);
  expect(reader.read(task, into)).toBe(0);
});

test("a write of up to PIPE_BUF goes in whole or not at all", () => {
  const { task, writer } = setUp(O_NONBLOCK);
  task.pending.done = 0;
  expect(writer.write(task, new Uint8Array(65536 - 100))).toBe(65536 - 100);
  task.pending.done = 0;
  expect(writer.poll() & POLLOUT).toBe(0);
  expect(writer.write(task, new Uint8Array(101))).toBe(EAGAIN);
  expect(writer.write(task, new Uint8Array(4096 + 100))).toBe(100);
});

test("a blocking write goes on where it stopped", () => {
  const { task, reader, writer } = setUp();
  const data = Uint8Array.from({ length: 100_000 }, (_, i) => i);
  expect(writer.write(task, data)).toBe(BLOCKED);
  const first = new Uint8Array(65536);
  expect(reader.read(task, first)).toBe(65536);
  expect(writer.write(task, data)).toBe(100_000);
  const rest = new Uint8Array(100_000);
  expect(reader.read(task, rest)).toBe(100_000 - 65536);
  expect(rest[0]).toBe(data[65536]);
});

test("a pipe without readers polls as broken", () => {
  const { reader, writer } = setUp();
  reader.removeRef();
  expect(writer.poll() & POLLERR).toBe(POLLERR);
});

test("packets are read one at a time, and what is not taken is lost", () => {
  const { task, reader, writer } = setUp(O_DIRECT);
  for (const packet of ["one", "three"]) {
    task.pending.done = 0;
    writer.write(task, new TextEncoder().encode(packet));
  }
  const into = new Uint8Array(4);
  expect(reader.read(task, into)).toBe(3);
  expect(reader.read(task, into)).toBe(4);
  expect(text(into)).toBe("thre");
  expect(reader.read(task, into)).toBe(BLOCKED);
});

test("what comes out is what went in, for any sizes", () => {
  const random = new Random(11);
  const pipe = new Pipe();
  const sent: number[] = [];
  const got: number[] = [];
  for (let i = 0; i < 400; i++) {
    const bytes = Uint8Array.from({ length: random.below(9000) }, () => random.below(256));
    const n = pipe.put(bytes, false);
    sent.push(...bytes.subarray(0, n));
    const into = new Uint8Array(random.below(9000));
    got.push(...into.subarray(0, pipe.take(into)));
  }
  const rest = new Uint8Array(pipe.length);
  pipe.take(rest);
  got.push(...rest);
  expect(got.length).toBe(sent.length);
  expect(got.every((b, i) => b === sent[i])).toBe(true);
});

test("pipes full of bytes leave memory to the processes", () => {
  const memory = new PhysicalMemory(40);
  const pipes = [new Pipe(memory), new Pipe(memory)] as const;
  const bytes = new Uint8Array(8 * 4096);
  expect(pipes.map((pipe) => pipe.put(bytes, false))).toEqual([8 * 4096, 2 * 4096]);
  expect(memory.charge(30)).toBe(true);
  memory.uncharge(30);
  expect(pipes[0].take(bytes)).toBe(8 * 4096);
  expect(pipes[1].put(bytes, false)).toBe(8 * 4096);
  for (const pipe of pipes) pipe.clear();
  expect(memory.usedPages).toBe(0);
});

/** What the first program of a detached sandbox shares with several clients. */
import { EAGAIN } from "@kernelet/abi";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Channel, WINDOW } from "../channel/channel.ts";
import { InputWriter, SharedInput } from "./shared-input.ts";
import { PATIENCE_MS, SharedOutput } from "./shared-output.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

class FakeClient {
  received = 0;
  readonly messages: object[] = [];
  readonly channel = {
    sendData: (_stream: number, bytes: Uint8Array) => {
      this.received += bytes.length;
    },
    send: (message: object) => {
      this.messages.push(message);
    },
  } as unknown as Channel;
}

/** Writes until nothing more is taken. @returns how much was. */
function fill(output: SharedOutput, most: number): number {
  let written = 0;
  while (written < most) {
    const n = output.write(new Uint8Array(Math.min(65_536, most - written)));
    if (n === EAGAIN) break;
    written += n;
  }
  return written;
}

function newOutput(): { output: SharedOutput; logged: () => number; writable: () => number } {
  let logged = 0;
  let writable = 0;
  const output = new SharedOutput(
    (bytes) => {
      logged += bytes.length;
    },
    () => {
      writable++;
    },
  );
  return { output, logged: () => logged, writable: () => writable };
}

test("without clients all output goes to the log", () => {
  const { output, logged } = newOutput();
  expect(fill(output, 3 * WINDOW)).toBe(3 * WINDOW);
  expect(logged()).toBe(3 * WINDOW);
});

test("the slowest client makes the program wait, and goes on where it was", () => {
  const { output, writable } = newOutput();
  const [slow, quick] = [new FakeClient(), new FakeClient()];
  const slowReader = output.add(slow.channel, 1, true);
  const quickReader = output.add(quick.channel, 1, true);
  expect(fill(output, 2 * WINDOW)).toBe(WINDOW);
  quickReader.taken(WINDOW);
  expect(output.write(new Uint8Array(1))).toBe(EAGAIN);
  vi.advanceTimersByTime(10 * PATIENCE_MS);
  const before = writable();
  slowReader.taken(10);
  expect(writable()).toBe(before + 1);
  expect(output.write(new Uint8Array(100))).toBe(10);
  expect([slow.received, quick.received]).toEqual([WINDOW + 10, WINDOW + 10]);
});

test("a client that is not lossless misses what comes after its time is up, and is told", () => {
  const { output, logged, writable } = newOutput();
  const client = new FakeClient();
  const reader = output.add(client.channel, 4, false);
  expect(fill(output, 2 * WINDOW)).toBe(WINDOW);
  vi.advanceTimersByTime(PATIENCE_MS - 1);
  expect(output.write(new Uint8Array(1))).toBe(EAGAIN);
  vi.advanceTimersByTime(1);
  expect(writable()).toBeGreaterThan(0);
  expect(fill(output, 1000)).toBe(1000);
  expect([client.received, logged()]).toEqual([WINDOW, WINDOW + 1000]);
  reader.taken(5);
  expect(client.messages).toEqual([{ type: "missed", stream: 4, bytes: 1000 }]);
  expect(output.write(new Uint8Array(9))).toBe(5);
  expect(client.received).toBe(WINDOW + 5);
});

test("a client that leaves holds nobody up", () => {
  const { output, writable } = newOutput();
  const reader = output.add(new FakeClient().channel, 1, true);
  fill(output, 2 * WINDOW);
  reader.close();
  expect(writable()).toBe(1);
  expect(fill(output, WINDOW)).toBe(WINDOW);
});

test("input of several clients comes in its order, and each hears what was taken of its own", () => {
  const got: (string | null)[] = [];
  const input = new SharedInput(false, (bytes) =>
    got.push(bytes === null ? null : new TextDecoder().decode(bytes)),
  );
  const [a, b] = [new FakeClient(), new FakeClient()];
  const first = new InputWriter(a.channel, 0, input);
  const second = new InputWriter(b.channel, 3, input);
  input.request();
  vi.runAllTimers();
  first.receive(new TextEncoder().encode("one"));
  second.receive(new TextEncoder().encode("three"));
  expect(got).toEqual(["one"]);
  input.request();
  vi.runAllTimers();
  first.end();
  input.request();
  vi.runAllTimers();
  expect(got).toEqual(["one", "three"]);
  expect(a.messages).toEqual([{ type: "taken", stream: 0, bytes: 3 }]);
  expect(b.messages).toEqual([{ type: "taken", stream: 3, bytes: 5 }]);
  expect(second.receive(new Uint8Array(WINDOW + 1))).toBe(false);
});

test("input that is for once ends with the first client that does", () => {
  const got: unknown[] = [];
  const input = new SharedInput(true, (bytes) => got.push(bytes));
  const writer = new InputWriter(new FakeClient().channel, 0, input);
  writer.receive(Uint8Array.of(1));
  writer.end();
  for (let i = 0; i < 2; i++) {
    input.request();
    vi.runAllTimers();
  }
  expect(got).toEqual([Uint8Array.of(1), null]);
});

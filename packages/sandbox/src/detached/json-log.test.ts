import { beforeEach, expect, test } from "vitest";
import { formatTime, JsonLog } from "./json-log.ts";

let written: string;
beforeEach(() => {
  written = "";
});

interface Line {
  readonly log: string;
  readonly stream: string;
  readonly time: string;
}

function lines(): Line[] {
  return written.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Line]));
}

const parts = {
  realtimeMs: () => 1_767_323_045_678.9011,
  append: (bytes: Uint8Array) => {
    written += new TextDecoder().decode(bytes);
  },
};
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("a line of output is a line of the log, with its stream and its time", () => {
  const log = new JsonLog(parts);
  log.write("stdout", bytes("one\ntwo\nth"));
  log.write("stderr", bytes("no\n"));
  log.write("stdout", bytes("ree\nrest"));
  expect(lines().map(({ log, stream }) => [log, stream])).toEqual([
    ["one\n", "stdout"],
    ["two\n", "stdout"],
    ["no\n", "stderr"],
    ["three\n", "stdout"],
  ]);
  log.end();
  expect(lines().at(-1)).toMatchObject({ log: "rest", stream: "stdout" });
  expect(lines()[0]?.time).toMatch(/^2026-01-02T03:04:05\.678901\d{3}Z$/);
});

test("a long line comes in pieces, and a character across two of them stays whole", () => {
  const log = new JsonLog(parts);
  const text = `${"x".repeat(16_383)}é${"y".repeat(10)}\n`;
  log.write("stdout", bytes(text));
  const pieces = lines().map(({ log }) => log);
  expect(pieces.length).toBe(2);
  expect(pieces.join("")).toBe(text);
});

test("what is no UTF-8 is replaced", () => {
  const log = new JsonLog(parts);
  log.write("stdout", Uint8Array.of(0x61, 0xff, 0x0a));
  expect(lines()[0]?.log).toBe("a\ufffd\n");
});

test("times have nine digits", () => {
  expect(formatTime(0)).toBe("1970-01-01T00:00:00.000000000Z");
  expect(formatTime(1.5)).toBe("1970-01-01T00:00:00.001500000Z");
});

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Container } from "./container.ts";
import { logToWrite } from "./log-files.ts";
import { type LogOptions, LogReader, readLog } from "./logs.ts";
import { ContainerPaths } from "./paths.ts";

let paths: ContainerPaths;
let isActive: boolean;
let container: Container;

beforeEach(() => {
  paths = new ContainerPaths(fs.mkdtempSync(path.join(os.tmpdir(), "kernelet-")));
  isActive = false;
  container = {
    paths,
    get isActive() {
      return isActive;
    },
  } as unknown as Container;
});

afterEach(() => {
  fs.rmSync(paths.folder, { recursive: true });
});

const second = (n: number): string => new Date(n * 1000).toISOString();

/** Entries that are called by the second that they were written in. */
function entries(...numbers: readonly number[]): string {
  return numbers
    .map((n) => `${JSON.stringify({ log: `${n}\n`, stream: "stdout", time: second(n) })}\n`)
    .join("");
}

/** As the sandbox writes them. */
function write(index: number, sequence: number | null, text: string): void {
  const header = { log: "", stream: "stdout", attrs: { sequence: `${sequence}` }, time: second(0) };
  const line = sequence === null ? "" : `${JSON.stringify(header)}\n`;
  fs.writeFileSync(paths.logFile(index), line + text);
}

async function read(options: LogOptions = {}): Promise<string> {
  let all = "";
  for await (const { text } of readLog(container, options)) all += text.replace("\n", " ");
  return all.trimEnd();
}

const numbersOf = (lines: readonly string[]): string[] =>
  lines.map((line) => JSON.parse(line).log.trim());

test("files come in the order that they say, whatever their names", async () => {
  write(0, 4, entries(7, 8));
  write(1, 5, entries(9));
  write(2, 3, entries(5, 6));
  fs.writeFileSync(paths.logFile(3), "");
  expect(await read()).toBe("5 6 7 8 9");
});

test.each([
  { options: { tail: 0 }, want: "" },
  { options: { tail: 1 }, want: "9" },
  { options: { tail: 2 }, want: "8 9" },
  { options: { tail: 4 }, want: "6 7 8 9" },
  { options: { tail: 5 }, want: "5 6 7 8 9" },
  { options: { tail: 50 }, want: "5 6 7 8 9" },
  { options: { sinceMs: 7000 }, want: "7 8 9" },
  { options: { sinceMs: 6001, untilMs: 8999 }, want: "7 8" },
  { options: { tail: 3, untilMs: 8000 }, want: "7 8" },
])("$options", async ({ options, want }) => {
  write(0, 2, entries(7, 8));
  write(1, 3, entries(9));
  write(2, 1, entries(5, 6));
  expect(await read(options)).toBe(want);
});

test("a log of an older version has no first line, and no log is none", async () => {
  expect(await read()).toBe("");
  write(0, null, entries(1, 2));
  expect(await read({ tail: 1 })).toBe("2");
  expect(await read()).toBe("1 2");
});

test("what is no entry is left out", async () => {
  write(0, 1, `${entries(1)}half of a li\n{}\n${entries(2)}`);
  expect(await read()).toBe("1 2");
});

test("a reader goes on in the next file, with all of the one before", () => {
  write(0, 1, entries(1));
  const reader = new LogReader(paths);
  expect(numbersOf(reader.read())).toEqual(["1"]);
  expect(reader.read()).toEqual([]);
  write(0, 1, entries(1, 2).slice(0, -5));
  expect(reader.read()).toEqual([]);
  write(0, 1, entries(1, 2));
  write(1, 2, entries(3));
  expect([numbersOf(reader.read()), numbersOf(reader.read())]).toEqual([["2"], ["3"]]);
  expect(reader.read()).toEqual([]);
  reader.close();
});

test("a slow reader goes on with the oldest that was not emptied", () => {
  write(0, 1, entries(1));
  const reader = new LogReader(paths);
  reader.read();
  write(0, 3, entries(4, 5));
  write(1, 4, entries(6));
  expect([numbersOf(reader.read()), numbersOf(reader.read())]).toEqual([["4", "5"], ["6"]]);
  // Emptied, and nothing is there yet.
  write(1, null, "");
  expect(reader.read()).toEqual([]);
  write(1, 6, entries(7));
  expect(numbersOf(reader.read())).toEqual(["7"]);
  reader.close();
});

test("following ends when the container has", async () => {
  isActive = true;
  write(0, 1, entries(1));
  const seen: string[] = [];
  for await (const { text } of readLog(container, { isFollowing: true })) {
    seen.push(text);
    if (seen.length === 1) write(1, 2, entries(2));
    if (seen.length === 2) {
      write(0, 3, entries(3));
      isActive = false;
    }
  }
  expect(seen).toEqual(["1\n", "2\n", "3\n"]);
});

test("the next run goes on with the newest file, on a line of its own", () => {
  const log = { maxBytes: 1, maxFiles: 3 };
  const [a, b, c] = [0, 1, 2].map((i) => paths.logFile(i));
  expect(logToWrite(paths, log)).toEqual({ files: [a, b, c], sequence: 1 });
  write(0, 4, entries(1));
  write(1, 5, "half");
  write(2, 3, entries(0));
  expect(logToWrite(paths, log)).toEqual({ files: [b, c, a], sequence: 5 });
  expect(fs.readFileSync(b ?? "", "utf8")).toMatch(/half\n$/);
});

import { EIO, ENOSPC } from "@kernelet/abi";
import { expect, test } from "vitest";
import { LogFiles, parseLogHeader } from "./log-files.ts";

/** Files in memory, by descriptor, on a disk of a size. */
class Disk {
  readonly files: Map<number, string> = new Map();
  room = Number.POSITIVE_INFINITY;
  canTruncate = true;

  open(fds: readonly number[], maxBytes: number | null, sequence = 1): LogFiles {
    for (const fd of fds) if (!this.files.has(fd)) this.files.set(fd, "");
    return new LogFiles(
      { fds, maxBytes, sequence },
      {
        realtimeMs: () => 0,
        size: (fd) => this.text(fd).length,
        append: (fd, bytes) => {
          const text = new TextDecoder().decode(bytes).slice(0, Math.max(0, this.room));
          this.room -= text.length;
          this.files.set(fd, this.text(fd) + text);
          return text.length === bytes.length ? bytes.length : ENOSPC;
        },
        truncate: (fd, size) => {
          if (!this.canTruncate) return EIO;
          this.room += this.text(fd).length - size;
          this.files.set(fd, this.text(fd).slice(0, size));
          return 0;
        },
      },
    );
  }

  text(fd: number): string {
    return this.files.get(fd) ?? "";
  }

  /** Number of a file in their order, and what is behind its first line. */
  shown(fd: number): string {
    const text = this.text(fd);
    const header = parseLogHeader(new TextEncoder().encode(text));
    return header === null ? text : `${header.sequence}:${text.slice(header.length)}`;
  }
}

const write = (log: LogFiles, text: string): void => log.append(new TextEncoder().encode(text));
/** As long as a first line and some 35 bytes. */
const MAX = 128;

test("the next file is emptied when one has its size, and after the last the first", () => {
  const disk = new Disk();
  const log = disk.open([1, 2, 3], MAX);
  const lines = ["a", "b", "c", "d", "e"].map((letter) => `${letter.repeat(24)}\n`);
  for (const line of lines) write(log, line);
  expect([1, 2, 3].map((fd) => disk.shown(fd))).toEqual([
    `4:${lines[3]}`,
    `5:${lines[4]}`,
    `3:${lines[2]}`,
  ]);
});

test("a single file begins again, and without a limit it grows", () => {
  const disk = new Disk();
  const one = disk.open([1], MAX);
  for (const line of [`${"a".repeat(24)}\n`, "b\n"]) write(one, line);
  expect(disk.shown(1)).toBe(`1:${"a".repeat(24)}\nb\n`);
  write(one, `${"c".repeat(24)}\n`);
  expect(disk.shown(1)).toBe(`2:${"c".repeat(24)}\n`);
  const endless = disk.open([9], null);
  for (let i = 0; i < 100; i++) write(endless, "0123456789\n");
  expect(disk.shown(9).length).toBe(2 + 1100);
});

test("a later run goes on where the one before ended", () => {
  const disk = new Disk();
  write(disk.open([1, 2], MAX), "first\n");
  write(disk.open([1, 2], MAX, 1), "second\n");
  expect(disk.shown(1)).toBe("1:first\nsecond\n");
});

test("on a full disk nothing is left half written, and what comes later is whole", () => {
  const disk = new Disk();
  const log = disk.open([1, 2], MAX);
  disk.room = 10;
  write(log, "lost: not even its first line fits\n");
  expect([disk.text(1), disk.room]).toEqual(["", 10]);
  disk.room = 95;
  write(log, "lost, too: this is longer than what is left\n");
  disk.room = 1000;
  write(log, "kept\n");
  expect(disk.shown(1)).toBe("1:kept\n");
});

test("if the next file cannot be had, it stays with this one", () => {
  const disk = new Disk();
  const log = disk.open([1, 2], MAX);
  disk.canTruncate = false;
  for (const letter of ["a", "b"]) write(log, `${letter.repeat(24)}\n`);
  expect(disk.shown(1)).toBe(`1:${"a".repeat(24)}\n${"b".repeat(24)}\n`);
});

test("no files take anything", () => {
  write(new Disk().open([], null), "text");
});

test.each([
  { title: "nothing yet", text: "", want: null },
  { title: "half a line", text: '{"log":"","attrs"', want: null },
  { title: "an entry of an older log", text: '{"log":"a"}\n', want: { sequence: 0, length: 0 } },
  { title: "no JSON", text: "text\n", want: { sequence: 0, length: 0 } },
  { title: "a long line", text: "x".repeat(256), want: { sequence: 0, length: 0 } },
])("$title", ({ text, want }) => {
  expect(parseLogHeader(new TextEncoder().encode(text))).toEqual(want);
});

import { ECHO, ICANON, ISIG, NOFLSH, SIGINT, SIGTSTP, VEOL } from "@kernelet/abi";
import { beforeEach, expect, test } from "vitest";
import { LineDiscipline } from "./line-discipline.ts";
import { OutputProcessor } from "./output-processor.ts";
import { Termios } from "./termios.ts";

let termios: Termios;
let shown: string;
let signals: number[];
let discipline: LineDiscipline;

beforeEach(() => {
  termios = new Termios();
  shown = "";
  signals = [];
  const output = new OutputProcessor(termios);
  discipline = new LineDiscipline(termios, {
    isOutputStopped: false,
    echo(bytes) {
      const out: number[] = [];
      for (const b of bytes) output.put(b, out);
      shown += String.fromCharCode(...out);
    },
    signal: (signo) => signals.push(signo),
    stopOutput() {},
    flushOutput() {},
  });
});

function type(text: string): void {
  discipline.receive(Uint8Array.from(text, (c) => c.charCodeAt(0)));
}

function takeLine(size = 100): string {
  const into = new Uint8Array(size);
  return String.fromCharCode(...into.subarray(0, discipline.takeLine(into)));
}

test.each([
  { title: "a line", keys: "ab\r", line: "ab\n", echo: "ab\r\n" },
  { title: "erase", keys: "abc\x7f\x7fd\n", line: "ad\n", echo: "abc\b \b\b \bd\r\n" },
  { title: "erase of nothing", keys: "\x7fa\n", line: "a\n", echo: "a\r\n" },
  {
    title: "erase of a control character",
    keys: "\x01\x7f\n",
    line: "\n",
    echo: "^A\b \b\b \b\r\n",
  },
  { title: "erase of a tab", keys: "a\t\x7f\n", line: "a\n", echo: `a\t${"\b".repeat(7)}\r\n` },
  { title: "kill", keys: "ab\x15c\n", line: "c\n", echo: "ab\b \b\b \bc\r\n" },
  {
    title: "word erase",
    keys: "ab cd \x17e\n",
    line: "ab e\n",
    echo: "ab cd \b \b\b \b\b \be\r\n",
  },
  { title: "literal next", keys: "\x16\x03\n", line: "\x03\n", echo: "^\b^C\r\n" },
  { title: "end of file after text", keys: "ab\x04", line: "ab", echo: "ab" },
])("canonical: $title", ({ keys, line, echo }) => {
  type(keys);
  expect(takeLine()).toBe(line);
  expect(shown).toBe(echo);
});

test("an end of file alone reads as nothing, once", () => {
  type("\x04x\n");
  expect(discipline.hasLine).toBe(true);
  expect(takeLine()).toBe("");
  expect(takeLine()).toBe("x\n");
  expect(discipline.hasLine).toBe(false);
});

test("a read takes one line, and a short one leaves the rest", () => {
  type("one\ntwo\n");
  expect(takeLine(2)).toBe("on");
  expect(takeLine()).toBe("e\n");
  expect(discipline.available).toBe(4);
  expect(takeLine()).toBe("two\n");
});

test("signal characters signal, drop what was typed, and are shown", () => {
  type("abc\x03");
  expect(signals).toEqual([SIGINT]);
  expect(shown).toBe("abc^C");
  type("\n");
  expect(takeLine()).toBe("\n");
  termios.lflag |= NOFLSH;
  type("x\x1a\n");
  expect(signals).toEqual([SIGINT, SIGTSTP]);
  expect(takeLine()).toBe("x\n");
});

test("raw: everything comes through", () => {
  termios.lflag &= ~(ICANON | ECHO | ISIG);
  termios.iflag = 0;
  discipline.canonicalChanged();
  type("\x03\r\x7f");
  const into = new Uint8Array(10);
  expect([...into.subarray(0, discipline.takeRaw(into))]).toEqual([3, 13, 127]);
  expect(shown).toBe("");
});

test("what was typed is still there after a change to raw and back", () => {
  type("half");
  termios.lflag &= ~ICANON;
  discipline.canonicalChanged();
  expect(discipline.available).toBe(4);
  termios.lflag |= ICANON;
  discipline.canonicalChanged();
  expect(takeLine()).toBe("half");
});

test("an end-of-line character of one's own ends a line", () => {
  termios.cc[VEOL] = ";".charCodeAt(0);
  type("a;b\n");
  expect(takeLine()).toBe("a;");
  expect(takeLine()).toBe("b\n");
});

test("a full buffer loses keys but not the end of the line", () => {
  type("x".repeat(5000));
  expect(discipline.room).toBe(1);
  type("\n");
  expect(discipline.available).toBe(4096);
  expect(discipline.room).toBe(0);
});

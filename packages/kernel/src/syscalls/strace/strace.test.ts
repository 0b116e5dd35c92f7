import { expect, test } from "vitest";
import { bootTestKernel, SCRATCH } from "../../testing/test-kernel.ts";
import { SYSCALLS } from "../table.ts";
import { isKnownKind } from "./kinds.ts";
import { Strace } from "./strace.ts";
import { parseTraceSet } from "./trace-set.ts";

const PATH = SCRATCH + 0x100;

function traced(calls?: ReadonlySet<number>) {
  const t = bootTestKernel();
  const lines: string[] = [];
  t.kernel.hooks.subscribe(
    new Strace({ write: (line) => lines.push(line), ...(calls === undefined ? {} : { calls }) }),
  );
  const put = (addr: number, text: string) =>
    t.init.mm.copyOut(
      addr,
      Uint8Array.from(text, (c) => c.charCodeAt(0)),
    );
  return { t, lines, put };
}

test("every kind in the table is known", () => {
  const unknown = SYSCALLS.flatMap((row) => row.kinds.filter((kind) => !isKnownKind(kind)));
  expect(unknown).toEqual([]);
});

test("flags, strings, errors and results read as strace's", () => {
  const { t, lines, put } = traced();
  put(PATH, "/none\0");
  t.call(t.init, "openat", -100, PATH, 0o2000000, 0);
  put(PATH, "/new\n\0");
  t.call(t.init, "openat", -100, PATH, 0o1102, 0o644);
  put(SCRATCH, 'hello \x01\x7f"world" and very much more than thirty-two');
  t.call(t.init, "write", 0, SCRATCH, 12);
  t.call(t.init, "write", 0, SCRATCH, 40);
  t.call(t.init, "lseek", 0, 0, 0);
  t.call(t.init, "read", 0, SCRATCH, 5);
  t.call(t.init, "mmap", 0, 4096, 3, 0x22, -1, 0);
  t.call(t.init, "umask", 0o77);
  expect(lines.map((line) => line.replace(/ +=/, " ="))).toEqual([
    'openat(AT_FDCWD, "/none", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)',
    'openat(AT_FDCWD, "/new\\n", O_RDWR|O_CREAT|O_TRUNC, 0644) = 0',
    'write(0, "hello \\1\\177\\"wor", 12) = 12',
    'write(0, "hello \\1\\177\\"world\\" and very much mo"..., 40) = 40',
    "lseek(0, 0, SEEK_SET) = 0",
    'read(0, "hello", 5) = 5',
    expect.stringMatching(
      /^mmap\(NULL, 4096, PROT_READ\|PROT_WRITE, MAP_PRIVATE\|MAP_ANONYMOUS, -1, 0x0\) = 0x[0-9a-f]+$/,
    ),
    "umask(077) = 022",
  ]);
});

test("a wait is broken off and resumed, and ends are told", () => {
  const { t, lines } = traced(parseTraceSet("wait4,exit_group") as ReadonlySet<number>);
  const tid = t.call(t.init, "fork") as number;
  const child = t.task(tid);
  t.processor.program(child.registers, () => undefined);
  t.call(t.init, "wait4", -1, SCRATCH, 0, 0);
  expect(t.call(child, "exit_group", 3)).toBe("gone");
  t.resume(t.init);
  expect(lines.map((line) => line.replace(/ +=/, " ="))).toEqual([
    "[pid     2] wait4(-1,  <unfinished ...>",
    "[pid     3] exit_group(3) = ?",
    "[pid     3] +++ exited with 3 +++",
    "[pid     2] <... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 3}], 0, NULL) = 3",
  ]);
});

test("clone's arguments have names", () => {
  const { t, lines } = traced(parseTraceSet("clone") as ReadonlySet<number>);
  t.call(t.init, "clone", 0x1200011, 0, 0, SCRATCH, 0);
  expect(lines[0]).toBe(
    "[pid     2] clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x300000) = 3",
  );
});

test.each([
  { text: "open,close", has: "close", lacks: "read" },
  { text: "%file", has: "openat", lacks: "read" },
  { text: "!%memory", has: "read", lacks: "mmap" },
  { text: "%desc", has: "read", lacks: "getpid" },
])("trace set $text", ({ text, has, lacks }) => {
  const set = parseTraceSet(text) as ReadonlySet<number>;
  const nr = (name: string) => SYSCALLS.find((row) => row.name === name)?.nr as number;
  expect(set.has(nr(has))).toBe(true);
  expect(set.has(nr(lacks))).toBe(false);
});

test("an unknown name is told", () => {
  expect(parseTraceSet("open,opne")).toBe("opne");
});

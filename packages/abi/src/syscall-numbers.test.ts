import { expect, test } from "vitest";
import { NR_SYSCALLS, SYSCALL_NAMES, syscallNumber } from "./syscall-numbers.ts";

test("numbers are dense up to 334 and from 424 on", () => {
  const holes = [...SYSCALL_NAMES.keys()].filter((nr) => SYSCALL_NAMES[nr] === undefined);
  expect(holes[0]).toBe(336);
  expect(holes.at(-1)).toBe(423);
  expect(holes).toHaveLength(423 - 336 + 1);
  expect(SYSCALL_NAMES).toHaveLength(NR_SYSCALLS);
});

test("names and numbers are one to one", () => {
  for (const [nr, name] of SYSCALL_NAMES.entries()) {
    if (name !== undefined) expect(syscallNumber(name)).toBe(nr);
  }
  expect(syscallNumber("read")).toBe(0);
  expect(syscallNumber("openat2")).toBe(437);
  expect(syscallNumber("file_setattr")).toBe(469);
  expect(syscallNumber("nosuch")).toBeUndefined();
});

import { expect, test } from "vitest";
import {
  EAGAIN,
  EHWPOISON,
  ENOENT,
  ERESTARTSYS,
  type Errno,
  EWOULDBLOCK,
  errnoByName,
  errnoMessage,
  errnoName,
  isErrno,
} from "./errno.ts";

test.each([
  { title: "the smallest error", x: -1, want: true },
  { title: "the greatest error", x: -4095, want: true },
  { title: "a high address seen as negative", x: -4096, want: false },
  { title: "zero", x: 0, want: false },
  { title: "a length", x: 12, want: false },
  { title: "an object", x: {}, want: false },
])("isErrno of $title is $want", ({ x, want }) => {
  expect(isErrno(x)).toBe(want);
});

test("errors are negative and carry the names and messages of the C library", () => {
  expect(ENOENT).toBe(-2);
  expect(EHWPOISON).toBe(-133);
  expect(EWOULDBLOCK).toBe(EAGAIN);
  expect(errnoName(ENOENT)).toBe("ENOENT");
  expect(errnoMessage(ENOENT)).toBe("No such file or directory");
  expect(errnoName(ERESTARTSYS)).toBe("ERESTARTSYS");
  expect(errnoByName("ENOENT")).toBe(ENOENT);
  expect(errnoByName("ENOSUCH")).toBeUndefined();
});

test("every number up to EHWPOISON has a name, except the two Linux leaves out", () => {
  const nameless: number[] = [];
  for (let n = 1; n <= 133; n++) {
    if (errnoName(-n as Errno) === String(-n)) nameless.push(n);
  }
  expect(nameless).toEqual([41, 58]);
  expect(errnoMessage(-41 as Errno)).toBe("Unknown error 41");
});

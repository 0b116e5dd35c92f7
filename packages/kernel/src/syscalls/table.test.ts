import { ENOSYS, SYSCALL_NAMES } from "@kernelet/abi";
import { expect, test } from "vitest";
import { bootTestKernel } from "../testing/test-kernel.ts";
import { SYSCALLS, syscallTable } from "./table.ts";

test("every amd64 call has one row, in the order of the numbers, under Linux's name", () => {
  const numbers = SYSCALLS.map((row) => row.nr);
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  const named = SYSCALL_NAMES.flatMap((name, nr) => (name === undefined ? [] : [`${nr} ${name}`]));
  expect(SYSCALLS.map((row) => `${row.nr} ${row.name}`)).toEqual(named);
});

test("rows that are not full say why", () => {
  const silent = SYSCALLS.filter((row) => row.level !== "full" && row.note === "");
  expect(silent).toEqual([]);
});

test("a number that no call has is ENOSYS", () => {
  const t = bootTestKernel();
  let isMade = false;
  t.processor.program(t.init.registers, () => {
    if (isMade) return undefined;
    isMade = true;
    return { kind: "syscall", nr: 9999, args: [] };
  });
  t.kernel.runSlice();
  expect(t.init.registers.getInt32(0)).toBe(ENOSYS);
  expect(syscallTable[9999]).toBeUndefined();
});

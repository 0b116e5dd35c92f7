/** Numbers of the kernel's own in user memory. */
import { EFAULT, PAGE_SIZE } from "@kernelet/abi";
import { expect, test } from "vitest";
import { bootTestKernel, SCRATCH } from "../testing/test-kernel.ts";

const { init } = bootTestKernel();
const { mm } = init;
/** Where the mapping of every test task ends. */
const END = SCRATCH + 0x2_0000;

test.each([0, 1, -1, 2 ** 32 - 1, 2 ** 32, -(2 ** 32), 2 ** 53, -(2 ** 53)])(
  "%d is stored as 64 bits",
  (value) => {
    expect(mm.writeU64Pair(SCRATCH + 4, value, 7)).toBe(0);
    expect(mm.readBig(SCRATCH + 4)).toBe(BigInt.asUintN(64, BigInt(value)));
    expect(mm.readS64(SCRATCH + 12)).toBe(7);
  },
);

test("a pair that straddles pages is stored in both, and one that leaves the mapping in none", () => {
  expect(mm.writeU64Pair(SCRATCH + PAGE_SIZE - 8, 5, 6)).toBe(0);
  expect([mm.readU64(SCRATCH + PAGE_SIZE - 8), mm.readU64(SCRATCH + PAGE_SIZE)]).toEqual([5, 6]);
  expect(mm.writeU64Pair(END - 8, 5, 6)).toBe(EFAULT);
  expect(mm.readU64(END - 8)).toBe(0);
});

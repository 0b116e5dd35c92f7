import { expect, test } from "vitest";
import { CONTINUED_STATUS, exitStatus, signalStatus, stopStatus } from "./wait.ts";

test("status words read back as the macros of wait(2) read them", () => {
  expect((exitStatus(3) >> 8) & 0xff).toBe(3);
  expect(exitStatus(256 + 7)).toBe(7 << 8);
  expect(exitStatus(3) & 0x7f).toBe(0); // WIFEXITED
  expect(signalStatus(11)).toBe(11);
  expect(signalStatus(11, true)).toBe(0x8b); // WCOREDUMP
  expect(stopStatus(19)).toBe(0x137f);
  expect(CONTINUED_STATUS).toBe(0xffff);
});

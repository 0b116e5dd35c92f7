import { CLONE_VM, SIGCHLD, SIGKILL } from "@kernelet/abi";
import { expect, test } from "vitest";
import { bootTestKernel, SCRATCH } from "../testing/test-kernel.ts";

test("the largest process dies, and the others go on", () => {
  const t = bootTestKernel({ memoryLimit: 4 * 1024 * 1024 });
  const tid = t.call(t.init, "fork") as number;
  const hog = t.task(tid);
  t.processor.program(hog.registers, () => undefined);
  const addr = t.call(hog, "mmap", 0, 8 * 1024 * 1024, 3, 0x22, -1, 0) as number;
  let next = addr;
  t.processor.program(hog.registers, () => {
    next += 4096;
    return { kind: "access", addr: next - 4096, access: 2 };
  });
  expect(t.call(t.init, "wait4", tid, SCRATCH, 0, 0)).toBe(tid);
  expect(t.init.mm.readInt32(SCRATCH)).toBe(SIGKILL);
  expect(next - addr).toBeLessThan(5 * 1024 * 1024);
});

test("whoever shares the victim's memory dies with it", () => {
  const t = bootTestKernel({ memoryLimit: 8 * 1024 * 1024 });
  const tid = t.call(t.init, "fork") as number;
  const hog = t.task(tid);
  t.processor.program(hog.registers, () => undefined);
  const addr = t.call(hog, "mmap", 0, 16 * 1024 * 1024, 3, 0x22, -1, 0) as number;
  const sharer = t.call(hog, "clone", CLONE_VM | SIGCHLD, SCRATCH, 0, 0, 0) as number;
  let next = addr;
  t.processor.program(hog.registers, () => {
    next += 4096;
    return { kind: "access", addr: next - 4096, access: 2 };
  });
  expect(t.call(t.init, "wait4", tid, SCRATCH, 0, 0)).toBe(tid);
  expect(t.kernel.pids.threadGroups.get(sharer)?.isDead ?? true).toBe(true);
});

import { EAGAIN } from "@kernelet/abi";
import { expect, test } from "vitest";
import { Reg } from "../arch/x86/processor.ts";
import { bootTestKernel } from "../testing/test-kernel.ts";

const SYS_GETPID = 39;

test("tasks take turns in the order in which they came, the same each time", () => {
  const run = () => {
    const t = bootTestKernel();
    const order: number[] = [];
    const tids = [1, 2, 3].map(() => t.call(t.init, "fork") as number);
    for (const tid of [t.init.tid, ...tids]) {
      t.processor.program(t.task(tid).registers, () => {
        order.push(tid);
        return { kind: "spin" };
      });
    }
    for (let i = 0; i < 12; i++) t.kernel.runSlice();
    return order;
  };
  const order = run();
  expect(new Set(order.slice(0, 4)).size).toBe(4);
  expect(order.slice(4, 8)).toEqual(order.slice(0, 4));
  expect(run()).toEqual(order);
});

test("sched_yield ends the slice", () => {
  const t = bootTestKernel();
  const tid = t.call(t.init, "fork") as number;
  const order: number[] = [];
  for (const task of [t.init, t.task(tid)]) {
    t.processor.program(task.registers, () => {
      order.push(task.tid);
      return { kind: "syscall", nr: 24, args: [] };
    });
  }
  for (let i = 0; i < 6; i++) t.kernel.runSlice();
  expect(order.length).toBe(6);
  expect(order[0]).not.toBe(order[1]);
});

test("a system that only waits is idle, and says until when", () => {
  const t = bootTestKernel();
  t.init.mm.writeU64(0x30_0000, 2);
  t.init.mm.writeU64(0x30_0008, 0);
  expect(t.call(t.init, "nanosleep", 0x30_0000, 0)).toBe("blocked");
  expect(t.kernel.runSlice()).toBe("idle");
  const next = t.kernel.nextTimerNs() as number;
  expect(next - t.host.monotonicNs()).toBe(2e9);
  t.advance(2e9);
  expect(t.kernel.runSlice()).toBe("more");
  expect(t.init.registers.getInt32(Reg.rax)).toBe(0);
});

test("fork is EAGAIN at the task limit", () => {
  const t = bootTestKernel({ taskLimit: 3 });
  expect(t.call(t.init, "fork")).toBeGreaterThan(0);
  expect(t.call(t.init, "fork")).toBeGreaterThan(0);
  expect(t.call(t.init, "fork")).toBe(EAGAIN);
});

test("a sampler looks at a task between parts of its slice, and changes nothing else", () => {
  const run = (isWatched: boolean) => {
    const t = bootTestKernel();
    const tid = t.call(t.init, "fork") as number;
    const before = t.kernel.counters.syscalls.get(SYS_GETPID) ?? 0;
    const looks: number[] = [];
    for (const task of [t.init, t.task(tid)]) {
      t.processor.program(task.registers, () => ({ kind: "syscall", nr: SYS_GETPID, args: [] }));
    }
    if (isWatched) {
      t.kernel.entry.sampler = {
        look: (task) => {
          looks.push(task.tid);
          return 20_000;
        },
      };
    }
    for (let i = 0; i < 4; i++) t.kernel.runSlice();
    return { calls: (t.kernel.counters.syscalls.get(SYS_GETPID) ?? 0) - before, looks };
  };
  const { calls, looks } = run(true);
  // 200,000 of fuel are a slice, and a call takes 1,000 of it here.
  expect(calls).toBe(4 * 200);
  expect(calls).toBe(run(false).calls);
  const [first, second] = [looks[0], looks[10]];
  expect(first).not.toBe(second);
  const slice = (tid: number | undefined) => new Array(10).fill(tid);
  expect(looks).toEqual([first, second, first, second].flatMap(slice));
});

/**
 * Random system calls with arguments that are likely to mean something: descriptors, small numbers, flags,
 * good and bad addresses. For finding calls that break the kernel instead of failing.
 */
import { Reg } from "../arch/x86/processor.ts";
import type { Task } from "../kernel/task.ts";
import { SYSCALLS } from "../syscalls/table.ts";
import { Random } from "./random.ts";
import { bootTestKernel, CODE, SCRATCH, STACK_TOP, UNMAPPED } from "./test-kernel.ts";

/** Calls that end or stop the caller on purpose, or sleep for ever: nothing to be learned from them. */
const LEFT_OUT = new Set([
  "exit",
  "exit_group",
  "pause",
  "rt_sigsuspend",
  "rt_sigreturn",
  "reboot",
]);

const INTERESTING: readonly (number | bigint)[] = [
  0,
  1,
  2,
  3,
  4,
  7,
  8,
  16,
  24,
  64,
  100,
  128,
  4095,
  4096,
  0x10000,
  -1,
  -2,
  -100,
  2 ** 31 - 1,
  -(2 ** 31),
  2 ** 32,
  2n ** 63n - 1n,
  -(2n ** 63n),
  2n ** 64n - 4096n,
];

function argument(random: Random): number | bigint {
  const choice = random.below(10);
  if (choice < 3) return SCRATCH + random.below(0x1f000);
  if (choice === 3) return SCRATCH + 0x20000 - random.below(16);
  if (choice === 4) return UNMAPPED + random.below(4096);
  if (choice === 5) return random.below(0x40);
  if (choice === 6) return 1 << random.below(31);
  if (choice === 7) return random.below(2 ** 31);
  return INTERESTING[random.below(INTERESTING.length)] as number | bigint;
}

/** Makes `count` calls. Exceptions go through, with the call in their message. */
export function fuzzSyscalls(count: number, seed: number): void {
  const random = new Random(seed);
  const rows = SYSCALLS.filter((row) => row.level !== "stub" && !LEFT_OUT.has(row.name));
  let t = bootTestKernel({ taskLimit: 20, memoryLimit: 64 * 1024 * 1024 });
  for (let i = 0; i < count; i++) {
    const row = rows[random.below(rows.length)] as (typeof rows)[number];
    const args = [0, 1, 2, 3, 4, 5].map(() => argument(random));
    const scratch = t.init.mm.userBuffer(SCRATCH, 0x1000, 2);
    if (typeof scratch !== "number") {
      for (let at = 0; at < 64; at++) scratch[random.below(scratch.length)] = random.below(256);
    }
    const text = `${row.name}(${args.join(", ")}) [call ${i}, seed ${seed}]`;
    try {
      const result = t.call(t.init, row.name, ...args);
      if (result === "blocked") wakeOrKill(t.kernel, t.init);
      for (const task of t.kernel.pids.tasks.values()) {
        if (task !== t.init) t.processor.program(task.registers, () => undefined);
      }
    } catch (error) {
      throw new Error(`${text}: ${error instanceof Error ? error.stack : error}`);
    }
    if (t.init.isAlive && i % 500 !== 499) {
      t.init.registers.rip = CODE + 2 * (i % 1000);
      t.init.registers.set(Reg.rsp, STACK_TOP);
      continue;
    }
    t.kernel.shutDown();
    for (let n = 0; n < 500 && t.kernel.runSlice() === "more"; n++);
    const left = t.kernel.accounting();
    if (Object.values(left).some((count) => count !== 0)) {
      throw new Error(`${text}: left ${JSON.stringify(left)}`);
    }
    t = bootTestKernel({ taskLimit: 20, memoryLimit: 64 * 1024 * 1024 });
  }
}

/** A call that would sleep for ever ends here: a task cannot be interrupted without a signal, so a new kernel follows. */
function wakeOrKill(kernel: { shutDown(): void; runSlice(): string }, task: Task): void {
  kernel.shutDown();
  for (let n = 0; n < 100 && task.isAlive && kernel.runSlice() === "more"; n++);
}

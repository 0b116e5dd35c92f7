import {
  EAGAIN,
  EFAULT,
  EINVAL,
  ETIMEDOUT,
  FUTEX_CMP_REQUEUE,
  FUTEX_OWNER_DIED,
  FUTEX_WAIT,
  FUTEX_WAIT_BITSET,
  FUTEX_WAITERS,
  FUTEX_WAKE,
  FUTEX_WAKE_BITSET,
  FUTEX_WAKE_OP,
} from "@kernelet/abi";
import { expect, test } from "vitest";
import { bootTestKernel, SCRATCH, type TestKernel, UNMAPPED } from "../testing/test-kernel.ts";

const WORD = SCRATCH;
const OTHER = SCRATCH + 0x40;
const TIME = SCRATCH + 0x80;
const FUTEX_PRIVATE = 0x80;
/** CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM */
const THREAD = 0x50f00;

function thread(t: TestKernel) {
  const tid = t.call(t.init, "clone", THREAD, SCRATCH + 0x1f000, 0, 0, 0) as number;
  const task = t.task(tid);
  t.processor.program(task.registers, () => undefined);
  return task;
}

test("a waiter sleeps while the word has the value, and a wake ends that", () => {
  const t = bootTestKernel();
  const other = thread(t);
  t.init.mm.writeInt32(WORD, 5);
  expect(t.call(other, "futex", WORD, FUTEX_WAIT | FUTEX_PRIVATE, 4, 0)).toBe(EAGAIN);
  expect(t.call(other, "futex", WORD, FUTEX_WAIT | FUTEX_PRIVATE, 5, 0)).toBe("blocked");
  expect(t.call(t.init, "futex", OTHER, FUTEX_WAKE | FUTEX_PRIVATE, 1)).toBe(0);
  expect(t.call(t.init, "futex", WORD, FUTEX_WAKE | FUTEX_PRIVATE, 1)).toBe(1);
  expect(t.resume(other)).toBe(0);
  expect(t.kernel.futexes.size).toBe(0);
});

test("a private futex in a thread and a shared one at the same address meet only if not private", () => {
  const t = bootTestKernel();
  const other = thread(t);
  expect(t.call(other, "futex", WORD, FUTEX_WAIT, 0, 0)).toBe("blocked");
  expect(t.call(t.init, "futex", WORD, FUTEX_WAKE, 1)).toBe(1);
  expect(t.resume(other)).toBe(0);
});

test("processes meet at a word of shared memory", () => {
  const t = bootTestKernel();
  const addr = t.call(t.init, "mmap", 0, 4096, 3, 0x21, -1, 0) as number;
  const tid = t.call(t.init, "fork") as number;
  const child = t.task(tid);
  t.processor.program(child.registers, () => undefined);
  expect(t.call(child, "futex", addr, FUTEX_WAIT, 0, 0)).toBe("blocked");
  expect(t.call(t.init, "futex", addr, FUTEX_WAKE, 9)).toBe(1);
  expect(t.resume(child)).toBe(0);
});

test("a wait times out, relative and absolute", () => {
  const t = bootTestKernel();
  const { mm } = t.init;
  mm.writeU64(TIME, 1);
  mm.writeU64(TIME + 8, 0);
  expect(t.call(t.init, "futex", WORD, FUTEX_WAIT, 0, TIME)).toBe("blocked");
  t.advance(999e6);
  expect(t.resume(t.init)).toBe("blocked");
  t.advance(2e6);
  expect(t.resume(t.init)).toBe(ETIMEDOUT);
  // One second after boot is past.
  expect(t.call(t.init, "futex", WORD, FUTEX_WAIT_BITSET, 0, TIME, 0, 1)).toBe(ETIMEDOUT);
});

test("bit sets choose whom to wake", () => {
  const t = bootTestKernel();
  const a = thread(t);
  const b = thread(t);
  expect(t.call(a, "futex", WORD, FUTEX_WAIT_BITSET, 0, 0, 0, 1)).toBe("blocked");
  expect(t.call(b, "futex", WORD, FUTEX_WAIT_BITSET, 0, 0, 0, 2)).toBe("blocked");
  expect(t.call(t.init, "futex", WORD, FUTEX_WAKE_BITSET, 9, 0, 0, 2)).toBe(1);
  expect(t.resume(b)).toBe(0);
  expect(t.resume(a)).toBe("blocked");
  expect(t.call(t.init, "futex", WORD, FUTEX_WAKE_BITSET, 9, 0, 0, 0)).toBe(EINVAL);
});

test("CMP_REQUEUE wakes some and moves others", () => {
  const t = bootTestKernel();
  const waiters = [thread(t), thread(t), thread(t)];
  for (const task of waiters) {
    expect(t.call(task, "futex", WORD, FUTEX_WAIT, 0, 0)).toBe("blocked");
  }
  expect(t.call(t.init, "futex", WORD, FUTEX_CMP_REQUEUE, 1, 9, OTHER, 1)).toBe(EAGAIN);
  expect(t.call(t.init, "futex", WORD, FUTEX_CMP_REQUEUE, 1, 9, OTHER, 0)).toBe(3);
  expect(t.call(t.init, "futex", WORD, FUTEX_WAKE, 9)).toBe(0);
  expect(t.call(t.init, "futex", OTHER, FUTEX_WAKE, 9)).toBe(2);
});

test("WAKE_OP changes the second word and wakes there if its old value compares", () => {
  const t = bootTestKernel();
  const [a, b] = [thread(t), thread(t)];
  t.init.mm.writeInt32(OTHER, 3);
  t.call(a, "futex", WORD, FUTEX_WAIT, 0, 0);
  t.call(b, "futex", OTHER, FUTEX_WAIT, 3, 0);
  // *OTHER += 4; wake there if the old value was greater than 2.
  const op = (1 << 28) | (4 << 24) | (4 << 12) | 2;
  expect(t.call(t.init, "futex", WORD, FUTEX_WAKE_OP, 1, 1, OTHER, op)).toBe(2);
  expect(t.init.mm.readInt32(OTHER)).toBe(7);
});

test.each([
  { title: "misaligned", addr: WORD + 1, want: EINVAL },
  { title: "unmapped", addr: UNMAPPED, want: EFAULT },
])("a $title word is refused", ({ addr, want }) => {
  const t = bootTestKernel();
  expect(t.call(t.init, "futex", addr, FUTEX_WAIT, 0, 0)).toBe(want);
});

test("a thread's exit clears its tid and wakes the joiner", () => {
  const t = bootTestKernel();
  const other = thread(t);
  t.call(other, "set_tid_address", WORD);
  t.init.mm.writeInt32(WORD, other.tid);
  expect(t.call(t.init, "futex", WORD, FUTEX_WAIT, other.tid, 0)).toBe("blocked");
  expect(t.call(other, "exit", 0)).toBe("gone");
  expect(t.resume(t.init)).toBe(0);
  expect(t.init.mm.readInt32(WORD)).toBe(0);
});

test("locks of a dead thread are marked, and a waiter is woken", () => {
  const t = bootTestKernel();
  const { mm } = t.init;
  const owner = thread(t);
  const waiter = thread(t);
  const head = SCRATCH + 0x200;
  const node = SCRATCH + 0x240;
  mm.writeU64(head, node);
  mm.writeU64(head + 8, 0x10);
  mm.writeU64(head + 16, 0);
  mm.writeU64(node, head);
  const word = owner.tid | FUTEX_WAITERS | 0;
  mm.writeInt32(node + 0x10, word);
  t.call(owner, "set_robust_list", head, 24);
  expect(t.call(waiter, "futex", node + 0x10, FUTEX_WAIT, word >>> 0, 0)).toBe("blocked");
  t.call(owner, "exit", 0);
  expect(t.resume(waiter)).toBe(0);
  expect(mm.readUint32(node + 0x10)).toBe((FUTEX_WAITERS | FUTEX_OWNER_DIED) >>> 0);
});

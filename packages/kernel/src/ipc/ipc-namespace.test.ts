import { IPC_CREAT, IPC_PRIVATE, O_CREAT, O_RDWR } from "@kernelet/abi";
import { expect, test } from "vitest";
import type { Task } from "../kernel/task.ts";
import { bootTestKernel, SCRATCH, type TestKernel } from "../testing/test-kernel.ts";

const KEY = 7;
const NAME = SCRATCH;
const MESSAGE = SCRATCH + 0x100;

/** One object of each kind, all with something inside. */
function makeObjects(t: TestKernel, task: Task): void {
  const call = (name: string, ...args: number[]): number => {
    const result = t.call(task, name, ...args) as number;
    expect(result, name).toBeGreaterThanOrEqual(0);
    return result;
  };
  const address = call("shmat", call("shmget", IPC_PRIVATE, 8192, IPC_CREAT | 0o600), 0, 0);
  task.mm.writeUint8(address, 1);
  call("semget", KEY, 500, IPC_CREAT | 0o600);
  task.mm.writeU64(MESSAGE, 1);
  call("msgsnd", call("msgget", KEY, IPC_CREAT | 0o600), MESSAGE, 5000, 0);
  task.mm.copyOut(NAME, new TextEncoder().encode("queue\0"));
  call("mq_timedsend", call("mq_open", NAME, O_CREAT | O_RDWR, 0o600, 0), MESSAGE, 5000, 0, 0);
}

test("objects outlive the process that made them", () => {
  const t = bootTestKernel();
  const child = t.task(t.call(t.init, "fork") as number);
  makeObjects(t, child);
  const id = t.call(child, "msgget", KEY, 0);
  expect(t.call(child, "exit_group", 0)).toBe("gone");
  expect(t.call(t.init, "msgget", KEY, 0)).toBe(id);
});

test("objects that nobody has removed go with the system", () => {
  const t = bootTestKernel();
  makeObjects(t, t.init);
  expect(t.kernel.accounting().openFiles).toBeGreaterThan(0);
  expect(t.call(t.init, "exit_group", 0)).toBe("gone");
  while (t.kernel.runSlice() === "more");
  expect(Object.entries(t.kernel.accounting()).filter(([, count]) => count !== 0)).toEqual([]);
});

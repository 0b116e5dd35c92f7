import {
  CLD_EXITED,
  CLD_KILLED,
  ECHILD,
  EINVAL,
  ESRCH,
  SA_NOCLDWAIT,
  SIGCHLD,
  SIGINFO,
  SIGKILL,
  WEXITED,
  WNOHANG,
  WNOWAIT,
} from "@kernelet/abi";
import { expect, test } from "vitest";
import { bootTestKernel, SCRATCH, type TestKernel } from "../testing/test-kernel.ts";

function fork(t: TestKernel, parent = t.init) {
  const tid = t.call(parent, "fork") as number;
  const task = t.task(tid);
  t.processor.program(task.registers, () => undefined);
  return task;
}

test("wait4 gives pid and status, then ECHILD", () => {
  const t = bootTestKernel();
  const child = fork(t);
  expect(t.call(t.init, "wait4", -1, SCRATCH, WNOHANG, 0)).toBe(0);
  t.call(child, "exit_group", 42);
  expect(t.kernel.pids.threadGroup(child.tid)?.isDead).toBe(true);
  expect(t.call(t.init, "wait4", -1, SCRATCH, 0, 0)).toBe(child.tid);
  expect(t.init.mm.readInt32(SCRATCH)).toBe(42 << 8);
  expect(t.call(t.init, "wait4", -1, SCRATCH, 0, 0)).toBe(ECHILD);
  expect(t.kernel.pids.threadGroup(child.tid)).toBeUndefined();
});

test("wait4 selects by pid and by group", () => {
  const t = bootTestKernel();
  const a = fork(t);
  const b = fork(t);
  expect(t.call(t.init, "setpgid", b.tid, b.tid)).toBe(0);
  t.call(a, "exit_group", 1);
  t.call(b, "exit_group", 2);
  expect(t.call(t.init, "wait4", -b.tid, 0, 0, 0)).toBe(b.tid);
  expect(t.call(t.init, "wait4", b.tid, 0, 0, 0)).toBe(ECHILD);
  expect(t.call(t.init, "wait4", 0, 0, 0, 0)).toBe(a.tid);
  expect(t.call(t.init, "wait4", -(2 ** 31), 0, 0, 0)).toBe(ESRCH);
});

test("waitid with WNOWAIT leaves the zombie", () => {
  const t = bootTestKernel();
  const child = fork(t);
  t.call(t.init, "kill", child.tid, SIGKILL);
  const info = SCRATCH + 0x100;
  expect(t.call(t.init, "waitid", 0, 0, info, WEXITED | WNOWAIT, 0)).toBe(0);
  expect(t.init.mm.readInt32(info + SIGINFO.si_pid)).toBe(child.tid);
  expect(t.init.mm.readInt32(info + SIGINFO.si_code)).toBe(CLD_KILLED);
  expect(t.init.mm.readInt32(info + SIGINFO.si_status)).toBe(SIGKILL);
  expect(t.call(t.init, "waitid", 1, child.tid, info, WEXITED, 0)).toBe(0);
  expect(t.call(t.init, "waitid", 0, 0, info, WEXITED, 0)).toBe(ECHILD);
  expect(t.call(t.init, "waitid", 0, 0, info, 0, 0)).toBe(EINVAL);
});

test("SIGCHLD says who and how; SA_NOCLDWAIT leaves no zombie", () => {
  const t = bootTestKernel();
  t.init.mm.writeU64(SCRATCH, 2 ** (SIGCHLD - 1));
  t.call(t.init, "rt_sigprocmask", 0, SCRATCH, 0, 8);
  const child = fork(t);
  t.call(child, "exit_group", 7);
  const info = SCRATCH + 0x100;
  expect(t.call(t.init, "rt_sigtimedwait", SCRATCH, info, 0, 8)).toBe(SIGCHLD);
  expect(t.init.mm.readInt32(info + SIGINFO.si_code)).toBe(CLD_EXITED);
  expect(t.init.mm.readInt32(info + SIGINFO.si_status)).toBe(7);
  expect(t.call(t.init, "wait4", -1, 0, 0, 0)).toBe(child.tid);

  t.handle(t.init, SIGCHLD, SA_NOCLDWAIT);
  const second = fork(t);
  t.call(second, "exit_group", 0);
  expect(t.call(t.init, "wait4", -1, 0, 0, 0)).toBe(ECHILD);
});

test("orphans are reaped by the kernel, or get the subreaper as parent", () => {
  const t = bootTestKernel();
  const child = fork(t);
  const grandchild = fork(t, child);
  t.call(child, "exit_group", 0);
  expect(t.call(grandchild, "getppid")).toBe(1);
  t.call(grandchild, "exit_group", 0);
  expect(t.kernel.pids.threadGroup(grandchild.tid)).toBeUndefined();

  const second = fork(t);
  const orphan = fork(t, second);
  t.call(t.init, "prctl", 36, 1, 0, 0, 0);
  t.call(second, "exit_group", 0);
  expect(t.call(orphan, "getppid")).toBe(t.init.tid);
  t.call(orphan, "exit_group", 5);
  expect(t.call(t.init, "wait4", orphan.tid, SCRATCH, 0, 0)).toBe(orphan.tid);
});

test("vfork's parent waits until the child ends", () => {
  const t = bootTestKernel();
  expect(t.call(t.init, "vfork")).toBe("blocked");
  const [childGroup] = t.init.threadGroup.children;
  const child = childGroup?.leader;
  if (child === undefined) throw new Error("no child");
  expect(child.mm).toBe(t.init.mm);
  t.call(child, "exit_group", 0);
  expect(t.resume(t.init)).toBe(child.tid);
});

test("a process is a zombie only when all its threads have gone", () => {
  const t = bootTestKernel();
  const child = fork(t);
  const tid = t.call(child, "clone", 0x50f00, SCRATCH + 0x1f000, 0, 0, 0) as number;
  const thread = t.task(tid);
  t.processor.program(thread.registers, () => undefined);
  t.call(child, "exit", 3);
  expect(t.call(t.init, "wait4", -1, SCRATCH, WNOHANG, 0)).toBe(0);
  t.call(thread, "exit", 9);
  expect(t.call(t.init, "wait4", -1, SCRATCH, 0, 0)).toBe(child.tid);
  // The last thread's, not the leader's: synchronize_group_exit().
  expect(t.init.mm.readInt32(SCRATCH)).toBe(9 << 8);
});

test("clone refuses combinations that make no sense", () => {
  const t = bootTestKernel();
  expect(t.call(t.init, "clone", 0x10000, 0, 0, 0, 0)).toBe(EINVAL);
  expect(t.call(t.init, "clone", 0x800, 0, 0, 0, 0)).toBe(EINVAL);
});

test("nothing is left when the first process has ended", () => {
  const t = bootTestKernel();
  const child = fork(t);
  fork(t, child);
  expect(t.call(t.init, "exit_group", 9)).toBe("gone");
  while (t.kernel.runSlice() === "more");
  expect(t.kernel.exitStatus).toBe(9 << 8);
  expect(t.kernel.accounting()).toMatchObject({
    tasks: 0,
    processes: 0,
    addressSpaces: 0,
    timers: 0,
    futexWaiters: 0,
  });
  expect(t.kernel.runSlice()).toBe("done");
});

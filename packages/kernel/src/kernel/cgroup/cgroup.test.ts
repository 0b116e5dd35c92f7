import { EAGAIN, EPERM, SIGKILL } from "@kernelet/abi";
import { expect, test } from "vitest";
import { VirtualFile } from "../../fs/procfs/node.ts";
import { bootTestKernel, SCRATCH, type TestKernel } from "../../testing/test-kernel.ts";
import { Cgroup, moveToCgroup, setFrozen } from "./cgroup.ts";

/** A cgroup below the root with these controllers, and the first process in it. */
function enter(t: TestKernel, ...controllers: ("memory" | "pids")[]): Cgroup {
  const { rootCgroup } = t.kernel;
  for (const controller of controllers) rootCgroup.subtreeControl.add(controller);
  const cgroup = new Cgroup(t.kernel, rootCgroup, "a");
  rootCgroup.children.set("a", cgroup);
  moveToCgroup(t.init.threadGroup, cgroup);
  return cgroup;
}

test("fork fails at pids.max, and the count follows the tasks", () => {
  const t = bootTestKernel();
  const cgroup = enter(t, "pids");
  cgroup.pidsMax = 2;
  const pid = t.call(t.init, "fork") as number;
  expect(pid).toBeGreaterThan(0);
  expect(t.call(t.init, "fork")).toBe(EAGAIN);
  expect(cgroup.pidsCurrent).toBe(2);
  expect(t.kernel.rootCgroup.pidsCurrent).toBe(2);
  expect(cgroup.pidsRefused).toBe(1);
  expect(t.call(t.task(pid), "exit_group", 0)).toBe("gone");
  expect(cgroup.pidsCurrent).toBe(1);
  expect(cgroup.pidsPeak).toBe(2);
});

test("a limit that is not enabled holds nobody", () => {
  const t = bootTestKernel();
  enter(t).pidsMax = 1;
  expect(t.call(t.init, "fork")).toBeGreaterThan(0);
});

test("memory.max kills inside the cgroup and leaves others alone", () => {
  const t = bootTestKernel();
  const { rootCgroup } = t.kernel;
  rootCgroup.subtreeControl.add("memory");
  const cgroup = new Cgroup(t.kernel, rootCgroup, "a");
  const tid = t.call(t.init, "fork") as number;
  const hog = t.task(tid);
  moveToCgroup(hog.threadGroup, cgroup);
  cgroup.memory.max = 256;
  t.processor.program(hog.registers, () => undefined);
  const addr = t.call(hog, "mmap", 0, 8 * 1024 * 1024, 3, 0x22, -1, 0) as number;
  let next = addr;
  t.processor.program(hog.registers, () => {
    next += 4096;
    return { kind: "access", addr: next - 4096, access: 2 };
  });
  expect(t.call(t.init, "wait4", tid, SCRATCH, 0, 0)).toBe(tid);
  expect(t.init.mm.readInt32(SCRATCH)).toBe(SIGKILL);
  expect(cgroup.memory.oomKills).toBe(1);
  expect(cgroup.memory.peak).toBeLessThan(512);
  expect(t.init.isAlive).toBe(true);
});

test("a frozen process goes on where it was", () => {
  const t = bootTestKernel();
  const cgroup = enter(t);
  const child = t.task(t.call(t.init, "fork") as number);
  moveToCgroup(t.init.threadGroup, t.kernel.rootCgroup);
  setFrozen(cgroup, true);
  expect(t.call(child, "getppid")).toBe("blocked");
  setFrozen(cgroup, false);
  expect(t.resume(child)).toBe(t.init.tid);
});

test("paths are told from the namespace's root", () => {
  const { kernel } = bootTestKernel();
  const a = new Cgroup(kernel, kernel.rootCgroup, "a");
  const b = new Cgroup(kernel, a, "b");
  const c = new Cgroup(kernel, kernel.rootCgroup, "c");
  expect(b.pathFrom(kernel.rootCgroup)).toBe("/a/b");
  expect(b.pathFrom(a)).toBe("/b");
  expect(a.pathFrom(a)).toBe("/");
  expect(c.pathFrom(b)).toBe("/../../c");
  expect(kernel.rootCgroup.pathFrom(a)).toBe("/..");
});

test("a container's root shows the sandbox's limits, which nobody in it changes", () => {
  const limits = { memoryLimit: 64 * 1024 * 1024, taskLimit: 50, cpuShare: 0.5 };
  const contentOf = (isContainer: boolean, name: string) => {
    const { kernel, init } = bootTestKernel({ ...limits, isContainer });
    const file = kernel.cgroupFs.directoryOf(kernel.rootCgroup)?.lookup(name);
    if (!(file instanceof VirtualFile)) return null;
    return { says: file.content(init), takes: file.store?.(init, "10\n") };
  };
  expect(contentOf(true, "memory.max")).toEqual({ says: "67108864\n", takes: EPERM });
  expect(contentOf(true, "pids.max")).toEqual({ says: "50\n", takes: EPERM });
  expect(contentOf(true, "cpu.max")).toEqual({ says: "50000 100000\n", takes: EPERM });
  expect(contentOf(true, "cgroup.type")).toMatchObject({ says: "domain\n" });
  expect(contentOf(false, "memory.max")).toBe(null);
  expect(contentOf(false, "cgroup.max.depth")).toEqual({ says: "max\n", takes: 0 });
});

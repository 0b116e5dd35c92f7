/**
 * A whole kernel over a fake processor, for tests of system calls: tasks do one call at a time, as the
 * test says, and otherwise spin.
 */
import {
  isErrno,
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_PRIVATE,
  PROT_READ,
  PROT_WRITE,
  SA_RESTORER,
  SIGACTION,
  syscallNumber,
} from "@kernelet/abi";
import { Reg } from "../arch/x86/processor.ts";
import { ScriptedProcessor } from "../arch/x86/scripted-processor.ts";
import { mountRoot } from "../fs/boot.ts";
import type { FileDescription } from "../fs/file-description.ts";
import type { HostNetwork } from "../host-network.ts";
import { Credentials } from "../kernel/credentials.ts";
import { createInitTask } from "../kernel/init.ts";
import { Kernel, type KernelOptions } from "../kernel/kernel.ts";
import { defaultRlimits } from "../kernel/rlimit.ts";
import type { Task } from "../kernel/task.ts";
import { MemoryHost } from "./memory-host.ts";

/** Writable memory of every test task. */
export const SCRATCH = 0x30_0000;
const SCRATCH_SIZE = 0x2_0000;
/** Where the stack pointer of a test task points. */
export const STACK_TOP: number = SCRATCH + SCRATCH_SIZE - 0x100;
/** Nothing is mapped here. */
export const UNMAPPED = 0x38_0000;
/** Where test tasks begin; each call moves rip by the length of SYSCALL. */
export const CODE = 0x40_0000;
export const HANDLER = 0x50_0000;
export const RESTORER = 0x50_1000;

/** More slices than any call of a test takes. */
const ENOUGH = 200;

export interface TestKernel {
  readonly kernel: Kernel;
  readonly processor: ScriptedProcessor;
  readonly host: MemoryHost;
  readonly init: Task;
  /** Makes a call by name. @returns rax as a signed number, or "blocked" while the task sleeps, "gone" if it ended. */
  call(task: Task, name: string, ...args: (number | bigint)[]): number | "blocked" | "gone";
  /** Goes on with a call that was "blocked". */
  resume(task: Task): number | "blocked" | "gone";
  /** Lets time pass. */
  advance(ns: number): void;
  /** The child's task of a fork that `call` made. */
  task(tid: number): Task;
  /** Installs a handler at HANDLER. */
  handle(task: Task, signo: number, flags?: number): void;
}

export function bootTestKernel(options: KernelOptions = {}, network?: HostNetwork): TestKernel {
  const processor = new ScriptedProcessor();
  const host = new MemoryHost();
  host.network = network;
  const kernel = new Kernel({ processor, host, options });
  const fs = mountRoot(kernel, { layers: [] });
  if ("target" in fs) throw new Error(`no ${fs.target}: ${fs.errno}`);
  const init = createInitTask(kernel, {
    fs,
    credentials: Credentials.root(),
    stdio: [] as FileDescription[],
    rlimits: defaultRlimits(4096),
  });
  if (isErrno(init)) throw new Error(`no first task: ${init}`);
  kernel.init = init.threadGroup;
  init.mm.mmap({
    addr: SCRATCH,
    len: SCRATCH_SIZE,
    prot: PROT_READ | PROT_WRITE,
    flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
  });
  init.registers.rip = CODE;
  init.registers.set(Reg.rsp, STACK_TOP);
  kernel.scheduler.enqueue(init);

  /** Tasks whose call has come back. */
  const finished = new WeakSet<Task>();

  function run(task: Task): number | "blocked" | "gone" {
    for (let i = 0; i < ENOUGH && !finished.has(task); i++) {
      if (!task.isAlive) return "gone";
      if (kernel.runSlice() !== "more") break;
      if (task.state === "blocked" && kernel.scheduler.runnable === 0) break;
    }
    if (!task.isAlive) return "gone";
    if (!finished.has(task)) return "blocked";
    return Number(BigInt.asIntN(64, task.registers.getBig(Reg.rax)));
  }

  return {
    kernel,
    processor,
    host,
    init,
    call(task, name, ...args) {
      const nr = syscallNumber(name);
      if (nr === undefined) throw new Error(`no call ${name}`);
      finished.delete(task);
      let isMade = false;
      processor.program(task.registers, () => {
        if (isMade) finished.add(task);
        if (isMade) return undefined;
        isMade = true;
        return { kind: "syscall", nr, args };
      });
      return run(task);
    },
    resume: run,
    advance(ns) {
      host.nowMs += ns / 1e6;
    },
    task(tid) {
      const task = kernel.pids.task(tid);
      if (task === undefined) throw new Error(`no task ${tid}`);
      return task;
    },
    handle(task, signo, flags = 0) {
      const bytes = new Uint8Array(SIGACTION.size);
      const view = new DataView(bytes.buffer);
      view.setBigUint64(SIGACTION.sa_handler, BigInt(HANDLER), true);
      view.setBigUint64(SIGACTION.sa_flags, BigInt((flags | SA_RESTORER) >>> 0), true);
      view.setBigUint64(SIGACTION.sa_restorer, BigInt(RESTORER), true);
      task.mm.copyOut(SCRATCH + 0x8000, bytes);
      this.call(task, "rt_sigaction", signo, SCRATCH + 0x8000, 0, 8);
    },
  };
}

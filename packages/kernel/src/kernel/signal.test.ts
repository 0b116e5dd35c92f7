import {
  EAGAIN,
  EINTR,
  EINVAL,
  EPERM,
  ESRCH,
  FXSAVE_SIZE,
  RT_SIGFRAME,
  SA_NODEFER,
  SA_ONSTACK,
  SA_RESETHAND,
  SA_RESTART,
  SA_SIGINFO,
  SIG_BLOCK,
  SIG_DFL,
  SIGCHLD,
  SIGCONT,
  SIGCONTEXT,
  SIGINFO,
  SIGKILL,
  SIGRTMIN,
  SIGSEGV,
  SIGSTOP,
  SIGTERM,
  SIGUSR1,
  SIGUSR2,
  UCONTEXT,
} from "@kernelet/abi";
import { expect, test } from "vitest";
import { Reg } from "../arch/x86/processor.ts";
import { bootTestKernel, HANDLER, RESTORER, SCRATCH, STACK_TOP } from "../testing/test-kernel.ts";

function putSet(t: ReturnType<typeof bootTestKernel>, ...signals: number[]): number {
  const addr = SCRATCH + 0x7000;
  let set = 0n;
  for (const signo of signals) set |= 1n << BigInt(signo - 1);
  t.init.mm.copyOut(addr, new Uint8Array(new BigUint64Array([set]).buffer));
  return addr;
}

test("a handler's frame is laid out as Linux does it, and rt_sigreturn undoes it", () => {
  const t = bootTestKernel();
  const { init } = t;
  const { registers, mm } = init;
  t.handle(init, SIGUSR1, SA_SIGINFO);
  registers.set(Reg.rbx, 0x1234);
  const after = registers.rip + 2;
  expect(t.call(init, "kill", init.tid, SIGUSR1)).toBe(0);

  expect(registers.rip).toBe(HANDLER);
  const frame = registers.get(Reg.rsp);
  expect((frame + 8) % 16).toBe(0);
  expect(frame).toBeLessThanOrEqual(STACK_TOP - 128 - FXSAVE_SIZE - RT_SIGFRAME.size);
  expect(registers.getInt32(Reg.rdi)).toBe(SIGUSR1);
  expect(registers.get(Reg.rsi)).toBe(frame + RT_SIGFRAME.info);
  expect(registers.get(Reg.rdx)).toBe(frame + RT_SIGFRAME.uc);
  expect(mm.readU64(frame)).toBe(RESTORER);
  const context = frame + RT_SIGFRAME.uc + UCONTEXT.uc_mcontext;
  expect(mm.readU64(context + SIGCONTEXT.rip)).toBe(after);
  expect(mm.readU64(context + SIGCONTEXT.rbx)).toBe(0x1234);
  expect(mm.readU64(context + SIGCONTEXT.rax)).toBe(0);
  expect((mm.readU64(context + SIGCONTEXT.fpstate) as number) % 64).toBe(0);
  expect(mm.readInt32(frame + RT_SIGFRAME.info + SIGINFO.si_pid)).toBe(init.tid);
  expect(init.signalMask.has(SIGUSR1)).toBe(true);

  // The handler's RET pops pretcode; the restorer calls rt_sigreturn.
  registers.set(Reg.rsp, frame + 8);
  registers.set(Reg.rbx, 0);
  registers.rip = RESTORER;
  t.call(init, "rt_sigreturn");
  expect(registers.rip).toBe(after);
  expect(registers.get(Reg.rbx)).toBe(0x1234);
  expect(registers.get(Reg.rsp)).toBe(STACK_TOP);
  expect(init.signalMask.has(SIGUSR1)).toBe(false);
});

test.each([
  { title: "EINTR without SA_RESTART", flags: 0, restarts: false },
  { title: "made again with SA_RESTART", flags: SA_RESTART, restarts: true },
])("an interrupted wait4 is $title", ({ flags, restarts }) => {
  const t = bootTestKernel();
  const { init } = t;
  const child = t.call(init, "fork") as number;
  t.handle(init, SIGUSR1, flags);
  const at = init.registers.rip;
  const other = t.task(child);
  t.processor.program(other.registers, () => undefined);
  expect(t.call(init, "wait4", -1, 0, 0, 0)).toBe("blocked");
  t.call(other, "kill", init.tid, SIGUSR1);
  t.resume(init);
  const frame = init.registers.get(Reg.rsp);
  const context = frame + RT_SIGFRAME.uc + UCONTEXT.uc_mcontext;
  const rip = init.mm.readU64(context + SIGCONTEXT.rip);
  const rax = init.mm.readS64(context + SIGCONTEXT.rax);
  expect(rip).toBe(restarts ? at : at + 2);
  expect(rax).toBe(restarts ? 61 : EINTR);
});

test("SA_RESETHAND and SA_NODEFER", () => {
  const t = bootTestKernel();
  t.handle(t.init, SIGUSR1, SA_RESETHAND | SA_NODEFER);
  t.call(t.init, "kill", t.init.tid, SIGUSR1);
  expect(t.init.registers.rip).toBe(HANDLER);
  expect(t.init.signalMask.has(SIGUSR1)).toBe(false);
  expect(t.init.signalHandlers.get(SIGUSR1).handler).toBe(SIG_DFL);
});

test("SA_ONSTACK puts the frame on the alternate stack", () => {
  const t = bootTestKernel();
  const { mm } = t.init;
  const stack = SCRATCH + 0x10000;
  mm.writeU64(SCRATCH, stack);
  mm.writeU64(SCRATCH + 8, 0);
  mm.writeU64(SCRATCH + 16, 0x2000);
  expect(t.call(t.init, "sigaltstack", SCRATCH, 0)).toBe(0);
  t.handle(t.init, SIGUSR1, SA_ONSTACK);
  t.call(t.init, "kill", t.init.tid, SIGUSR1);
  const sp = t.init.registers.get(Reg.rsp);
  expect(sp).toBeGreaterThan(stack);
  expect(sp).toBeLessThan(stack + 0x2000);
  expect(t.call(t.init, "sigaltstack", SCRATCH, 0)).toBe(EPERM);
});

test("a handler that has no stack to run on ends the process with SIGSEGV", () => {
  const t = bootTestKernel();
  t.handle(t.init, SIGUSR1);
  t.init.registers.set(Reg.rsp, 0x10);
  expect(t.call(t.init, "kill", t.init.tid, SIGUSR1)).toBe("gone");
  expect(t.init.threadGroup.exitStatus).toBe(SIGSEGV);
});

test("real-time signals queue in order, standard ones are held once", () => {
  const t = bootTestKernel();
  const { init } = t;
  const set = putSet(t, SIGUSR1, SIGRTMIN + 1, SIGRTMIN + 2);
  t.call(init, "rt_sigprocmask", SIG_BLOCK, set, 0, 8);
  for (const signo of [SIGRTMIN + 2, SIGRTMIN + 1, SIGRTMIN + 1, SIGUSR1, SIGUSR1]) {
    t.call(init, "kill", init.tid, signo);
  }
  const taken: unknown[] = [];
  init.mm.copyOut(SCRATCH + 0x100, new Uint8Array(16));
  for (let i = 0; i < 5; i++) {
    taken.push(t.call(init, "rt_sigtimedwait", set, 0, SCRATCH + 0x100, 8));
  }
  expect(taken).toEqual([SIGUSR1, SIGRTMIN + 1, SIGRTMIN + 1, SIGRTMIN + 2, EAGAIN]);
});

test("sigsuspend lets a blocked signal in and restores the mask after the handler", () => {
  const t = bootTestKernel();
  const { init } = t;
  t.handle(init, SIGUSR1);
  const set = putSet(t, SIGUSR1);
  t.call(init, "rt_sigprocmask", SIG_BLOCK, set, 0, 8);
  t.call(init, "kill", init.tid, SIGUSR1);
  expect(init.registers.rip).not.toBe(HANDLER);
  const empty = putSet(t);
  t.call(init, "rt_sigsuspend", empty, 8);
  expect(init.registers.rip).toBe(HANDLER);
  const frame = init.registers.get(Reg.rsp);
  const mask = init.mm.readU64(frame + RT_SIGFRAME.uc + UCONTEXT.uc_sigmask);
  expect(mask).toBe(2 ** (SIGUSR1 - 1));
});

test("SIGSTOP stops, SIGCONT continues, and the parent hears of both", () => {
  const t = bootTestKernel();
  const { init } = t;
  const tid = t.call(init, "fork") as number;
  const child = t.task(tid);
  t.processor.program(child.registers, () => undefined);
  expect(t.call(init, "kill", tid, SIGSTOP)).toBe(0);
  expect(t.call(init, "wait4", tid, SCRATCH, 2, 0)).toBe(tid);
  expect(init.mm.readInt32(SCRATCH)).toBe((SIGSTOP << 8) | 0x7f);
  expect(child.state).toBe("stopped");
  expect(t.call(init, "kill", tid, SIGCONT)).toBe(0);
  expect(t.call(init, "wait4", tid, SCRATCH, 8, 0)).toBe(tid);
  expect(init.mm.readInt32(SCRATCH)).toBe(0xffff);
  expect(init.pendingSignals.set.has(SIGCHLD)).toBe(false);
});

test("a blocked call goes on after stop and continue", () => {
  const t = bootTestKernel();
  const tid = t.call(t.init, "fork") as number;
  const child = t.task(tid);
  t.init.mm.writeU64(SCRATCH, 1);
  child.mm.writeU64(SCRATCH, 1);
  child.mm.writeU64(SCRATCH + 8, 0);
  expect(t.call(child, "nanosleep", SCRATCH, 0)).toBe("blocked");
  t.call(t.init, "kill", tid, SIGSTOP);
  t.advance(4e8);
  expect(t.resume(child)).toBe("blocked");
  expect(child.state).toBe("stopped");
  t.call(t.init, "kill", tid, SIGCONT);
  t.advance(4e8);
  expect(t.resume(child)).toBe("blocked");
  t.advance(3e8);
  expect(t.resume(child)).toBe(0);
});

test("a fatal signal ends all threads and the parent reads it from the status", () => {
  const t = bootTestKernel();
  const tid = t.call(t.init, "fork") as number;
  t.processor.program(t.task(tid).registers, () => undefined);
  t.call(t.init, "kill", tid, SIGTERM);
  expect(t.call(t.init, "wait4", tid, SCRATCH, 0, 0)).toBe(tid);
  expect(t.init.mm.readInt32(SCRATCH)).toBe(SIGTERM);
  expect(t.call(t.init, "kill", tid, 0)).toBe(ESRCH);
});

test.each([
  { title: "signal 0 asks only", args: [2, 0], want: 0 },
  { title: "an unknown signal", args: [2, 65], want: EINVAL },
  { title: "nobody there", args: [77, SIGUSR2], want: ESRCH },
])("kill: $title", ({ args, want }) => {
  const t = bootTestKernel();
  expect(t.call(t.init, "kill", ...args)).toBe(want);
});

test("SIGKILL's and SIGSTOP's actions cannot be changed", () => {
  const t = bootTestKernel();
  t.init.mm.copyOut(SCRATCH, new Uint8Array(32));
  expect(t.call(t.init, "rt_sigaction", SIGKILL, SCRATCH, 0, 8)).toBe(EINVAL);
  expect(t.call(t.init, "rt_sigaction", SIGSTOP, SCRATCH, 0, 8)).toBe(EINVAL);
  expect(t.call(t.init, "rt_sigaction", SIGUSR1, SCRATCH, 0, 4)).toBe(EINVAL);
});

test("an exception becomes a signal with its address", () => {
  const t = bootTestKernel();
  const { init } = t;
  t.handle(init, SIGSEGV, SA_SIGINFO);
  let isDone = false;
  t.processor.program(init.registers, () => {
    if (isDone) return undefined;
    isDone = true;
    return { kind: "access", addr: 0x123456, access: 2 };
  });
  t.kernel.runSlice();
  expect(init.registers.rip).toBe(HANDLER);
  const info = init.registers.get(Reg.rsi);
  expect(init.mm.readInt32(info)).toBe(SIGSEGV);
  expect(init.mm.readInt32(info + SIGINFO.si_code)).toBe(1);
  expect(init.mm.readU64(info + SIGINFO.si_addr)).toBe(0x123456);
});

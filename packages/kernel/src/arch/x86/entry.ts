/**
 * The way between user code and kernel: runs a task for a slice and answers its system calls and faults.
 *
 *        ┌────────────── run(task) ──────────────┐
 *   retry a blocked call → take signals → processor.run ⇄ syscall(), pageFault()
 *        └───────── until blocked, stopped, gone, or the slice is used up
 */
import { ENOSYS, ERESTART_RESTARTBLOCK, ERESTARTSYS, type Errno, isErrno } from "@kernelet/abi";
import { KernelBug } from "../../kernel/bug.ts";
import { checkCpuTimers } from "../../kernel/cpu-timers.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { stopAtEntry, stopAtExit, takeQueuedStop } from "../../kernel/ptrace.ts";
import { BLOCKED, NO_RETURN, type SyscallResult } from "../../kernel/result.ts";
import { resumeRseq } from "../../kernel/rseq.ts";
import type { Sampler } from "../../kernel/sampler.ts";
import { goOnAsking, Notice } from "../../kernel/seccomp/notifier.ts";
import { checkSeccomp } from "../../kernel/seccomp/seccomp.ts";
import { handleSignals, hasSignalWork } from "../../kernel/signal-delivery.ts";
import type { Task } from "../../kernel/task.ts";
import { resumeAtGate } from "../../security/gate.ts";
import type { SyscallRow } from "../../syscalls/row.ts";
import { syscallTable } from "../../syscalls/table.ts";
import { type Events, type PAGE_R, PAGE_W, PAGE_X, Reg } from "./processor.ts";
import { raiseException, raiseFault, raiseTrace } from "./traps.ts";

/** Fuel of one slice: a few milliseconds of user code at most. */
const SLICE_FUEL = 200_000;
/** A slice of system calls and page faults ends after this: they use up time, but hardly any fuel. */
const SLICE_NS = 5_000_000;

/**
 * Up to so many system calls share a timing, and the one that is timed stands for the others: two clock readings
 * would cost more than most calls. Linux's tick accounting samples as well. Long calls are timed one by one.
 */
const TIMED_CALLS = 16;
const LONG_CALL_NS = 100_000;
/** Page faults between two looks at the clock. */
const TIMED_FAULTS = 64;

export class Entry implements Events {
  readonly #kernel: Kernel;
  #task: Task | null = null;
  /** Calls that the next timing stands for, and how many of them are still to come. */
  #stride = 1;
  #untilTimed = 1;
  #faults = 0;
  /** A page fault has ended the instruction that is being stepped. */
  #hasFaulted = false;
  /** The slice's time has run out in system calls and page faults. */
  #isTimeUp = false;
  /** Estimated time in system calls during this slice. */
  #systemNs = 0;
  /** When the slice began; CPU clocks add what has passed since. */
  sliceStartNs = 0;
  /** When the last slice ended. */
  sliceEndNs = 0;
  /** Who looks at user code now and then, if anybody does. */
  sampler: Sampler | null = null;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Gives a task its slice. Preconditions: it is runnable and out of the run queue. */
  run(task: Task, nowNs: number): void {
    const kernel = this.#kernel;
    this.#task = task;
    this.#systemNs = 0;
    this.#isTimeUp = false;
    this.sliceStartNs = nowNs;
    kernel.scheduler.current = task;
    kernel.counters.contextSwitches++;
    // A call that is made again runs before any user code does.
    if (task.isInCall) this.sampler?.look(task);

    const usedUp = this.#runSlice(task);

    this.sliceEndNs = kernel.clock.monotonicNs();
    const elapsed = this.sliceEndNs - nowNs;
    const systemNs = Math.min(this.#systemNs, elapsed);
    task.userNs += elapsed - systemNs;
    task.systemNs += systemNs;
    if (usedUp) task.involuntarySwitches++;
    else task.voluntarySwitches++;
    kernel.scheduler.current = null;
    this.#task = null;
    if (!task.threadGroup.isDead) checkCpuTimers(task.threadGroup);
    if (task.state === "runnable") kernel.scheduler.enqueue(task);
  }

  /** @returns whether the slice was used up. */
  #runSlice(task: Task): boolean {
    if (task.trace !== null && !task.threadGroup.isExiting && takeQueuedStop(task)) return false;
    if (task.isInCall && !task.threadGroup.isExiting) {
      task.isRetry = true;
      this.#call(task);
    } else if (task.isCallDue || (task.trace !== null && task.trace.atEntry !== null)) {
      this.#callAfterStop(task);
    }
    let fuel = SLICE_FUEL;
    task.isRseqDue = task.rseq !== null;
    for (;;) {
      if (task.state === "runnable" && hasSignalWork(task)) handleSignals(task);
      if (task.state !== "runnable") return false;
      if (task.mustYield) {
        task.mustYield = false;
        return false;
      }
      if (fuel <= 0 || this.#isTimeUp) return true;
      if (task.isRseqDue && task.rseq !== null) {
        task.isRseqDue = false;
        resumeRseq(task, task.rseq, 0);
        continue;
      }
      fuel = task.trace === null ? this.#runProcessor(task, fuel) : this.#runTraced(task, fuel);
    }
  }

  /** @returns the fuel that is left. */
  #runProcessor(task: Task, fuel: number): number {
    const { processor } = this.#kernel;
    const { sampler } = this;
    const part = sampler === null ? fuel : Math.min(fuel, sampler.look(task));
    const stop = processor.run(task.registers, task.mm.space, this, part);
    if (stop.kind === "exception") raiseException(task, stop);
    return fuel - part + processor.fuelLeft;
  }

  /** A tracee: its tracer is shown whether it stands in a system call, and may want one instruction at a time. */
  #runTraced(task: Task, fuel: number): number {
    const { processor } = this.#kernel;
    task.syscallNumber = -1;
    if (task.trace?.mode !== "step") return this.#runProcessor(task, fuel);
    this.#hasFaulted = false;
    const stop = processor.step(task.registers, task.mm.space, this);
    if (stop.kind === "exception") raiseException(task, stop);
    // A system call tells of the step itself, when it is done.
    else if (!this.#hasFaulted && task.syscallNumber < 0) raiseTrace(task);
    return fuel - 1;
  }

  /** The call that the task was stopped at the beginning of, if its tracer has left it one. */
  #callAfterStop(task: Task): void {
    const { trace } = task;
    const isFiltered = trace?.atEntry !== "unfiltered";
    task.isCallDue = false;
    if (trace !== null) trace.atEntry = null;
    if (task.threadGroup.isExiting) return;
    task.resetPending();
    this.#call(task, isFiltered);
  }

  /** The guest executed SYSCALL. */
  syscall(): boolean {
    const task = this.#task;
    if (task === null) throw new KernelBug("system call without a task");
    task.syscallNumber = task.registers.getInt32(Reg.rax);
    task.resetPending();
    if (task.trace !== null) {
      task.registers.set(Reg.rax, ENOSYS);
      if (stopAtEntry(task)) return false;
    }
    this.#kernel.counters.countSyscall(task.syscallNumber);
    return --this.#untilTimed > 0 ? this.#call(task) : this.#timedCall(task);
  }

  #timedCall(task: Task): boolean {
    const { clock } = this.#kernel;
    const before = clock.monotonicNs();
    const goesOn = this.#call(task);
    const after = clock.monotonicNs();
    this.#systemNs += this.#stride * (after - before);
    const isLong = after - before > LONG_CALL_NS;
    this.#stride = isLong ? 1 : Math.min(2 * this.#stride, TIMED_CALLS);
    this.#untilTimed = this.#stride;
    if (after - this.sliceStartNs > SLICE_NS) this.#isTimeUp = true;
    return goesOn && !this.#isTimeUp;
  }

  #checkTime(): void {
    const elapsed = this.#kernel.clock.monotonicNs() - this.sliceStartNs;
    if (elapsed > SLICE_NS) this.#isTimeUp = true;
  }

  /** Calls the handler and deals with its result. @returns whether user code goes on in place. */
  #call(task: Task, isFiltered = true): boolean {
    const kernel = this.#kernel;
    const row = syscallTable[task.syscallNumber];
    task.isInCall = false;
    const { hooks } = kernel;
    let result: SyscallResult;
    if (task.trace !== null && task.syscallNumber < 0) {
      // The tracer has taken the call away, and left in rax what it gives.
      return !stopAtExit(task) && !hasSignalWork(task);
    }
    const denied = isFiltered ? this.#askSeccomp(task) : undefined;
    if (denied !== undefined) result = denied;
    else if (row === undefined) result = ENOSYS;
    else if (hooks.isEmpty && task.pending.data === null) result = row.handler(task, task.args);
    else result = this.#callWithHooks(task, row);

    if (result === BLOCKED) {
      task.isInCall = true;
      return false;
    }
    if (result === NO_RETURN) {
      if (task.trace !== null && task.state === "runnable") stopAtExit(task);
      return false;
    }
    if (result < 0) this.#failed(task, result as Errno);
    task.registers.set(Reg.rax, result);
    if (task.trace !== null && task.state === "runnable" && stopAtExit(task)) return false;
    return task.state === "runnable" && !task.mustYield && !hasSignalWork(task);
  }

  /** A program's own filters come first; a call that waited has passed them. */
  #askSeccomp(task: Task): SyscallResult | undefined {
    if (task.seccomp === null) return undefined;
    if (task.isRetry) {
      const { data } = task.pending;
      return data instanceof Notice ? goOnAsking(task, data) : undefined;
    }
    return checkSeccomp(task, task.seccomp);
  }

  #failed(task: Task, errno: Errno): void {
    if (errno <= ERESTARTSYS && errno >= ERESTART_RESTARTBLOCK) task.restartError = errno;
    else if (isErrno(errno)) this.#kernel.counters.countError(task.syscallNumber);
  }

  #callWithHooks(task: Task, row: SyscallRow): SyscallResult {
    const { hooks } = this.#kernel;
    const verdict = task.isRetry
      ? resumeAtGate(task)
      : (hooks.syscallEnter(task, row) ?? hooks.gate.enter(task, row));
    const result = verdict ?? row.handler(task, task.args);
    if (result === BLOCKED) hooks.syscallBlocked(task, row);
    else if (task.isAlive) hooks.syscallExit(task, row, result);
    return result;
  }

  pageFault(address: number, access: typeof PAGE_R | typeof PAGE_W | typeof PAGE_X): boolean {
    const task = this.#task;
    if (task === null) throw new KernelBug("page fault without a task");
    this.#kernel.counters.pageFaults++;
    const fault = task.mm.handleFault(address, access);
    if (fault === 0) {
      task.minorFaults++;
      if (++this.#faults % TIMED_FAULTS === 0) this.#checkTime();
      // Out of memory: the page is there, but somebody is to exit before more is used.
      const goesOn = !task.mustYield && !task.threadGroup.isExiting && !this.#isTimeUp;
      if (!goesOn) this.#hasFaulted = true;
      return goesOn;
    }
    this.#hasFaulted = true;
    raiseFault(task, fault, { isWrite: access === PAGE_W, isFetch: access === PAGE_X });
    return false;
  }
}

/**
 * System calls that a program denies itself: seccomp(2), kernel/seccomp.c. A task's state never changes in place, so
 * that a child shares it; filters form a list, the newest first, and all of them are asked.
 */
import {
  AUDIT_ARCH_X86_64,
  ENOSYS,
  type Errno,
  PTRACE_EVENT_SECCOMP,
  PTRACE_O_TRACESECCOMP,
  SECCOMP_DATA,
  type SECCOMP_MODE_FILTER,
  SECCOMP_MODE_STRICT,
  SECCOMP_RET_ACTION_FULL,
  SECCOMP_RET_ALLOW,
  SECCOMP_RET_DATA,
  SECCOMP_RET_ERRNO,
  SECCOMP_RET_KILL_THREAD,
  SECCOMP_RET_LOG,
  SECCOMP_RET_TRACE,
  SECCOMP_RET_TRAP,
  SECCOMP_RET_USER_NOTIF,
  SIGKILL,
  SIGSYS,
  SYS_SECCOMP,
  signalStatus,
  syscallNumber,
} from "@kernelet/abi";
import { Reg } from "../../arch/x86/processor.ts";
import { exitGroup, exitTask } from "../exit.ts";
import { hasTraceOption, stopForSeccomp } from "../ptrace.ts";
import { NO_RETURN, type SyscallResult } from "../result.ts";
import { forceSignal } from "../signal.ts";
import type { Task } from "../task.ts";
import { type Instruction, runProgram } from "./classic-bpf.ts";
import { askListener, type Notifier } from "./notifier.ts";

export interface SeccompFilter {
  readonly program: readonly Instruction[];
  /** SECCOMP_FILTER_FLAG_LOG: what is not allowed is logged. */
  readonly logs: boolean;
  readonly previous: SeccompFilter | null;
  /** Who answers SECCOMP_RET_USER_NOTIF; null: nobody. */
  readonly notifier: Notifier | null;
}

export interface SeccompState {
  readonly mode: typeof SECCOMP_MODE_STRICT | typeof SECCOMP_MODE_FILTER;
  readonly filter: SeccompFilter | null;
}

/** What strict mode leaves: mode1_syscalls. */
const STRICT_CALLS: ReadonlySet<number> = new Set(
  ["read", "write", "exit", "rt_sigreturn"].map((name) => syscallNumber(name) as number),
);

/** Registers of the six arguments. */
const ARGUMENTS: readonly number[] = [Reg.rdi, Reg.rsi, Reg.rdx, Reg.r10, Reg.r8, Reg.r9];

const MAX_ERRNO = 4095;

/** The number of filters, for /proc/[pid]/status. */
export function countFilters(state: SeccompState | null): number {
  let count = 0;
  for (let filter = state?.filter ?? null; filter !== null; filter = filter.previous) count++;
  return count;
}

/**
 * Asks before a system call is made: __secure_computing().
 * @returns undefined if it may be made; else its result. The task may have a signal now, or be gone.
 */
export function checkSeccomp(task: Task, state: SeccompState): SyscallResult | undefined {
  if (state.mode === SECCOMP_MODE_STRICT) {
    if (STRICT_CALLS.has(task.syscallNumber)) return undefined;
    exitTask(task, signalStatus(SIGKILL));
    return NO_RETURN;
  }
  const { value, filter } = strictest(task, state.filter);
  const action = (value & SECCOMP_RET_ACTION_FULL) >>> 0;
  const data = value & SECCOMP_RET_DATA;
  switch (action) {
    case SECCOMP_RET_ALLOW:
      return undefined;
    case SECCOMP_RET_LOG:
      log(task, "logged");
      return undefined;
    case SECCOMP_RET_ERRNO:
      if (filter?.logs === true) log(task, `given errno ${data}`);
      return data === 0 ? 0 : (-Math.min(data, MAX_ERRNO) as Errno);
    case SECCOMP_RET_TRAP:
      // The registers show the call as it was made: syscall_rollback().
      forceSignal(task, seccompInfo(task, data));
      task.registers.set(Reg.rax, task.syscallNumber);
      return NO_RETURN;
    case SECCOMP_RET_TRACE:
      if (!hasTraceOption(task, PTRACE_O_TRACESECCOMP)) return ENOSYS;
      stopForSeccomp(task, PTRACE_EVENT_SECCOMP, data);
      return NO_RETURN;
    case SECCOMP_RET_USER_NOTIF: {
      const notifier = filter?.notifier ?? null;
      if (notifier === null) return ENOSYS;
      return askListener(task, notifier, new Uint8Array(seccompData(task).buffer));
    }
    case SECCOMP_RET_KILL_THREAD:
      log(task, "its thread killed");
      if (task.threadGroup.liveThreads > 1) exitTask(task, signalStatus(SIGSYS));
      else exitGroup(task, signalStatus(SIGSYS));
      return NO_RETURN;
    default: // SECCOMP_RET_KILL_PROCESS, and whatever Linux does not know.
      log(task, "its process killed");
      exitGroup(task, signalStatus(SIGSYS));
      return NO_RETURN;
  }
}

/** Every filter is asked; the least action, as a signed number, counts, and of equal ones the newest. */
function strictest(
  task: Task,
  newest: SeccompFilter | null,
): { value: number; filter: SeccompFilter | null } {
  const data = seccompData(task);
  let value: number = SECCOMP_RET_ALLOW;
  let chosen: SeccompFilter | null = null;
  for (let filter = newest; filter !== null; filter = filter.previous) {
    const answer = runProgram(filter.program, data);
    if ((answer & SECCOMP_RET_ACTION_FULL) < (value & SECCOMP_RET_ACTION_FULL)) {
      value = answer;
      chosen = filter;
    }
  }
  return { value, filter: chosen };
}

/** struct seccomp_data as words. */
function seccompData(task: Task): Uint32Array {
  const { registers } = task;
  const bytes = new DataView(new ArrayBuffer(SECCOMP_DATA.size));
  bytes.setInt32(SECCOMP_DATA.nr, task.syscallNumber, true);
  bytes.setUint32(SECCOMP_DATA.arch, AUDIT_ARCH_X86_64, true);
  bytes.setBigUint64(SECCOMP_DATA.instruction_pointer, BigInt(registers.rip), true);
  for (const [i, reg] of ARGUMENTS.entries()) {
    const value = BigInt.asUintN(64, registers.getBig(reg));
    bytes.setBigUint64(SECCOMP_DATA.args + 8 * i, value, true);
  }
  return new Uint32Array(bytes.buffer);
}

function seccompInfo(task: Task, data: number) {
  return {
    signo: SIGSYS,
    code: SYS_SECCOMP,
    errno: data,
    addr: task.registers.rip,
    syscall: task.syscallNumber,
    arch: AUDIT_ARCH_X86_64,
  };
}

/** So many lines and no more: a guest must not fill the host's log. Linux limits the rate. */
const MAX_LOG_LINES = 100;

function log(task: Task, what: string): void {
  const { counters } = task.kernel;
  if (counters.seccompLogs >= MAX_LOG_LINES) return;
  counters.seccompLogs++;
  const who = `${task.comm}[${task.tid}]`;
  task.kernel.host.log("info", `seccomp: ${who}: system call ${task.syscallNumber}: ${what}`);
}

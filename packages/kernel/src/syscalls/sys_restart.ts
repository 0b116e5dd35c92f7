/** restart_syscall(2): goes on with a call that a stop or a signal without handler interrupted. */
import { EINTR } from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { wait } from "./sys_futex.ts";
import { pollUntil } from "./sys_poll.ts";
import { sleepOnCpuTime, sleepUntil } from "./sys_time.ts";

export function restartSyscall(task: Task): SyscallResult {
  const block = task.restartBlock;
  if (block === null) return EINTR;
  switch (block.kind) {
    case "nanosleep":
      return sleepUntil(task, block.deadlineNs, block.remainAddr);
    case "cpu-nanosleep":
      return sleepOnCpuTime(task, block, true);
    case "futex":
      return wait(task, block);
    case "poll":
      return pollUntil(task, block.addr, block.count, block.deadlineNs);
  }
}

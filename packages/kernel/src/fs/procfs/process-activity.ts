/** What a task is doing: /proc/[pid]/syscall, sched, timers, and /proc/[pid]/task/[tid]/children. */
import { EPERM, type Errno, SIGEV_NONE, SIGEV_THREAD_ID } from "@kernelet/abi";
import { Reg } from "../../arch/x86/processor.ts";
import { mayInspect } from "../../kernel/inspect.ts";
import type { PidNamespace } from "../../kernel/namespaces/pid-namespace.ts";
import type { Task } from "../../kernel/task.ts";

/** proc_pid_syscall(5). */
export function syscallLine(task: Task, reader: Task): string | Errno {
  if (!mayInspect(reader, task)) return EPERM;
  if (task !== reader && task.state === "runnable") return "running\n";
  const { args, registers } = task;
  const hex = (n: number): string => `0x${BigInt.asUintN(64, BigInt(n)).toString(16)}`;
  const place = `${hex(registers.get(Reg.rsp))} ${hex(registers.rip)}`;
  if (!task.isAlive || task.syscallNumber < 0) return `-1 ${place}\n`;
  const values = [0, 1, 2, 3, 4, 5].map((i) => hex(args.pointer(i)));
  return `${task.syscallNumber} ${values.join(" ")} ${place}\n`;
}

/** The part of Linux's long list that a round robin has. */
export function schedText(task: Task, pids: PidNamespace): string {
  const runtimeMs = (task.userNs + task.systemNs) / 1e6;
  const { voluntarySwitches, involuntarySwitches } = task;
  const rows: readonly (readonly [string, string])[] = [
    ["se.exec_start", (task.startNs / 1e6).toFixed(6)],
    ["se.sum_exec_runtime", runtimeMs.toFixed(6)],
    ["se.nr_migrations", "0"],
    ["nr_switches", String(voluntarySwitches + involuntarySwitches)],
    ["nr_voluntary_switches", String(voluntarySwitches)],
    ["nr_involuntary_switches", String(involuntarySwitches)],
    ["se.load.weight", "1048576"],
    ["policy", String(task.schedPolicy)],
    ["prio", String(120 + task.nice)],
  ];
  const threads = Math.max(1, task.threadGroup.liveThreads);
  const head = `${task.comm} (${pids.show(task.tid)}, #threads: ${threads})`;
  const lines = rows.map(([name, value]) => `${name.padEnd(45)}:${value.padStart(21)}`);
  return `${head}\n${"-".repeat(67)}\n${lines.join("\n")}\n`;
}

/** proc_pid_timers(5). */
export function timersText(task: Task, pids: PidNamespace): string {
  let text = "";
  for (const timer of task.threadGroup.posixTimers.values()) {
    const kind = (timer.notify & ~SIGEV_THREAD_ID) === SIGEV_NONE ? "none" : "signal";
    const target =
      timer.target === null
        ? `pid.${pids.show(task.threadGroup.tgid)}`
        : `tid.${pids.show(timer.target.tid)}`;
    text += `ID: ${timer.id}\nsignal: ${timer.signo}/${timer.value.toString(16).padStart(16, "0")}\n`;
    text += `notify: ${kind}/${target}\nClockID: ${timer.clockId}\n`;
  }
  return text;
}

/** proc_tid_children(5): children of the process are the leader's. */
export function childrenText(task: Task, pids: PidNamespace): string {
  if (!task.isLeader) return "";
  const numbers = [...task.threadGroup.children].map((child) => pids.show(child.tgid));
  return numbers.map((n) => `${n} `).join("");
}

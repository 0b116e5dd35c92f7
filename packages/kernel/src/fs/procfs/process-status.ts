/** /proc/[pid]/stat, statm and status: proc_pid_stat(5), proc_pid_status(5). */
import { RLIMIT_SIGPENDING, SECCOMP_MODE_DISABLED, SIGCHLD } from "@kernelet/abi";
import type { PidNamespace } from "../../kernel/namespaces/pid-namespace.ts";
import { isHeld } from "../../kernel/ptrace.ts";
import { addRusage, noRusage, processRusage, threadRusage } from "../../kernel/rusage.ts";
import { countFilters } from "../../kernel/seccomp/seccomp.ts";
import { queuedSignals } from "../../kernel/signal-post.ts";
import type { SignalSet } from "../../kernel/signal-set.ts";
import type { Task } from "../../kernel/task.ts";
import { countAllPages, mappedBytes } from "../../mm/usage.ts";
import type { Scope } from "./process.ts";

const NSEC_PER_TICK = 10_000_000;

function ticks(ns: number): number {
  return Math.floor(ns / NSEC_PER_TICK);
}

/** R, S, T, t or Z. */
function stateLetter(task: Task): keyof typeof STATE_NAMES {
  switch (task.state) {
    case "runnable":
      return "R";
    case "stopped":
      return isHeld(task) ? "t" : "T";
    case "zombie":
    case "dead":
      return "Z";
    default:
      return "S";
  }
}

const STATE_NAMES = {
  R: "running",
  S: "sleeping",
  T: "stopped",
  t: "tracing stop",
  Z: "zombie",
} as const;

/** Signal numbers 1 to 31 as a decimal mask, bit 0 first. */
function oldMask(set: SignalSet): number {
  return (set.lo >>> 0) & 0x7fffffff;
}

export function processStat(task: Task, scope: Scope, pids: PidNamespace): string {
  const { threadGroup: group, mm, signalHandlers } = task;
  const usage = scope === "process" ? processRusage(group) : threadRusage(task);
  const children = scope === "process" ? group.reapedChildren : noRusage();
  const session = group.processGroup.session;
  const isZombie = task.state === "zombie" || task.state === "dead";
  const terminal = session.terminal;
  const foreground = terminal?.foregroundGroup?.id;
  const fields: readonly (number | string)[] = [
    pids.show(task.tid),
    `(${task.comm})`,
    stateLetter(task),
    pids.show(group.ppid),
    pids.show(group.processGroup.id),
    pids.show(session.id),
    terminal?.rdev ?? 0,
    foreground === undefined ? -1 : pids.show(foreground),
    0x400000,
    usage.minorFaults,
    children.minorFaults,
    isZombie ? 0 : mm.majorFaults,
    0,
    ticks(usage.userNs),
    ticks(usage.systemNs),
    ticks(children.userNs),
    ticks(children.systemNs),
    20 + task.nice,
    task.nice,
    group.liveThreads,
    0,
    ticks(scope === "process" ? group.startNs : task.startNs),
    isZombie ? 0 : mm.vmas.totalBytes,
    isZombie ? 0 : mm.residentPages,
    "18446744073709551615",
    isZombie ? 0 : mm.startCode,
    isZombie ? 0 : mm.endCode,
    isZombie ? 0 : mm.startStack,
    0,
    0,
    oldMask(task.pendingSignals.set),
    oldMask(task.signalMask),
    oldMask(signalHandlers.signalsWith("ignored")),
    oldMask(signalHandlers.signalsWith("caught")),
    0,
    0,
    0,
    scope === "process" ? group.exitSignal : SIGCHLD,
    0,
    task.schedPriority,
    task.schedPolicy,
    0,
    0,
    0,
    isZombie ? 0 : mm.startData,
    isZombie ? 0 : mm.endData,
    isZombie ? 0 : mm.startBrk,
    isZombie ? 0 : mm.argStart,
    isZombie ? 0 : mm.argEnd,
    isZombie ? 0 : mm.envStart,
    isZombie ? 0 : mm.envEnd,
    group.isDead ? group.exitStatus : 0,
  ];
  return `${fields.join(" ")}\n`;
}

export function processStatm(task: Task): string {
  if (task.state === "zombie") return "0 0 0 0 0 0 0\n";
  const { mm } = task;
  const size = mm.vmas.totalBytes / 4096;
  const text = Math.ceil((mm.endCode - mm.startCode) / 4096);
  const { anon, file, shmem } = countAllPages(mm);
  const { data, stack } = mappedBytes(mm);
  const shared = file + shmem;
  return `${size} ${anon + shared} ${shared} ${text} 0 ${(data + stack) / 4096} 0\n`;
}

function memoryLines({ mm }: Task): string {
  const { data, stack, exec } = mappedBytes(mm);
  const { anon, file, shmem } = countAllPages(mm);
  const rss = anon + file + shmem;
  const text = mm.endCode - mm.startCode;
  const line = (bytes: number): string => `${String(Math.ceil(bytes / 1024)).padStart(8)} kB`;
  const rows: readonly (readonly [string, number])[] = [
    ["VmPeak", Math.max(mm.vmas.peakBytes, mm.vmas.totalBytes)],
    ["VmSize", mm.vmas.totalBytes],
    ["VmLck", mm.lockedPages * 4096],
    ["VmPin", 0],
    ["VmHWM", Math.max(mm.peakResidentPages, rss) * 4096],
    ["VmRSS", rss * 4096],
    ["RssAnon", anon * 4096],
    ["RssFile", file * 4096],
    ["RssShmem", shmem * 4096],
    ["VmData", data],
    ["VmStk", stack],
    ["VmExe", text],
    ["VmLib", Math.max(0, exec - text)],
    ["VmPTE", mm.pages.leafCount * 4096],
    ["VmSwap", 0],
    ["HugetlbPages", 0],
  ];
  const lines = rows.map(([name, bytes]) => `${name}:\t${line(bytes)}\n`).join("");
  return `${lines}CoreDumping:\t0\nTHP_enabled:\t0\n`;
}

/** Numbers in the namespace of the mount and in those below it that the task is in. */
function namespaceNumbers(task: Task, pids: PidNamespace, id: number): string {
  const numbers: number[] = [];
  for (let ns: PidNamespace | null = task.pids; ns !== null; ns = ns.parent) {
    numbers.unshift(ns.show(id));
    if (ns === pids) break;
  }
  return numbers.join("\t");
}

export function processStatus(task: Task, reader: Task, pids: PidNamespace): string {
  const { threadGroup: group, credentials: cred, signalHandlers } = task;
  const letter = stateLetter(task);
  const { uidMap, gidMap } = reader.credentials.userNamespace;
  const uid = (id: number): number => uidMap.shown(id);
  const gid = (id: number): number => gidMap.shown(id);
  const numbers = (id: number): string => namespaceNumbers(task, pids, id);
  const isZombie = letter === "Z";
  const usage = addUp(task);
  const sharedPending = group.pendingSignals.set;
  const lines: readonly (readonly [string, string | number])[] = [
    ["Tgid", pids.show(group.tgid)],
    ["Ngid", 0],
    ["Pid", pids.show(task.tid)],
    ["PPid", pids.show(group.ppid)],
    ["TracerPid", task.trace === null ? 0 : pids.show(task.trace.tracer.tid)],
    ["Uid", [cred.uid, cred.euid, cred.suid, cred.fsuid].map(uid).join("\t")],
    ["Gid", [cred.gid, cred.egid, cred.sgid, cred.fsgid].map(gid).join("\t")],
    ["FDSize", isZombie ? 0 : task.fdTable.capacity],
    ["Groups", `${cred.groups.map(gid).join(" ")} `],
    ["NStgid", numbers(group.tgid)],
    ["NSpid", numbers(task.tid)],
    ["NSpgid", numbers(group.processGroup.id)],
    ["NSsid", numbers(group.processGroup.session.id)],
  ];
  const signals: readonly (readonly [string, string | number])[] = [
    ["Threads", Math.max(1, group.liveThreads)],
    ["SigQ", signalQueue(task)],
    ["SigPnd", signalHex(task.pendingSignals.set)],
    ["ShdPnd", signalHex(sharedPending)],
    ["SigBlk", signalHex(task.signalMask)],
    ["SigIgn", signalHex(signalHandlers.signalsWith("ignored"))],
    ["SigCgt", signalHex(signalHandlers.signalsWith("caught"))],
    ["CapInh", cred.inheritable.toHex()],
    ["CapPrm", cred.permitted.toHex()],
    ["CapEff", cred.effective.toHex()],
    ["CapBnd", cred.bounding.toHex()],
    ["CapAmb", cred.ambient.toHex()],
    ["NoNewPrivs", cred.noNewPrivs ? 1 : 0],
    ["Seccomp", task.seccomp?.mode ?? SECCOMP_MODE_DISABLED],
    ["Seccomp_filters", countFilters(task.seccomp)],
    ["Speculation_Store_Bypass", "not vulnerable"],
    ["SpeculationIndirectBranch", "always enabled"],
    ["Cpus_allowed", 1],
    ["Cpus_allowed_list", 0],
    ["Mems_allowed", 1],
    ["Mems_allowed_list", 0],
    ["voluntary_ctxt_switches", usage.voluntarySwitches],
    ["nonvoluntary_ctxt_switches", usage.involuntarySwitches],
  ];
  const show = (rows: readonly (readonly [string, string | number])[]): string =>
    rows.map(([name, value]) => `${name}:\t${value}\n`).join("");
  return [
    `Name:\t${task.comm.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n`,
    `Umask:\t${task.fs.umask.toString(8).padStart(4, "0")}\n`,
    `State:\t${letter} (${STATE_NAMES[letter]})\n`,
    show(lines),
    isZombie ? "" : memoryLines(task),
    show(signals),
  ].join("");
}

/** SigQ: signals queued for the user, and how many may be. */
function signalQueue(task: Task): string {
  const { kernel, threadGroup, credentials } = task;
  const queued = queuedSignals(kernel.pids.threadGroups.values(), credentials.uid);
  const limit = threadGroup.soft(RLIMIT_SIGPENDING);
  return `${queued}/${limit === Number.POSITIVE_INFINITY ? "18446744073709551615" : limit}`;
}

function addUp(task: Task) {
  const sum = noRusage();
  addRusage(sum, threadRusage(task));
  return sum;
}

function signalHex(set: SignalSet): string {
  return set.toHex();
}

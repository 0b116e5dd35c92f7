/** The files of a cgroup, a row each: what they say and what they take. */
import {
  EBUSY,
  EINVAL,
  ENODEV,
  ENOENT,
  EOPNOTSUPP,
  ERANGE,
  type Errno,
  ESRCH,
  PAGE_SIZE,
  SIGKILL,
  signalStatus,
} from "@kernelet/abi";
import {
  type Cgroup,
  CONTROLLERS,
  type Controller,
  moveToCgroup,
  setFrozen,
} from "../../kernel/cgroup/cgroup.ts";
import { startGroupExit } from "../../kernel/signal-post.ts";
import type { Task } from "../../kernel/task.ts";
import type { Inode } from "../inode.ts";
import { inodePermission, MAY_WRITE } from "../permission.ts";
import { cpuStat, memoryEvents, memoryStat } from "./statistics.ts";

type Read = (cgroup: Cgroup, reader: Task) => string | Errno;
/** @param text without white space around it. */
type Write = (cgroup: Cgroup, text: string, writer: Task, directory: Inode) => 0 | Errno;

export interface CgroupFileRow {
  readonly controller: Controller | null;
  readonly isInRoot: boolean;
  /** Whoever is in a container may write it in the container's root as well. */
  readonly isDelegated: boolean;
  readonly read: Read | null;
  readonly write: Write | null;
}

function row(
  name: string,
  where: Partial<Pick<CgroupFileRow, "controller" | "isInRoot" | "isDelegated">>,
  read: Read | null,
  write: Write | null = null,
): readonly [string, CgroupFileRow] {
  const { controller = null, isInRoot = false, isDelegated = false } = where;
  return [name, { controller, isInRoot, isDelegated, read, write }];
}

const EVERYWHERE = { isInRoot: true };
const DELEGATED = { isInRoot: true, isDelegated: true };

function processes(cgroup: Cgroup, reader: Task): string {
  const pids = [...cgroup.processes].map((group) => reader.pids.show(group.tgid));
  return pids.map((pid) => `${pid}\n`).join("");
}

function threads(cgroup: Cgroup, reader: Task): string {
  let text = "";
  for (const group of cgroup.processes) {
    for (const thread of group.threads) {
      if (thread.isAlive) text += `${reader.pids.show(thread.tid)}\n`;
    }
  }
  return text;
}

/** cgroup_procs_write_permission(): the common ancestor's file must be writable as well. */
function mayMove(from: Cgroup, to: Cgroup, writer: Task): 0 | Errno {
  const { cgroupFs } = writer.kernel;
  const { root } = writer.nsproxy.cgroup;
  const isOutside = !from.isWithin(root) || !to.isWithin(root);
  if (cgroupFs.isDelegating && isOutside) return ENOENT;
  let common = to;
  while (!from.isWithin(common) && common.parent !== null) common = common.parent;
  const directory = cgroupFs.directoryOf(common);
  const file = directory?.lookup("cgroup.procs");
  if (file === undefined || typeof file === "number") return ENOENT;
  return inodePermission(file, writer.credentials, MAY_WRITE);
}

function moveProcess(cgroup: Cgroup, text: string, writer: Task): 0 | Errno {
  if (cgroup.isRemoved) return ENODEV;
  if (!/^[+]?\d+$/.test(text)) return EINVAL;
  const pid = Number(text);
  const group = pid === 0 ? writer.threadGroup : writer.pids.task(pid)?.threadGroup;
  if (group === undefined || group.isDead) return ESRCH;
  const refused = mayMove(group.cgroup, cgroup, writer);
  if (refused !== 0) return refused;
  // No processes beside cgroups that are controlled.
  if (cgroup.parent !== null && cgroup.subtreeControl.size > 0) return EBUSY;
  moveToCgroup(group, cgroup);
  return 0;
}

function controllers(list: Iterable<Controller>): string {
  const set = new Set(list);
  return `${CONTROLLERS.filter((controller) => set.has(controller)).join(" ")}\n`;
}

/** "+pids -memory": all or nothing. */
function setSubtreeControl(cgroup: Cgroup, text: string): 0 | Errno {
  if (cgroup.isRemoved) return ENODEV;
  const next = new Set(cgroup.subtreeControl);
  for (const word of text.split(/\s+/)) {
    if (word === "") continue;
    const controller = CONTROLLERS.find((name) => name === word.slice(1));
    if (controller === undefined || !/^[+-]/.test(word)) return EINVAL;
    if (word.startsWith("-")) next.delete(controller);
    else if (!cgroup.available.includes(controller)) return ENOENT;
    else next.add(controller);
  }
  for (const controller of cgroup.subtreeControl) {
    if (next.has(controller)) continue;
    for (const child of cgroup.children.values()) {
      if (child.subtreeControl.has(controller)) return EBUSY;
    }
  }
  const isEnabling = [...next].some((controller) => !cgroup.subtreeControl.has(controller));
  if (isEnabling && cgroup.parent !== null && cgroup.processes.size > 0) return EBUSY;
  for (const controller of CONTROLLERS) {
    if (next.has(controller)) cgroup.subtreeControl.add(controller);
    else cgroup.subtreeControl.delete(controller);
  }
  return 0;
}

function killAll(cgroup: Cgroup, text: string): 0 | Errno {
  if (!/^-?\d+$/.test(text)) return EINVAL;
  if (Number(text) !== 1) return ERANGE;
  for (const group of cgroup.descendants()) {
    for (const process of [...group.processes]) startGroupExit(process, signalStatus(SIGKILL));
  }
  return 0;
}

function freeze(cgroup: Cgroup, text: string): 0 | Errno {
  if (!/^-?\d+$/.test(text)) return EINVAL;
  const value = Number(text);
  if (value !== 0 && value !== 1) return ERANGE;
  setFrozen(cgroup, value === 1);
  return 0;
}

/** A number, or "max". @returns null for anything else. */
function parseMax(text: string): number | null {
  if (text === "max") return Number.POSITIVE_INFINITY;
  return /^\d+$/.test(text) ? Number(text) : null;
}

/** Bytes with a unit as memparse() takes them, in pages. */
function parsePages(text: string): number | null {
  if (text === "max") return Number.POSITIVE_INFINITY;
  const match = /^(\d+)([kKmMgGtT]?)$/.exec(text);
  if (match === null) return null;
  const unit = 1024 ** ["", "k", "m", "g", "t"].indexOf((match[2] as string).toLowerCase());
  return Math.floor((Number(match[1]) * unit) / PAGE_SIZE);
}

function showMax(value: number): string {
  return Number.isFinite(value) ? `${value}\n` : "max\n";
}

function limitRow(name: string, field: "maxDescendants" | "maxDepth") {
  return row(
    name,
    EVERYWHERE,
    (cgroup) => showMax(cgroup[field]),
    (cgroup, text) => {
      if (/^-\d+$/.test(text)) return ERANGE;
      const value = parseMax(text);
      if (value === null) return EINVAL;
      if (Number.isFinite(value) && value > 0x7fffffff) return ERANGE;
      cgroup[field] = value;
      return 0;
    },
  );
}

type PagesField = "max" | "high" | "low" | "min" | "swapMax" | "swapHigh";

function pagesRow(name: string, field: PagesField) {
  return row(
    name,
    { controller: "memory" },
    ({ memory }) => showMax(memory[field] * PAGE_SIZE),
    ({ memory }, text) => {
      const pages = parsePages(text);
      if (pages === null) return EINVAL;
      memory[field] = pages;
      return 0;
    },
  );
}

function memoryRow(name: string, read: Read) {
  return row(name, { controller: "memory" }, read);
}

function setPidsMax(cgroup: Cgroup, text: string): 0 | Errno {
  const value = parseMax(text);
  if (value === null || (Number.isFinite(value) && value >= 2 ** 22)) return EINVAL;
  cgroup.pidsMax = value;
  return 0;
}

function setCpuMax(cgroup: Cgroup, text: string): 0 | Errno {
  const [quota = "", period = cgroup.cpuMax.split(" ")[1] ?? "100000", ...rest] = text.split(/\s+/);
  const isPeriod = /^\d+$/.test(period) && Number(period) >= 1000 && Number(period) <= 1_000_000;
  const isQuota = quota === "max" || (/^\d+$/.test(quota) && Number(quota) >= 1000);
  if (!isPeriod || !isQuota || rest.length > 0) return EINVAL;
  cgroup.cpuMax = `${quota} ${period}`;
  return 0;
}

function setCpuWeight(cgroup: Cgroup, text: string): 0 | Errno {
  if (!/^\d+$/.test(text)) return EINVAL;
  const weight = Number(text);
  if (weight < 1 || weight > 10_000) return ERANGE;
  cgroup.cpuWeight = weight;
  return 0;
}

function setFlag(set: (cgroup: Cgroup, value: 0 | 1) => void): Write {
  return (cgroup, text) => {
    if (text !== "0" && text !== "1") return EINVAL;
    set(cgroup, text === "1" ? 1 : 0);
    return 0;
  };
}

const ROWS: readonly (readonly [string, CgroupFileRow])[] = [
  row("cgroup.controllers", EVERYWHERE, (cgroup) => controllers(cgroup.available)),
  row(
    "cgroup.events",
    {},
    (cgroup) => `populated ${cgroup.isPopulated ? 1 : 0}\nfrozen ${cgroup.isFrozen ? 1 : 0}\n`,
  ),
  row("cgroup.freeze", {}, (cgroup) => `${cgroup.freeze ? 1 : 0}\n`, freeze),
  row("cgroup.kill", {}, null, killAll),
  limitRow("cgroup.max.depth", "maxDepth"),
  limitRow("cgroup.max.descendants", "maxDescendants"),
  row("cgroup.procs", DELEGATED, processes, moveProcess),
  row(
    "cgroup.stat",
    EVERYWHERE,
    (cgroup) => `nr_descendants ${[...cgroup.descendants()].length - 1}\nnr_dying_descendants 0\n`,
  ),
  row(
    "cgroup.subtree_control",
    DELEGATED,
    (cgroup) => controllers(cgroup.subtreeControl),
    setSubtreeControl,
  ),
  // Threads of one process cannot be in different cgroups.
  row("cgroup.threads", DELEGATED, threads, () => EOPNOTSUPP),
  row(
    "cgroup.type",
    {},
    () => "domain\n",
    (_cgroup, text) => (text === "threaded" ? EOPNOTSUPP : EINVAL),
  ),
  row("cpu.stat", EVERYWHERE, cpuStat),
  row(
    "cpu.idle",
    { controller: "cpu" },
    (cgroup) => `${cgroup.cpuIdle}\n`,
    setFlag((cgroup, value) => {
      cgroup.cpuIdle = value;
    }),
  ),
  row("cpu.max", { controller: "cpu" }, (cgroup) => `${cgroup.cpuMax}\n`, setCpuMax),
  row("cpu.weight", { controller: "cpu" }, (cgroup) => `${cgroup.cpuWeight}\n`, setCpuWeight),
  memoryRow("memory.current", ({ memory }) => `${memory.current * PAGE_SIZE}\n`),
  memoryRow("memory.events", ({ memory }) => memoryEvents(memory)),
  memoryRow("memory.events.local", ({ memory }) => memoryEvents(memory)),
  pagesRow("memory.high", "high"),
  pagesRow("memory.low", "low"),
  pagesRow("memory.max", "max"),
  pagesRow("memory.min", "min"),
  row(
    "memory.oom.group",
    { controller: "memory" },
    ({ memory }) => `${memory.oomGroup}\n`,
    setFlag(({ memory }, value) => {
      memory.oomGroup = value;
    }),
  ),
  memoryRow("memory.peak", ({ memory }) => `${memory.peak * PAGE_SIZE}\n`),
  memoryRow("memory.stat", ({ memory }) => memoryStat(memory)),
  memoryRow("memory.swap.current", () => "0\n"),
  memoryRow("memory.swap.events", () => "high 0\nmax 0\nfail 0\n"),
  pagesRow("memory.swap.high", "swapHigh"),
  pagesRow("memory.swap.max", "swapMax"),
  row("pids.current", { controller: "pids" }, (cgroup) => `${cgroup.pidsCurrent}\n`),
  row("pids.events", { controller: "pids" }, (cgroup) => `max ${cgroup.pidsRefused}\n`),
  row("pids.max", { controller: "pids" }, (cgroup) => showMax(cgroup.pidsMax), setPidsMax),
  row("pids.peak", { controller: "pids" }, (cgroup) => `${cgroup.pidsPeak}\n`),
];

/** In the order in which the directory lists them. */
export const CGROUP_FILES: ReadonlyMap<string, CgroupFileRow> = new Map(ROWS);

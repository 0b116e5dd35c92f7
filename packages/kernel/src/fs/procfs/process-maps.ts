/** /proc/[pid]/maps, smaps and smaps_rollup. */
import { major, minor, PAGE_SIZE, PROT_EXEC, PROT_READ, PROT_WRITE } from "@kernelet/abi";
import type { Task } from "../../kernel/task.ts";
import type { Vma } from "../../mm/vma.ts";
import { displayPath } from "../d-path.ts";

function hex(n: number, digits: number): string {
  return n.toString(16).padStart(digits, "0");
}

function mapLine(vma: Vma, reader: Task): string {
  const { prot, file } = vma;
  const letters = [
    prot & PROT_READ ? "r" : "-",
    prot & PROT_WRITE ? "w" : "-",
    prot & PROT_EXEC ? "x" : "-",
    vma.isShared ? "s" : "p",
  ].join("");
  const dev = file?.inode.superblock.dev ?? 0;
  const head = [
    `${hex(vma.start, 8)}-${hex(vma.end, 8)}`,
    letters,
    hex(file === null ? 0 : vma.off, 8),
    `${hex(major(dev), 2)}:${hex(minor(dev), 2)}`,
    String(file?.inode.ino ?? 0),
  ].join(" ");
  const name = file === null ? vma.name : displayPath(file.path, reader.fs.root);
  return name === "" ? `${head} \n` : `${head.padEnd(73)}${name}\n`;
}

export function maps(task: Task, reader: Task): string {
  if (task.state === "zombie") return "";
  let text = "";
  for (const vma of task.mm.vmas) text += mapLine(vma, reader);
  return text;
}

/** Pages of a vma that are in memory. */
function residentPages(task: Task, vma: Vma): number {
  let n = 0;
  for (let addr = vma.start; addr < vma.end; addr += PAGE_SIZE) {
    if (task.mm.space.protection(addr) !== 0) n++;
  }
  return n;
}

function memoryLines(sizeKib: number, residentKib: number, isShared: boolean): string {
  const rows: readonly (readonly [string, number])[] = [
    ["Size", sizeKib],
    ["KernelPageSize", 4],
    ["MMUPageSize", 4],
    ["Rss", residentKib],
    ["Pss", residentKib],
    ["Shared_Clean", 0],
    ["Shared_Dirty", isShared ? residentKib : 0],
    ["Private_Clean", 0],
    ["Private_Dirty", isShared ? 0 : residentKib],
    ["Referenced", residentKib],
    ["Anonymous", isShared ? 0 : residentKib],
    ["AnonHugePages", 0],
    ["Swap", 0],
    ["SwapPss", 0],
    ["Locked", 0],
  ];
  return rows
    .map(([name, kib]) => `${`${name}:`.padEnd(16)}${String(kib).padStart(8)} kB\n`)
    .join("");
}

export function smaps(task: Task, reader: Task): string {
  if (task.state === "zombie") return "";
  let text = "";
  for (const vma of task.mm.vmas) {
    text += mapLine(vma, reader);
    text += memoryLines((vma.end - vma.start) / 1024, residentPages(task, vma) * 4, vma.isShared);
    text += "VmFlags:\n";
  }
  return text;
}

export function smapsRollup(task: Task): string {
  if (task.state === "zombie") return "";
  const { vmas, residentPages: resident } = task.mm;
  const first = vmas.at(0);
  const last = vmas.at(vmas.count - 1);
  const range = `${hex(first?.start ?? 0, 8)}-${hex(last?.end ?? 0, 8)}`;
  const lines = memoryLines(vmas.totalBytes / 1024, resident * 4, false).replace(
    /^Size.*\n.*\n.*\n/,
    "",
  );
  return `${`${range} ---p 00000000 00:00 0`.padEnd(73)}[rollup]\n${lines}`;
}

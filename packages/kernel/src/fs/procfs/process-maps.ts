/** /proc/[pid]/maps, smaps and smaps_rollup. */
import { major, minor, PROT_EXEC, PROT_READ, PROT_WRITE } from "@kernelet/abi";
import type { Task } from "../../kernel/task.ts";
import { countAllPages, countPages, kib, noPages, type PageCounts } from "../../mm/usage.ts";
import {
  VM_DONTCOPY,
  VM_DONTDUMP,
  VM_LOCKED,
  VM_MAYEXEC,
  VM_MAYWRITE,
  VM_NORESERVE,
  VM_WIPEONFORK,
  type Vma,
} from "../../mm/vma.ts";
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

function memoryLines(vmas: readonly Vma[], counts: PageCounts): string {
  let locked = 0;
  for (const vma of vmas) if ((vma.flags & VM_LOCKED) !== 0) locked += present(vma);
  const rss = counts.anon + counts.file + counts.shmem;
  const rows: readonly (readonly [string, number])[] = [
    ["Rss", kib(rss)],
    ["Pss", kib(counts.proportional)],
    ["Shared_Clean", kib(counts.sharedClean)],
    ["Shared_Dirty", kib(counts.sharedDirty)],
    ["Private_Clean", kib(counts.privateClean)],
    ["Private_Dirty", kib(counts.privateDirty)],
    ["Referenced", kib(rss)],
    ["Anonymous", kib(counts.anon)],
    ["KSM", 0],
    ["LazyFree", 0],
    ["AnonHugePages", 0],
    ["ShmemPmdMapped", 0],
    ["FilePmdMapped", 0],
    ["Shared_Hugetlb", 0],
    ["Private_Hugetlb", 0],
    ["Swap", 0],
    ["SwapPss", 0],
    ["Locked", kib(locked)],
  ];
  return rows.map(line).join("");
}

function line([name, value]: readonly [string, number]): string {
  return `${`${name}:`.padEnd(16)}${String(value).padStart(8)} kB\n`;
}

/** The proportional part of the pages of `vma`, which is what counts of locked memory. */
function present(vma: Vma): number {
  const counts = noPages();
  countPages(vma, counts);
  return counts.proportional;
}

/** The letters of Linux's show_smap_vma_flags(). */
function flagLetters(vma: Vma): string {
  const { prot, flags } = vma;
  const letters: readonly (readonly [boolean, string])[] = [
    [(prot & PROT_READ) !== 0, "rd"],
    [(prot & PROT_WRITE) !== 0, "wr"],
    [(prot & PROT_EXEC) !== 0, "ex"],
    [vma.isShared, "sh"],
    [true, "mr"],
    [(flags & VM_MAYWRITE) !== 0, "mw"],
    [(flags & VM_MAYEXEC) !== 0, "me"],
    [vma.isShared && (flags & VM_MAYWRITE) !== 0, "ms"],
    [vma.isStack, "gd"],
    [(flags & VM_LOCKED) !== 0, "lo"],
    [(flags & VM_DONTCOPY) !== 0, "dc"],
    [(flags & VM_NORESERVE) !== 0, "nr"],
    [(flags & VM_WIPEONFORK) !== 0, "wf"],
    [(flags & VM_DONTDUMP) !== 0, "dd"],
  ];
  return letters.flatMap(([isSet, text]) => (isSet ? [text] : [])).join(" ");
}

export function smaps(task: Task, reader: Task): string {
  if (task.state === "zombie") return "";
  let text = "";
  for (const vma of task.mm.vmas) {
    const counts = noPages();
    countPages(vma, counts);
    text += mapLine(vma, reader);
    text += line(["Size", (vma.end - vma.start) / 1024]);
    text += line(["KernelPageSize", 4]) + line(["MMUPageSize", 4]);
    text += memoryLines([vma], counts);
    text += `THPeligible:           0\nVmFlags: ${flagLetters(vma)} \n`;
  }
  return text;
}

export function smapsRollup(task: Task): string {
  if (task.state === "zombie") return "";
  const { mm } = task;
  const first = mm.vmas.at(0);
  const last = mm.vmas.at(mm.vmas.count - 1);
  const range = `${hex(first?.start ?? 0, 8)}-${hex(last?.end ?? 0, 8)}`;
  const lines = memoryLines([...mm.vmas], countAllPages(mm));
  return `${`${range} ---p 00000000 00:00 0`.padEnd(73)}[rollup]\n${lines}`;
}

/** /proc/[pid]/pagemap: 64 bits for each page of the address space, as proc_pid_pagemap(5). Frame numbers read as 0. */
import { EINVAL, PAGE_SHIFT, PAGE_SIZE, S_IFREG, TASK_SIZE } from "@kernelet/abi";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import { PTE_ANON, PTE_COW_HOLDER, PTE_COW_REF, PTE_NONE, pteKind } from "../../mm/page-table.ts";
import { FileDescription } from "../file-description.ts";
import type { Path } from "../path.ts";
import type { Superblock } from "../superblock.ts";
import { type NodeOptions, type NodeRow, VirtualInode } from "./node.ts";

const ENTRY_SIZE = 8;
const ENTRIES: number = TASK_SIZE / PAGE_SIZE;
// In the upper 32 bits of an entry.
const PM_MMAP_EXCLUSIVE = 1 << 24;
const PM_FILE = 1 << 29;
const PM_PRESENT = 1 << 31;

class PagemapInode extends VirtualInode {
  readonly #task: Task;

  constructor(superblock: Superblock, task: Task, options: NodeOptions) {
    super(superblock, S_IFREG, options);
    this.#task = task;
  }

  override open(_task: Task, path: Path, flags: number): FileDescription {
    return new Pagemap(path, flags, this.#task);
  }
}

class Pagemap extends FileDescription {
  readonly #task: Task;

  constructor(path: Path, flags: number, task: Task) {
    super(path, flags);
    this.#task = task;
  }

  override read(_task: Task, into: Uint8Array, off: number | null): SyscallResult {
    const at = off ?? this.pos;
    if (at % ENTRY_SIZE !== 0 || into.length % ENTRY_SIZE !== 0) return EINVAL;
    if (this.#task.state === "zombie") return 0;
    const first = at / ENTRY_SIZE;
    const count = Math.max(0, Math.min(into.length / ENTRY_SIZE, ENTRIES - first));
    const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
    for (let i = 0; i < count; i++) {
      view.setUint32(i * ENTRY_SIZE, 0, true);
      view.setInt32(i * ENTRY_SIZE + 4, this.#entry(first + i), true);
    }
    if (off === null) this.pos += count * ENTRY_SIZE;
    return count * ENTRY_SIZE;
  }

  #entry(page: number): number {
    const { mm } = this.#task;
    if (page >= mm.space.end >>> PAGE_SHIFT) return 0;
    switch (pteKind(mm.pages.get(page))) {
      case PTE_NONE:
        return 0;
      case PTE_ANON:
        return PM_PRESENT | PM_MMAP_EXCLUSIVE;
      case PTE_COW_HOLDER:
      case PTE_COW_REF:
        return PM_PRESENT;
      default:
        return PM_PRESENT | PM_FILE;
    }
  }
}

export const PAGEMAP_ROW: NodeRow<Task> = {
  name: "pagemap",
  mode: 0o400,
  make: (superblock, task, options) => new PagemapInode(superblock, task, options),
};

/**
 * /proc/[pid]/mem: a process's memory at its own addresses, proc_pid_mem(5); fs/proc/base.c, mem_rw(). For debuggers: also
 * what the process may not touch itself, and a private page that is written becomes its own.
 */
import { EACCES, EFAULT, EIO, type Errno, isErrno, S_IFREG } from "@kernelet/abi";
import { PAGE_R, PAGE_W } from "../../arch/x86/processor.ts";
import { mayInspect } from "../../kernel/inspect.ts";
import type { Task } from "../../kernel/task.ts";
import type { MemoryManager } from "../../mm/memory-manager.ts";
import { FileDescription } from "../file-description.ts";
import type { Path } from "../path.ts";
import type { Superblock } from "../superblock.ts";
import { type NodeOptions, type NodeRow, VirtualInode } from "./node.ts";

class MemInode extends VirtualInode {
  readonly #task: Task;

  constructor(superblock: Superblock, task: Task, options: NodeOptions) {
    super(superblock, S_IFREG, options);
    this.#task = task;
  }

  override open(task: Task, path: Path, flags: number): FileDescription | Errno {
    if (!mayInspect(task, this.#task)) return EACCES;
    return new Mem(path, flags, this.#task);
  }
}

/** Stays with the memory that there was when it was opened: after execve(2) there is nothing left to read. */
class Mem extends FileDescription {
  readonly #task: Task;
  readonly #mm: MemoryManager;

  constructor(path: Path, flags: number, task: Task) {
    super(path, flags);
    this.#task = task;
    this.#mm = task.mm;
  }

  get #isGone(): boolean {
    return !this.#task.isAlive || this.#task.mm !== this.#mm;
  }

  override read(_task: Task, into: Uint8Array, off: number | null): number | Errno {
    const at = off ?? this.pos;
    if (this.#isGone || into.length === 0) return 0;
    const bytes = this.#mm.forcedBuffer(at, into.length, PAGE_R);
    if (isErrno(bytes)) return EIO;
    into.set(bytes);
    if (off === null) this.pos += bytes.length;
    return bytes.length;
  }

  override write(_task: Task, from: Uint8Array, off: number | null): number | Errno {
    const at = off ?? this.pos;
    if (this.#isGone || from.length === 0) return 0;
    const bytes = this.#mm.forcedBuffer(at, from.length, PAGE_W);
    if (isErrno(bytes)) return bytes === EFAULT ? EIO : bytes;
    bytes.set(from.subarray(0, bytes.length));
    if (off === null) this.pos += bytes.length;
    return bytes.length;
  }
}

export const MEM_ROW: NodeRow<Task> = {
  name: "mem",
  mode: 0o600,
  make: (superblock, task, options) => new MemInode(superblock, task, options),
};

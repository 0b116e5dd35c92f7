/**
 * An open directory. getdents(2) shows the names there were when it came to the first of them, without those that are
 * known to be gone: names that come and go meanwhile shift nothing. POSIX leaves open whether they are shown.
 *
 * Positions: 0 is ".", 1 is "..", FIRST_NAME + n is the n-th name.
 */
import {
  DT_DIR,
  EINVAL,
  EISDIR,
  type Errno,
  IN_ACCESS,
  isErrno,
  SEEK_CUR,
  SEEK_END,
  SEEK_SET,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { touchAtime } from "./atime.ts";
import { type EmitEntry, FileDescription } from "./file-description.ts";
import type { DirectoryEntry } from "./inode.ts";
import { notifyFile } from "./notify.ts";
import { parentOf } from "./path-walk.ts";

const FIRST_NAME = 2;

export class DirectoryFile extends FileDescription {
  #entries: readonly DirectoryEntry[] | null = null;

  override get readsBuffersApart(): boolean {
    return true;
  }

  override read(): SyscallResult {
    return EISDIR;
  }

  override seek(off: number, whence: number): number | Errno {
    if (whence === SEEK_END) return EINVAL;
    if (whence !== SEEK_SET && whence !== SEEK_CUR) return EINVAL;
    const to = whence === SEEK_CUR ? this.pos + off : off;
    if (to < 0) return EINVAL;
    if (to === 0) this.#entries = null;
    this.pos = to;
    return to;
  }

  override getdents(task: Task, emit: EmitEntry): 0 | Errno {
    if (this.#entries === null || this.pos <= FIRST_NAME) {
      const entries = this.inode.readdir();
      if (isErrno(entries)) return entries;
      this.#entries = entries;
    }
    touchAtime(this);
    notifyFile(this.path.dentry, IN_ACCESS);
    for (;;) {
      const entry = this.#entryAt(task, this.pos);
      if (entry === undefined) return 0;
      const isGone = this.pos > 1 && !this.inode.mayHaveName(entry.name);
      if (!isGone && !emit(entry, this.pos + 1)) return 0;
      this.pos++;
    }
  }

  #entryAt(task: Task, pos: number): DirectoryEntry | undefined {
    if (pos === 0) return { name: ".", ino: this.inode.ino, type: DT_DIR };
    if (pos === 1) {
      const up = parentOf(this.path, task.fs.root);
      return { name: "..", ino: up.inode.ino, type: DT_DIR };
    }
    return this.#entries?.[pos - FIRST_NAME];
  }

  override fsync(): 0 {
    return 0;
  }

  override get canPoll(): boolean {
    return false;
  }
}

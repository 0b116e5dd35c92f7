/** /proc/[pid]/fd and fdinfo. */
import {
  EACCES,
  EBADF,
  ENOENT,
  type Errno,
  isErrno,
  O_ACCMODE,
  O_CLOEXEC,
  O_RDONLY,
  O_WRONLY,
} from "@kernelet/abi";
import type { Task } from "../../kernel/task.ts";
import { displayPath } from "../d-path.ts";
import type { FileDescription } from "../file-description.ts";
import type { Inode } from "../inode.ts";
import type { Path } from "../path.ts";
import type { Superblock } from "../superblock.ts";
import type { Walker } from "../walker.ts";
import { type NodeOptions, VirtualDirectory, VirtualFile, VirtualSymlink } from "./node.ts";

abstract class DescriptorDirectory extends VirtualDirectory {
  protected readonly task: Task;

  constructor(superblock: Superblock, task: Task, options: NodeOptions) {
    super(superblock, options);
    this.task = task;
  }

  override isOpenTo(walker: Walker): boolean {
    return walker.threadGroup?.tgid === this.task.threadGroup.tgid;
  }

  protected file(name: string): FileDescription | null {
    if (!/^(0|[1-9][0-9]*)$/.test(name) || !this.task.isAlive) return null;
    return this.task.fdTable.get(Number(name));
  }

  protected override names(): readonly string[] {
    return this.task.isAlive ? [...this.task.fdTable.fds()].map(String) : [];
  }
}

/** Mode bits of the link tell the access mode. */
function linkMode(file: FileDescription): number {
  if (file.isPath) return 0;
  const access = file.flags & O_ACCMODE;
  return access === O_RDONLY ? 0o500 : access === O_WRONLY ? 0o300 : 0o700;
}

export class FdDirectory extends DescriptorDirectory {
  override lookup(name: string): Inode | Errno {
    const file = this.file(name);
    if (file === null) return ENOENT;
    const fd = Number(name);
    const ino = this.ino * 2 ** 20 + fd + 1;
    const target = (walker: Walker): Path | Errno => {
      if (!this.#mayFollow(walker)) return EACCES;
      return this.task.isAlive ? (this.task.fdTable.get(fd)?.path ?? ENOENT) : ENOENT;
    };
    return new VirtualSymlink(
      this.superblock,
      { ino, mode: linkMode(file), uid: this.uid, gid: this.gid },
      (walker) => {
        const path = target(walker);
        return isErrno(path) ? path : displayPath(path, walker.fs.root);
      },
      target,
    );
  }

  #mayFollow(walker: Walker): boolean {
    const own = walker.threadGroup?.tgid === this.task.threadGroup.tgid;
    const { fsuid } = walker.credentials;
    return own || fsuid === 0 || fsuid === this.task.credentials.uid;
  }
}

export class FdInfoDirectory extends DescriptorDirectory {
  override lookup(name: string): Inode | Errno {
    if (this.file(name) === null) return ENOENT;
    const fd = Number(name);
    const options = { ino: this.ino * 2 ** 20 + fd + 1, mode: 0o400, uid: this.uid, gid: this.gid };
    return new VirtualFile(this.superblock, options, () => this.#describe(fd));
  }

  #describe(fd: number): string | Errno {
    const file = this.task.isAlive ? this.task.fdTable.get(fd) : null;
    if (file === null) return EBADF;
    const cloexec = this.task.fdTable.isCloexec(fd) ? O_CLOEXEC : 0;
    return [
      `pos:\t${file.pos}\n`,
      `flags:\t0${(file.flags | cloexec).toString(8)}\n`,
      `mnt_id:\t${file.path.mount.id}\n`,
      `ino:\t${file.inode.ino}\n`,
      file.fdinfo(),
    ].join("");
  }
}

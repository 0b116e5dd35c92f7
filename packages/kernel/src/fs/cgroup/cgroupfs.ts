/**
 * cgroup2: Documentation/admin-guide/cgroup-v2.rst. One filesystem for the kernel's one tree of cgroups; a mount shows
 * it from the root of the cgroup namespace that it was made in. Directories are cgroups, mkdir(2) and rmdir(2) make
 * and remove them; files come with the controllers (files.ts).
 */
import {
  CGROUP2_SUPER_MAGIC,
  DT_DIR,
  DT_REG,
  EACCES,
  EAGAIN,
  EBADF,
  EBUSY,
  EEXIST,
  EINVAL,
  ENOENT,
  ENOTDIR,
  EPERM,
  type Errno,
  isErrno,
  S_IFDIR,
  S_IFMT,
  S_IFREG,
} from "@kernelet/abi";
import { Cgroup } from "../../kernel/cgroup/cgroup.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Task } from "../../kernel/task.ts";
import { Dentry } from "../dentry.ts";
import { DirectoryFile } from "../directory-file.ts";
import type { FileDescription } from "../file-description.ts";
import { type AttributeChange, type Creation, type DirectoryEntry, Inode } from "../inode.ts";
import type { Path } from "../path.ts";
import { VirtualFile } from "../procfs/node.ts";
import { type FilesystemUsage, Superblock } from "../superblock.ts";
import { CGROUP_FILES, type CgroupFileRow } from "./files.ts";

/** The most cgroups: a guest must not fill the kernel's own memory with them. */
const MAX_CGROUPS = 16_384;

/** Owner and mode may be given to somebody else: delegation. */
function setAttributes(inode: Inode, change: AttributeChange): 0 | Errno {
  if (change.mode !== undefined) inode.mode = (inode.mode & ~0o7777) | (change.mode & 0o7777);
  if (change.uid !== undefined) inode.uid = change.uid;
  if (change.gid !== undefined) inode.gid = change.gid;
  inode.touch("ctime");
  return 0;
}

class CgroupFile extends VirtualFile {
  protected override isReadOnly(): boolean {
    return false;
  }

  override setattr(change: AttributeChange): 0 | Errno {
    return setAttributes(this, change);
  }
}

export class CgroupDirectory extends Inode {
  declare readonly superblock: CgroupFs;
  readonly cgroup: Cgroup;
  /** Kept, so that owners stay. */
  readonly #files: Map<string, CgroupFile> = new Map();
  readonly #directories: Map<string, CgroupDirectory> = new Map();

  constructor(superblock: CgroupFs, cgroup: Cgroup, made: Creation) {
    super(superblock, superblock.newIno(), made);
    this.cgroup = cgroup;
    this.nlink = 2;
  }

  override get blocks(): number {
    return 0;
  }

  override setattr(change: AttributeChange): 0 | Errno {
    return change.size === undefined ? setAttributes(this, change) : EINVAL;
  }

  override open(_task: Task, path: Path, flags: number): FileDescription {
    return new DirectoryFile(path, flags);
  }

  #hasFile({ isInRoot, controller }: CgroupFileRow): boolean {
    if (this.cgroup.parent === null) return isInRoot || this.cgroup.isContainer;
    return controller === null || this.cgroup.has(controller);
  }

  override lookup(name: string): Inode | Errno {
    const directory = this.#directories.get(name);
    if (directory !== undefined) return directory;
    const row = CGROUP_FILES.get(name);
    if (row === undefined || this.cgroup.isRemoved || !this.#hasFile(row)) return ENOENT;
    let file = this.#files.get(name);
    if (file === undefined) {
      file = this.#newFile(row);
      this.#files.set(name, file);
    }
    return file;
  }

  #newFile({ read, write, isDelegated }: CgroupFileRow): CgroupFile {
    const { cgroup, superblock } = this;
    const mode = (read === null ? 0 : 0o444) | (write === null ? 0 : 0o200);
    return new CgroupFile(
      superblock,
      { ino: superblock.newIno(), mode, uid: this.uid, gid: this.gid },
      (task) => (read === null ? EINVAL : read(cgroup, task)),
      write === null
        ? null
        : (task, text) => {
            // As "nsdelegate" has it for the root of a namespace.
            if (cgroup.isContainer && !isDelegated) return EPERM;
            return text === "" ? 0 : write(cgroup, text.trim(), task, this);
          },
    );
  }

  override readdir(): readonly DirectoryEntry[] {
    const entries: DirectoryEntry[] = [];
    for (const [name, row] of CGROUP_FILES) {
      if (!this.cgroup.isRemoved && this.#hasFile(row)) {
        entries.push({ name, ino: (this.lookup(name) as Inode).ino, type: DT_REG });
      }
    }
    for (const [name, directory] of this.#directories) {
      entries.push({ name, ino: directory.ino, type: DT_DIR });
    }
    return entries;
  }

  override mkdir(name: string, made: Creation): Inode | Errno {
    const { cgroup, superblock } = this;
    if (name.includes("\n")) return EINVAL;
    if (cgroup.isRemoved) return ENOENT;
    if (!isErrno(this.lookup(name))) return EEXIST;
    if (!mayHaveChild(cgroup) || superblock.count >= MAX_CGROUPS) return EAGAIN;
    const child = new Cgroup(cgroup.kernel, cgroup, name);
    const directory = new CgroupDirectory(superblock, child, made);
    cgroup.children.set(name, child);
    this.#directories.set(name, directory);
    superblock.count++;
    this.nlink++;
    this.touch("mtime", "ctime");
    return directory;
  }

  override rmdir(name: string): 0 | Errno {
    const directory = this.#directories.get(name);
    if (directory === undefined) return isErrno(this.lookup(name)) ? ENOENT : ENOTDIR;
    const child = directory.cgroup;
    if (child.processes.size > 0 || child.children.size > 0) return EBUSY;
    child.isRemoved = true;
    this.cgroup.children.delete(name);
    this.#directories.delete(name);
    this.superblock.count--;
    this.nlink--;
    directory.nlink = 0;
    this.touch("mtime", "ctime");
    return 0;
  }

  override mknod(_name: string, made: Creation): Errno {
    return (made.mode & S_IFMT) === S_IFREG ? EACCES : EPERM;
  }

  override unlink(): Errno {
    return EPERM;
  }

  /** The directory of a cgroup below. */
  directoryOf(cgroup: Cgroup): CgroupDirectory | null {
    if (cgroup === this.cgroup) return this;
    const parent = cgroup.parent === null ? null : this.directoryOf(cgroup.parent);
    return parent === null ? null : (parent.#directories.get(cgroup.name) ?? null);
  }
}

/** cgroup.max.descendants and cgroup.max.depth, of this one and those above. */
function mayHaveChild(cgroup: Cgroup): boolean {
  let depth = 1;
  for (const above of cgroup.ancestors()) {
    if (depth > above.maxDepth) return false;
    if (Number.isFinite(above.maxDescendants)) {
      if ([...above.descendants()].length - 1 >= above.maxDescendants) return false;
    }
    depth++;
  }
  return true;
}

export class CgroupFs extends Superblock {
  readonly type = "cgroup2";
  readonly magic: number = CGROUP2_SUPER_MAGIC;
  readonly root: Dentry;
  /** Files come and go with controllers. */
  override readonly isDynamic: boolean = true;
  /** Mounted with "nsdelegate": a cgroup namespace is a boundary for moving processes. */
  isDelegating = false;
  /** Cgroups besides the root. */
  count = 0;
  readonly #root: CgroupDirectory;

  constructor(kernel: Kernel) {
    super(kernel.vfs.newDev(), kernel.vfs.clock, kernel.vfs.files);
    this.root = new Dentry(this, "/", null, null);
    this.#root = new CgroupDirectory(this, kernel.rootCgroup, {
      mode: S_IFDIR | 0o555,
      uid: 0,
      gid: 0,
    });
    this.root.inode = this.#root;
  }

  /** Where a mount begins that a task makes. */
  rootFor(cgroup: Cgroup): Dentry {
    if (cgroup.parent === null) return this.root;
    const parent = this.rootFor(cgroup.parent);
    const inode = this.#root.directoryOf(cgroup);
    return inode === null ? this.root : new Dentry(this, cgroup.name, parent, inode);
  }

  directoryOf(cgroup: Cgroup): CgroupDirectory | null {
    return this.#root.directoryOf(cgroup);
  }

  usage(): FilesystemUsage {
    return { blockSize: 4096, blocks: 0, blocksFree: 0, files: 0, filesFree: 0 };
  }
}

/** clone3(2) with CLONE_INTO_CGROUP: what the descriptor of a directory names. */
export function cgroupOfDescriptor(task: Task, fd: number): Cgroup | Errno {
  const file = task.fdTable.get(fd);
  if (file === null || !(file.inode instanceof CgroupDirectory)) return EBADF;
  const { cgroup } = file.inode;
  if (cgroup.isRemoved) return ENOENT;
  return cgroup.parent !== null && cgroup.subtreeControl.size > 0 ? EBUSY : cgroup;
}

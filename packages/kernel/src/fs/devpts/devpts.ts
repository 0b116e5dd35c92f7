/** /dev/pts: the slaves of pseudo-terminals by number, and ptmx, which makes new ones. pts(4), devpts.rst. */
import {
  DEVPTS_SUPER_MAGIC,
  DT_CHR,
  EINVAL,
  EIO,
  ENOENT,
  ENOSPC,
  type Errno,
  makedev,
  S_IFCHR,
  S_IFDIR,
  TTYAUX_MAJOR,
} from "@kernelet/abi";
import { prepareOpen } from "../../drivers/tty/open-tty.ts";
import { Pty } from "../../drivers/tty/pty.ts";
import { PtyMasterFile, type PtyOwner } from "../../drivers/tty/pty-master.ts";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import { Dentry } from "../dentry.ts";
import { DirectoryFile } from "../directory-file.ts";
import type { FileDescription } from "../file-description.ts";
import { type DirectoryEntry, Inode } from "../inode.ts";
import type { Mount } from "../mount.ts";
import { Path } from "../path.ts";
import { type FilesystemUsage, Superblock } from "../superblock.ts";
import type { Vfs } from "../vfs.ts";

/** kernel.pty.max. */
const MAX_PTYS = 4096;
/** "gid=5,mode=620,ptmxmode=666,uid=0,max=64,newinstance": each mount is an instance of its own. */
export interface DevPtsOptions {
  /** Owners of slaves; absent: whoever opened the master. */
  readonly uid?: number;
  readonly gid?: number;
  /** Mode of slaves. */
  readonly mode: number;
  readonly ptmxMode: number;
  readonly max?: number;
}

export function parseDevPtsOptions(data: string): DevPtsOptions | Errno {
  const options: { -readonly [K in keyof DevPtsOptions]: DevPtsOptions[K] } = {
    mode: 0o600,
    ptmxMode: 0,
  };
  for (const option of data.split(",")) {
    const [key, value = ""] = option.split("=", 2);
    if (key === "" || key === "newinstance") continue;
    const isOctal = key === "mode" || key === "ptmxmode";
    if (!(isOctal ? /^[0-7]+$/ : /^[0-9]+$/).test(value)) return EINVAL;
    const number = Number.parseInt(value, isOctal ? 8 : 10);
    if (key === "mode") options.mode = number & 0o777;
    else if (key === "ptmxmode") options.ptmxMode = number & 0o777;
    else if (key === "uid" || key === "gid") options[key] = number;
    else if (key === "max" && number <= MAX_PTYS) options.max = number;
    else return EINVAL;
  }
  return options;
}

const ROOT_INO = 1;
const PTMX_INO = 2;
/** Slave n has inode n + 3, as in Linux. */
const FIRST_SLAVE_INO = 3;

class SlaveInode extends Inode {
  readonly pty: Pty;

  constructor(devpts: DevPts, pty: Pty, uid: number, gid: number) {
    const { mode } = devpts.settings;
    super(devpts, FIRST_SLAVE_INO + pty.index, { mode: S_IFCHR | mode, uid, gid });
    this.rdev = pty.tty.rdev;
    this.pty = pty;
  }

  override open(task: Task, path: Path, flags: number): FileDescription | SyscallResult {
    if (this.pty.isLocked) return EIO;
    const allowed = prepareOpen(task, flags, this.pty.tty);
    return allowed === 0 ? this.pty.tty.newFile(path, flags) : allowed;
  }
}

class PtmxInode extends Inode {
  readonly #devpts: DevPts;

  constructor(devpts: DevPts) {
    super(devpts, PTMX_INO, { mode: S_IFCHR | devpts.settings.ptmxMode, uid: 0, gid: 0 });
    this.rdev = makedev(TTYAUX_MAJOR, 2);
    this.#devpts = devpts;
  }

  override open(task: Task, path: Path, flags: number): FileDescription | SyscallResult {
    const { fsuid, fsgid } = task.credentials;
    const pty = this.#devpts.newPty(fsuid, fsgid);
    if (!(pty instanceof Pty)) return pty;
    return new PtyMasterFile(path, flags, pty, this.#devpts);
  }
}

class RootInode extends Inode {
  readonly #devpts: DevPts;
  readonly #ptmx: PtmxInode;

  constructor(devpts: DevPts) {
    super(devpts, ROOT_INO, { mode: S_IFDIR | 0o755, uid: 0, gid: 0 });
    this.nlink = 2;
    this.#devpts = devpts;
    this.#ptmx = new PtmxInode(devpts);
  }

  override open(_task: Task, path: Path, flags: number): FileDescription {
    return new DirectoryFile(path, flags);
  }

  override lookup(name: string): Inode | Errno {
    if (name === "ptmx") return this.#ptmx;
    if (!/^(0|[1-9][0-9]*)$/.test(name)) return ENOENT;
    return this.#devpts.slaves.get(Number(name)) ?? ENOENT;
  }

  override readdir(): readonly DirectoryEntry[] {
    const entries: DirectoryEntry[] = [{ name: "ptmx", ino: PTMX_INO, type: DT_CHR }];
    for (const [index, inode] of this.#devpts.slaves) {
      entries.push({ name: String(index), ino: inode.ino, type: DT_CHR });
    }
    return entries;
  }
}

export class DevPts extends Superblock implements PtyOwner {
  readonly type = "devpts";
  readonly magic: number = DEVPTS_SUPER_MAGIC;
  readonly root: Dentry;
  override readonly isDynamic: boolean = true;
  readonly slaves: Map<number, SlaveInode> = new Map();

  readonly settings: DevPtsOptions;

  constructor(vfs: Vfs, settings: DevPtsOptions) {
    super(vfs.newDev(), vfs.clock, vfs.files);
    this.settings = settings;
    this.root = new Dentry(this, "/", null, null);
    this.root.inode = new RootInode(this);
  }

  newPty(uid: number, gid: number): Pty | Errno {
    return this.addPty(uid, gid, (index) => new Pty(index));
  }

  /** Adds what `make` makes for the lowest free number. */
  addPty<P extends Pty>(uid: number, gid: number, make: (index: number) => P): P | Errno {
    const { settings } = this;
    let index = 0;
    while (this.slaves.has(index)) index++;
    if (index >= (settings.max ?? MAX_PTYS)) return ENOSPC;
    const pty = make(index);
    this.slaves.set(index, new SlaveInode(this, pty, settings.uid ?? uid, settings.gid ?? gid));
    return pty;
  }

  /** The master of `pty` has closed. */
  remove(pty: Pty): void {
    const inode = this.slaves.get(pty.index);
    if (inode !== undefined) inode.nlink = 0;
    this.slaves.delete(pty.index);
  }

  /** Where the slave is, on the mount that its master was opened on. */
  slavePath(pty: Pty, mount: Mount): Path | null {
    const inode = this.slaves.get(pty.index);
    if (inode === undefined) return null;
    return new Path(mount, new Dentry(this, String(pty.index), this.root, inode));
  }

  usage(): FilesystemUsage {
    return { blockSize: 4096, blocks: 0, blocksFree: 0, files: 0, filesFree: 0 };
  }

  override options(): string {
    const { uid, gid, mode, ptmxMode, max } = this.settings;
    return [
      uid === undefined ? "" : `uid=${uid},`,
      gid === undefined ? "" : `gid=${gid},`,
      `mode=${mode.toString(8).padStart(3, "0")},ptmxmode=${ptmxMode.toString(8).padStart(3, "0")}`,
      max === undefined ? "" : `,max=${max}`,
    ].join("");
  }
}

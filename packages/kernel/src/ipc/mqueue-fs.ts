/**
 * The filesystem of POSIX message queues: mq_overview(7), ipc/mqueue.c. One flat directory per IPC namespace, whether
 * it is mounted somewhere or not; mq_open(2) walks in it from its root.
 */
import {
  EEXIST,
  ENOENT,
  ENOSPC,
  EPERM,
  type Errno,
  MQUEUE_MAGIC,
  RLIMIT_MSGQUEUE,
  S_IFDIR,
  S_IFMT,
  S_IFREG,
  S_ISVTX,
} from "@kernelet/abi";
import { Dentry } from "../fs/dentry.ts";
import { DirectoryFile } from "../fs/directory-file.ts";
import type { FileDescription } from "../fs/file-description.ts";
import { type Creation, type DirectoryEntry, Inode } from "../fs/inode.ts";
import { Mount } from "../fs/mount.ts";
import { Path } from "../fs/path.ts";
import { type FilesystemUsage, Superblock } from "../fs/superblock.ts";
import type { Vfs } from "../fs/vfs.ts";
import type { Task } from "../kernel/task.ts";
import type { IpcMemory } from "./ipc-memory.ts";
import { MqueueInode } from "./mqueue.ts";

/** Sizes of a queue: struct mq_attr. */
export interface MqueueAttributes {
  readonly maxMessages: number;
  readonly messageSize: number;
}

/** fs.mqueue.*: what a queue has without attributes, and the most without CAP_SYS_RESOURCE. */
export const MQUEUE_DEFAULT: MqueueAttributes = { maxMessages: 10, messageSize: 8192 };
/** fs.mqueue.queues_max. */
const MAX_QUEUES = 256;
/** What the kernel's own structures take for a message: struct msg_msg, and a node for each priority in use. */
const MESSAGE_BYTES = 48;
const NODE_BYTES = 48;
const PRIORITIES = 32768;
/** Size that the directory shows for each entry. */
const DIRENT_SIZE = 20;

class MqueueDirectory extends Inode {
  declare readonly superblock: MqueueFs;
  readonly #queues: Map<string, MqueueInode> = new Map();

  constructor(superblock: MqueueFs) {
    super(superblock, superblock.newIno(), { mode: S_IFDIR | S_ISVTX | 0o777, uid: 0, gid: 0 });
    this.nlink = 2;
  }

  override get blocks(): number {
    return 0;
  }

  override open(_task: Task, path: Path, flags: number): FileDescription {
    return new DirectoryFile(path, flags);
  }

  override lookup(name: string): Inode | Errno {
    return this.#queues.get(name) ?? ENOENT;
  }

  /** A queue with the attributes of `superblock.wanted`. */
  override mknod(name: string, made: Creation): Inode | Errno {
    if ((made.mode & S_IFMT) !== S_IFREG) return EPERM;
    if (this.#queues.has(name)) return EEXIST;
    const queue = new MqueueInode(this.superblock, made, this.superblock.takeWanted());
    this.#queues.set(name, queue);
    this.size += DIRENT_SIZE;
    this.touch("atime", "mtime", "ctime");
    return queue;
  }

  override unlink(name: string): 0 | Errno {
    const queue = this.#queues.get(name);
    if (queue === undefined) return ENOENT;
    this.#queues.delete(name);
    this.size -= DIRENT_SIZE;
    this.touch("atime", "mtime", "ctime");
    queue.nlink = 0;
    if (queue.openCount === 0) queue.evict();
    return 0;
  }

  override readdir(): readonly DirectoryEntry[] {
    return [...this.#queues].map(([name, { ino }]) => ({ name, ino, type: S_IFREG >> 12 }));
  }

  /** The namespace is gone. */
  clear(): void {
    for (const name of [...this.#queues.keys()]) this.unlink(name);
  }
}

export class MqueueFs extends Superblock {
  readonly type = "mqueue";
  readonly magic: number = MQUEUE_MAGIC;
  readonly root: Dentry;
  /** Where mq_open(2) starts. */
  readonly rootPath: Path;
  /** What messages take. */
  readonly memory: IpcMemory;
  /** Queues that have a name or are open. */
  count = 0;
  /** Bytes that each user's queues could take: RLIMIT_MSGQUEUE. */
  readonly #bytes: Map<number, number> = new Map();
  #wanted: MqueueAttributes = MQUEUE_DEFAULT;
  readonly #directory: MqueueDirectory;

  constructor(vfs: Vfs, memory: IpcMemory) {
    super(vfs.newDev(), vfs.clock, vfs.files);
    this.memory = memory;
    this.#directory = new MqueueDirectory(this);
    this.root = new Dentry(this, "/", null, this.#directory);
    this.rootPath = new Path(new Mount(0, this.root, "mqueue", 0), this.root);
  }

  /** Attributes of the queue that mq_open(2) is about to make. */
  want(attributes: MqueueAttributes): void {
    this.#wanted = attributes;
  }

  takeWanted(): MqueueAttributes {
    const wanted = this.#wanted;
    this.#wanted = MQUEUE_DEFAULT;
    return wanted;
  }

  /** Whether there is room for one more queue of this size. */
  mayAdd(task: Task, attributes: MqueueAttributes, isPrivileged: boolean): boolean | typeof ENOSPC {
    if (this.count >= MAX_QUEUES && !isPrivileged) return ENOSPC;
    const used = this.#bytes.get(task.credentials.uid) ?? 0;
    return used + bytesOf(attributes) <= task.threadGroup.soft(RLIMIT_MSGQUEUE);
  }

  account(uid: number, attributes: MqueueAttributes, sign: 1 | -1): void {
    this.count += sign;
    const bytes = (this.#bytes.get(uid) ?? 0) + sign * bytesOf(attributes);
    if (bytes === 0) this.#bytes.delete(uid);
    else this.#bytes.set(uid, bytes);
  }

  clear(): void {
    this.#directory.clear();
  }

  usage(): FilesystemUsage {
    return { blockSize: 4096, blocks: 0, blocksFree: 0, files: 0, filesFree: 0 };
  }
}

function bytesOf({ maxMessages, messageSize }: MqueueAttributes): number {
  const tree = maxMessages * MESSAGE_BYTES + Math.min(maxMessages, PRIORITIES) * NODE_BYTES;
  return tree + maxMessages * messageSize;
}

/** Files that stand for namespaces: /proc/[pid]/ns/*, ioctl_ns(2), fs/nsfs.c. */
import {
  EINVAL,
  ENOTTY,
  EPERM,
  type Errno,
  NS_GET_NSTYPE,
  NS_GET_OWNER_UID,
  NS_GET_PARENT,
  NS_GET_USERNS,
  NSFS_MAGIC,
  O_ACCMODE,
  O_RDONLY,
  S_IFREG,
} from "@kernelet/abi";
import { NAMESPACE_FLAGS, type Namespace } from "../kernel/namespaces/namespace.ts";
import { PidNamespace } from "../kernel/namespaces/pid-namespace.ts";
import { ownerOf, UserNamespace } from "../kernel/namespaces/user-namespace.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { Dentry } from "./dentry.ts";
import { FileDescription } from "./file-description.ts";
import { type AttributeChange, Inode } from "./inode.ts";
import { Mount } from "./mount.ts";
import { Path } from "./path.ts";
import { type FilesystemUsage, Superblock } from "./superblock.ts";
import type { Vfs } from "./vfs.ts";

class NamespaceInode extends Inode {
  readonly namespace: Namespace;

  constructor(nsfs: NsFs, namespace: Namespace) {
    super(nsfs, namespace.inum, { mode: S_IFREG | 0o444, uid: 0, gid: 0 });
    this.namespace = namespace;
  }

  override get blocks(): number {
    return 0;
  }

  override setattr(_change: AttributeChange): 0 | Errno {
    return EPERM;
  }

  override open(_task: Task, path: Path, flags: number): FileDescription | SyscallResult {
    if ((flags & O_ACCMODE) !== O_RDONLY) return EPERM;
    return new NamespaceFile(path, flags, this.namespace);
  }
}

/** The namespace that a file of nsfs stands for; null for any other inode. */
export function namespaceOf(inode: Inode): Namespace | null {
  return inode instanceof NamespaceInode ? inode.namespace : null;
}

/** An open one keeps its namespace alive. */
export class NamespaceFile extends FileDescription {
  readonly namespace: Namespace;

  constructor(path: Path, flags: number, namespace: Namespace) {
    super(path, flags);
    this.namespace = namespace.get();
  }

  protected override release(): void {
    this.namespace.put();
  }

  override ioctl(task: Task, cmd: number, arg: number): SyscallResult {
    const ns = this.namespace;
    switch (cmd >>> 0) {
      case NS_GET_NSTYPE:
        return NAMESPACE_FLAGS[ns.kind];
      case NS_GET_USERNS:
        return openRelated(task, ns instanceof UserNamespace ? ns.parent : ownerOf(ns));
      case NS_GET_PARENT:
        if (ns instanceof UserNamespace || ns instanceof PidNamespace) {
          return openRelated(task, ns.parent);
        }
        return EINVAL;
      case NS_GET_OWNER_UID:
        if (!(ns instanceof UserNamespace)) return EINVAL;
        return task.mm.writeUint32(arg, task.credentials.userNamespace.uidMap.shown(ns.ownerUid));
      default:
        return ENOTTY;
    }
  }
}

/** A descriptor of another namespace, if the task is in it or above. */
function openRelated(task: Task, ns: UserNamespace | PidNamespace | null): SyscallResult {
  if (ns === null) return EPERM;
  const isVisible =
    ns instanceof UserNamespace
      ? ns.isWithin(task.credentials.userNamespace)
      : ns.isWithin(task.pids);
  if (!isVisible) return EPERM;
  const path = task.kernel.vfs.nsfs.path(ns);
  return task.fdTable.add(new NamespaceFile(path, O_RDONLY, ns), { cloexec: true });
}

export class NsFs extends Superblock {
  readonly type = "nsfs";
  readonly magic: number = NSFS_MAGIC;
  readonly root: Dentry;
  readonly #mount: Mount;

  constructor(vfs: Vfs) {
    super(vfs.newDev(), vfs.clock, vfs.files);
    this.root = new Dentry(this, "/", null, null);
    this.#mount = new Mount(0, this.root, "nsfs", 0);
  }

  path(namespace: Namespace): Path {
    const name = `${namespace.kind}:[${namespace.inum}]`;
    return new Path(this.#mount, new Dentry(this, name, null, new NamespaceInode(this, namespace)));
  }

  usage(): FilesystemUsage {
    return { blockSize: 4096, blocks: 0, blocksFree: 0, files: 0, filesFree: 0 };
  }
}

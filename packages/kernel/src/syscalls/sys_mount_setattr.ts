/** mount_setattr(2): flags and propagation of mounts, of whole trees at once. */
import {
  AT_EMPTY_PATH,
  AT_NO_AUTOMOUNT,
  AT_RECURSIVE,
  AT_SYMLINK_NOFOLLOW,
  E2BIG,
  EBUSY,
  EINVAL,
  EOPNOTSUPP,
  EPERM,
  type Errno,
  isErrno,
  MOUNT_ATTR,
  MOUNT_ATTR__ATIME,
  MOUNT_ATTR_IDMAP,
  MS_PRIVATE,
  MS_RDONLY,
  MS_SHARED,
  MS_SLAVE,
  MS_UNBINDABLE,
  PAGE_SIZE,
} from "@kernelet/abi";
import { lookupUser } from "../fs/at.ts";
import type { Mount } from "../fs/mount.ts";
import { ALL_ATTRIBUTES, atimeOfAttributes, flagsOfAttributes } from "../fs/mount-flags.ts";
import { ATIME_FLAGS, isOurs, isWritten, keepsLockedFlags, mayMount } from "../fs/mount-tree.ts";
import { LOOKUP_EMPTY, LOOKUP_FOLLOW } from "../fs/path-walk.ts";
import { changePropagation } from "../fs/peer-group.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import { copyStruct } from "./copy-struct.ts";

const PROPAGATION = MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE;

interface Change {
  readonly set: number;
  readonly clear: number;
  /** One of MS_SHARED and its kind, or 0. */
  readonly propagation: number;
}

export function mountSetattr(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.uint(2);
  const known = AT_EMPTY_PATH | AT_RECURSIVE | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
  if ((flags & ~known) !== 0) return EINVAL;
  const size = args.size(4);
  if (size > PAGE_SIZE) return E2BIG;
  if (size < MOUNT_ATTR.size) return EINVAL;
  if (!mayMount(task)) return EPERM;
  const change = readChange(task, args.pointer(3), size);
  if (change === null || isErrno(change)) return change ?? 0;
  const follow = (flags & AT_SYMLINK_NOFOLLOW) === 0 ? LOOKUP_FOLLOW : 0;
  const empty = (flags & AT_EMPTY_PATH) === 0 ? 0 : LOOKUP_EMPTY;
  const at = lookupUser(task, args.fd(0), args.pointer(1), follow | empty);
  if (isErrno(at)) return at;
  const { mount } = at;
  if (at.dentry !== mount.root) return EINVAL;
  if (mount.namespace !== null && !isOurs(task, mount)) return EINVAL;
  const mounts = (flags & AT_RECURSIVE) !== 0 ? [...mount.tree()] : [mount];
  return applyChange(task, mounts, change);
}

/** The struct mount_attr. @returns null where it asks for nothing. */
function readChange(task: Task, addr: number, size: number): Change | Errno | null {
  const bytes = copyStruct(task, addr, MOUNT_ATTR.size, size);
  if (isErrno(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (offset: number): number => Number(view.getBigUint64(offset, true));
  const set = word(MOUNT_ATTR.attr_set);
  const clear = word(MOUNT_ATTR.attr_clr);
  const propagation = word(MOUNT_ATTR.propagation);
  if (set === 0 && clear === 0 && propagation === 0) return null;
  const isPower = (propagation & (propagation - 1)) === 0;
  if (propagation > 0xffffffff || (propagation & ~PROPAGATION) !== 0 || !isPower) return EINVAL;
  if (set > 0xffffffff || clear > 0xffffffff) return EINVAL;
  if (((set | clear) & ~(ALL_ATTRIBUTES | MOUNT_ATTR_IDMAP)) !== 0) return EINVAL;
  // Access times are one value: to set it, all of it must be cleared.
  const clearsAtime = clear & MOUNT_ATTR__ATIME;
  if (clearsAtime !== 0 && clearsAtime !== MOUNT_ATTR__ATIME) return EINVAL;
  if (clearsAtime === 0 && (set & MOUNT_ATTR__ATIME) !== 0) return EINVAL;
  if (clearsAtime !== 0 && isErrno(atimeOfAttributes(set))) return EINVAL;
  if (((set | clear) & MOUNT_ATTR_IDMAP) !== 0) return EOPNOTSUPP;
  return { set, clear, propagation };
}

function flagsAfter(mount: Mount, { set, clear }: Change): number {
  let flags = (mount.flags & ~flagsOfAttributes(clear)) | flagsOfAttributes(set);
  if ((clear & MOUNT_ATTR__ATIME) !== 0) {
    const atime = atimeOfAttributes(set);
    const kept = flags & ATIME_FLAGS & flagsOfAttributes(ALL_ATTRIBUTES);
    if (!isErrno(atime)) flags = (flags & ~ATIME_FLAGS) | kept | atime;
  }
  return flags;
}

/** All or none. */
function applyChange(task: Task, mounts: readonly Mount[], change: Change): 0 | Errno {
  for (const mount of mounts) {
    const flags = flagsAfter(mount, change);
    if (!keepsLockedFlags(mount, flags)) return EPERM;
    const becomesReadOnly = (flags & ~mount.flags & MS_RDONLY) !== 0;
    if (becomesReadOnly && isWritten(task.kernel, mount)) return EBUSY;
  }
  for (const mount of mounts) {
    mount.flags = flagsAfter(mount, change);
    if (change.propagation !== 0) changePropagation(task.kernel.vfs, mount, change.propagation);
  }
  return 0;
}

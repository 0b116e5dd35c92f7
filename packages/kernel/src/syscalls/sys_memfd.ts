/** memfd_create(2). */
import {
  EFAULT,
  EINVAL,
  F_SEAL_EXEC,
  F_SEAL_SEAL,
  isErrno,
  MAP_HUGE_MASK,
  MAP_HUGE_SHIFT,
  MFD_ALLOW_SEALING,
  MFD_CLOEXEC,
  MFD_EXEC,
  MFD_HUGETLB,
  MFD_NOEXEC_SEAL,
  O_LARGEFILE,
  O_RDWR,
  S_IFREG,
} from "@kernelet/abi";
import { Dentry } from "../fs/dentry.ts";
import { decodeName } from "../fs/name.ts";
import { Path } from "../fs/path.ts";
import { RegularFile } from "../fs/regular-file.ts";
import { TmpfsFile } from "../fs/tmpfs/inode.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

/** Longest name: NAME_MAX without "memfd:". */
const NAME_LENGTH = 249;

/** May be executed while it is open for writing: Linux does not count the descriptor that memfd_create gave. */
class MemfdFile extends RegularFile {
  protected override get countsAsWriter(): boolean {
    return false;
  }
}

export function memfdCreate(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.uint(1);
  const known = MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL | MFD_EXEC;
  const isHuge = (flags & MFD_HUGETLB) !== 0;
  if (flags & ~(isHuge ? known | MFD_HUGETLB | (MAP_HUGE_MASK << MAP_HUGE_SHIFT) : known)) {
    return EINVAL;
  }
  if (flags & MFD_EXEC && flags & MFD_NOEXEC_SEAL) return EINVAL;
  const name = task.mm.copyInString(args.pointer(0), NAME_LENGTH + 1);
  if (isErrno(name)) return name === EFAULT ? EFAULT : EINVAL;
  if (isHuge) return EINVAL; // CONFIG_HUGETLBFS off.

  const { vfs } = task.kernel;
  const { fsuid: uid, fsgid: gid } = task.credentials;
  const noExec = (flags & MFD_NOEXEC_SEAL) !== 0;
  const { superblock, mount } = vfs.memfds;
  const inode = new TmpfsFile(superblock, { mode: S_IFREG | (noExec ? 0o666 : 0o777), uid, gid });
  inode.nlink = 0;
  inode.seals = noExec ? F_SEAL_EXEC : (flags & MFD_ALLOW_SEALING) !== 0 ? 0 : F_SEAL_SEAL;
  const dentry = new Dentry(superblock, `/memfd:${decodeName(name)}`, null, inode);
  dentry.isUnlinked = true;
  const file = new MemfdFile(new Path(mount, dentry), O_RDWR | O_LARGEFILE);
  return task.fdTable.add(file, { cloexec: (flags & MFD_CLOEXEC) !== 0 });
}

/** name_to_handle_at(2), open_by_handle_at(2): fs/fhandle.c. */
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_SYMLINK_FOLLOW,
  CAP_DAC_READ_SEARCH,
  EBADF,
  EFAULT,
  EINVAL,
  EMFILE,
  EOPNOTSUPP,
  EOVERFLOW,
  EPERM,
  type Errno,
  ESTALE,
  FILE_HANDLE,
  isErrno,
  MAX_HANDLE_SZ,
  O_CLOEXEC,
} from "@kernelet/abi";
import { emptyFlag, lookupUser } from "../fs/at.ts";
import {
  encodeHandle,
  findByHandle,
  givesHandles,
  HANDLE_SIZE,
  HANDLE_TYPE,
} from "../fs/file-handle.ts";
import { openPath } from "../fs/open.ts";
import { Path } from "../fs/path.ts";
import { LOOKUP_FOLLOW } from "../fs/path-walk.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import { lenientFlags } from "./sys_open.ts";

export function nameToHandleAt(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.int(4);
  const addr = args.pointer(2);
  if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)) return EINVAL;
  const follow = flags & AT_SYMLINK_FOLLOW ? LOOKUP_FOLLOW : 0;
  const path = lookupUser(task, args.fd(0), args.pointer(1), follow | emptyFlag(flags));
  if (isErrno(path)) return path;
  if (!givesHandles(path.inode.superblock)) return EOPNOTSUPP;
  const size = task.mm.readUint32(addr + FILE_HANDLE.handle_bytes);
  if (isErrno(size)) return size;
  if (size > MAX_HANDLE_SZ) return EINVAL;

  const isRoom = size >= HANDLE_SIZE;
  const handle = new Uint8Array(isRoom ? FILE_HANDLE.size + HANDLE_SIZE : FILE_HANDLE.size);
  const view = new DataView(handle.buffer);
  view.setUint32(FILE_HANDLE.handle_bytes, HANDLE_SIZE, true);
  view.setInt32(FILE_HANDLE.handle_type, HANDLE_TYPE, true);
  if (isRoom) handle.set(encodeHandle(path.inode.ino), FILE_HANDLE.f_handle);
  const isTold = task.mm.writeInt32(args.pointer(3), path.mount.id) === 0;
  if (!isTold || task.mm.copyOut(addr, handle) !== 0) return EFAULT;
  return isRoom ? 0 : EOVERFLOW;
}

export function openByHandleAt(task: Task, args: SyscallArgs): SyscallResult {
  const handle = readHandle(task, args.pointer(1));
  if (isErrno(handle)) return handle;
  const place = placeOf(task, args.fd(0));
  if (isErrno(place)) return place;
  if (!task.credentials.has(CAP_DAC_READ_SEARCH)) return EPERM;
  const dentry = findByHandle(place.inode.superblock, handle);
  if (dentry === null) return ESTALE;
  if (!task.fdTable.hasRoom) return EMFILE;
  const flags = lenientFlags(args.int(2));
  const how = { flags, mode: 0, resolve: 0, isEmptyAllowed: true };
  const file = openPath(task, new Path(place.mount, dentry), "", how);
  if (typeof file === "number") return file;
  return task.fdTable.add(file, { cloexec: (flags & O_CLOEXEC) !== 0 });
}

function readHandle(task: Task, addr: number): Uint8Array | Errno {
  const size = task.mm.readUint32(addr + FILE_HANDLE.handle_bytes);
  const type = task.mm.readInt32(addr + FILE_HANDLE.handle_type);
  if (isErrno(size) || type === null) return EFAULT;
  if (size === 0 || size > MAX_HANDLE_SZ || type < 0) return EINVAL;
  return task.mm.copyIn(addr + FILE_HANDLE.f_handle, size);
}

/** Any file of the mount that is meant. */
function placeOf(task: Task, fd: number): Path | Errno {
  if (fd === AT_FDCWD) return task.fs.cwd;
  return task.fdTable.get(fd)?.path ?? EBADF;
}

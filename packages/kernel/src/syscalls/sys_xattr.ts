/** getxattr(2), setxattr(2), listxattr(2), removexattr(2) and their l and f forms: xattr(7). */
import {
  AT_FDCWD,
  CAP_SYS_ADMIN,
  E2BIG,
  EBADF,
  EFAULT,
  EINVAL,
  ENODATA,
  EOPNOTSUPP,
  EPERM,
  ERANGE,
  EROFS,
  type Errno,
  IN_ATTRIB,
  isErrno,
  S_ISVTX,
  XATTR_CREATE,
  XATTR_NAME_MAX,
  XATTR_REPLACE,
  XATTR_SIZE_MAX,
} from "@kernelet/abi";
import { lookupUser } from "../fs/at.ts";
import { decodeName, encodeName } from "../fs/name.ts";
import { notifyFile } from "../fs/notify.ts";
import type { Path } from "../fs/path.ts";
import { LOOKUP_FOLLOW } from "../fs/path-walk.ts";
import { inodePermission, isOwnerOrCapable, MAY_READ, MAY_WRITE } from "../fs/permission.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

type Find = (task: Task, args: SyscallArgs) => Path | Errno;

const byName: Find = (task, args) => lookupUser(task, AT_FDCWD, args.pointer(0), LOOKUP_FOLLOW);
const byLink: Find = (task, args) => lookupUser(task, AT_FDCWD, args.pointer(0), 0);
const byFd: Find = (task, args) => {
  const file = task.fdTable.file(args.fd(0));
  return isErrno(file) ? EBADF : file.path;
};

function readName(task: Task, addr: number): string | Errno {
  const bytes = task.mm.copyInString(addr, XATTR_NAME_MAX + 1);
  if (isErrno(bytes)) return bytes === EFAULT ? EFAULT : ERANGE;
  return bytes.length === 0 ? ERANGE : decodeName(bytes);
}

/** xattr_permission(). */
function permission(task: Task, path: Path, name: string, mask: number): 0 | Errno {
  const { inode, mount } = path;
  const cred = task.credentials;
  const isWrite = (mask & MAY_WRITE) !== 0;
  if (isWrite && mount.isReadOnly) return EROFS;
  const dot = name.indexOf(".");
  const namespace = dot < 0 ? "" : name.slice(0, dot);
  if (dot === name.length - 1) return EINVAL;
  switch (namespace) {
    case "security":
      return isWrite && !cred.has(CAP_SYS_ADMIN) ? EPERM : 0;
    case "trusted":
      return cred.has(CAP_SYS_ADMIN) ? 0 : isWrite ? EPERM : ENODATA;
    case "user": {
      if (!inode.isRegular && !inode.isDirectory) return isWrite ? EPERM : ENODATA;
      const isSticky = inode.isDirectory && (inode.mode & S_ISVTX) !== 0;
      if (isSticky && isWrite && !isOwnerOrCapable(inode, cred)) return EPERM;
      return inodePermission(inode, cred, mask);
    }
    default:
      return EOPNOTSUPP; // No access control lists (system.posix_acl_*).
  }
}

/** Puts a value of known length out: size 0 only asks for the length. */
function putOut(task: Task, addr: number, size: number, bytes: Uint8Array): SyscallResult {
  if (size === 0) return bytes.length;
  if (bytes.length > size) return ERANGE;
  const result = task.mm.copyOut(addr, bytes);
  return isErrno(result) ? result : bytes.length;
}

function get(find: Find) {
  return (task: Task, args: SyscallArgs): SyscallResult => {
    const path = find(task, args);
    if (isErrno(path)) return path;
    const name = readName(task, args.pointer(1));
    if (isErrno(name)) return name;
    const allowed = permission(task, path, name, MAY_READ);
    if (allowed !== 0) return allowed;
    const value = path.inode.getxattr(name);
    return isErrno(value) ? value : putOut(task, args.pointer(2), args.size(3), value);
  };
}

function set(find: Find) {
  return (task: Task, args: SyscallArgs): SyscallResult => {
    const flags = args.int(4);
    const size = args.size(3);
    if (flags & ~(XATTR_CREATE | XATTR_REPLACE)) return EINVAL;
    const path = find(task, args);
    if (isErrno(path)) return path;
    const name = readName(task, args.pointer(1));
    if (isErrno(name)) return name;
    if (size > XATTR_SIZE_MAX) return E2BIG;
    const value = task.mm.copyIn(args.pointer(2), size);
    if (isErrno(value)) return value;
    const allowed = permission(task, path, name, MAY_WRITE);
    if (allowed !== 0) return allowed;
    const result = path.inode.setxattr(name, value, flags);
    if (result === 0) notifyFile(path.dentry, IN_ATTRIB);
    return result;
  };
}

function list(find: Find) {
  return (task: Task, args: SyscallArgs): SyscallResult => {
    const path = find(task, args);
    if (isErrno(path)) return path;
    const names = path.inode.listxattr();
    if (isErrno(names)) return names;
    const seesTrusted = task.credentials.has(CAP_SYS_ADMIN);
    const shown = names.filter((name) => seesTrusted || !name.startsWith("trusted."));
    const text = encodeName(shown.map((name) => `${name}\0`).join(""));
    return putOut(task, args.pointer(1), args.size(2), text);
  };
}

function remove(find: Find) {
  return (task: Task, args: SyscallArgs): SyscallResult => {
    const path = find(task, args);
    if (isErrno(path)) return path;
    const name = readName(task, args.pointer(1));
    if (isErrno(name)) return name;
    const allowed = permission(task, path, name, MAY_WRITE);
    if (allowed !== 0) return allowed;
    const result = path.inode.removexattr(name);
    if (result === 0) notifyFile(path.dentry, IN_ATTRIB);
    return result;
  };
}

type Handler = (task: Task, args: SyscallArgs) => SyscallResult;

export const getxattr: Handler = get(byName);
export const lgetxattr: Handler = get(byLink);
export const fgetxattr: Handler = get(byFd);
export const setxattr: Handler = set(byName);
export const lsetxattr: Handler = set(byLink);
export const fsetxattr: Handler = set(byFd);
export const listxattr: Handler = list(byName);
export const llistxattr: Handler = list(byLink);
export const flistxattr: Handler = list(byFd);
export const removexattr: Handler = remove(byName);
export const lremovexattr: Handler = remove(byLink);
export const fremovexattr: Handler = remove(byFd);

/** getxattr(2), setxattr(2), listxattr(2), removexattr(2), their l and f forms and those with a directory: xattr(7). */
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  CAP_SETFCAP,
  CAP_SYS_ADMIN,
  E2BIG,
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
  XATTR_ARGS,
  XATTR_CREATE,
  XATTR_NAME_MAX,
  XATTR_REPLACE,
  XATTR_SIZE_MAX,
} from "@kernelet/abi";
import { aclNames, getAcl, isAclName, setAcl } from "../fs/acl-xattr.ts";
import { emptyFlag, lookupAt, lookupUser, readPath } from "../fs/at.ts";
import type { Inode } from "../fs/inode.ts";
import { decodeName, encodeName } from "../fs/name.ts";
import { notifyFile } from "../fs/notify.ts";
import type { Path } from "../fs/path.ts";
import { LOOKUP_FOLLOW } from "../fs/path-walk.ts";
import { inodePermission, isOwnerOrCapable, MAY_READ, MAY_WRITE } from "../fs/permission.ts";
import type { Credentials } from "../kernel/credentials.ts";
import {
  CAPABILITY_XATTR,
  capabilitiesToStore,
  shownCapabilities,
} from "../kernel/file-capabilities.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import { copyStruct } from "./copy-struct.ts";

/** Where the file is that a call means. */
type Find = (task: Task, args: SyscallArgs) => Path | Errno;

const byName: Find = (task, args) => lookupUser(task, AT_FDCWD, args.pointer(0), LOOKUP_FOLLOW);
const byLink: Find = (task, args) => lookupUser(task, AT_FDCWD, args.pointer(0), 0);
const byFd: Find = (task, args) => fileOf(task, args.fd(0));

/** dirfd, path, flags. */
const byDirectory: Find = (task, args) => {
  const flags = args.uint(2);
  if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return EINVAL;
  const path =
    flags & AT_EMPTY_PATH && args.pointer(1) === 0 ? "" : readPath(task, args.pointer(1));
  if (isErrno(path)) return path;
  // An empty path means the open file, which O_PATH does not give.
  const isFile = path === "" && (flags & AT_EMPTY_PATH) !== 0 && args.fd(0) !== AT_FDCWD;
  if (isFile) return fileOf(task, args.fd(0));
  const follow = flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW;
  return lookupAt(task, args.fd(0), path, follow | emptyFlag(flags));
};

function fileOf(task: Task, fd: number): Path | Errno {
  const file = task.fdTable.file(fd);
  return isErrno(file) ? file : file.path;
}

function readName(task: Task, addr: number): string | Errno {
  const bytes = task.mm.copyInString(addr, XATTR_NAME_MAX + 1);
  if (isErrno(bytes)) return bytes === EFAULT ? EFAULT : ERANGE;
  return bytes.length === 0 ? ERANGE : decodeName(bytes);
}

/** xattr_permission(), and xattr_resolve_name() after it. */
function permission(task: Task, path: Path, name: string, mask: number): 0 | Errno {
  const { inode, mount } = path;
  const cred = task.credentials;
  if ((mask & MAY_WRITE) !== 0 && mount.isReadOnly) return EROFS;
  const dot = name.indexOf(".");
  const namespace = dot < 0 ? "" : name.slice(0, dot);
  const allowed = name === CAPABILITY_XATTR ? 0 : namespacePermission(inode, cred, namespace, mask);
  if (allowed !== 0) return allowed;
  if (!NAMESPACES.includes(namespace)) return EOPNOTSUPP;
  return dot === name.length - 1 ? EINVAL : 0;
}

const NAMESPACES: readonly string[] = ["security", "trusted", "user"];

function namespacePermission(
  inode: Inode,
  cred: Credentials,
  namespace: string,
  mask: number,
): 0 | Errno {
  const isWrite = (mask & MAY_WRITE) !== 0;
  if (namespace === "system") return 0;
  // The capabilities module is not asked about the kernel's own inodes (S_PRIVATE).
  if (namespace === "security") {
    return isWrite && !isPrivate(inode) && !cred.has(CAP_SYS_ADMIN) ? EPERM : 0;
  }
  if (namespace === "trusted") return cred.has(CAP_SYS_ADMIN) ? 0 : isWrite ? EPERM : ENODATA;
  if (namespace === "user") {
    if (!inode.isRegular && !inode.isDirectory) return isWrite ? EPERM : ENODATA;
    const isSticky = inode.isDirectory && (inode.mode & S_ISVTX) !== 0;
    if (isSticky && isWrite && !isOwnerOrCapable(inode, cred)) return EPERM;
  }
  return inodePermission(inode, cred, mask);
}

function isPrivate(inode: Inode): boolean {
  return inode.superblock.type === "anon_inodefs";
}

/** Puts a value of known length out: size 0 only asks for the length. */
function putOut(task: Task, addr: number, size: number, bytes: Uint8Array): SyscallResult {
  if (size === 0) return bytes.length;
  if (bytes.length > size) return ERANGE;
  const result = task.mm.copyOut(addr, bytes);
  return isErrno(result) ? result : bytes.length;
}

/** The value's place in user memory, and XATTR_*. */
interface Value {
  readonly addr: number;
  readonly size: number;
  readonly flags: number;
}

/** The file is looked for only when the other arguments have been read. */
type Lookup = () => Path | Errno;

function getValue(
  task: Task,
  find: Lookup,
  nameAddr: number,
  { addr, size }: Value,
): SyscallResult {
  const name = readName(task, nameAddr);
  if (isErrno(name)) return name;
  const path = find();
  if (isErrno(path)) return path;
  if (isAclName(name)) {
    const acl = getAcl(path.inode, name);
    return isErrno(acl) ? acl : putOut(task, addr, size, acl);
  }
  const allowed = permission(task, path, name, MAY_READ);
  if (allowed !== 0) return allowed;
  const value = storedValue(task, path, name);
  return isErrno(value) ? value : putOut(task, addr, size, value);
}

function storedValue(task: Task, { inode }: Path, name: string): Uint8Array | Errno {
  const value = inode.getxattr(name);
  if (isErrno(value) || name !== CAPABILITY_XATTR) return value;
  return shownCapabilities(value, task.credentials.userNamespace);
}

function setValue(
  task: Task,
  find: Lookup,
  nameAddr: number,
  { addr, size, flags }: Value,
): SyscallResult {
  if (flags & ~(XATTR_CREATE | XATTR_REPLACE)) return EINVAL;
  const name = readName(task, nameAddr);
  if (isErrno(name)) return name;
  if (size > XATTR_SIZE_MAX) return E2BIG;
  const given = task.mm.copyIn(addr, size);
  if (isErrno(given)) return given;
  const path = find();
  if (isErrno(path)) return path;
  if (isAclName(name)) return changeAcl(task, path, name, given);
  if (path.mount.isReadOnly) return EROFS;
  const value = size > 0 ? valueToStore(task, path, name, given) : given;
  if (isErrno(value)) return value;
  const allowed = permission(task, path, name, MAY_WRITE);
  if (allowed !== 0) return allowed;
  const result = path.inode.setxattr(name, value, flags);
  if (result === 0) notifyFile(path.dentry, IN_ATTRIB);
  return result;
}

function valueToStore(
  task: Task,
  { inode }: Path,
  name: string,
  value: Uint8Array,
): Uint8Array | Errno {
  if (name !== CAPABILITY_XATTR) return value;
  return capabilitiesToStore(inode, task.credentials, value);
}

function listNames(task: Task, path: Path | Errno, addr: number, size: number): SyscallResult {
  if (isErrno(path)) return path;
  const names = path.inode.listxattr();
  if (isErrno(names)) return names;
  const seesTrusted = task.credentials.has(CAP_SYS_ADMIN);
  const shown = [...aclNames(path.inode), ...names].filter(
    (name) => seesTrusted || !name.startsWith("trusted."),
  );
  return putOut(task, addr, size, encodeName(shown.map((name) => `${name}\0`).join("")));
}

function removeName(task: Task, find: Lookup, nameAddr: number): SyscallResult {
  const name = readName(task, nameAddr);
  if (isErrno(name)) return name;
  const path = find();
  if (isErrno(path)) return path;
  if (isAclName(name)) return changeAcl(task, path, name, new Uint8Array(0));
  const allowed = permission(task, path, name, MAY_WRITE);
  if (allowed !== 0) return allowed;
  if (name === CAPABILITY_XATTR && !task.credentials.hasOver(path.inode, CAP_SETFCAP)) return EPERM;
  const result = path.inode.removexattr(name);
  if (result === 0) notifyFile(path.dentry, IN_ATTRIB);
  return result;
}

function changeAcl(task: Task, path: Path, name: string, value: Uint8Array): SyscallResult {
  if (path.mount.isReadOnly) return EROFS;
  const result = setAcl(path.inode, task.credentials, name, value);
  if (result === 0) notifyFile(path.dentry, IN_ATTRIB);
  return result;
}

type Handler = (task: Task, args: SyscallArgs) => SyscallResult;

function get(find: Find): Handler {
  return (task, args) => {
    const value = { addr: args.pointer(2), size: args.size(3), flags: 0 };
    return getValue(task, () => find(task, args), args.pointer(1), value);
  };
}

function set(find: Find): Handler {
  return (task, args) => {
    const value = { addr: args.pointer(2), size: args.size(3), flags: args.int(4) };
    return setValue(task, () => find(task, args), args.pointer(1), value);
  };
}

function list(find: Find): Handler {
  return (task, args) => listNames(task, find(task, args), args.pointer(1), args.size(2));
}

function remove(find: Find): Handler {
  return (task, args) => removeName(task, () => find(task, args), args.pointer(1));
}

/** struct xattr_args, which may be longer in later kernels: copy_struct_from_user(). */
function readXattrArgs(task: Task, addr: number, size: number): Value | Errno {
  if (size < XATTR_ARGS.size) return EINVAL;
  if (size > 4096) return E2BIG;
  const bytes = copyStruct(task, addr, XATTR_ARGS.size, size);
  if (isErrno(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return {
    addr: Number(view.getBigUint64(XATTR_ARGS.value, true)),
    size: view.getUint32(XATTR_ARGS.value_size, true),
    flags: view.getInt32(XATTR_ARGS.flags, true),
  };
}

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

export function setxattrat(task: Task, args: SyscallArgs): SyscallResult {
  const value = readXattrArgs(task, args.pointer(4), args.size(5));
  if (isErrno(value)) return value;
  return setValue(task, () => byDirectory(task, args), args.pointer(3), value);
}

export function getxattrat(task: Task, args: SyscallArgs): SyscallResult {
  const value = readXattrArgs(task, args.pointer(4), args.size(5));
  if (isErrno(value)) return value;
  if (value.flags !== 0) return EINVAL;
  return getValue(task, () => byDirectory(task, args), args.pointer(3), value);
}

export function listxattrat(task: Task, args: SyscallArgs): SyscallResult {
  return listNames(task, byDirectory(task, args), args.pointer(3), args.size(4));
}

export function removexattrat(task: Task, args: SyscallArgs): SyscallResult {
  return removeName(task, () => byDirectory(task, args), args.pointer(3));
}

/** socket(2), socketpair(2), bind(2), listen(2), accept(2), connect(2), shutdown(2), getsockname(2), getpeername(2). */
import {
  AF_UNIX,
  AT_FDCWD,
  EADDRINUSE,
  EAFNOSUPPORT,
  EBADF,
  ECONNREFUSED,
  EEXIST,
  EFAULT,
  EINVAL,
  ENOTCONN,
  ENOTSOCK,
  EPROTONOSUPPORT,
  EPROTOTYPE,
  type Errno,
  ESOCKTNOSUPPORT,
  isErrno,
  O_NONBLOCK,
  S_IFSOCK,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_RAW,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOCK_TYPE_MASK,
  SOCKADDR_STORAGE,
  SOMAXCONN,
} from "@kernelet/abi";
import { startOf } from "../fs/at.ts";
import { makeNode } from "../fs/namei.ts";
import { LOOKUP_FOLLOW, walkPath } from "../fs/path-walk.ts";
import { filePermission, MAY_WRITE } from "../fs/permission.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { UnixSocket } from "../net/unix.ts";
import {
  decodeUnixAddress,
  encodeUnixAddress,
  UNNAMED,
  type UnixAddress,
} from "../net/unix-address.ts";
import type { SyscallArgs } from "./args.ts";

/** The socket of a descriptor. */
export function socketOf(task: Task, fd: number): UnixSocket | Errno {
  const file = task.fdTable.file(fd);
  if (isErrno(file)) return EBADF;
  return file instanceof UnixSocket ? file : ENOTSOCK;
}

/** The type without its flags, if there is such a socket. */
function checkKind(domain: number, type: number, protocol: number): number | Errno {
  const kind = type & SOCK_TYPE_MASK;
  if ((type & ~(SOCK_TYPE_MASK | SOCK_CLOEXEC | SOCK_NONBLOCK)) !== 0) return EINVAL;
  // No network: as on a Linux without CONFIG_INET.
  if (domain !== AF_UNIX) return EAFNOSUPPORT;
  if (protocol !== 0 && protocol !== AF_UNIX) return EPROTONOSUPPORT;
  // Linux makes a datagram socket of SOCK_RAW.
  if (kind === SOCK_RAW) return SOCK_DGRAM;
  return [SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET].includes(kind) ? kind : ESOCKTNOSUPPORT;
}

export function socket(task: Task, args: SyscallArgs): SyscallResult {
  const type = args.int(1);
  const kind = checkKind(args.int(0), type, args.int(2));
  if (isErrno(kind)) return kind;
  const made = UnixSocket.create(task, kind, (type & SOCK_NONBLOCK) !== 0);
  return task.fdTable.add(made, { cloexec: (type & SOCK_CLOEXEC) !== 0 });
}

export function socketpair(task: Task, args: SyscallArgs): SyscallResult {
  const type = args.int(1);
  const kind = checkKind(args.int(0), type, args.int(2));
  if (isErrno(kind)) return kind;
  const isNonblocking = (type & SOCK_NONBLOCK) !== 0;
  const ends = [
    UnixSocket.create(task, kind, isNonblocking),
    UnixSocket.create(task, kind, isNonblocking),
  ] as const;
  UnixSocket.pair(task, ...ends);
  const fds = task.fdTable.install(ends, { cloexec: (type & SOCK_CLOEXEC) !== 0 });
  if (isErrno(fds)) {
    for (const end of ends) end.addRef().removeRef();
    return fds;
  }
  const result = task.mm.copyOut(args.pointer(3), new Uint8Array(Int32Array.from(fds).buffer));
  if (isErrno(result)) task.fdTable.remove(fds);
  return result;
}

/** Reads a sockaddr_un. */
export function readAddress(task: Task, addr: number, len: number): UnixAddress | Errno {
  if (len < 0 || len > SOCKADDR_STORAGE.size) return EINVAL;
  const bytes = task.mm.copyIn(addr, len);
  return isErrno(bytes) ? bytes : decodeUnixAddress(bytes);
}

/** Writes an address and its true length; only what fits is copied. */
export function writeAddress(
  task: Task,
  address: UnixAddress,
  addr: number,
  lenAddr: number,
): 0 | Errno {
  const room = task.mm.readInt32(lenAddr);
  if (room === null) return EFAULT;
  if (room < 0) return EINVAL;
  const bytes = encodeUnixAddress(address);
  const result = task.mm.copyOut(addr, bytes.subarray(0, room));
  return result === 0 ? task.mm.writeInt32(lenAddr, bytes.length) : result;
}

export function bind(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const address = readAddress(task, args.pointer(1), args.int(2));
  if (isErrno(address)) return address;
  if (sock.address.kind !== "unnamed") return EINVAL;
  const table = task.kernel.vfs.unix;
  switch (address.kind) {
    case "unnamed":
      sock.address = { kind: "abstract", name: table.autobind(sock) };
      return 0;
    case "abstract":
      if (!table.bindName(address.name, sock)) return EADDRINUSE;
      break;
    default: {
      const start = startOf(task, AT_FDCWD, address.path);
      if (isErrno(start)) return start;
      const mode = S_IFSOCK | (sock.inode.mode & 0o777);
      const path = makeNode(task, start, address.path, mode, 0);
      if (isErrno(path)) return path === EEXIST ? EADDRINUSE : path;
      table.bindInode(path.inode, sock);
    }
  }
  sock.address = address;
  return 0;
}

export function listen(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const backlog = args.int(1) >>> 0;
  return sock.listen(task, Math.min(backlog, SOMAXCONN));
}

function acceptInto(task: Task, args: SyscallArgs, flags: number): SyscallResult {
  if (flags & ~(SOCK_CLOEXEC | SOCK_NONBLOCK)) return EINVAL;
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const end = sock.accept(task);
  if (typeof end === "number") return end;
  if (flags & SOCK_NONBLOCK) end.flags |= O_NONBLOCK;
  const fd = task.fdTable.add(end, { cloexec: (flags & SOCK_CLOEXEC) !== 0 });
  if (isErrno(fd)) {
    sock.giveBack(end); // Linux looks for a descriptor first, and leaves the connection where it is.
    return fd;
  }
  end.removeRef(); // The descriptor has its own.
  if (args.pointer(1) === 0) return fd;
  const from = end.peer?.address ?? UNNAMED;
  const result = writeAddress(task, from, args.pointer(1), args.pointer(2));
  if (isErrno(result)) task.fdTable.remove([fd]);
  return isErrno(result) ? result : fd;
}

export function accept(task: Task, args: SyscallArgs): SyscallResult {
  return acceptInto(task, args, 0);
}

export function accept4(task: Task, args: SyscallArgs): SyscallResult {
  return acceptInto(task, args, args.int(3));
}

/** The socket of `sock`'s type that is bound at `address`. */
export function findSocket(task: Task, sock: UnixSocket, address: UnixAddress): UnixSocket | Errno {
  const found = lookUp(task, sock, address);
  if (isErrno(found)) return found;
  return found.type === sock.type ? found : EPROTOTYPE;
}

function lookUp(task: Task, sock: UnixSocket, address: UnixAddress): UnixSocket | Errno {
  const table = task.kernel.vfs.unix;
  if (address.kind === "abstract") {
    return table.byName(sock, address.name) ?? ECONNREFUSED;
  }
  if (address.kind === "unnamed") return EINVAL;
  const start = startOf(task, AT_FDCWD, address.path);
  if (isErrno(start)) return start;
  const path = walkPath(task, start, address.path, LOOKUP_FOLLOW);
  if (isErrno(path)) return path;
  const permission = filePermission(path.mount, path.inode, task.credentials, MAY_WRITE);
  if (permission !== 0) return permission;
  return table.atInode(path.inode) ?? ECONNREFUSED;
}

export function connect(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const bytes = task.mm.copyIn(
    args.pointer(1),
    Math.min(Math.max(args.int(2), 0), SOCKADDR_STORAGE.size),
  );
  if (isErrno(bytes)) return bytes;
  // AF_UNSPEC takes a datagram socket's peer away.
  if (sock.isDatagram && bytes.length >= 2 && bytes[0] === 0 && bytes[1] === 0) {
    sock.disconnect();
    return 0;
  }
  const address = decodeUnixAddress(bytes);
  if (isErrno(address)) return address;
  const to = findSocket(task, sock, address);
  if (isErrno(to)) return to;
  if (sock.passesCredentials || sock.passesPidfd) sock.autobind();
  return sock.connect(task, to);
}

export function shutdown(task: Task, args: SyscallArgs): SyscallResult {
  const how = args.int(1);
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  if (how !== SHUT_RD && how !== SHUT_WR && how !== SHUT_RDWR) return EINVAL;
  return sock.shutdown(how !== SHUT_WR, how !== SHUT_RD);
}

export function getsockname(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  return isErrno(sock) ? sock : writeAddress(task, sock.address, args.pointer(1), args.pointer(2));
}

export function getpeername(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  if (sock.peer === null) return ENOTCONN;
  return writeAddress(task, sock.peer.address, args.pointer(1), args.pointer(2));
}

/** socket(2), socketpair(2), bind(2), listen(2), accept(2), connect(2), shutdown(2), getsockname(2), getpeername(2). */
import {
  EBADF,
  ECONNABORTED,
  EFAULT,
  EINVAL,
  EMFILE,
  ENOTSOCK,
  type Errno,
  isErrno,
  O_NONBLOCK,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_TYPE_MASK,
  SOCKADDR_STORAGE,
  SOMAXCONN,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { createSocket, createSocketPair } from "../net/families.ts";
import { Socket } from "../net/socket.ts";
import type { SyscallArgs } from "./args.ts";

/** The socket of a descriptor. */
export function socketOf(task: Task, fd: number): Socket | Errno {
  const file = task.fdTable.file(fd);
  if (isErrno(file)) return EBADF;
  return file instanceof Socket ? file : ENOTSOCK;
}

const TYPE_FLAGS = SOCK_CLOEXEC | SOCK_NONBLOCK;

export function socket(task: Task, args: SyscallArgs): SyscallResult {
  const type = args.int(1);
  if ((type & ~(SOCK_TYPE_MASK | TYPE_FLAGS)) !== 0) return EINVAL;
  const made = createSocket(task, {
    family: args.int(0),
    type: type & SOCK_TYPE_MASK,
    protocol: args.int(2),
    isNonblocking: (type & SOCK_NONBLOCK) !== 0,
  });
  if (isErrno(made)) return made;
  return task.fdTable.add(made, { cloexec: (type & SOCK_CLOEXEC) !== 0 });
}

export function socketpair(task: Task, args: SyscallArgs): SyscallResult {
  const type = args.int(1);
  if ((type & ~(SOCK_TYPE_MASK | TYPE_FLAGS)) !== 0) return EINVAL;
  // The descriptors come first, and their numbers are told before there is anything behind them.
  const fds = task.fdTable.lowestFree(2);
  if (isErrno(fds)) return fds;
  const told = task.mm.copyOut(args.pointer(3), new Uint8Array(Int32Array.from(fds).buffer));
  if (isErrno(told)) return told;
  const ends = createSocketPair(task, {
    family: args.int(0),
    type: type & SOCK_TYPE_MASK,
    protocol: args.int(2),
    isNonblocking: (type & SOCK_NONBLOCK) !== 0,
  });
  if (isErrno(ends)) return ends;
  const installed = task.fdTable.install(ends, { cloexec: (type & SOCK_CLOEXEC) !== 0 });
  return isErrno(installed) ? installed : 0;
}

/** Reads a sockaddr: move_addr_to_kernel(). */
export function readAddress(task: Task, addr: number, len: number): Uint8Array | Errno {
  if (len < 0 || len > SOCKADDR_STORAGE.size) return EINVAL;
  return task.mm.copyIn(addr, len);
}

/** move_addr_to_user(): an address and its true length; only what fits is copied. */
export function writeAddress(
  task: Task,
  bytes: Uint8Array,
  addr: number,
  lenAddr: number,
): 0 | Errno {
  const room = task.mm.readInt32(lenAddr);
  if (room === null) return EFAULT;
  if (room < 0) return EINVAL;
  const result = task.mm.copyOut(addr, bytes.subarray(0, room));
  return result === 0 ? task.mm.writeInt32(lenAddr, bytes.length) : result;
}

export function bind(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const address = readAddress(task, args.pointer(1), args.int(2));
  return isErrno(address) ? address : sock.bind(task, address);
}

export function listen(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const backlog = args.int(1) >>> 0;
  return sock.listen(task, Math.min(backlog, SOMAXCONN));
}

function acceptInto(task: Task, args: SyscallArgs, flags: number): SyscallResult {
  if (isErrno(task.fdTable.file(args.fd(0)))) return EBADF;
  if (flags & ~(SOCK_CLOEXEC | SOCK_NONBLOCK)) return EINVAL;
  if (!task.fdTable.hasRoom) return EMFILE;
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const end = sock.accept(task);
  if (typeof end === "number") return end;
  if (flags & SOCK_NONBLOCK) end.flags |= O_NONBLOCK;
  const fd = task.fdTable.add(end, { cloexec: (flags & SOCK_CLOEXEC) !== 0 });
  if (isErrno(fd)) return fd;
  end.removeRef(); // The descriptor has its own.
  if (args.pointer(1) === 0) return fd;
  const from = end.acceptedName();
  const result = isErrno(from)
    ? ECONNABORTED
    : writeAddress(task, from, args.pointer(1), args.pointer(2));
  if (isErrno(result)) task.fdTable.remove([fd]);
  return isErrno(result) ? result : fd;
}

export function accept(task: Task, args: SyscallArgs): SyscallResult {
  return acceptInto(task, args, 0);
}

export function accept4(task: Task, args: SyscallArgs): SyscallResult {
  return acceptInto(task, args, args.int(3));
}

/** What kind of file it is counts after the address: __sys_connect_file(). */
export function connect(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (sock === EBADF) return sock;
  const address = readAddress(task, args.pointer(1), args.int(2));
  if (isErrno(address)) return address;
  return isErrno(sock) ? sock : sock.connect(task, address);
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
  if (isErrno(sock)) return sock;
  const name = sock.localName();
  return isErrno(name) ? name : writeAddress(task, name, args.pointer(1), args.pointer(2));
}

export function getpeername(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const name = sock.peerName();
  return isErrno(name) ? name : writeAddress(task, name, args.pointer(1), args.pointer(2));
}

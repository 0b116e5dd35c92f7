/** sendto(2), recvfrom(2), sendmsg(2), recvmsg(2), sendmmsg(2), recvmmsg(2). */
import {
  EFAULT,
  EISCONN,
  EOPNOTSUPP,
  type Errno,
  isErrno,
  MMSGHDR,
  MSG_DONTWAIT,
  MSG_OOB,
  MSG_TRUNC,
  MSG_WAITFORONE,
  MSGHDR,
  SOCK_STREAM,
} from "@kernelet/abi";
import { PAGE_R, PAGE_W } from "../arch/x86/processor.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { Received, UnixSocket } from "../net/unix.ts";
import { encodeUnixAddress } from "../net/unix-address.ts";
import type { SyscallArgs } from "./args.ts";
import { type Msghdr, readAncillary, readMsghdr, writeControl } from "./struct-msghdr.ts";
import { gather, readIovec } from "./sys_read_write.ts";
import { findSocket, readAddress, socketOf, writeAddress } from "./sys_socket.ts";

/** The most bytes that one call moves. */
const MESSAGE_CHUNK = 1024 * 1024;

/** Where a message is to go: null is the peer. */
function destination(
  task: Task,
  sock: UnixSocket,
  addr: number,
  len: number,
): UnixSocket | null | Errno {
  if (addr === 0 || len === 0) return null;
  if (!sock.isDatagram) return sock.peer !== null ? EISCONN : EOPNOTSUPP;
  const address = readAddress(task, addr, len);
  return isErrno(address) ? address : findSocket(task, address);
}

export function sendto(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const flags = args.int(3);
  if (flags & MSG_OOB) return EOPNOTSUPP;
  const to = destination(task, sock, args.pointer(4), args.int(5));
  if (isErrno(to)) return to;
  const len = args.size(2);
  const view = task.mm.userBuffer(args.pointer(1), Math.min(len, MESSAGE_CHUNK), PAGE_R);
  if (isErrno(view)) return view;
  if (sock.type !== SOCK_STREAM && view.length < Math.min(len, MESSAGE_CHUNK)) return EFAULT;
  return sock.send(task, view, flags, { files: [] }, to);
}

export function recvfrom(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const flags = args.int(3);
  if (flags & MSG_OOB) return EOPNOTSUPP;
  const view = task.mm.userBuffer(args.pointer(1), Math.min(args.size(2), MESSAGE_CHUNK), PAGE_W);
  if (isErrno(view)) return view;
  const got = sock.receive(task, view, flags);
  if (typeof got === "number") return got;
  for (const file of got.files) file.removeRef();
  if (args.pointer(4) !== 0 && args.pointer(5) !== 0) {
    const result =
      got.from.kind === "unnamed"
        ? task.mm.writeInt32(args.pointer(5), 0)
        : writeAddress(task, got.from, args.pointer(4), args.pointer(5));
    if (isErrno(result)) return result;
  }
  return flags & MSG_TRUNC ? got.fullLength : got.length;
}

function sendOne(task: Task, sock: UnixSocket, addr: number, flags: number): SyscallResult {
  const header = readMsghdr(task, addr);
  if (isErrno(header)) return header;
  const to = destination(task, sock, header.name, header.nameLength);
  if (isErrno(to)) return to;
  const buffers = readIovec(task, header.iov, header.iovLength);
  if (isErrno(buffers)) return buffers;
  const bytes = gather(task, buffers);
  if (isErrno(bytes)) return bytes;
  const ancillary = readAncillary(task, header);
  if (isErrno(ancillary)) return ancillary;
  const before = task.pending.done;
  const result = sock.send(task, bytes, flags, ancillary, to);
  // The files have gone with the first byte, or with a datagram; else they were not sent.
  const isSent = result >= 0 || task.pending.done > before;
  if (!isSent || before > 0) for (const file of ancillary.files) file.removeRef();
  return result;
}

export function sendmsg(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const flags = args.int(2);
  return flags & MSG_OOB ? EOPNOTSUPP : sendOne(task, sock, args.pointer(1), flags);
}

/** Spreads what came over the buffers. @returns whether all could be written. */
function scatter(task: Task, header: Msghdr, bytes: Uint8Array): boolean {
  const buffers = readIovec(task, header.iov, header.iovLength);
  if (isErrno(buffers)) return false;
  let done = 0;
  for (const { addr, len } of buffers) {
    const part = bytes.subarray(done, done + len);
    if (part.length > 0 && task.mm.copyOut(addr, part) !== 0) return false;
    done += part.length;
  }
  return true;
}

function receiveOne(task: Task, sock: UnixSocket, addr: number, flags: number): SyscallResult {
  const header = readMsghdr(task, addr);
  if (isErrno(header)) return header;
  const buffers = readIovec(task, header.iov, header.iovLength);
  if (isErrno(buffers)) return buffers;
  const room = buffers.reduce((sum, buffer) => sum + buffer.len, 0);
  const into = new Uint8Array(Math.min(room, MESSAGE_CHUNK));
  const got = sock.receive(task, into, flags);
  if (typeof got === "number") return got;
  if (!scatter(task, header, into.subarray(0, got.length))) {
    for (const file of got.files) file.removeRef();
    return EFAULT;
  }
  const result = finishReceive(task, sock, addr, header, got, flags);
  if (isErrno(result)) return result;
  return flags & MSG_TRUNC ? got.fullLength : got.length;
}

function finishReceive(
  task: Task,
  sock: UnixSocket,
  addr: number,
  header: Msghdr,
  got: Received,
  flags: number,
): 0 | Errno {
  const sender = sock.passesCredentials ? got.sender : null;
  const control = writeControl(task, header, got.files, sender, flags);
  const cut = got.fullLength > got.length ? MSG_TRUNC : 0;
  if (header.name !== 0) {
    const from = encodeUnixAddress(got.from);
    const nameLength = got.from.kind === "unnamed" ? 0 : from.length;
    const name = from.subarray(0, Math.min(header.nameLength, nameLength));
    const result = task.mm.copyOut(header.name, name);
    if (isErrno(result)) return result;
    task.mm.writeInt32(addr + MSGHDR.msg_namelen, nameLength);
  }
  task.mm.writeU64(addr + MSGHDR.msg_controllen, control.length);
  return task.mm.writeInt32(addr + MSGHDR.msg_flags, control.flags | cut);
}

export function recvmsg(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const flags = args.int(2);
  return flags & MSG_OOB ? EOPNOTSUPP : receiveOne(task, sock, args.pointer(1), flags);
}

type One = (task: Task, sock: UnixSocket, addr: number, flags: number) => SyscallResult;

/** Several messages; only the first may wait. */
function many(task: Task, args: SyscallArgs, one: One, flags: number): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const count = Math.min(args.uint(2), 1024);
  for (let i = 0; i < count; i++) {
    const addr = args.pointer(1) + i * MMSGHDR.size;
    const n = one(task, sock, addr, i === 0 ? flags : flags | MSG_DONTWAIT);
    if (n < 0) return i > 0 ? i : n;
    task.pending.done = 0;
    const result = task.mm.writeInt32(addr + MMSGHDR.msg_len, n);
    if (isErrno(result)) return i > 0 ? i : result;
  }
  return count;
}

export function sendmmsg(task: Task, args: SyscallArgs): SyscallResult {
  return many(task, args, sendOne, args.int(3));
}

export function recvmmsg(task: Task, args: SyscallArgs): SyscallResult {
  return many(task, args, receiveOne, args.int(3) & ~MSG_WAITFORONE);
}

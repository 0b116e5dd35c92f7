/** sendto(2), recvfrom(2), sendmsg(2), recvmsg(2). Several at once: sys_socket_many.ts. */
import {
  EFAULT,
  EINVAL,
  EMSGSIZE,
  type Errno,
  isErrno,
  MAX_RW_COUNT,
  MSG_CMSG_CLOEXEC,
  MSG_CMSG_COMPAT,
  MSG_OOB,
  MSG_TRUNC,
  MSG_WAITALL,
  MSGHDR,
  SOCKADDR_STORAGE,
  UIO_MAXIOV,
} from "@kernelet/abi";
import { PAGE_R, PAGE_W } from "../arch/x86/processor.ts";
import { BLOCKED, type SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { Incoming, Socket } from "../net/socket.ts";
import type { SyscallArgs } from "./args.ts";
import {
  accessibleTotal,
  type Buffer,
  gatherPart,
  isUserRange,
  readIovec,
  scatter,
  totalLength,
} from "./iovec.ts";
import { ControlWriter, type Msghdr, readControl, readMsghdr } from "./struct-msghdr.ts";
import { readAddress, socketOf, writeAddress } from "./sys_socket.ts";

/** The most bytes of what has boundaries, and of a stream that are gathered or handed out at a time. */
const MESSAGE_CHUNK = 1024 * 1024;
/** The most that MSG_WAITALL waits for: it is kept outside the caller's memory meanwhile. */
const WAITALL_MAX = 16 * MESSAGE_CHUNK;
const NOTHING = new Uint8Array(0);

export function sendto(task: Task, args: SyscallArgs): SyscallResult {
  const buffer = { addr: args.pointer(1), len: Math.min(args.size(2), MAX_RW_COUNT) };
  if (!isUserRange(buffer)) return EFAULT;
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const nameAddr = args.pointer(4);
  const name = nameAddr === 0 ? null : readAddress(task, nameAddr, args.int(5));
  if (isErrno(name)) return name;
  const most = sock.isStream ? MAX_RW_COUNT : MESSAGE_CHUNK;
  const view = task.mm.userBuffer(buffer.addr, Math.min(buffer.len, most), PAGE_R);
  const bytes = isErrno(view) ? NOTHING : view;
  const flags = args.int(3);
  return sock.sendMessage(task, { bytes, length: buffer.len, flags, name, control: [] });
}

export function recvfrom(task: Task, args: SyscallArgs): SyscallResult {
  const buffer = { addr: args.pointer(1), len: Math.min(args.size(2), MAX_RW_COUNT) };
  if (!isUserRange(buffer)) return EFAULT;
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const flags = args.int(3);
  const len = Math.min(buffer.len, mostReceived(sock, flags));
  const view = task.mm.userBuffer(buffer.addr, len, PAGE_W);
  const got = sock.receiveMessage(task, isErrno(view) ? NOTHING : view, flags, len);
  if (typeof got === "number") return got;
  sock.discard(got);
  if (args.pointer(4) !== 0) {
    const result = writeAddress(task, got.name ?? NOTHING, args.pointer(4), args.pointer(5));
    if (isErrno(result)) return result;
  }
  return flags & MSG_TRUNC ? got.fullLength : got.length;
}

function mostReceived(sock: Socket, flags: number): number {
  return sock.isStream && (flags & MSG_WAITALL) !== 0 ? WAITALL_MAX : MESSAGE_CHUNK;
}

function readBuffers(task: Task, { iov, iovLength }: Msghdr): Buffer[] | Errno {
  return iovLength > UIO_MAXIOV ? EMSGSIZE : readIovec(task, iov, iovLength);
}

function nameOf(task: Task, { name, nameLength }: Msghdr): Uint8Array | null | Errno {
  if (name === 0 || nameLength === 0) return null;
  return readAddress(task, name, Math.min(nameLength, SOCKADDR_STORAGE.size));
}

/** What a call sent, for those who go on by it. */
export interface SentOne {
  readonly length: number;
  readonly isWhole: boolean;
}

export function sendOne(
  task: Task,
  sock: Socket,
  addr: number,
  flags: number,
): SentOne | SyscallResult {
  const header = readMsghdr(task, addr);
  if (isErrno(header)) return header;
  const name = nameOf(task, header);
  if (isErrno(name)) return name;
  const buffers = readBuffers(task, header);
  if (isErrno(buffers)) return buffers;
  const control = readControl(task, header);
  if (isErrno(control)) return control;
  const total = totalLength(buffers);
  const { pending } = task;
  // A long message of a stream is gathered piece by piece; `pending.done` counts what went.
  for (;;) {
    const start = pending.done;
    const end = start + MESSAGE_CHUNK;
    const length = sock.isStream ? Math.min(total, end) : total;
    const bytes = gatherPart(task, buffers, start, Math.min(length, end));
    const isLast = length === total;
    const own = isLast ? flags : flags & ~MSG_OOB;
    const n = sock.sendMessage(task, { bytes, length, flags: own, name, control });
    if (n < 0) return n;
    if (isLast || n !== length || pending.done !== length) {
      return { length: n, isWhole: n === total };
    }
  }
}

export function sendmsg(task: Task, args: SyscallArgs): SyscallResult {
  if ((args.int(2) & MSG_CMSG_COMPAT) !== 0) return EINVAL;
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const sent = sendOne(task, sock, args.pointer(1), args.int(2));
  return typeof sent === "number" ? sent : sent.length;
}

/** What a call received, for those who go on by it. */
export interface ReceivedOne {
  readonly length: number;
  readonly flags: number;
}

export function receiveOne(
  task: Task,
  sock: Socket,
  addr: number,
  flags: number,
): ReceivedOne | SyscallResult {
  const header = readMsghdr(task, addr);
  if (isErrno(header)) return header;
  const buffers = readBuffers(task, header);
  if (isErrno(buffers)) return buffers;
  const len = Math.min(totalLength(buffers), mostReceived(sock, flags));
  const into = new Uint8Array(accessibleTotal(task, buffers, len, PAGE_W));
  const got = sock.receiveMessage(task, into, flags, len);
  if (got === BLOCKED) return got;
  const { copied } = task.pending;
  if (typeof got === "number") {
    scatter(task, buffers, into.subarray(0, copied));
    return got;
  }
  const filled = got.isDiscarded === true ? 0 : Math.max(got.length, copied);
  scatter(task, buffers, into.subarray(0, filled));
  const result = finishReceive(task, sock, addr, header, got, flags);
  if (isErrno(result)) return result;
  const length = flags & MSG_TRUNC ? got.fullLength : got.length;
  return { length, flags: got.flags };
}

function finishReceive(
  task: Task,
  sock: Socket,
  addr: number,
  header: Msghdr,
  got: Incoming,
  flags: number,
): 0 | Errno {
  const control = new ControlWriter(task, header);
  sock.writeControl(task, control, got, flags);
  const cut = got.fullLength > got.length ? MSG_TRUNC : 0;
  if (header.name !== 0) {
    const lenAddr = addr + MSGHDR.msg_namelen;
    const result = writeAddress(task, got.name ?? NOTHING, header.name, lenAddr);
    if (isErrno(result)) return result;
  }
  task.mm.writeU64(addr + MSGHDR.msg_controllen, control.length);
  const cloexec = flags & MSG_CMSG_CLOEXEC;
  return task.mm.writeInt32(addr + MSGHDR.msg_flags, control.flags | cut | cloexec | got.flags);
}

export function recvmsg(task: Task, args: SyscallArgs): SyscallResult {
  if ((args.int(2) & MSG_CMSG_COMPAT) !== 0) return EINVAL;
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const got = receiveOne(task, sock, args.pointer(1), args.int(2));
  return typeof got === "number" ? got : got.length;
}

/** sendto(2), recvfrom(2), sendmsg(2), recvmsg(2). Several at once: sys_socket_many.ts. */
import {
  EFAULT,
  type Errno,
  isErrno,
  MSG_CMSG_CLOEXEC,
  MSG_OOB,
  MSG_TRUNC,
  MSGHDR,
  SOCK_SEQPACKET,
} from "@kernelet/abi";
import { PAGE_R, PAGE_W } from "../arch/x86/processor.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { UnixSocket } from "../net/unix.ts";
import { encodeUnixAddress } from "../net/unix-address.ts";
import { type Received, receive } from "../net/unix-receive.ts";
import { send } from "../net/unix-send.ts";
import type { SyscallArgs } from "./args.ts";
import { type Msghdr, readAncillary, readMsghdr, writeControl } from "./struct-msghdr.ts";
import { gather, readIovec } from "./sys_read_write.ts";
import { findSocket, readAddress, socketOf, writeAddress } from "./sys_socket.ts";

/** The most bytes that one call moves. */
const MESSAGE_CHUNK = 1024 * 1024;

/** Where a message is to go: null is the peer. Packets and streams go nowhere else, and say so themselves. */
function destination(
  task: Task,
  sock: UnixSocket,
  addr: number,
  len: number,
): UnixSocket | null | Errno {
  if (addr === 0 || len === 0 || sock.type === SOCK_SEQPACKET) return null;
  if (sock.isStream) return sock;
  const address = readAddress(task, addr, len);
  return isErrno(address) ? address : findSocket(task, sock, address);
}

export function sendto(task: Task, args: SyscallArgs): SyscallResult {
  const len = Math.min(args.size(2), MESSAGE_CHUNK);
  const view = task.mm.userBuffer(args.pointer(1), len, PAGE_R);
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const to = destination(task, sock, args.pointer(4), args.int(5));
  if (isErrno(to)) return to;
  if (isErrno(view)) return view;
  if (!sock.isStream && view.length < len) return EFAULT;
  return send(task, sock, { bytes: view, flags: args.int(3), ancillary: { files: [] }, to });
}

export function recvfrom(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const flags = args.int(3);
  const view = task.mm.userBuffer(args.pointer(1), Math.min(args.size(2), MESSAGE_CHUNK), PAGE_W);
  if (isErrno(view)) return view;
  const got = receive(task, sock, view, flags);
  if (typeof got === "number") return got;
  for (const file of got.files) file.removeRef();
  if (args.pointer(4) !== 0) {
    const result =
      got.from.kind === "unnamed"
        ? task.mm.writeInt32(args.pointer(5), 0)
        : writeAddress(task, got.from, args.pointer(4), args.pointer(5));
    if (isErrno(result)) return result;
  }
  return flags & MSG_TRUNC ? got.fullLength : got.length;
}

export function sendOne(task: Task, sock: UnixSocket, addr: number, flags: number): SyscallResult {
  const header = readMsghdr(task, addr);
  if (isErrno(header)) return header;
  const buffers = readIovec(task, header.iov, header.iovLength);
  if (isErrno(buffers)) return buffers;
  const ancillary = readAncillary(task, header);
  if (isErrno(ancillary)) return ancillary;
  const before = task.pending.done;
  const to = destination(task, sock, header.name, header.nameLength);
  const bytes = isErrno(to) ? to : gather(task, buffers);
  const result = isErrno(to)
    ? to
    : isErrno(bytes)
      ? bytes
      : send(task, sock, { bytes, flags, ancillary, to });
  // The files have gone with the first byte, or with a datagram, even an empty one.
  const isGone = sock.isStream ? task.pending.done > 0 : result >= 0;
  if (!isGone || before > 0) for (const file of ancillary.files) file.removeRef();
  return result;
}

export function sendmsg(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  return isErrno(sock) ? sock : sendOne(task, sock, args.pointer(1), args.int(2));
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

/** What a call received, for those who go on by it. */
export interface ReceivedOne {
  readonly length: number;
  readonly flags: number;
}

export function receiveOne(
  task: Task,
  sock: UnixSocket,
  addr: number,
  flags: number,
): ReceivedOne | SyscallResult {
  const header = readMsghdr(task, addr);
  if (isErrno(header)) return header;
  const buffers = readIovec(task, header.iov, header.iovLength);
  if (isErrno(buffers)) return buffers;
  const room = buffers.reduce((sum, buffer) => sum + buffer.len, 0);
  const into = new Uint8Array(Math.min(room, MESSAGE_CHUNK));
  const got = receive(task, sock, into, flags);
  if (typeof got === "number") return got;
  if (!scatter(task, header, into.subarray(0, got.length))) {
    for (const file of got.files) file.removeRef();
    return EFAULT;
  }
  const result = finishReceive(task, sock, addr, header, got, flags);
  if (isErrno(result)) return result;
  const length = flags & MSG_TRUNC ? got.fullLength : got.length;
  return { length, flags: got.flags };
}

function finishReceive(
  task: Task,
  sock: UnixSocket,
  addr: number,
  header: Msghdr,
  got: Received,
  flags: number,
): 0 | Errno {
  const control = writeControl(task, header, {
    files: got.files,
    sender: got.sender,
    wantsCredentials: sock.passesCredentials,
    wantsPidfd: sock.passesPidfd,
    isCloexec: (flags & MSG_CMSG_CLOEXEC) !== 0,
  });
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
  const cloexec = flags & MSG_CMSG_CLOEXEC;
  const urgent = got.flags & MSG_OOB;
  return task.mm.writeInt32(addr + MSGHDR.msg_flags, control.flags | cut | cloexec | urgent);
}

export function recvmsg(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const got = receiveOne(task, sock, args.pointer(1), args.int(2));
  return typeof got === "number" ? got : got.length;
}

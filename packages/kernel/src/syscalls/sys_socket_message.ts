/** sendto(2), recvfrom(2), sendmsg(2), recvmsg(2). Several at once: sys_socket_many.ts. */
import {
  EFAULT,
  type Errno,
  isErrno,
  MAX_RW_COUNT,
  MSG_CMSG_CLOEXEC,
  MSG_TRUNC,
  MSGHDR,
  SOCKADDR_STORAGE,
} from "@kernelet/abi";
import { PAGE_R, PAGE_W } from "../arch/x86/processor.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { Incoming, Socket } from "../net/socket.ts";
import type { SyscallArgs } from "./args.ts";
import { ControlWriter, type Msghdr, readControl, readMsghdr } from "./struct-msghdr.ts";
import { gather, readIovec } from "./sys_read_write.ts";
import { readAddress, socketOf, writeAddress } from "./sys_socket.ts";

/** The most bytes that one call moves, of what has boundaries or is spread over buffers. */
const MESSAGE_CHUNK = 1024 * 1024;

export function sendto(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const len = Math.min(args.size(2), sock.isStream ? MAX_RW_COUNT : MESSAGE_CHUNK);
  const nameAddr = args.pointer(4);
  const name = nameAddr === 0 ? null : readAddress(task, nameAddr, args.int(5));
  if (isErrno(name)) return name;
  const view = task.mm.userBuffer(args.pointer(1), len, PAGE_R);
  if (isErrno(view)) return view;
  if (!sock.isStream && view.length < len) return EFAULT;
  return sock.sendMessage(task, { bytes: view, flags: args.int(3), name, control: [] });
}

export function recvfrom(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const flags = args.int(3);
  const len = Math.min(args.size(2), MESSAGE_CHUNK);
  const view = task.mm.userBuffer(args.pointer(1), len, PAGE_W);
  if (isErrno(view)) return view;
  const got = sock.receiveMessage(task, view, flags);
  if (typeof got === "number") return got;
  sock.discard(got);
  if (args.pointer(4) !== 0) {
    const result =
      got.name === null
        ? task.mm.writeInt32(args.pointer(5), 0)
        : writeAddress(task, got.name, args.pointer(4), args.pointer(5));
    if (isErrno(result)) return result;
  }
  return flags & MSG_TRUNC ? got.fullLength : got.length;
}

function nameOf(task: Task, { name, nameLength }: Msghdr): Uint8Array | null | Errno {
  if (name === 0 || nameLength === 0) return null;
  return readAddress(task, name, Math.min(nameLength, SOCKADDR_STORAGE.size));
}

export function sendOne(task: Task, sock: Socket, addr: number, flags: number): SyscallResult {
  const header = readMsghdr(task, addr);
  if (isErrno(header)) return header;
  const name = nameOf(task, header);
  if (isErrno(name)) return name;
  const buffers = readIovec(task, header.iov, header.iovLength);
  if (isErrno(buffers)) return buffers;
  const control = readControl(task, header);
  if (isErrno(control)) return control;
  const bytes = gather(task, buffers);
  if (isErrno(bytes)) return bytes;
  return sock.sendMessage(task, { bytes, flags, name, control });
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
  sock: Socket,
  addr: number,
  flags: number,
): ReceivedOne | SyscallResult {
  const header = readMsghdr(task, addr);
  if (isErrno(header)) return header;
  const buffers = readIovec(task, header.iov, header.iovLength);
  if (isErrno(buffers)) return buffers;
  const room = buffers.reduce((sum, buffer) => sum + buffer.len, 0);
  const into = new Uint8Array(Math.min(room, MESSAGE_CHUNK));
  const got = sock.receiveMessage(task, into, flags);
  if (typeof got === "number") return got;
  if (!scatter(task, header, into.subarray(0, got.length))) {
    sock.discard(got);
    return EFAULT;
  }
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
    const name = got.name ?? new Uint8Array(0);
    const result = task.mm.copyOut(header.name, name.subarray(0, header.nameLength));
    if (isErrno(result)) return result;
    task.mm.writeInt32(addr + MSGHDR.msg_namelen, name.length);
  }
  task.mm.writeU64(addr + MSGHDR.msg_controllen, control.length);
  const cloexec = flags & MSG_CMSG_CLOEXEC;
  return task.mm.writeInt32(addr + MSGHDR.msg_flags, control.flags | cut | cloexec | got.flags);
}

export function recvmsg(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const got = receiveOne(task, sock, args.pointer(1), args.int(2));
  return typeof got === "number" ? got : got.length;
}

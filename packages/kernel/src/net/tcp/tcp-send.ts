/** Sending on TCP: tcp_sendmsg_locked(), sk_stream_wait_memory(), sk_stream_error(). */
import {
  EAGAIN,
  EFAULT,
  EINPROGRESS,
  EINVAL,
  EPIPE,
  type Errno,
  isErrno,
  MSG_DONTWAIT,
  MSG_FASTOPEN,
  MSG_NOSIGNAL,
  MSG_OOB,
  SOL_SOCKET,
  TCP_CLOSE_WAIT,
  TCP_ESTABLISHED,
  TCP_SYN_SENT,
} from "@kernelet/abi";
import { brokenPipe } from "../../fs/pipe/pipe-file.ts";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import { readSendControl } from "../ip/inet-control.ts";
import type { Outgoing } from "../socket.ts";
import { connectTcp } from "./tcp-connect.ts";
import type { TcpSocket } from "./tcp-socket.ts";

/** SKB_FRAG_PAGE_ORDER: 32 KiB. */
const FRAGMENT = 32_768;

export function sendTcp(task: Task, sock: TcpSocket, message: Outgoing): SyscallResult {
  const { pending } = task;
  const { flags } = message;
  if ((flags & MSG_FASTOPEN) !== 0 && pending.done === 0) {
    const opened = fastOpen(task, sock, message);
    if (opened !== 0) return opened;
  }
  if (sock.state !== TCP_ESTABLISHED && sock.state !== TCP_CLOSE_WAIT) {
    const connected = waitForConnection(task, sock, flags);
    if (connected !== 0) return ended(task, sock, flags, connected);
  }
  const refused = checkControl(sock, message);
  if (refused !== 0) return ended(task, sock, flags, refused);
  return sendAll(task, sock, message);
}

/** What means something to a datagram only is passed over: sock_cmsg_send(). Nearly all messages have none. */
function checkControl(sock: TcpSocket, { control }: Outgoing): 0 | Errno {
  if (control.length === 0) return 0;
  const own = control.filter(({ level }) => level === SOL_SOCKET);
  const read = readSendControl(own, sock.isV6);
  return isErrno(read) ? read : 0;
}

/** MSG_FASTOPEN: connect(2) and send(2) in one; the data go when the connection is there. */
function fastOpen(task: Task, sock: TcpSocket, { name, flags }: Outgoing): 0 | SyscallResult {
  if (sock.connectState === "connected") return 0;
  if (name === null || name.length < 2) return EINVAL;
  const connected = connectTcp(task, sock, name);
  if (connected !== EINPROGRESS) return connected;
  return sock.state === TCP_ESTABLISHED && (flags & MSG_DONTWAIT) === 0 ? 0 : connected;
}

/** sk_stream_wait_connect(). */
function waitForConnection(task: Task, sock: TcpSocket, flags: number): 0 | SyscallResult {
  const error = sock.takeError();
  if (error !== 0) return error;
  if (sock.state !== TCP_SYN_SENT) return EPIPE;
  if (isNonblocking(sock, flags)) return EAGAIN;
  return sock.wait(task, [sock.queue], 0xffffffff, "send");
}

function isNonblocking(sock: TcpSocket, flags: number): boolean {
  return sock.isNonblocking || (flags & MSG_DONTWAIT) !== 0;
}

/** `task.pending.done` counts the bytes that went. */
function sendAll(task: Task, sock: TcpSocket, message: Outgoing): SyscallResult {
  const { pending } = task;
  const { length, flags } = message;
  const bytes = wholeParts(message);
  if (sock.error !== 0 || sock.isWriteShut) return ended(task, sock, flags, EPIPE);
  const isUrgent = (flags & MSG_OOB) !== 0;
  while (pending.done < bytes.length) {
    // A RST has come in answer to what went so far: who has sent something hears of it next time.
    if (sock.error !== 0 || sock.isWriteShut) return ended(task, sock, flags, EPIPE);
    const room = sock.sendRoom;
    if (room <= 0) {
      sock.hasWaitingWriter = true;
      const waited = isNonblocking(sock, flags)
        ? EAGAIN
        : sock.wait(task, [sock.queue], 0xffffffff, "send");
      return ended(task, sock, flags, waited);
    }
    const part = cut(bytes, pending.done, room);
    const isEnd = pending.done + part.length === length;
    pending.done += part.length;
    put(sock, part, isUrgent && isEnd);
  }
  return pending.done === 0 && length > 0 ? EFAULT : pending.done;
}

/** What is copied at a time is copied whole or not at all: of what cannot be read to its end, whole page fragments go. */
function wholeParts({ bytes, length }: Outgoing): Uint8Array {
  return bytes.length === length
    ? bytes
    : bytes.subarray(0, bytes.length - (bytes.length % FRAGMENT));
}

/** Up to `most` bytes from `start` on; mostly that is all, and no view need be made. */
function cut(bytes: Uint8Array, start: number, most: number): Uint8Array {
  return start === 0 && most >= bytes.length ? bytes : bytes.subarray(start, start + most);
}

/** Straight into the other side's buffer as far as there is room, the rest behind what is unsent. */
function put(sock: TcpSocket, bytes: Uint8Array, isUrgent: boolean): void {
  const { far } = sock;
  sock.sentCount += bytes.length;
  let rest = bytes;
  if (far !== null && sock.unsent.length === 0) {
    // The other side may have handed it on already, and take more.
    while (sock.far === far) {
      const part = cut(rest, 0, far.window);
      if (part.length === 0) break;
      const isEnd = part.length === rest.length;
      if (isUrgent && isEnd) far.urgent(part.length - 1);
      far.deliver(part);
      if (isEnd) return;
      rest = rest.subarray(part.length);
    }
  }
  if (isUrgent) sock.unsentUrgent = sock.unsent.length + rest.length - 1;
  sock.unsent.append(rest);
}

/** What has gone counts; only who could send nothing gets the error, and the signal. */
function ended(task: Task, sock: TcpSocket, flags: number, why: SyscallResult): SyscallResult {
  const { done } = task.pending;
  if (done > 0 && isErrno(why)) return done;
  if (why !== EPIPE) return why;
  const error: Errno | 0 = sock.takeError();
  if (error !== 0 && error !== EPIPE) return error;
  return (flags & MSG_NOSIGNAL) !== 0 ? EPIPE : brokenPipe(task);
}

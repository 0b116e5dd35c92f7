/** Receiving from TCP: tcp_recvmsg_locked(), tcp_recv_urg(). */
import {
  EAGAIN,
  EFAULT,
  EINVAL,
  ENOTCONN,
  isErrno,
  MSG_DONTWAIT,
  MSG_ERRQUEUE,
  MSG_OOB,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  TCP_CLOSE,
  TCP_LISTEN,
} from "@kernelet/abi";
import { PendingWait } from "../../kernel/pending-wait.ts";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import { receiveError } from "../ip/error-queue.ts";
import type { Incoming } from "../socket.ts";
import type { TcpSocket } from "./tcp-socket.ts";

/** What a read that waits for more has got. The bytes stay here: the next try has another buffer. */
class Progress extends PendingWait {
  bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    super();
    this.bytes = bytes;
  }
  override cancel(): void {}
}

function came(length: number, flags = 0): Incoming {
  return { length, fullLength: length, name: null, flags };
}

export function receiveTcp(
  task: Task,
  sock: TcpSocket,
  into: Uint8Array,
  flags: number,
  len: number,
): Incoming | SyscallResult {
  if ((flags & MSG_ERRQUEUE) !== 0) return receiveError(sock, into);
  if (sock.state === TCP_LISTEN) return ENOTCONN;
  if ((flags & MSG_OOB) !== 0) return receiveUrgent(sock, into, flags);

  const isDiscarded = (flags & MSG_TRUNC) !== 0;
  const there = Math.min(len, sock.received.length);
  // What cannot be copied out stays.
  if (into.length < there && !isDiscarded) return EFAULT;
  const isPeek = (flags & MSG_PEEK) !== 0;
  const buffer = isDiscarded && (isPeek || into.length < there) ? new Uint8Array(there) : into;
  const { pending } = task;
  const before = pending.data;
  let done = 0;
  if (before instanceof Progress && !isPeek) {
    buffer.set(before.bytes.subarray(0, buffer.length));
    done = Math.min(before.bytes.length, buffer.length);
  }
  const wanted = (flags & MSG_WAITALL) !== 0 ? buffer.length : sock.receiveLowat;
  const target = Math.max(1, Math.min(wanted, buffer.length));
  const { length, isOver } = isPeek ? peek(sock, buffer) : take(sock, buffer, done, flags);
  done = isPeek ? length : done + length;
  const mustStop = isOver || done >= target;
  if (!mustStop && (buffer.length > 0 || sock.received.length === 0)) {
    const waited = waitForMore(task, sock, flags, done > 0);
    if (waited !== "end" && (!isErrno(waited) || done === 0)) {
      if (!isErrno(waited)) pending.data = new Progress(buffer.slice(0, isPeek ? 0 : done));
      return waited;
    }
  }
  pending.data = null;
  return isDiscarded ? { ...came(done), isDiscarded } : came(done);
}

/** Nothing more is there now. */
function waitForMore(
  task: Task,
  sock: TcpSocket,
  flags: number,
  hasSome: boolean,
): "end" | SyscallResult {
  const isNonblocking = sock.isNonblocking || (flags & MSG_DONTWAIT) !== 0;
  if (hasSome) {
    if (isNonblocking || sock.error !== 0 || sock.state === TCP_CLOSE || sock.isReadShut)
      return "end";
  } else {
    if (sock.isDone) return "end";
    const error = sock.takeError();
    if (error !== 0) return error;
    if (sock.isReadShut) return "end";
    if (sock.state === TCP_CLOSE) return ENOTCONN;
    if (isNonblocking) return EAGAIN;
  }
  return sock.wait(task, [sock.queue], 0xffffffff, "receive");
}

interface Taken {
  readonly length: number;
  /** The read ends here, however little it has: before the mark of an urgent byte. */
  readonly isOver: boolean;
}

/** How many bytes may be read in one go before the mark. */
function untilMark(sock: TcpSocket, at: number): number {
  if (sock.urgentState === "none" || sock.urgentAt < at) return Number.POSITIVE_INFINITY;
  return sock.urgentAt - at;
}

function take(sock: TcpSocket, into: Uint8Array, from: number, flags: number): Taken {
  let done = from;
  let began = sock.readCount;
  let isOver = false;
  while (done < into.length) {
    const most = untilMark(sock, sock.readCount);
    if (most === 0) {
      if (done > 0) {
        isOver = true;
        break;
      }
      if (sock.received.length === 0) break;
      if (!sock.isUrgentInline) {
        sock.received.drop(1);
        sock.readCount++;
        sock.urgentState = "none";
        continue;
      }
    }
    // Bytes before the mark; after an inline urgent byte, all.
    const end = Math.min(into.length, done + (most === 0 ? into.length : most));
    const part = done === 0 && end === into.length ? into : into.subarray(done, end);
    const n = (flags & MSG_TRUNC) !== 0 ? dropSome(sock, part.length) : sock.received.take(part);
    if (n === 0) break;
    sock.readCount += n;
    done += n;
    if (sock.urgentState !== "none" && sock.urgentAt < sock.readCount) sock.urgentState = "none";
    // What waited for room comes now, and nobody is woken for it.
    sock.consumed(sock.readCount - began);
    began = sock.readCount;
  }
  sock.consumed(sock.readCount - began);
  return { length: done - from, isOver };
}

/** MSG_TRUNC: the bytes are thrown away. */
function dropSome(sock: TcpSocket, most: number): number {
  const n = Math.min(most, sock.received.length);
  sock.received.drop(n);
  return n;
}

function peek(sock: TcpSocket, into: Uint8Array): Taken {
  let skip = Math.max(0, sock.peekOffset);
  let most = untilMark(sock, sock.readCount + skip);
  if (most === 0 && !sock.isUrgentInline) {
    skip++;
    most = Number.POSITIVE_INFINITY;
  } else if (most === 0) most = Number.POSITIVE_INFINITY;
  const n = sock.received.peek(into.subarray(0, Math.min(most, into.length)), skip);
  if (sock.peekOffset >= 0) sock.peekOffset += n;
  return { length: n, isOver: n > 0 && n === most };
}

/** MSG_OOB: the urgent byte, once. */
function receiveUrgent(sock: TcpSocket, into: Uint8Array, flags: number): Incoming | SyscallResult {
  const { urgentState } = sock;
  if (sock.isUrgentInline || urgentState === "none" || urgentState === "read") return EINVAL;
  if (sock.state === TCP_CLOSE && !sock.isDone) return ENOTCONN;
  if (urgentState === "coming") {
    return sock.state === TCP_CLOSE || sock.isReadShut ? came(0) : EAGAIN;
  }
  if ((flags & MSG_PEEK) === 0) sock.urgentState = "read";
  if (into.length === 0) return came(0, MSG_OOB | MSG_TRUNC);
  if ((flags & MSG_TRUNC) === 0) into[0] = sock.urgentByte;
  return came(1, MSG_OOB);
}

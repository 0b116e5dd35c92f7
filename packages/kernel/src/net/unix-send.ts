/** Sending on unix sockets: unix_stream_sendmsg(), unix_dgram_sendmsg(). */
import {
  EAGAIN,
  ECONNREFUSED,
  EFAULT,
  EINVAL,
  EISCONN,
  EMSGSIZE,
  ENOTCONN,
  EOPNOTSUPP,
  EPERM,
  EPIPE,
  EPROTOTYPE,
  type Errno,
  isErrno,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  MSG_OOB,
  SOCK_SEQPACKET,
} from "@kernelet/abi";
import type { FileDescription } from "../fs/file-description.ts";
import { brokenPipe } from "../fs/pipe/pipe-file.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { sent } from "./in-flight.ts";
import { credentialsOf, type SenderCredentials } from "./sender-credentials.ts";
import { MAX_STREAM_BUFFER, recordTrueSize, streamTrueSize } from "./socket-buffer.ts";
import { ARRIVED, WRITABLE } from "./socket-events.ts";
import type { UnixSocket } from "./unix.ts";
import { decodeUnixAddress } from "./unix-address.ts";
import { findSocket } from "./unix-names.ts";

/** What goes with the bytes of a message. */
export interface Ancillary {
  /** Each holds a reference, which the message takes over when its first byte goes, and remains the caller's else. */
  readonly files: readonly FileDescription[];
  /** SCM_CREDENTIALS; absent: the sender's own, if somebody wants them. */
  readonly sender?: SenderCredentials;
}

export interface Outgoing {
  readonly bytes: Uint8Array;
  /** Of the whole message: more than there are bytes where not all of it can be read. Checked when it is copied. */
  readonly length: number;
  /** MSG_*. */
  readonly flags: number;
  readonly ancillary: Ancillary;
  /** The sockaddr of whom the message says that it goes to; null for the peer. Packets do not look at it. */
  readonly name: Uint8Array | null;
}

export function send(task: Task, socket: UnixSocket, out: Outgoing): SyscallResult {
  return socket.isStream ? sendStream(task, socket, out) : sendRecord(task, socket, out);
}

function isNonblocking(socket: UnixSocket, flags: number): boolean {
  return socket.isNonblocking || (flags & MSG_DONTWAIT) !== 0;
}

/** sock_alloc_send_pskb(): an error that waits, a shut side, or no room. */
function waitForRoom(task: Task, socket: UnixSocket, flags: number): "ready" | SyscallResult {
  const error = socket.takeError();
  if (error !== 0) return error;
  if (socket.isWriteShut) return EPIPE;
  if (socket.hasRoom) return "ready";
  if (isNonblocking(socket, flags)) return EAGAIN;
  return socket.wait(task, [socket.queue], WRITABLE, "send");
}

/** Bytes go in pieces; `task.pending.done` counts those that went. */
function sendStream(task: Task, socket: UnixSocket, out: Outgoing): SyscallResult {
  const { pending } = task;
  const { flags, bytes, length } = out;
  const isUrgent = (flags & MSG_OOB) !== 0;
  if (isUrgent && length === 0) return EOPNOTSUPP;
  if (out.name !== null) return socket.state === "connected" ? EISCONN : EOPNOTSUPP;
  const { peer } = socket;
  if (peer === null) return ENOTCONN;
  if (socket.isWriteShut) return broken(task, flags);
  if (length === 0) return 0;

  const inBand = isUrgent ? length - 1 : length;
  while (pending.done < length) {
    const room = waitForRoom(task, socket, flags);
    if (room === EPIPE) return broken(task, flags);
    if (room !== "ready") return isErrno(room) && pending.done > 0 ? pending.done : room;
    const left = pending.done < inBand ? inBand - pending.done : 1;
    const most = Math.min(Math.floor(socket.sendBuffer / 2) - 64, MAX_STREAM_BUFFER);
    const end = pending.done + Math.min(left, most);
    if (end > bytes.length) return pending.done > 0 ? pending.done : EFAULT;
    if (peer.isClosed || peer.isReadShut) return broken(task, flags);
    const part = bytes.slice(pending.done, end);
    deliver(task, socket, peer, part, pending.done === 0 ? out.ancillary : without(out.ancillary));
    if (isUrgent && pending.done === inBand) markUrgent(peer);
    pending.done += part.length;
  }
  return pending.done;
}

function without(ancillary: Ancillary): Ancillary {
  return ancillary.sender === undefined ? { files: [] } : { files: [], sender: ancillary.sender };
}

/** What has gone counts; only who could send nothing gets the signal. */
function broken(task: Task, flags: number): SyscallResult {
  const { done } = task.pending;
  if (done > 0) return done;
  return (flags & MSG_NOSIGNAL) !== 0 ? EPIPE : brokenPipe(task);
}

/** queue_oob(): the byte stands in the queue as well; a later one takes its place as the urgent one. */
function markUrgent(peer: UnixSocket): void {
  peer.urgent = peer.received.messages.at(-1) ?? null;
  peer.signalUrgent();
  peer.queue.wake(ARRIVED);
}

/** A datagram or packet goes whole or not at all. */
function sendRecord(task: Task, socket: UnixSocket, out: Outgoing): SyscallResult {
  const { bytes, length, flags, ancillary } = out;
  if (socket.type === SOCK_SEQPACKET) {
    const error = socket.takeError();
    if (error !== 0) return error;
    if (socket.state !== "connected") return ENOTCONN;
  }
  if ((flags & MSG_OOB) !== 0) return EOPNOTSUPP;
  const isNamed = out.name !== null && socket.type !== SOCK_SEQPACKET;
  const address = isNamed ? decodeUnixAddress(out.name) : null;
  if (isErrno(address)) return address;
  if (address?.kind === "unnamed") return EINVAL;
  if (socket.passesCredentials || socket.passesPidfd) socket.autobind();
  if (length > socket.sendBuffer - 32) return EMSGSIZE;
  const room = waitForRoom(task, socket, flags);
  if (room !== "ready") return room;
  if (bytes.length < length) return EFAULT;
  // Whom it is for is asked last, as Linux does since 6.14.
  const target = address === null ? (socket.peer ?? ENOTCONN) : findSocket(task, socket, address);
  if (isErrno(target)) return target;
  const refused = refusal(socket, target, isNamed);
  if (refused !== 0) return refused;
  if (target.isFullFor(socket)) {
    if (isNonblocking(socket, flags)) return EAGAIN;
    return socket.wait(task, [target.placeQueue], 0xffffffff, "send");
  }
  deliver(task, socket, target, bytes.slice(), ancillary);
  return bytes.length;
}

function refusal(socket: UnixSocket, target: UnixSocket, isNamed: boolean): 0 | Errno {
  if (isNamed && target.type !== socket.type) return EPROTOTYPE;
  if (!target.takesFrom(socket)) return EPERM;
  if (target.isClosed) {
    if (!isNamed) socket.disconnect();
    return socket.type === SOCK_SEQPACKET ? EPIPE : ECONNREFUSED;
  }
  return target.isReadShut ? EPIPE : 0;
}

function deliver(
  task: Task,
  socket: UnixSocket,
  to: UnixSocket,
  bytes: Uint8Array,
  ancillary: Ancillary,
): void {
  const isWanted = [socket, to].some((side) => side.passesCredentials || side.passesPidfd);
  const size = (socket.isStream ? streamTrueSize : recordTrueSize)(bytes.length);
  socket.allocated += size;
  sent(ancillary.files);
  to.received.push({
    bytes,
    start: 0,
    sender: ancillary.sender ?? (isWanted ? credentialsOf(task) : null),
    files: ancillary.files,
    owner: socket,
    size,
  });
  to.queue.wake(ARRIVED);
}

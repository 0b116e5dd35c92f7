/** getsockopt(2), setsockopt(2): socket(7), unix(7). One row for each option. */
import {
  AF_UNIX,
  EFAULT,
  EINVAL,
  ENODATA,
  ENOPROTOOPT,
  EOPNOTSUPP,
  type Errno,
  isErrno,
  SO_ACCEPTCONN,
  SO_BROADCAST,
  SO_DOMAIN,
  SO_DONTROUTE,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_NO_CHECK,
  SO_OOBINLINE,
  SO_PASSCRED,
  SO_PEERCRED,
  SO_PEERGROUPS,
  SO_PEERSEC,
  SO_PRIORITY,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_RCVLOWAT,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_SNDBUF,
  SO_SNDBUFFORCE,
  SO_SNDTIMEO,
  SO_TIMESTAMP,
  SO_TYPE,
  SOL_SOCKET,
  TIMEVAL,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { DEFAULT_BUFFER_SIZE, type UnixSocket } from "../net/unix.ts";
import type { SyscallArgs } from "./args.ts";
import { encodeCredentials } from "./struct-msghdr.ts";
import { socketOf } from "./sys_socket.ts";

interface Option {
  readonly get: (sock: UnixSocket) => number | Uint8Array | Errno;
  /** Absent: cannot be set. */
  readonly set?: (sock: UnixSocket, value: number, bytes: Uint8Array) => 0 | Errno;
}

/** An option without meaning for unix sockets: taken and shown as off. */
const IGNORED: Option = { get: () => 0, set: () => 0 };
const NSEC_PER_SEC = 1_000_000_000;
/** The least that SO_SNDBUF sets (SOCK_MIN_SNDBUF). */
const LEAST_BUFFER = 4608;

function timeout(field: "receiveTimeoutNs" | "sendTimeoutNs"): Option {
  return {
    get(sock) {
      const bytes = new Uint8Array(TIMEVAL.size);
      const view = new DataView(bytes.buffer);
      const ns = sock[field];
      view.setBigInt64(TIMEVAL.tv_sec, BigInt(Math.floor(ns / NSEC_PER_SEC)), true);
      view.setBigInt64(TIMEVAL.tv_usec, BigInt(Math.floor((ns % NSEC_PER_SEC) / 1000)), true);
      return bytes;
    },
    set(sock, _value, bytes) {
      if (bytes.length < TIMEVAL.size) return EINVAL;
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      const sec = Number(view.getBigInt64(TIMEVAL.tv_sec, true));
      const usec = Number(view.getBigInt64(TIMEVAL.tv_usec, true));
      if (usec < 0 || usec > 999_999) return EINVAL;
      sock[field] = Math.max(0, sec) * NSEC_PER_SEC + usec * 1000;
      return 0;
    },
  };
}

/** Linux doubles what is asked for, to make room for its own bookkeeping. */
const sendBuffer: Option = {
  get: (sock) => sock.sendBuffer,
  set(sock, value) {
    sock.sendBuffer = Math.max(LEAST_BUFFER, Math.min(value >>> 0, DEFAULT_BUFFER_SIZE) * 2);
    return 0;
  },
};
const receiveBuffer: Option = { get: () => DEFAULT_BUFFER_SIZE, set: () => 0 };

const OPTIONS: ReadonlyMap<number, Option> = new Map<number, Option>([
  [SO_TYPE, { get: (sock) => sock.type }],
  [SO_DOMAIN, { get: () => AF_UNIX }],
  [SO_PROTOCOL, { get: () => 0 }],
  [SO_ACCEPTCONN, { get: (sock) => (sock.isListening ? 1 : 0) }],
  [SO_ERROR, { get: takeError }],
  [SO_PASSCRED, { get: (sock) => (sock.passesCredentials ? 1 : 0), set: setPassCred }],
  [SO_PEERCRED, { get: peerCredentials }],
  [SO_PEERGROUPS, { get: () => ENODATA }],
  [SO_PEERSEC, { get: () => ENOPROTOOPT }],
  [SO_SNDBUF, sendBuffer],
  [SO_SNDBUFFORCE, sendBuffer],
  [SO_RCVBUF, receiveBuffer],
  [SO_RCVBUFFORCE, receiveBuffer],
  [SO_RCVTIMEO, timeout("receiveTimeoutNs")],
  [SO_SNDTIMEO, timeout("sendTimeoutNs")],
  [SO_RCVLOWAT, { get: () => 1, set: () => 0 }],
  [SO_LINGER, { get: () => new Uint8Array(8), set: () => 0 }],
  [SO_REUSEADDR, IGNORED],
  [SO_REUSEPORT, { get: () => 0, set: () => EOPNOTSUPP }],
  [SO_KEEPALIVE, IGNORED],
  [SO_BROADCAST, IGNORED],
  [SO_DONTROUTE, IGNORED],
  [SO_OOBINLINE, IGNORED],
  [SO_NO_CHECK, IGNORED],
  [SO_PRIORITY, IGNORED],
  [SO_TIMESTAMP, IGNORED],
]);

function takeError(sock: UnixSocket): number {
  const { error } = sock;
  sock.error = 0;
  return -error;
}

function setPassCred(sock: UnixSocket, value: number): 0 {
  sock.passesCredentials = value !== 0;
  return 0;
}

/** Of the peer when it connected, listened or was made; nobody: pid 0 and the overflow ids. */
function peerCredentials(sock: UnixSocket): Uint8Array {
  const nobody = { pid: 0, uid: 0xffffffff, gid: 0xffffffff };
  return encodeCredentials(sock.peer?.identity ?? nobody);
}

export function getsockopt(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const room = task.mm.readInt32(args.pointer(4));
  if (room === null) return EFAULT;
  if (room < 0) return EINVAL;
  if (args.int(1) !== SOL_SOCKET) return EOPNOTSUPP;
  const value = OPTIONS.get(args.int(2))?.get(sock) ?? ENOPROTOOPT;
  if (isErrno(value)) return value;
  const bytes =
    typeof value === "number" ? new Uint8Array(Int32Array.of(value).buffer) : (value as Uint8Array);
  const part = bytes.subarray(0, room);
  const result = task.mm.copyOut(args.pointer(3), part);
  return isErrno(result) ? result : task.mm.writeInt32(args.pointer(4), part.length);
}

export function setsockopt(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  if (args.int(1) !== SOL_SOCKET) return EOPNOTSUPP;
  const option = OPTIONS.get(args.int(2));
  const len = args.int(4);
  if (len < 4) return EINVAL;
  const bytes = task.mm.copyIn(args.pointer(3), Math.min(len, 64));
  if (isErrno(bytes)) return bytes;
  const value = new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);
  return option?.set?.(sock, value, bytes) ?? ENOPROTOOPT;
}

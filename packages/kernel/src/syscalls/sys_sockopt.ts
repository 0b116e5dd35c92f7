/** getsockopt(2), setsockopt(2): socket(7), unix(7). One row for each option. */
import {
  AF_UNIX,
  CAP_NET_ADMIN,
  EDOM,
  EFAULT,
  EINVAL,
  ENODATA,
  ENOPROTOOPT,
  ENOTCONN,
  EOPNOTSUPP,
  EPERM,
  ERANGE,
  type Errno,
  isErrno,
  LINGER,
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
  SO_PASSPIDFD,
  SO_PEEK_OFF,
  SO_PEERCRED,
  SO_PEERGROUPS,
  SO_PEERNAME,
  SO_PEERPIDFD,
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
  SO_SNDLOWAT,
  SO_SNDTIMEO,
  SO_TIMESTAMP,
  SO_TYPE,
  SOL_SOCKET,
  TIMEVAL,
} from "@kernelet/abi";
import { openPidfd } from "../fs/pidfd.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { DEFAULT_BUFFER_SIZE, type UnixSocket } from "../net/unix.ts";
import { encodeUnixAddress } from "../net/unix-address.ts";
import type { SyscallArgs } from "./args.ts";
import { encodeCredentials } from "./struct-msghdr.ts";
import { socketOf } from "./sys_socket.ts";

interface Option {
  readonly get: (sock: UnixSocket, task: Task) => number | Uint8Array | Errno;
  /** Absent: cannot be set. */
  readonly set?: (sock: UnixSocket, value: number, bytes: Uint8Array, task: Task) => 0 | Errno;
}

const NSEC_PER_SEC = 1_000_000_000;
/** The least that SO_SNDBUF and SO_RCVBUF set: SOCK_MIN_SNDBUF, SOCK_MIN_RCVBUF. */
const LEAST_SEND_BUFFER = 4608;
const LEAST_RECEIVE_BUFFER = 2304;
const INT_MAX = 0x7fffffff;

/** An option that is kept and means nothing to unix sockets: on or off. */
function kept(option: number): Option {
  return {
    get: (sock) => sock.options.get(option) ?? 0,
    set(sock, value) {
      sock.options.set(option, value !== 0 ? 1 : 0);
      return 0;
    },
  };
}

/** A field that is on or off. */
function flag(field: "passesCredentials" | "passesPidfd" | "isUrgentInline"): Option {
  return {
    get: (sock) => (sock[field] ? 1 : 0),
    set(sock, value) {
      sock[field] = value !== 0;
      return 0;
    },
  };
}

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
      if (usec < 0 || usec > 999_999) return EDOM;
      // A negative time is over at once; the least that is not "for ever" stands for it.
      sock[field] = sec < 0 ? 1 : sec * NSEC_PER_SEC + usec * 1000;
      return 0;
    },
  };
}

/** Linux doubles what is asked for, to make room for its own bookkeeping. */
function bufferSize(field: "sendBuffer" | "receiveBuffer", least: number): Option {
  return {
    get: (sock) => sock[field],
    set(sock, value) {
      sock[field] = Math.max(least, Math.min(value >>> 0, DEFAULT_BUFFER_SIZE) * 2);
      return 0;
    },
  };
}

/** SO_SNDBUFFORCE, SO_RCVBUFFORCE. Beyond the limit they would let a guest use the host's memory: they obey it too. */
function forced(option: Option): Option {
  return {
    get: () => ENOPROTOOPT,
    set: (sock, value, bytes, task) =>
      task.credentials.has(CAP_NET_ADMIN)
        ? (option.set?.(sock, Math.max(0, value), bytes, task) ?? 0)
        : EPERM,
  };
}

const sendBuffer: Option = bufferSize("sendBuffer", LEAST_SEND_BUFFER);
const receiveBuffer: Option = bufferSize("receiveBuffer", LEAST_RECEIVE_BUFFER);

const linger: Option = {
  get: (sock) =>
    new Uint8Array(
      Int32Array.of(sock.options.get(SO_LINGER) ?? 0, sock.options.get(-SO_LINGER) ?? 0).buffer,
    ),
  set(sock, value, bytes) {
    if (bytes.length < LINGER.size) return EINVAL;
    sock.options.set(SO_LINGER, value !== 0 ? 1 : 0);
    if (value !== 0) {
      const seconds = new DataView(bytes.buffer, bytes.byteOffset).getInt32(LINGER.l_linger, true);
      sock.options.set(-SO_LINGER, seconds);
    }
    return 0;
  },
};

const OPTIONS: ReadonlyMap<number, Option> = new Map<number, Option>([
  [SO_TYPE, { get: (sock) => sock.type }],
  [SO_DOMAIN, { get: () => AF_UNIX }],
  [SO_PROTOCOL, { get: () => 0 }],
  [SO_ACCEPTCONN, { get: (sock) => (sock.isListening ? 1 : 0) }],
  [SO_ERROR, { get: (sock) => -sock.takeError() }],
  [SO_PASSCRED, flag("passesCredentials")],
  [SO_PASSPIDFD, flag("passesPidfd")],
  [SO_PEERCRED, { get: (sock, task) => encodeCredentials(task, sock.peerIdentity) }],
  [SO_PEERPIDFD, { get: peerPidfd }],
  [SO_PEERGROUPS, { get: peerGroups }],
  [SO_PEERNAME, { get: peerName }],
  [SO_PEERSEC, { get: () => ENOPROTOOPT }],
  [SO_SNDBUF, sendBuffer],
  [SO_SNDBUFFORCE, forced(sendBuffer)],
  [SO_RCVBUF, receiveBuffer],
  [SO_RCVBUFFORCE, forced(receiveBuffer)],
  [SO_RCVTIMEO, timeout("receiveTimeoutNs")],
  [SO_SNDTIMEO, timeout("sendTimeoutNs")],
  [SO_RCVLOWAT, { get: (sock) => sock.receiveLowat, set: setLowat }],
  [SO_SNDLOWAT, { get: () => 1 }],
  [SO_PEEK_OFF, { get: peekOffset, set: setPeekOffset }],
  [SO_LINGER, linger],
  [SO_REUSEADDR, kept(SO_REUSEADDR)],
  [SO_REUSEPORT, { get: () => 0, set: (_sock, value) => (value !== 0 ? EOPNOTSUPP : 0) }],
  [SO_KEEPALIVE, kept(SO_KEEPALIVE)],
  [SO_BROADCAST, kept(SO_BROADCAST)],
  [SO_DONTROUTE, kept(SO_DONTROUTE)],
  [SO_OOBINLINE, flag("isUrgentInline")],
  [SO_NO_CHECK, kept(SO_NO_CHECK)],
  [SO_PRIORITY, { get: (sock) => sock.options.get(SO_PRIORITY) ?? 0, set: setPriority }],
  [SO_TIMESTAMP, kept(SO_TIMESTAMP)],
]);

function setLowat(sock: UnixSocket, value: number): 0 {
  sock.receiveLowat = value < 0 ? INT_MAX : Math.max(1, value);
  return 0;
}

/** It may be -1, which is no errno. */
function peekOffset(sock: UnixSocket): Uint8Array {
  return new Uint8Array(Int32Array.of(sock.peekOffset).buffer);
}

function setPeekOffset(sock: UnixSocket, value: number): 0 {
  sock.peekOffset = value;
  return 0;
}

function setPriority(sock: UnixSocket, value: number, _bytes: Uint8Array, task: Task): 0 | Errno {
  if ((value < 0 || value > 6) && !task.credentials.has(CAP_NET_ADMIN)) return EPERM;
  sock.options.set(SO_PRIORITY, value);
  return 0;
}

function peerPidfd(sock: UnixSocket, task: Task): number | Errno {
  const { group } = sock.peerIdentity;
  if (group === undefined) return ENODATA;
  return openPidfd(task, group, 0);
}

function peerGroups(sock: UnixSocket): Uint8Array | Errno {
  const { group } = sock.peerIdentity;
  if (group === undefined) return ENODATA;
  return new Uint8Array(Uint32Array.from(group.leader.credentials.groups).buffer);
}

function peerName(sock: UnixSocket): Uint8Array | Errno {
  return sock.peer === null ? ENOTCONN : encodeUnixAddress(sock.peer.address);
}

export function getsockopt(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const room = task.mm.readInt32(args.pointer(4));
  if (room === null) return EFAULT;
  if (room < 0) return EINVAL;
  if (args.int(1) !== SOL_SOCKET) return EOPNOTSUPP;
  const option = args.int(2);
  const value = OPTIONS.get(option)?.get(sock, task) ?? ENOPROTOOPT;
  if (isErrno(value)) return value;
  const bytes =
    typeof value === "number" ? new Uint8Array(Int32Array.of(value).buffer) : (value as Uint8Array);
  if (option === SO_PEERGROUPS && bytes.length > room) {
    return isErrno(task.mm.writeInt32(args.pointer(4), bytes.length)) ? EFAULT : ERANGE;
  }
  if (option === SO_PEERNAME && bytes.length < room) return EINVAL;
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
  return option?.set?.(sock, value, bytes, task) ?? ENOPROTOOPT;
}

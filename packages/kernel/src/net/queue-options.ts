/**
 * SOL_SOCKET: what any socket keeps about the way of its packets through devices and queues. Without devices that would act by
 * it, it is kept, checked and told. net/core/sock.c.
 */
import {
  CAP_NET_ADMIN,
  CAP_NET_RAW,
  EACCES,
  EINVAL,
  ENOENT,
  EOPNOTSUPP,
  EPERM,
  type Errno,
  SO_ATTACH_FILTER,
  SO_BPF_EXTENSIONS,
  SO_BSDCOMPAT,
  SO_BUF_LOCK,
  SO_BUSY_POLL,
  SO_BUSY_POLL_BUDGET,
  SO_CNX_ADVICE,
  SO_COOKIE,
  SO_DEBUG,
  SO_DETACH_FILTER,
  SO_INCOMING_CPU,
  SO_INCOMING_NAPI_ID,
  SO_LOCK_FILTER,
  SO_MARK,
  SO_MAX_PACING_RATE,
  SO_NOFCS,
  SO_PREFER_BUSY_POLL,
  SO_RCVMARK,
  SO_RESERVE_MEM,
  SO_RXQ_OVFL,
  SO_SELECT_ERR_QUEUE,
  SO_TIMESTAMP,
  SO_TIMESTAMPNS,
  SO_TXREHASH,
  SO_WIFI_STATUS,
} from "@kernelet/abi";
import type { Task } from "../kernel/task.ts";
import { storeU64 } from "../mm/store-u64.ts";
import type { Socket } from "./socket.ts";
import { intBytes, kept, type OptionRows, type SocketOption } from "./socket-option.ts";

/** SKF_AD_MAX: what a socket filter may ask for. */
const BPF_EXTENSIONS = 64;
const BUF_LOCK_MASK = 3;
const BUDGET_MAX = 0xffff;

type Check = (value: number, task: Task) => 0 | Errno;

/** A number that is kept as it is. */
function number(option: number, standard: number, check: Check): SocketOption {
  return {
    get: (sock) => intBytes(sock.options.get(option) ?? standard),
    set(sock, value, _bytes, task) {
      const refused = check(value, task);
      if (refused === 0) sock.options.set(option, value);
      return refused;
    },
  };
}

/** On or off; to be on takes CAP_NET_ADMIN. */
function adminFlag(option: number, errno: Errno): SocketOption {
  return {
    ...kept(option),
    set(sock, value, _bytes, task) {
      if (value !== 0 && !task.credentials.has(CAP_NET_ADMIN)) return errno;
      sock.options.set(option, value !== 0 ? 1 : 0);
      return 0;
    },
  };
}

const mayMark: Check = (_value, { credentials }) =>
  credentials.has(CAP_NET_ADMIN) || credentials.has(CAP_NET_RAW) ? 0 : EPERM;

const mayPoll: Check = (value) => (value < 0 ? EINVAL : 0);

/** More than there is takes a capability. */
function setBudget(sock: Socket, value: number, _bytes: Uint8Array, task: Task): 0 | Errno {
  const before = sock.options.get(SO_BUSY_POLL_BUDGET) ?? 0;
  if (value > before && !task.credentials.has(CAP_NET_ADMIN)) return EPERM;
  if (value < 0 || value > BUDGET_MAX) return EINVAL;
  sock.options.set(SO_BUSY_POLL_BUDGET, value);
  return 0;
}

/** The two kinds of time stamps replace each other. */
function timestamp(option: number, other: number): SocketOption {
  return {
    get: (sock) => sock.options.get(option) ?? 0,
    set(sock, value) {
      sock.options.set(option, value !== 0 ? 1 : 0);
      sock.options.set(other, 0);
      return 0;
    },
  };
}

/** A number that stays the same for the life of the socket, and no other has. */
const cookie: SocketOption = {
  get(sock, _task, room) {
    if (room < 8) return EINVAL;
    const bytes = new Uint8Array(8);
    storeU64(new DataView(bytes.buffer), 0, sock.inode.ino);
    return bytes;
  },
};

/** Bytes a second; all bits: no limit. It is an int to whoever has no room for more. */
const pacingRate: SocketOption = {
  size: 8,
  get(sock, _task, room) {
    const rate = sock.options.get(SO_MAX_PACING_RATE) ?? -1;
    const bytes = new Uint8Array(room < 8 ? 4 : 8);
    const view = new DataView(bytes.buffer);
    if (room < 8) view.setUint32(0, rate < 0 ? 0xffff_ffff : Math.min(rate, 0xffff_ffff), true);
    else storeU64(view, 0, rate);
    return bytes;
  },
  set(sock, value, bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const rate =
      bytes.length < 8 ? (value === -1 ? -1 : value >>> 0) : Number(view.getBigInt64(0, true));
    sock.options.set(SO_MAX_PACING_RATE, rate);
    return 0;
  },
};

/** There is no memory that could be set aside for a socket. */
function reserveMemory(_sock: Socket, value: number): Errno {
  return value < 0 ? EINVAL : EOPNOTSUPP;
}

function isLocked({ options }: Socket): boolean {
  return options.get(SO_LOCK_FILTER) === 1;
}

/** For good. */
function lockFilter(sock: Socket, value: number): 0 | Errno {
  if (value === 0 && isLocked(sock)) return EPERM;
  sock.options.set(SO_LOCK_FILTER, value !== 0 ? 1 : 0);
  return 0;
}

export const QUEUE_ROWS: OptionRows = [
  [SO_DEBUG, adminFlag(SO_DEBUG, EACCES)],
  [SO_BSDCOMPAT, { get: () => 0, set: () => 0 }],
  [SO_MARK, number(SO_MARK, 0, mayMark)],
  [SO_RCVMARK, kept(SO_RCVMARK)],
  [SO_TIMESTAMP, timestamp(SO_TIMESTAMP, SO_TIMESTAMPNS)],
  [SO_TIMESTAMPNS, timestamp(SO_TIMESTAMPNS, SO_TIMESTAMP)],
  [SO_RXQ_OVFL, kept(SO_RXQ_OVFL)],
  [SO_WIFI_STATUS, kept(SO_WIFI_STATUS)],
  [SO_NOFCS, kept(SO_NOFCS)],
  // No filter is ever there: SO_ATTACH_FILTER, which is SO_GET_FILTER to getsockopt(2), cannot be set.
  [SO_ATTACH_FILTER, { get: () => new Uint8Array(0) }],
  [SO_DETACH_FILTER, { set: (sock) => (isLocked(sock) ? EPERM : ENOENT) }],
  [SO_LOCK_FILTER, { ...kept(SO_LOCK_FILTER), set: lockFilter }],
  [SO_BPF_EXTENSIONS, { get: () => BPF_EXTENSIONS }],
  [SO_SELECT_ERR_QUEUE, kept(SO_SELECT_ERR_QUEUE)],
  [SO_BUSY_POLL, number(SO_BUSY_POLL, 0, mayPoll)],
  [SO_PREFER_BUSY_POLL, adminFlag(SO_PREFER_BUSY_POLL, EPERM)],
  [SO_BUSY_POLL_BUDGET, { set: setBudget }],
  [SO_MAX_PACING_RATE, pacingRate],
  [SO_INCOMING_CPU, number(SO_INCOMING_CPU, -1, () => 0)],
  [SO_INCOMING_NAPI_ID, { get: () => 0 }],
  [SO_CNX_ADVICE, { set: () => 0 }],
  [SO_COOKIE, cookie],
  [SO_BUF_LOCK, number(SO_BUF_LOCK, 0, (value) => (value & ~BUF_LOCK_MASK ? EINVAL : 0))],
  [SO_RESERVE_MEM, { get: () => 0, set: reserveMemory }],
  [SO_TXREHASH, { get: () => EOPNOTSUPP, set: () => EOPNOTSUPP }],
];

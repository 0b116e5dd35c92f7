/** SOL_SOCKET of the Internet families: what they have besides what all have. socket(7). */
import {
  CAP_NET_ADMIN,
  CAP_NET_RAW,
  EACCES,
  EINVAL,
  ENOPROTOOPT,
  EOPNOTSUPP,
  EPERM,
  type Errno,
  SO_BSDCOMPAT,
  SO_BUSY_POLL,
  SO_COOKIE,
  SO_DEBUG,
  SO_INCOMING_CPU,
  SO_INCOMING_NAPI_ID,
  SO_LOCK_FILTER,
  SO_MARK,
  SO_PASSCRED,
  SO_PEERCRED,
  SO_RCVBUF,
  SO_REUSEPORT,
  SO_RXQ_OVFL,
  SO_SELECT_ERR_QUEUE,
  SO_SNDBUF,
  SO_TIMESTAMP,
  SO_TIMESTAMPNS,
  UCRED,
} from "@kernelet/abi";
import type { Task } from "../kernel/task.ts";
import type { InetSocket } from "./inet-socket.ts";
import { intBytes, type OptionRows, type SocketOption } from "./socket-option.ts";
import { kept, SOCKET_ROWS } from "./socket-options.ts";

function nobody(): Uint8Array {
  const bytes = new Uint8Array(UCRED.size);
  bytes.fill(0xff, UCRED.uid);
  return bytes;
}

function mark(sock: InetSocket, value: number, _bytes: Uint8Array, task: Task): 0 | Errno {
  if (!task.credentials.has(CAP_NET_ADMIN) && !task.credentials.has(CAP_NET_RAW)) return EPERM;
  sock.options.set(SO_MARK, value);
  return 0;
}

function debug(sock: InetSocket, value: number, _bytes: Uint8Array, task: Task): 0 | Errno {
  if (value !== 0 && !task.credentials.has(CAP_NET_ADMIN)) return EACCES;
  sock.options.set(SO_DEBUG, value !== 0 ? 1 : 0);
  return 0;
}

/** The two kinds of time stamps replace each other. */
function timestamp(option: number, other: number): SocketOption<InetSocket> {
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
function cookie(sock: InetSocket): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(sock.inode.ino), true);
  return bytes;
}

/** A size that the program sets stays. */
function fixedBuffer(option: number): SocketOption<InetSocket> {
  const common = SOCKET_ROWS.find(([nr]) => nr === option)?.[1];
  return {
    get: common?.get,
    set(sock, value, bytes, task) {
      sock.fixBuffer(option === SO_RCVBUF ? "receive" : "send");
      return common?.set?.(sock, value, bytes, task) ?? ENOPROTOOPT;
    },
  };
}

const ROWS: OptionRows<InetSocket> = [
  [SO_DEBUG, { get: (sock) => sock.options.get(SO_DEBUG) ?? 0, set: debug }],
  [SO_REUSEPORT, kept(SO_REUSEPORT)],
  [SO_BSDCOMPAT, { get: () => 0, set: () => 0 }],
  [SO_PASSCRED, { get: () => EOPNOTSUPP, set: () => EOPNOTSUPP }],
  [SO_PEERCRED, { get: nobody }],
  [SO_RCVBUF, fixedBuffer(SO_RCVBUF)],
  [SO_SNDBUF, fixedBuffer(SO_SNDBUF)],
  [SO_MARK, { get: (sock) => intBytes(sock.options.get(SO_MARK) ?? 0), set: mark }],
  [SO_TIMESTAMP, timestamp(SO_TIMESTAMP, SO_TIMESTAMPNS)],
  [SO_TIMESTAMPNS, timestamp(SO_TIMESTAMPNS, SO_TIMESTAMP)],
  [SO_RXQ_OVFL, kept(SO_RXQ_OVFL)],
  [SO_LOCK_FILTER, kept(SO_LOCK_FILTER)],
  [SO_SELECT_ERR_QUEUE, kept(SO_SELECT_ERR_QUEUE)],
  [SO_BUSY_POLL, { get: (sock) => sock.options.get(SO_BUSY_POLL) ?? 0, set: busyPoll }],
  [SO_INCOMING_CPU, { get: () => 0, set: () => 0 }],
  [SO_INCOMING_NAPI_ID, { get: () => 0 }],
  [SO_COOKIE, { get: cookie }],
];

function busyPoll(sock: InetSocket, value: number): 0 | Errno {
  if (value < 0) return EINVAL;
  sock.options.set(SO_BUSY_POLL, value);
  return 0;
}

export const INET_SOCKET_OPTIONS: ReadonlyMap<number, SocketOption> = new Map([
  ...SOCKET_ROWS,
  ...(ROWS as OptionRows),
]);

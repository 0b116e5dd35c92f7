/** SOL_SOCKET: the options that sockets of all families have. socket(7), net/core/sock.c. */
import {
  CAP_NET_ADMIN,
  CAP_NET_RAW,
  EDOM,
  EINVAL,
  ENODATA,
  ENODEV,
  ENOPROTOOPT,
  ENOTCONN,
  EPERM,
  type Errno,
  isErrno,
  LINGER,
  SO_ACCEPTCONN,
  SO_BINDTODEVICE,
  SO_BINDTOIFINDEX,
  SO_BROADCAST,
  SO_DOMAIN,
  SO_DONTROUTE,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_NO_CHECK,
  SO_OOBINLINE,
  SO_PEEK_OFF,
  SO_PEERGROUPS,
  SO_PEERNAME,
  SO_PEERSEC,
  SO_PRIORITY,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_RCVLOWAT,
  SO_RCVTIMEO,
  SO_RCVTIMEO_NEW,
  SO_REUSEADDR,
  SO_SNDBUF,
  SO_SNDBUFFORCE,
  SO_SNDLOWAT,
  SO_SNDTIMEO,
  SO_SNDTIMEO_NEW,
  SO_TYPE,
  TIMEVAL,
} from "@kernelet/abi";
import { decodeName, encodeName } from "../fs/name.ts";
import type { Task } from "../kernel/task.ts";
import { QUEUE_ROWS } from "./queue-options.ts";
import { DEFAULT_BUFFER_SIZE, type Socket } from "./socket.ts";
import { flagOption, intBytes, kept, type OptionRows, type SocketOption } from "./socket-option.ts";

const NSEC_PER_SEC = 1_000_000_000;
/** The least that SO_SNDBUF and SO_RCVBUF set: SOCK_MIN_SNDBUF, SOCK_MIN_RCVBUF. */
const LEAST_SEND_BUFFER = 4608;
const LEAST_RECEIVE_BUFFER = 2304;
const INT_MAX = 0x7fffffff;
/** Bytes of an interface's name, with its NUL. */
export const IFNAMSIZ = 16;

function timeout(field: "receiveTimeoutNs" | "sendTimeoutNs"): SocketOption {
  return {
    get(sock) {
      const bytes = new Uint8Array(TIMEVAL.size);
      const view = new DataView(bytes.buffer);
      const ns = sock[field];
      view.setBigInt64(TIMEVAL.tv_sec, BigInt(Math.floor(ns / NSEC_PER_SEC)), true);
      view.setBigInt64(TIMEVAL.tv_usec, BigInt(Math.floor((ns % NSEC_PER_SEC) / 1000)), true);
      return bytes;
    },
    size: TIMEVAL.size,
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
function bufferSize(field: "sendBuffer" | "receiveBuffer", least: number): SocketOption {
  return {
    get: (sock) => sock[field],
    set(sock, value) {
      sock[field] = Math.max(least, Math.min(value >>> 0, DEFAULT_BUFFER_SIZE) * 2);
      sock.buffersChanged();
      return 0;
    },
  };
}

/** SO_SNDBUFFORCE, SO_RCVBUFFORCE. Beyond the limit they would let a guest use the host's memory: they obey it too. */
function forced(option: SocketOption): SocketOption {
  return {
    get: () => ENOPROTOOPT,
    set: (sock, value, bytes, task) =>
      task.credentials.has(CAP_NET_ADMIN)
        ? (option.set?.(sock, Math.max(0, value), bytes, task) ?? 0)
        : EPERM,
  };
}

const sendBuffer: SocketOption = bufferSize("sendBuffer", LEAST_SEND_BUFFER);
const receiveBuffer: SocketOption = bufferSize("receiveBuffer", LEAST_RECEIVE_BUFFER);

const linger: SocketOption = {
  get: ({ options }) => intBytes(options.get(SO_LINGER) ?? 0, options.get(-SO_LINGER) ?? 0),
  size: LINGER.size,
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

function setLowat(sock: Socket, value: number): 0 {
  sock.receiveLowat = Math.min(value < 0 ? INT_MAX : Math.max(1, value), sock.mostLowat);
  sock.queue.wake();
  return 0;
}

function setPeekOffset(sock: Socket, value: number): 0 {
  sock.peekOffset = value;
  return 0;
}

function setPriority(sock: Socket, value: number, _bytes: Uint8Array, task: Task): 0 | Errno {
  if ((value < 0 || value > 6) && !task.credentials.has(CAP_NET_ADMIN)) return EPERM;
  sock.options.set(SO_PRIORITY, value);
  return 0;
}

function peerName(sock: Socket): Uint8Array | Errno {
  const name = sock.peerName();
  return isErrno(name) ? ENOTCONN : name;
}

/** Sockets of any family take them; only those with addresses mean something by it. */
const device: SocketOption = {
  least: 0,
  size: IFNAMSIZ,
  get(sock) {
    const name = sock.namespace.stack.device(sock.boundDevice)?.name;
    return name === undefined ? new Uint8Array(0) : encodeName(`${name}\0`);
  },
  set(sock, _value, bytes, task) {
    const nul = bytes.indexOf(0);
    const name = decodeName(nul < 0 ? bytes : bytes.subarray(0, nul));
    if (sock.boundDevice !== 0 && !task.credentials.has(CAP_NET_RAW)) return EPERM;
    const found = name === "" ? null : sock.namespace.stack.deviceNamed(name);
    if (found === undefined) return ENODEV;
    sock.boundDevice = found?.index ?? 0;
    return 0;
  },
};

const deviceIndex: SocketOption = {
  get: (sock) => sock.boundDevice,
  set(sock, value, _bytes, task) {
    if (value < 0) return EINVAL;
    if (sock.boundDevice !== 0 && !task.credentials.has(CAP_NET_RAW)) return EPERM;
    sock.boundDevice = value;
    return 0;
  },
};

export const SOCKET_ROWS: OptionRows = [
  [SO_BINDTODEVICE, device],
  [SO_BINDTOIFINDEX, deviceIndex],
  [SO_TYPE, { get: (sock) => sock.type }],
  [SO_DOMAIN, { get: (sock) => sock.family }],
  [SO_PROTOCOL, { get: (sock) => sock.protocol }],
  [SO_ACCEPTCONN, { get: (sock) => (sock.isListening ? 1 : 0) }],
  [SO_ERROR, { get: (sock) => -sock.takeError() }],
  [SO_PEERGROUPS, { get: () => ENODATA }],
  [SO_PEERNAME, { get: peerName }],
  [SO_PEERSEC, { get: () => ENOPROTOOPT }],
  [SO_SNDBUF, sendBuffer],
  [SO_SNDBUFFORCE, forced(sendBuffer)],
  [SO_RCVBUF, receiveBuffer],
  [SO_RCVBUFFORCE, forced(receiveBuffer)],
  [SO_RCVTIMEO, timeout("receiveTimeoutNs")],
  [SO_SNDTIMEO, timeout("sendTimeoutNs")],
  [SO_RCVTIMEO_NEW, timeout("receiveTimeoutNs")],
  [SO_SNDTIMEO_NEW, timeout("sendTimeoutNs")],
  [SO_RCVLOWAT, { get: (sock) => sock.receiveLowat, set: setLowat }],
  [SO_SNDLOWAT, { get: () => 1 }],
  [SO_PEEK_OFF, { get: ({ peekOffset }) => intBytes(peekOffset), set: setPeekOffset }],
  [SO_LINGER, linger],
  [SO_REUSEADDR, kept(SO_REUSEADDR)],
  [SO_KEEPALIVE, kept(SO_KEEPALIVE)],
  [SO_BROADCAST, kept(SO_BROADCAST)],
  [SO_DONTROUTE, kept(SO_DONTROUTE)],
  [SO_OOBINLINE, flagOption<Socket, "isUrgentInline">("isUrgentInline")],
  [SO_NO_CHECK, kept(SO_NO_CHECK)],
  [SO_PRIORITY, { get: (sock) => intBytes(sock.options.get(SO_PRIORITY) ?? 0), set: setPriority }],
  ...QUEUE_ROWS,
];

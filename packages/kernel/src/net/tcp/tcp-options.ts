/** The options of TCP: tcp(7), do_tcp_setsockopt(), do_tcp_getsockopt(). Loopback loses nothing, so many are only kept. */
import {
  CAP_NET_ADMIN,
  EINVAL,
  ENOENT,
  EPERM,
  type Errno,
  TCP_CLOSE,
  TCP_CONGESTION,
  TCP_CORK,
  TCP_DEFER_ACCEPT,
  TCP_FASTOPEN,
  TCP_FASTOPEN_CONNECT,
  TCP_FASTOPEN_NO_COOKIE,
  TCP_INFO,
  TCP_INFO_LAYOUT,
  TCP_INQ,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_LINGER2,
  TCP_LISTEN,
  TCP_MAXSEG,
  TCP_NODELAY,
  TCP_NOTSENT_LOWAT,
  TCP_QUICKACK,
  TCP_REPAIR,
  TCP_SAVE_SYN,
  TCP_SYNCNT,
  TCP_THIN_DUPACK,
  TCP_THIN_LINEAR_TIMEOUTS,
  TCP_TIMESTAMP,
  TCP_ULP,
  TCP_USER_TIMEOUT,
  TCP_WINDOW_CLAMP,
} from "@kernelet/abi";
import { decodeName, encodeName } from "../../fs/name.ts";
import {
  intBytes,
  mapFlag,
  mapOption,
  type OptionRows,
  type SocketOption,
} from "../socket-option.ts";
import type { TcpSocket } from "./tcp-socket.ts";

const INT_MAX = 0x7fffffff;
/** TCP_CA_NAME_MAX. */
const NAME_MAX = 16;
/** The mss of a socket without connection, and of lo: its mtu without the headers and a time stamp. */
const DEFAULT_MSS = 536;
const LO_MSS4 = 65_483;
const LO_MSS6 = 65_463;
/** TCP_FIN_TIMEOUT_MAX, seconds; net.ipv4.tcp_fin_timeout. */
const MOST_LINGER2 = 120;
const DEFAULT_LINGER2 = 60;

const settings = (sock: TcpSocket): Map<number, number> => sock.tcp;

function ranged(option: number, least: number, most: number, standard: number) {
  return mapOption<TcpSocket>(settings, option, { least, most, standard });
}

function kept(option: number): SocketOption<TcpSocket> {
  return mapFlag<TcpSocket>(settings, option);
}

/** Only 0 and 1 will do. */
function strict(option: number): SocketOption<TcpSocket> {
  return ranged(option, 0, 1, 0);
}

function mssOf(sock: TcpSocket): number {
  if (sock.far !== null) return sock.peer?.address.isV4 === false ? LO_MSS6 : LO_MSS4;
  const isOpen = sock.state === TCP_CLOSE || sock.state === TCP_LISTEN;
  return isOpen ? (sock.tcp.get(TCP_MAXSEG) ?? DEFAULT_MSS) : DEFAULT_MSS;
}

const maxSegment: SocketOption<TcpSocket> = {
  get: mssOf,
  set(sock, value) {
    if (value !== 0 && (value < 88 || value > 32_767)) return EINVAL;
    if (value === 0) sock.tcp.delete(TCP_MAXSEG);
    else sock.tcp.set(TCP_MAXSEG, value);
    return 0;
  },
};

const linger2: SocketOption<TcpSocket> = {
  get: ({ tcp }) => intBytes(tcp.get(TCP_LINGER2) ?? DEFAULT_LINGER2),
  set({ tcp }, value) {
    if (value < 0) tcp.set(TCP_LINGER2, -1);
    else if (value === 0) tcp.delete(TCP_LINGER2);
    else tcp.set(TCP_LINGER2, Math.min(value, MOST_LINGER2));
    return 0;
  },
};

/** Seconds become repetitions, and these seconds again: secs_to_retrans(), retrans_to_secs(). */
const deferAccept: SocketOption<TcpSocket> = {
  get: ({ tcp }) => retransToSeconds(tcp.get(TCP_DEFER_ACCEPT) ?? 0),
  set({ tcp }, value) {
    tcp.set(TCP_DEFER_ACCEPT, secondsToRetrans(value));
    return 0;
  },
};

const MOST_TIMEOUT = 120;

function secondsToRetrans(seconds: number): number {
  if (seconds <= 0) return 0;
  let period = 1;
  let timeout = 1;
  let count = 1;
  while (seconds > period && count < 255) {
    count++;
    timeout = Math.min(timeout * 2, MOST_TIMEOUT);
    period += timeout;
  }
  return count;
}

function retransToSeconds(count: number): number {
  if (count === 0) return 0;
  let period = 1;
  let timeout = 1;
  for (let i = 1; i < count; i++) {
    timeout = Math.min(timeout * 2, MOST_TIMEOUT);
    period += timeout;
  }
  return period;
}

function name(text: string): Uint8Array {
  const bytes = new Uint8Array(NAME_MAX);
  bytes.set(encodeName(text));
  return bytes;
}

const congestion: SocketOption<TcpSocket> = {
  least: 1,
  size: NAME_MAX,
  get: (sock) => name(sock.congestion),
  set(sock, _value, bytes) {
    const nul = bytes.indexOf(0);
    const wanted = decodeName(
      bytes.subarray(0, nul < 0 ? NAME_MAX - 1 : Math.min(nul, NAME_MAX - 1)),
    );
    if (wanted !== "cubic" && wanted !== "reno") return ENOENT;
    sock.congestion = wanted;
    return 0;
  },
};

const fastOpen: SocketOption<TcpSocket> = {
  get: ({ tcp }) => tcp.get(TCP_FASTOPEN) ?? 0,
  set(sock, value) {
    if (value < 0 || (sock.state !== TCP_CLOSE && sock.state !== TCP_LISTEN)) return EINVAL;
    sock.tcp.set(TCP_FASTOPEN, Math.min(value, 4096));
    return 0;
  },
};

const fastOpenConnect: SocketOption<TcpSocket> = {
  get: ({ tcp }) => tcp.get(TCP_FASTOPEN_CONNECT) ?? 0,
  set(sock, value) {
    if (value < 0 || value > 1 || sock.state !== TCP_CLOSE) return EINVAL;
    sock.tcp.set(TCP_FASTOPEN_CONNECT, value);
    return 0;
  },
};

const quickAck: SocketOption<TcpSocket> = {
  get: ({ tcp }) => tcp.get(TCP_QUICKACK) ?? 1,
  set({ tcp }, value) {
    tcp.set(TCP_QUICKACK, value !== 0 ? 1 : 0);
    return 0;
  },
};

const notSentLowat: SocketOption<TcpSocket> = {
  get: ({ tcp }) => intBytes(tcp.get(TCP_NOTSENT_LOWAT) ?? 0),
  set({ tcp, queue }, value) {
    tcp.set(TCP_NOTSENT_LOWAT, value);
    queue.wake();
    return 0;
  },
};

const windowClamp: SocketOption<TcpSocket> = {
  get: ({ tcp }) => intBytes(tcp.get(TCP_WINDOW_CLAMP) ?? 0),
  set(sock, value) {
    if (value === 0 && sock.state !== TCP_CLOSE) return EINVAL;
    sock.tcp.set(TCP_WINDOW_CLAMP, value);
    return 0;
  },
};

const repair: SocketOption<TcpSocket> = {
  get: () => 0,
  set: (_sock, value, _bytes, { credentials }): 0 | Errno => {
    if (!credentials.has(CAP_NET_ADMIN)) return EPERM;
    return value === 0 ? 0 : EINVAL;
  },
};

/** tcp_get_info(): what there is to tell of a connection that loses nothing. */
function info(sock: TcpSocket): Uint8Array {
  const at = TCP_INFO_LAYOUT;
  const bytes = new Uint8Array(at.size);
  const view = new DataView(bytes.buffer);
  const put = (off: number, value: number) => view.setUint32(off, value, true);
  bytes[at.tcpi_state] = sock.state;
  if (sock.state === TCP_LISTEN) {
    // tcpi_unacked and tcpi_sacked: how many wait, and how many may.
    put(24, sock.toAccept.length);
    put(28, sock.backlog);
    return bytes;
  }
  const mss = mssOf(sock);
  const isConnected = sock.far !== null;
  bytes[at.tcpi_options] = isConnected ? 7 : 0;
  put(at.tcpi_rto, isConnected ? 201_000 : 1_000_000);
  put(at.tcpi_ato, isConnected ? 40_000 : 0);
  put(at.tcpi_snd_mss, mss);
  put(at.tcpi_rcv_mss, isConnected ? Math.min(mss, DEFAULT_MSS) : 0);
  put(at.tcpi_pmtu, isConnected ? 65_535 : 0);
  put(at.tcpi_rcv_ssthresh, isConnected ? 65_483 : 0);
  put(at.tcpi_rtt, isConnected ? 20 : 0);
  put(at.tcpi_rttvar, isConnected ? 10 : 250_000);
  put(at.tcpi_snd_ssthresh, INT_MAX);
  put(at.tcpi_snd_cwnd, 10);
  put(at.tcpi_advmss, isConnected ? mss : 0);
  put(at.tcpi_reordering, 3);
  put(at.tcpi_rcv_space, isConnected ? 65_483 : 0);
  put(at.tcpi_notsent_bytes, sock.unsent.length);
  put(at.tcpi_snd_wnd, sock.far?.window ?? 0);
  view.setBigUint64(at.tcpi_bytes_received, BigInt(sock.receivedCount), true);
  view.setBigUint64(at.tcpi_bytes_acked, BigInt(sock.sentCount - sock.unsent.length), true);
  view.setBigUint64(at.tcpi_bytes_sent, BigInt(sock.sentCount - sock.unsent.length), true);
  return bytes;
}

const ROWS: OptionRows<TcpSocket> = [
  [TCP_NODELAY, kept(TCP_NODELAY)],
  [TCP_MAXSEG, maxSegment],
  [TCP_CORK, kept(TCP_CORK)],
  [TCP_KEEPIDLE, ranged(TCP_KEEPIDLE, 1, 32_767, 7200)],
  [TCP_KEEPINTVL, ranged(TCP_KEEPINTVL, 1, 32_767, 75)],
  [TCP_KEEPCNT, ranged(TCP_KEEPCNT, 1, 127, 9)],
  [TCP_SYNCNT, ranged(TCP_SYNCNT, 1, 127, 6)],
  [TCP_LINGER2, linger2],
  [TCP_DEFER_ACCEPT, deferAccept],
  [TCP_WINDOW_CLAMP, windowClamp],
  [TCP_INFO, { get: info }],
  [TCP_QUICKACK, quickAck],
  [TCP_CONGESTION, congestion],
  [TCP_THIN_LINEAR_TIMEOUTS, strict(TCP_THIN_LINEAR_TIMEOUTS)],
  [TCP_THIN_DUPACK, { get: () => 0, set: (_sock, value) => (value < 0 || value > 1 ? EINVAL : 0) }],
  [TCP_USER_TIMEOUT, ranged(TCP_USER_TIMEOUT, 0, INT_MAX, 0)],
  [TCP_REPAIR, repair],
  [TCP_FASTOPEN, fastOpen],
  [TCP_FASTOPEN_CONNECT, fastOpenConnect],
  [TCP_FASTOPEN_NO_COOKIE, strict(TCP_FASTOPEN_NO_COOKIE)],
  [TCP_TIMESTAMP, { get: () => 0 }],
  [TCP_NOTSENT_LOWAT, notSentLowat],
  [TCP_SAVE_SYN, ranged(TCP_SAVE_SYN, 0, 2, 0)],
  [TCP_ULP, { least: 1, set: () => ENOENT }],
  [TCP_INQ, strict(TCP_INQ)],
];

export const TCP_OPTIONS_TABLE: ReadonlyMap<number, SocketOption> = new Map(ROWS as OptionRows);

/** The options of IPPROTO_IPV6: ipv6(7), do_ipv6_setsockopt(), do_ipv6_getsockopt(). */
import {
  AF_INET,
  CAP_NET_ADMIN,
  CAP_NET_RAW,
  EADDRINUSE,
  EADDRNOTAVAIL,
  EINVAL,
  ENODEV,
  ENOPROTOOPT,
  ENOTCONN,
  EPERM,
  type Errno,
  IPV6_ADD_MEMBERSHIP,
  IPV6_ADDRFORM,
  IPV6_AUTOFLOWLABEL,
  IPV6_DONTFRAG,
  IPV6_DROP_MEMBERSHIP,
  IPV6_FLOWINFO_SEND,
  IPV6_FREEBIND,
  IPV6_MINHOPCOUNT,
  IPV6_MREQ,
  IPV6_MTU,
  IPV6_MTU_DISCOVER,
  IPV6_MULTICAST_ALL,
  IPV6_MULTICAST_HOPS,
  IPV6_MULTICAST_IF,
  IPV6_MULTICAST_LOOP,
  IPV6_RECVDSTOPTS,
  IPV6_RECVERR,
  IPV6_RECVHOPLIMIT,
  IPV6_RECVHOPOPTS,
  IPV6_RECVORIGDSTADDR,
  IPV6_RECVPATHMTU,
  IPV6_RECVPKTINFO,
  IPV6_RECVRTHDR,
  IPV6_RECVTCLASS,
  IPV6_TCLASS,
  IPV6_TRANSPARENT,
  IPV6_UNICAST_HOPS,
  IPV6_UNICAST_IF,
  IPV6_V6ONLY,
  isErrno,
  SOCK_STREAM,
  TCP_ESTABLISHED,
} from "@kernelet/abi";
import type { InetSocket } from "../inet-socket.ts";
import { intBytes, mapFlag, type OptionRows, type SocketOption } from "../socket-option.ts";
import { IpAddress } from "./ip-address.ts";
import { pathMtu, swapped } from "./ip-options.ts";

const DEFAULT_HOPS = 64;
const PMTUDISC_OMIT = 5;

function told(option: number): SocketOption<InetSocket> {
  return {
    get: ({ ip }) => (ip.told6.has(option) ? 1 : 0),
    set({ ip }, value) {
      if (value !== 0) ip.told6.add(option);
      else ip.told6.delete(option);
      return 0;
    },
  };
}

const v6only: SocketOption<InetSocket> = {
  get: (sock) => (sock.isV6Only ? 1 : 0),
  set(sock, value) {
    if (sock.localPort !== 0) return EINVAL;
    sock.isV6Only = value !== 0;
    return 0;
  },
};

function isStream(sock: InetSocket): boolean {
  return sock.type === SOCK_STREAM;
}

function hops(field: "hopLimit" | "multicastHops", standard: number): SocketOption<InetSocket> {
  return {
    get: ({ ip }) => (ip[field] < 0 ? standard : ip[field]),
    least: 0,
    set(sock, value, bytes) {
      if (field === "multicastHops" && isStream(sock)) return ENOPROTOOPT;
      if (bytes.length < 4) return EINVAL;
      if (value < -1 || value > 255) return EINVAL;
      sock.ip[field] = value;
      return 0;
    },
  };
}

const recvErr: SocketOption<InetSocket> = {
  get: ({ ip }) => (ip.queuesErrors6 ? 1 : 0),
  set(sock, value) {
    sock.ip.queuesErrors6 = value !== 0;
    if (value === 0) sock.errors.length = 0;
    return 0;
  },
};

const trafficClass: SocketOption<InetSocket> = {
  get: ({ ip }) => ip.trafficClass,
  set(sock, value) {
    if (value < -1 || value > 255) return EINVAL;
    const given = value === -1 ? 0 : value;
    const { ip } = sock;
    ip.trafficClass = sock.type === SOCK_STREAM ? (given & ~3) | (ip.trafficClass & 3) : given;
    return 0;
  },
};

const mtuDiscover: SocketOption<InetSocket> = {
  get: ({ ip }) => ip.mtuDiscover6,
  set({ ip }, value) {
    if (value < 0 || value > PMTUDISC_OMIT) return EINVAL;
    ip.mtuDiscover6 = value;
    return 0;
  },
};

const MIN_MTU = 1280;

function setMtu({ ip }: InetSocket, value: number): 0 | Errno {
  if (value !== 0 && value < MIN_MTU) return EINVAL;
  ip.mtu6 = value;
  return 0;
}

const unicastIf: SocketOption<InetSocket> = {
  isExact: true,
  get: ({ ip }) => swapped(ip.unicastDevice6),
  set(sock, _value, bytes) {
    const index = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    if (index !== 0 && sock.stack.device(index) === undefined) return EADDRNOTAVAIL;
    if (index !== 0 && sock.boundDevice !== 0) return EINVAL;
    sock.ip.unicastDevice6 = index;
    return 0;
  },
};

/** An IPv6 socket whose other side is IPv4 becomes an IPv4 one. */
const addressForm: SocketOption<InetSocket> = {
  get: (sock) => (sock.state === TCP_ESTABLISHED ? sock.family : ENOTCONN),
  set(sock, value) {
    if (value !== AF_INET) return EINVAL;
    if (sock.state !== TCP_ESTABLISHED) return ENOTCONN;
    if (sock.isV6Only || sock.peer?.address.isV4 !== true) return EADDRNOTAVAIL;
    sock.becomeV4();
    return 0;
  },
};

const transparent: SocketOption<InetSocket> = {
  get: ({ ip }) => (ip.isTransparent ? 1 : 0),
  set(sock, value, _bytes, { credentials }) {
    if (value !== 0 && !credentials.has(CAP_NET_ADMIN) && !credentials.has(CAP_NET_RAW))
      return EPERM;
    sock.ip.isTransparent = value !== 0;
    return 0;
  },
};

const multicastIf: SocketOption<InetSocket> = {
  get: ({ ip }) => ip.multicastDevice6,
  least: 0,
  set(sock, value, bytes) {
    if (isStream(sock)) return ENOPROTOOPT;
    if (bytes.length < 4) return EINVAL;
    if (value !== 0 && sock.stack.device(value) === undefined) return ENODEV;
    sock.ip.multicastDevice6 = value;
    return 0;
  },
};

const multicastLoop: SocketOption<InetSocket> = {
  get: ({ ip }) => (ip.multicastLoop6 ? 1 : 0),
  set({ ip }, value) {
    if (value !== 0 && value !== 1) return EINVAL;
    ip.multicastLoop6 = value !== 0;
    return 0;
  },
};

const freebind: SocketOption<InetSocket> = {
  get: ({ ip }) => (ip.isFreebind ? 1 : 0),
  set({ ip }, value) {
    ip.isFreebind = value !== 0;
    return 0;
  },
};

function membership(sock: InetSocket, bytes: Uint8Array) {
  if (bytes.length < IPV6_MREQ.size) return EINVAL;
  if (isStream(sock)) return ENOPROTOOPT;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const group = IpAddress.from(bytes.subarray(0, 16));
  const index = view.getInt32(IPV6_MREQ.ipv6mr_interface, true);
  if (!group.isMulticast || group.isV4) return EINVAL;
  const device =
    index !== 0
      ? sock.stack.device(index)
      : sock.stack.devices.find((own) => !own.isLoopback && own.isUp);
  return device === undefined ? ENODEV : { group, device: device.index };
}

function join(sock: InetSocket, _value: number, bytes: Uint8Array): 0 | Errno {
  const wanted = membership(sock, bytes);
  if (isErrno(wanted)) return wanted;
  const { memberships } = sock.ip;
  const isOwn = memberships.some(
    (own) => own.device === wanted.device && own.group.equals(wanted.group),
  );
  if (isOwn) return EADDRINUSE;
  memberships.push(wanted);
  return 0;
}

function leave(sock: InetSocket, _value: number, bytes: Uint8Array): 0 | Errno {
  const wanted = membership(sock, bytes);
  if (isErrno(wanted)) return wanted;
  const { memberships } = sock.ip;
  const i = memberships.findIndex(
    (own) => own.device === wanted.device && own.group.equals(wanted.group),
  );
  if (i < 0) return EADDRNOTAVAIL;
  memberships.splice(i, 1);
  return 0;
}

const kept = (option: number): SocketOption<InetSocket> => mapFlag(({ ip }) => ip.kept6, option);

const minHops: SocketOption<InetSocket> = {
  get: ({ ip }) => intBytes(ip.kept6.get(IPV6_MINHOPCOUNT) ?? 0),
  set({ ip }, value) {
    if (value < 0 || value > 255) return EINVAL;
    ip.kept6.set(IPV6_MINHOPCOUNT, value);
    return 0;
  },
};

const ROWS: OptionRows<InetSocket> = [
  [IPV6_UNICAST_HOPS, hops("hopLimit", DEFAULT_HOPS)],
  [IPV6_MULTICAST_IF, multicastIf],
  [IPV6_MULTICAST_HOPS, hops("multicastHops", 1)],
  [IPV6_MULTICAST_LOOP, multicastLoop],
  [IPV6_ADD_MEMBERSHIP, { size: IPV6_MREQ.size, set: join }],
  [IPV6_DROP_MEMBERSHIP, { size: IPV6_MREQ.size, set: leave }],
  [IPV6_MTU_DISCOVER, mtuDiscover],
  [IPV6_MTU, { get: pathMtu, set: setMtu }],
  [IPV6_UNICAST_IF, unicastIf],
  [IPV6_ADDRFORM, addressForm],
  [IPV6_RECVERR, recvErr],
  [IPV6_V6ONLY, v6only],
  [IPV6_MULTICAST_ALL, kept(IPV6_MULTICAST_ALL)],
  [IPV6_AUTOFLOWLABEL, kept(IPV6_AUTOFLOWLABEL)],
  [IPV6_FLOWINFO_SEND, kept(IPV6_FLOWINFO_SEND)],
  [IPV6_RECVPKTINFO, told(IPV6_RECVPKTINFO)],
  [IPV6_RECVHOPLIMIT, told(IPV6_RECVHOPLIMIT)],
  [IPV6_RECVHOPOPTS, told(IPV6_RECVHOPOPTS)],
  [IPV6_RECVRTHDR, told(IPV6_RECVRTHDR)],
  [IPV6_RECVDSTOPTS, told(IPV6_RECVDSTOPTS)],
  [IPV6_RECVPATHMTU, told(IPV6_RECVPATHMTU)],
  [IPV6_RECVTCLASS, told(IPV6_RECVTCLASS)],
  [IPV6_RECVORIGDSTADDR, told(IPV6_RECVORIGDSTADDR)],
  [IPV6_DONTFRAG, { ...kept(IPV6_DONTFRAG), least: 0 }],
  [IPV6_TCLASS, trafficClass],
  [IPV6_MINHOPCOUNT, minHops],
  [IPV6_TRANSPARENT, transparent],
  [IPV6_FREEBIND, freebind],
];

export const IPV6_OPTIONS_TABLE: ReadonlyMap<number, SocketOption> = new Map(ROWS as OptionRows);

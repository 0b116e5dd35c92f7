/** Links, addresses and routes as rtnetlink(7) tells them: rtnl_fill_ifinfo(), inet_fill_ifaddr(), fib_dump_info(). */
import {
  AF_INET,
  AF_INET6,
  IFA_ADDRESS,
  IFA_BROADCAST,
  IFA_CACHEINFO,
  IFA_F_PERMANENT,
  IFA_FLAGS,
  IFA_LABEL,
  IFA_LOCAL,
  IFADDRMSG,
  IFINFOMSG,
  IFLA_ADDRESS,
  IFLA_BROADCAST,
  IFLA_CARRIER,
  IFLA_GROUP,
  IFLA_IFNAME,
  IFLA_LINKMODE,
  IFLA_MTU,
  IFLA_NUM_RX_QUEUES,
  IFLA_NUM_TX_QUEUES,
  IFLA_OPERSTATE,
  IFLA_PROMISCUITY,
  IFLA_QDISC,
  IFLA_STATS,
  IFLA_STATS64,
  IFLA_TXQLEN,
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RT_SCOPE_UNIVERSE,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTA_DST,
  RTA_GATEWAY,
  RTA_OIF,
  RTA_PREFSRC,
  RTA_TABLE,
  RTMSG,
  RTN_LOCAL,
  RTN_UNICAST,
  RTPROT_BOOT,
  RTPROT_KERNEL,
} from "@kernelet/abi";
import type { IpAddress } from "../ip/ip-address.ts";
import type { InterfaceAddress, NetDevice } from "../ip/net-device.ts";
import { routesOf } from "../ip/route.ts";
import { BodyWriter } from "./message.ts";

/** IF_OPER_UNKNOWN, IF_OPER_DOWN. */
const OPER_UNKNOWN = 0;
const OPER_DOWN = 2;
/** Counters of rtnl_link_stats: packets and bytes come first. */
const STATS_COUNT = 24;
const STATS64_COUNT = 25;
const RTN_BROADCAST = 3;

function stats32({ received, sent }: NetDevice): Uint8Array {
  const counters = new Uint32Array(STATS_COUNT);
  counters.set([received.packets, sent.packets, received.bytes, sent.bytes]);
  return new Uint8Array(counters.buffer);
}

function stats64({ received, sent }: NetDevice): Uint8Array {
  const counters = new BigUint64Array(STATS64_COUNT);
  counters.set([received.packets, sent.packets, received.bytes, sent.bytes].map(BigInt));
  return new Uint8Array(counters.buffer);
}

export function linkBody(device: NetDevice): Uint8Array {
  const head = new Uint8Array(IFINFOMSG.size);
  const view = new DataView(head.buffer);
  view.setUint16(IFINFOMSG.ifi_type, device.hardwareType, true);
  view.setInt32(IFINFOMSG.ifi_index, device.index, true);
  view.setUint32(IFINFOMSG.ifi_flags, device.shownFlags, true);
  return new BodyWriter(head)
    .text(IFLA_IFNAME, device.name)
    .u32(IFLA_TXQLEN, device.txQueueLength)
    .u8(IFLA_OPERSTATE, device.isUp ? OPER_UNKNOWN : OPER_DOWN)
    .u8(IFLA_LINKMODE, 0)
    .u32(IFLA_MTU, device.mtu)
    .u32(IFLA_GROUP, 0)
    .u32(IFLA_PROMISCUITY, 0)
    .u32(IFLA_NUM_TX_QUEUES, 1)
    .u32(IFLA_NUM_RX_QUEUES, 1)
    .u8(IFLA_CARRIER, 1)
    .bytes(IFLA_ADDRESS, device.hardwareAddress)
    .bytes(
      IFLA_BROADCAST,
      new Uint8Array(device.hardwareAddress.length).fill(device.isLoopback ? 0 : 0xff),
    )
    .text(IFLA_QDISC, device.isUp ? "noqueue" : "noop")
    .bytes(IFLA_STATS64, stats64(device))
    .bytes(IFLA_STATS, stats32(device))
    .end();
}

function bytesOf(address: IpAddress): Uint8Array {
  return address.isV4 ? address.bytes4() : address.bytes16();
}

function familyOf(address: IpAddress): number {
  return address.isV4 ? AF_INET : AF_INET6;
}

export function addressBody(device: NetDevice, own: InterfaceAddress): Uint8Array {
  const head = new Uint8Array(IFADDRMSG.size);
  head[IFADDRMSG.ifa_family] = familyOf(own.address);
  head[IFADDRMSG.ifa_prefixlen] = own.prefix;
  head[IFADDRMSG.ifa_flags] = IFA_F_PERMANENT;
  head[IFADDRMSG.ifa_scope] = own.scope;
  new DataView(head.buffer).setUint32(IFADDRMSG.ifa_index, device.index, true);
  const bytes = bytesOf(own.address);
  const writer = new BodyWriter(head).bytes(IFA_ADDRESS, bytes);
  if (own.address.isV4) {
    writer.bytes(IFA_LOCAL, bytes);
    if (own.broadcast !== null) writer.bytes(IFA_BROADCAST, own.broadcast.bytes4());
    writer.text(IFA_LABEL, device.name);
  }
  // Preferred and valid for ever; when it was made and changed.
  const cache = Uint32Array.of(0xffffffff, 0xffffffff, 0, 0);
  return writer
    .u32(IFA_FLAGS, IFA_F_PERMANENT)
    .bytes(IFA_CACHEINFO, new Uint8Array(cache.buffer))
    .end();
}

/** A route of a device: of the local table, or of the main one. */
interface DeviceRoute {
  readonly to: IpAddress;
  readonly prefix: number;
  readonly type: number;
  readonly source: IpAddress;
  readonly device: NetDevice;
  /** Of a route to others; null: they are on the line. */
  readonly gateway?: IpAddress | null;
}

/** The local table: what the addresses of a device make. */
function localRoutes(device: NetDevice, own: InterfaceAddress): DeviceRoute[] {
  const { address, prefix, broadcast } = own;
  const most = address.isV4 ? 32 : 128;
  const local = { type: RTN_LOCAL, source: address, device };
  const routes: DeviceRoute[] = [{ ...local, to: address, prefix: most }];
  if (address.isV4 && prefix < most && device.isLoopback) {
    routes.unshift({ ...local, to: address.masked(prefix), prefix });
    routes.push({ ...local, type: RTN_BROADCAST, to: address.lastOf(prefix), prefix: most });
  }
  if (broadcast !== null) {
    routes.push({ ...local, type: RTN_BROADCAST, to: broadcast, prefix: most });
  }
  return routes;
}

/** The main table: the line of each address, and the way out. */
function mainRoutes(device: NetDevice, own: InterfaceAddress): DeviceRoute[] {
  return routesOf(device, own).map(({ to, prefix, gateway }) => ({
    to,
    prefix,
    gateway,
    type: RTN_UNICAST,
    source: own.address,
    device,
  }));
}

export function routeBodies(device: NetDevice, own: InterfaceAddress): Uint8Array[] {
  return [
    ...mainRoutes(device, own).map((route) => routeBody(route, RT_TABLE_MAIN)),
    ...localRoutes(device, own).map((route) => routeBody(route, RT_TABLE_LOCAL)),
  ];
}

/** What "ip route get" tells: the way of one packet. */
export function pathBody(
  device: NetDevice,
  to: IpAddress,
  source: IpAddress,
  gateway: IpAddress | null,
): Uint8Array {
  const isOwn = device.addresses.some(({ address }) => address.equals(to));
  const type = isOwn || device.isLoopback ? RTN_LOCAL : RTN_UNICAST;
  const route = { to, prefix: to.isV4 ? 32 : 128, type, source, device, gateway };
  return routeBody(route, type === RTN_LOCAL ? RT_TABLE_LOCAL : RT_TABLE_MAIN, true);
}

function scopeOf({ to, type, gateway }: DeviceRoute): number {
  if (!to.isV4 || (gateway ?? null) !== null) return RT_SCOPE_UNIVERSE;
  return type === RTN_LOCAL ? RT_SCOPE_HOST : RT_SCOPE_LINK;
}

function routeBody(route: DeviceRoute, table: number, isPath = false): Uint8Array {
  const { to, prefix, type, source, device } = route;
  const gateway = route.gateway ?? null;
  const head = new Uint8Array(RTMSG.size);
  head[RTMSG.rtm_family] = familyOf(to);
  head[RTMSG.rtm_dst_len] = prefix;
  head[RTMSG.rtm_table] = table;
  head[RTMSG.rtm_protocol] = gateway === null ? RTPROT_KERNEL : RTPROT_BOOT;
  head[RTMSG.rtm_scope] = scopeOf(route);
  head[RTMSG.rtm_type] = type;
  const writer = new BodyWriter(head).u32(RTA_TABLE, table);
  if (prefix > 0) writer.bytes(RTA_DST, bytesOf(to));
  if (to.isV4 && (gateway === null || isPath)) writer.bytes(RTA_PREFSRC, bytesOf(source));
  if (gateway !== null) writer.bytes(RTA_GATEWAY, bytesOf(gateway));
  return writer.u32(RTA_OIF, device.index).end();
}

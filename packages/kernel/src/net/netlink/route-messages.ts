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
  RT_TABLE_LOCAL,
  RTA_DST,
  RTA_OIF,
  RTA_PREFSRC,
  RTA_TABLE,
  RTMSG,
  RTN_LOCAL,
  RTPROT_KERNEL,
} from "@kernelet/abi";
import type { IpAddress } from "../ip/ip-address.ts";
import type { InterfaceAddress, NetDevice } from "../ip/net-device.ts";
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
    .bytes(IFLA_BROADCAST, new Uint8Array(device.hardwareAddress.length))
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

interface LocalRoute {
  readonly to: IpAddress;
  readonly prefix: number;
  readonly type: number;
  readonly source: IpAddress;
  readonly device: NetDevice;
}

/** The local table: what the addresses of a device make. */
function localRoutes(device: NetDevice, own: InterfaceAddress): LocalRoute[] {
  const { address, prefix } = own;
  const most = address.isV4 ? 32 : 128;
  const local = { type: RTN_LOCAL, source: address, device };
  const routes: LocalRoute[] = [{ ...local, to: address, prefix: most }];
  if (address.isV4 && prefix < most && device.isLoopback) {
    routes.unshift({ ...local, to: address.masked(prefix), prefix });
    routes.push({ ...local, type: RTN_BROADCAST, to: address.lastOf(prefix), prefix: most });
  }
  return routes;
}

export function routeBodies(device: NetDevice, own: InterfaceAddress): Uint8Array[] {
  return localRoutes(device, own).map((route) => {
    const head = new Uint8Array(RTMSG.size);
    head[RTMSG.rtm_family] = familyOf(route.to);
    head[RTMSG.rtm_dst_len] = route.prefix;
    head[RTMSG.rtm_table] = RT_TABLE_LOCAL;
    head[RTMSG.rtm_protocol] = RTPROT_KERNEL;
    head[RTMSG.rtm_scope] = route.type === RTN_LOCAL ? RT_SCOPE_HOST : RT_SCOPE_LINK;
    if (!route.to.isV4) head[RTMSG.rtm_scope] = 0;
    head[RTMSG.rtm_type] = route.type;
    const writer = new BodyWriter(head)
      .u32(RTA_TABLE, RT_TABLE_LOCAL)
      .bytes(RTA_DST, bytesOf(route.to));
    if (route.to.isV4) writer.bytes(RTA_PREFSRC, bytesOf(route.source));
    return writer.u32(RTA_OIF, route.device.index).end();
  });
}

/** Requests of NETLINK_ROUTE: one row each. rtnetlink(7), net/core/rtnetlink.c, net/ipv4/devinet.c. */
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  EADDRNOTAVAIL,
  EEXIST,
  EINVAL,
  ENODEV,
  EOPNOTSUPP,
  type Errno,
  IFA_ADDRESS,
  IFA_BROADCAST,
  IFA_LOCAL,
  IFADDRMSG,
  IFF_UP,
  IFINFOMSG,
  IFLA_IFNAME,
  IFLA_MTU,
  IFLA_TXQLEN,
  isErrno,
  NLM_F_CREATE,
  NLM_F_EXCL,
  RTA_DST,
  RTM_DELADDR,
  RTM_DELLINK,
  RTM_DELROUTE,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_GETROUTE,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_NEWROUTE,
  RTM_SETLINK,
  RTMSG,
} from "@kernelet/abi";
import { decodeName } from "../../fs/name.ts";
import { ANY4, ANY6, IpAddress } from "../ip/ip-address.ts";
import type { NetDevice } from "../ip/net-device.ts";
import type { NetStack } from "../ip/net-stack.ts";
import { findRoute, gatewayTo } from "../ip/route.ts";
import type { Answer, NetlinkHandler } from "./handler.ts";
import { type NetlinkMessage, parseAttributes } from "./message.ts";
import { addressBody, linkBody, pathBody, routeBodies } from "./route-messages.ts";

/** Bytes of an attribute as an int; null without it. */
function int(bytes: Uint8Array | undefined): number | null {
  if (bytes === undefined || bytes.length < 4) return null;
  return new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);
}

function text(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? "" : decodeName(bytes).replace(/\0.*$/s, "");
}

function link(stack: NetStack, { body }: NetlinkMessage): NetDevice | Errno {
  if (body.length < IFINFOMSG.size) return EINVAL;
  const index = new DataView(body.buffer, body.byteOffset).getInt32(IFINFOMSG.ifi_index, true);
  const name = text(parseAttributes(body, IFINFOMSG.size).get(IFLA_IFNAME));
  if (index < 0 || (index === 0 && name === "")) return EINVAL;
  return (index > 0 ? stack.device(index) : stack.deviceNamed(name)) ?? ENODEV;
}

function getLink(stack: NetStack, message: NetlinkMessage): readonly Answer[] | Errno {
  const device = link(stack, message);
  return isErrno(device) ? device : [{ type: RTM_NEWLINK, body: linkBody(device) }];
}

function dumpLinks(stack: NetStack): readonly Answer[] {
  return stack.devices.map((device) => ({ type: RTM_NEWLINK, body: linkBody(device) }));
}

/** RTM_NEWLINK of a device that is there changes it; others cannot be made. */
function setLink(stack: NetStack, message: NetlinkMessage): readonly Answer[] | Errno {
  const device = link(stack, message);
  if (isErrno(device)) {
    const mayCreate = message.type === RTM_NEWLINK && (message.flags & NLM_F_CREATE) !== 0;
    return device === ENODEV && mayCreate ? EOPNOTSUPP : device;
  }
  if (message.type === RTM_NEWLINK && (message.flags & NLM_F_EXCL) !== 0) return EEXIST;
  const { body } = message;
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const flags = view.getUint32(IFINFOMSG.ifi_flags, true);
  const change = view.getUint32(IFINFOMSG.ifi_change, true);
  const attributes = parseAttributes(body, IFINFOMSG.size);
  device.mtu = int(attributes.get(IFLA_MTU)) ?? device.mtu;
  device.txQueueLength = int(attributes.get(IFLA_TXQLEN)) ?? device.txQueueLength;
  if ((change & IFF_UP) !== 0 || (change === 0 && flags !== 0))
    device.setUp((flags & IFF_UP) !== 0);
  return [];
}

function isWanted(family: number, address: IpAddress): boolean {
  return family === AF_UNSPEC || family === (address.isV4 ? AF_INET : AF_INET6);
}

function dumpAddresses(stack: NetStack, body: Uint8Array): readonly Answer[] {
  const family = body[IFADDRMSG.ifa_family] ?? AF_UNSPEC;
  // IPv4 comes first, as its own dump would.
  return [AF_INET, AF_INET6].flatMap((version) =>
    stack.devices.flatMap((device) =>
      device.addresses
        .filter(({ address }) => isWanted(version, address) && isWanted(family, address))
        .map((own) => ({ type: RTM_NEWADDR, body: addressBody(device, own) })),
    ),
  );
}

interface GivenAddress {
  readonly device: NetDevice;
  readonly address: IpAddress;
  readonly prefix: number;
  readonly scope: number;
  readonly broadcast: IpAddress | null;
}

function givenAddress(stack: NetStack, { body }: NetlinkMessage): GivenAddress | Errno {
  if (body.length < IFADDRMSG.size) return EINVAL;
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const family = view.getUint8(IFADDRMSG.ifa_family);
  const size = family === AF_INET ? 4 : 16;
  const attributes = parseAttributes(body, IFADDRMSG.size);
  const bytes = attributes.get(IFA_LOCAL) ?? attributes.get(IFA_ADDRESS);
  const broadcast = attributes.get(IFA_BROADCAST);
  const prefix = view.getUint8(IFADDRMSG.ifa_prefixlen);
  if (family !== AF_INET && family !== AF_INET6) return EOPNOTSUPP;
  if (bytes?.length !== size || prefix > size * 8) return EINVAL;
  const device = stack.device(view.getInt32(IFADDRMSG.ifa_index, true));
  if (device === undefined) return ENODEV;
  return {
    device,
    address: IpAddress.from(bytes),
    prefix,
    scope: view.getUint8(IFADDRMSG.ifa_scope),
    broadcast: broadcast?.length === 4 ? IpAddress.from(broadcast) : null,
  };
}

function newAddress(stack: NetStack, message: NetlinkMessage): readonly Answer[] | Errno {
  const given = givenAddress(stack, message);
  if (isErrno(given)) return given;
  const { device, ...own } = given;
  if (device.addresses.some(({ address }) => address.equals(own.address))) return EEXIST;
  device.addresses.push(own);
  return [];
}

function deleteAddress(stack: NetStack, message: NetlinkMessage): readonly Answer[] | Errno {
  const given = givenAddress(stack, message);
  if (isErrno(given)) return given;
  const { device } = given;
  const left = device.addresses.filter(({ address }) => !address.equals(given.address));
  if (left.length === device.addresses.length) return EADDRNOTAVAIL;
  device.addresses = left;
  return [];
}

function dumpRoutes(stack: NetStack, body: Uint8Array): readonly Answer[] {
  const family = body[RTMSG.rtm_family] ?? AF_UNSPEC;
  return stack.devices.flatMap((device) =>
    device.isUp
      ? device.addresses
          .filter(({ address }) => isWanted(family, address))
          .flatMap((own) => routeBodies(device, own))
          .map((route) => ({ type: RTM_NEWROUTE, body: route }))
      : [],
  );
}

/** "ip route get": the route that a packet would take. */
function getRoute(stack: NetStack, { body }: NetlinkMessage): readonly Answer[] | Errno {
  if (body.length < RTMSG.size) return EINVAL;
  const isV4 = body[RTMSG.rtm_family] === AF_INET;
  const to = parseAttributes(body, RTMSG.size).get(RTA_DST);
  if (to === undefined || to.length !== (isV4 ? 4 : 16)) return EINVAL;
  const route = findRoute(stack, IpAddress.from(to), isV4 ? ANY4 : ANY6);
  if (isErrno(route)) return route;
  const gateway = gatewayTo(route.device, route.to);
  const answer = pathBody(route.device, route.to, route.source, gateway);
  return [{ type: RTM_NEWROUTE, body: answer }];
}

function refuse(): Errno {
  return EOPNOTSUPP;
}

export const ROUTE_HANDLERS: ReadonlyMap<number, NetlinkHandler> = new Map<number, NetlinkHandler>([
  [RTM_NEWLINK, { isChange: true, handle: setLink }],
  [RTM_DELLINK, { isChange: true, handle: refuse }],
  [RTM_GETLINK, { isChange: false, dump: dumpLinks, handle: getLink }],
  [RTM_SETLINK, { isChange: true, handle: setLink }],
  [RTM_NEWADDR, { isChange: true, handle: newAddress }],
  [RTM_DELADDR, { isChange: true, handle: deleteAddress }],
  [RTM_GETADDR, { isChange: false, dump: dumpAddresses, handle: refuse }],
  // Routes follow from addresses: there is nothing beyond our own.
  [RTM_NEWROUTE, { isChange: true, handle: refuse }],
  [RTM_DELROUTE, { isChange: true, handle: refuse }],
  [RTM_GETROUTE, { isChange: false, dump: dumpRoutes, handle: getRoute }],
]);

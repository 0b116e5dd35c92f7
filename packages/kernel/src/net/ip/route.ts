/** Where an address is from here: fib_lookup(), ip6_route_output(). */
import { EADDRNOTAVAIL, EINVAL, ENETUNREACH, type Errno } from "@kernelet/abi";
import { planOf } from "../outside/address-plan.ts";
import { ANY4, ANY6, type IpAddress, LOOPBACK4, LOOPBACK6 } from "./ip-address.ts";
import type { InterfaceAddress, NetDevice } from "./net-device.ts";
import type { NetStack } from "./net-stack.ts";

/** RTN_*: what an address is to this namespace. */
export type AddressKind = "any" | "local" | "broadcast" | "multicast" | "unicast";

export function addressKind(stack: NetStack, address: IpAddress): AddressKind {
  if (address.isAny) return "any";
  if (address.isBroadcast) return "broadcast";
  if (address.isMulticast) return "multicast";
  for (const device of stack.devices) {
    if (!device.isUp) continue;
    for (const own of device.addresses) {
      if (own.address.equals(address)) return "local";
      if (own.broadcast?.equals(address) === true) return "broadcast";
      // All of 127.0.0.0/8 is this machine; its last address is a broadcast one.
      if (device.isLoopback && address.isV4 && address.isIn(own.address, own.prefix)) {
        return address.word === 0x7fffffff ? "broadcast" : "local";
      }
    }
  }
  return "unicast";
}

export interface Route {
  readonly kind: Exclude<AddressKind, "any">;
  /** To where: what was asked for, or this machine for INADDR_ANY. */
  readonly to: IpAddress;
  /** The address that speaks, where a socket is not bound to one. */
  readonly source: IpAddress;
  readonly device: NetDevice;
}

/** Where packets to a network go. `gateway` null: it is on the line. */
export interface NetworkRoute {
  readonly to: IpAddress;
  readonly prefix: number;
  readonly gateway: IpAddress | null;
}

/** The main table's routes that an address of a device makes: to its network, and to all others. */
export function routesOf(device: NetDevice, { address, prefix }: InterfaceAddress): NetworkRoute[] {
  if (device.isLoopback) return [];
  const most = address.isV4 ? 32 : 128;
  const routes: NetworkRoute[] = [];
  const { gateway: known } = planOf(address);
  const gateway = known.isIn(address, prefix) ? known : null;
  if (gateway !== null) routes.push({ to: address.isV4 ? ANY4 : ANY6, prefix: 0, gateway });
  if (prefix < most) routes.push({ to: address.networkOf(prefix), prefix, gateway: null });
  return routes;
}

/** The gateway on the way to `to`; null if there is none in between. */
export function gatewayTo(device: NetDevice, to: IpAddress): IpAddress | null {
  const routes = device.addresses
    .filter(({ address }) => address.isV4 === to.isV4)
    .flatMap((own) => routesOf(device, own))
    .filter((route) => to.isIn(route.to, route.prefix))
    .sort((a, b) => b.prefix - a.prefix);
  return routes[0]?.gateway ?? null;
}

/** The first address of a device that can speak to `to`. */
function sourceOn(device: NetDevice, to: IpAddress): IpAddress | undefined {
  return device.addresses.find(({ address }) => address.isV4 === to.isV4)?.address;
}

/** @param source the address that the socket is bound to; any if none. @param oif the interface it is bound to, or 0. */
export function findRoute(
  stack: NetStack,
  wanted: IpAddress,
  source: IpAddress,
  oif = 0,
): Route | Errno {
  const to = !wanted.isAny ? wanted : wanted.isV4 ? LOOPBACK4 : LOOPBACK6;
  const kind = addressKind(stack, to);
  const bound = source.isAny ? undefined : source;
  if (kind === "local") {
    // The source of a packet to one of our own addresses is that address; to 127.0.0.2, 127.0.0.1.
    const own = stack.lo.isUp && to.isLoopback ? sourceOn(stack.lo, to) : to;
    return { kind, to, source: bound ?? own ?? to, device: stack.lo };
  }
  if (kind === "multicast" || kind === "broadcast") {
    const device =
      oif !== 0
        ? stack.device(oif)
        : (boundDevice(stack, to, bound) ?? broadcastDevice(stack, to) ?? outDevice(stack, to));
    if (device === undefined || !device.isUp) return ENETUNREACH;
    return { kind, to, source: bound ?? sourceOn(device, to) ?? to, device };
  }
  const device = outDevice(stack, to);
  // Our own address, while nothing is up: ipv6_dev_get_saddr() finds none.
  if (device === undefined) return to.isLoopback && !to.isV4 ? EADDRNOTAVAIL : ENETUNREACH;
  // From a loopback address there is no way out: martian.
  if (bound?.isLoopback === true) return to.isV4 ? EINVAL : ENETUNREACH;
  const own = sourceOn(device, to);
  if (own === undefined) return ENETUNREACH;
  return { kind: "unicast", to, source: bound ?? own, device };
}

/** The device of the default route: the first besides lo that is up and has an address of this version. */
function outDevice(stack: NetStack, to: IpAddress): NetDevice | undefined {
  return stack.devices.find(
    (device) => !device.isLoopback && device.isUp && sourceOn(device, to) !== undefined,
  );
}

/** What IPv4 sends to a group or to all goes where the sender's address is: ip_route_output_key_hash_rcu(). */
function boundDevice(
  stack: NetStack,
  to: IpAddress,
  bound: IpAddress | undefined,
): NetDevice | undefined {
  if (bound === undefined || !to.isV4 || !bound.isV4) return undefined;
  if (bound.isLoopback) return stack.lo;
  return stack.devices.find(({ addresses }) =>
    addresses.some(({ address }) => address.equals(bound)),
  );
}

/** The device on whose line `to` is the broadcast address. */
function broadcastDevice(stack: NetStack, to: IpAddress): NetDevice | undefined {
  if (to.isLoopback) return stack.lo;
  return stack.devices.find((device) =>
    device.addresses.some(({ broadcast }) => broadcast?.equals(to) === true),
  );
}

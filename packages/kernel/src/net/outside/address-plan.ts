/**
 * Addresses of eth0 and of what is on its line: those that QEMU's user network made usual. Behind the gateway is the host's
 * own loopback; whoever comes from there through a published port seems to come from the gateway, so that nobody outside
 * looks like 127.0.0.1.
 */
import { IpAddress, LOOPBACK4, LOOPBACK6 } from "../ip/ip-address.ts";
import type { Endpoint } from "../ip/sockaddr.ts";

const DNS_PORT = 53;

/** What there is of one version. */
export interface AddressPlan {
  readonly own: IpAddress;
  readonly prefix: number;
  readonly gateway: IpAddress;
  readonly nameServer: IpAddress;
  readonly loopback: IpAddress;
}

function address(text: string): IpAddress {
  return IpAddress.parse(text) as IpAddress;
}

export const PLAN4: AddressPlan = {
  own: address("10.0.2.15"),
  prefix: 24,
  gateway: address("10.0.2.2"),
  nameServer: address("10.0.2.3"),
  loopback: LOOPBACK4,
};

/** A network of RFC 4193, of our own. */
export const PLAN6: AddressPlan = {
  own: address("fd6b:6572:6e65::15"),
  prefix: 64,
  gateway: address("fd6b:6572:6e65::2"),
  nameServer: address("fd6b:6572:6e65::3"),
  loopback: LOOPBACK6,
};

/** The gateway's name. */
export const GATEWAY_NAME = "host.kernelet.internal";

export function planOf({ isV4 }: IpAddress): AddressPlan {
  return isV4 ? PLAN4 : PLAN6;
}

/** What the host knows by another address: its loopback is our gateway. */
export function toHost(inside: IpAddress): IpAddress {
  const { gateway, loopback } = planOf(inside);
  return inside.equals(gateway) ? loopback : inside;
}

export function fromHost(outside: IpAddress): IpAddress {
  return outside.isLoopback ? planOf(outside).gateway : outside;
}

export function isNameServer({ address, port }: Endpoint): boolean {
  return port === DNS_PORT && address.equals(planOf(address).nameServer);
}

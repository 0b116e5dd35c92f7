/** What setsockopt(2) sets at IPPROTO_IP and IPPROTO_IPV6. Plain fields; -1 is "the default". */
import type { IpAddress } from "./ip-address.ts";

/** net.ipv4.ip_default_ttl, net.ipv6.conf.default.hop_limit. */
export const DEFAULT_TTL = 64;

export interface Membership {
  readonly group: IpAddress;
  readonly device: number;
}

export class IpSettings {
  ttl = -1;
  tos = 0;
  mtuDiscover = 1;
  multicastTtl = 1;
  multicastLoop = true;
  multicastDevice = 0;
  multicastSource: IpAddress | null = null;
  multicastAll = true;
  unicastDevice = 0;
  minTtl = 0;
  isFreebind = false;
  isTransparent = false;
  bindsWithoutPort = false;
  includesHeader = false;
  isNodefrag = false;
  /** IP_RECVERR, IPV6_RECVERR: errors of the network are queued. */
  queuesErrors = false;
  queuesErrors6 = false;
  /** What recvmsg(2) tells besides, as a set of options: IP_PKTINFO, IP_RECVTTL … */
  readonly told: Set<number> = new Set();
  readonly told6: Set<number> = new Set();
  hopLimit = -1;
  multicastHops = -1;
  multicastLoop6 = true;
  multicastDevice6 = 0;
  unicastDevice6 = 0;
  /** IPV6_MTU: the longest fragment that is wanted; 0: what the interface takes. */
  mtu6 = 0;
  trafficClass = 0;
  mtuDiscover6 = 1;
  readonly memberships: Membership[] = [];
  /** Options that are kept and mean nothing here, by level and number. */
  readonly kept: Map<number, number> = new Map();
  readonly kept6: Map<number, number> = new Map();

  /** A connection has what the socket that listens had; memberships stay where they are. */
  copyFrom(other: IpSettings): void {
    const { told, told6, memberships: _stay, kept, kept6, ...plain } = other;
    Object.assign(this, plain);
    for (const option of told) this.told.add(option);
    for (const option of told6) this.told6.add(option);
    for (const [option, value] of kept) this.kept.set(option, value);
    for (const [option, value] of kept6) this.kept6.set(option, value);
  }
}

/** A network interface of a namespace: struct net_device. There is `lo`, and `eth0` where the outside is reachable. */
import { IFF_LOOPBACK, IFF_RUNNING, IFF_UP } from "@kernelet/abi";
import { type IpAddress, LOOPBACK4, LOOPBACK6 } from "./ip-address.ts";

/** IFF_LOWER_UP: the driver's own word that the line is up. */
const IFF_LOWER_UP = 0x10000;
/** RT_SCOPE_*. */
const SCOPE_HOST = 254;

export interface InterfaceAddress {
  readonly address: IpAddress;
  readonly prefix: number;
  /** RT_SCOPE_*. */
  readonly scope: number;
  readonly broadcast: IpAddress | null;
}

/** rtnl_link_stats, those that are counted. */
export interface LinkCounters {
  packets: number;
  bytes: number;
}

export class NetDevice {
  readonly name: string;
  readonly index: number;
  /** ARPHRD_*. */
  readonly hardwareType: number;
  readonly hardwareAddress: Uint8Array;
  mtu: number;
  /** IFF_*, as set: what shows also has IFF_RUNNING. */
  flags: number;
  txQueueLength = 1000;
  addresses: InterfaceAddress[] = [];
  readonly received: LinkCounters = { packets: 0, bytes: 0 };
  readonly sent: LinkCounters = { packets: 0, bytes: 0 };

  constructor(
    parts: Pick<NetDevice, "name" | "index" | "hardwareType" | "hardwareAddress" | "mtu" | "flags">,
  ) {
    this.name = parts.name;
    this.index = parts.index;
    this.hardwareType = parts.hardwareType;
    this.hardwareAddress = parts.hardwareAddress;
    this.mtu = parts.mtu;
    this.flags = parts.flags;
  }

  get isUp(): boolean {
    return (this.flags & IFF_UP) !== 0;
  }
  get isLoopback(): boolean {
    return (this.flags & IFF_LOOPBACK) !== 0;
  }

  /** What IFF_UP brings besides. */
  get shownFlags(): number {
    return this.isUp ? this.flags | IFF_RUNNING | IFF_LOWER_UP : this.flags;
  }

  /** Linux gives lo its addresses when it comes up; when a device goes down, its IPv6 addresses go. */
  setUp(isUp: boolean): void {
    if (isUp === this.isUp) return;
    this.flags ^= IFF_UP;
    if (!isUp) this.addresses = this.addresses.filter(({ address }) => address.isV4);
    else if (this.isLoopback) this.#addLoopback();
  }

  #addLoopback(): void {
    for (const [address, prefix] of [
      [LOOPBACK4, 8],
      [LOOPBACK6, 128],
    ] as const) {
      if (this.addresses.some((own) => own.address.equals(address))) continue;
      this.addresses.push({ address, prefix, scope: SCOPE_HOST, broadcast: null });
    }
  }

  /** A packet went over the line to ourselves. */
  count(bytes: number): void {
    for (const counters of [this.received, this.sent]) {
      counters.packets++;
      counters.bytes += bytes;
    }
  }
}

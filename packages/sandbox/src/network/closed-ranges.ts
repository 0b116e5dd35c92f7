/**
 * Addresses that are closed unless a rule names them: what is private, local to a line or to this machine, a cloud's
 * metadata, or reserved. IANA's registries of special-purpose addresses (RFC 6890 and what followed), and the clouds' manuals.
 */
import { IpAddress } from "@kernelet/kernel";

/** "private": a name that a rule spells out opens it, where that name leads there. Others open by address alone. */
export type ClosedKind = "private" | "this-machine" | "link-local" | "metadata" | "reserved";

export interface ClosedRange {
  readonly network: IpAddress;
  readonly prefix: number;
  readonly kind: ClosedKind;
  /** For the report. */
  readonly text: string;
}

// biome-ignore format: one range per line.
const ROWS: readonly (readonly [string, ClosedKind])[] = [
  ["0.0.0.0/8",          "this-machine"],
  ["10.0.0.0/8",         "private"],
  ["100.64.0.0/10",      "private"],      // Carriers' shared addresses, RFC 6598.
  ["100.100.100.200/32", "metadata"],     // Alibaba.
  ["127.0.0.0/8",        "this-machine"],
  ["168.63.129.16/32",   "metadata"],     // Azure.
  ["169.254.0.0/16",     "link-local"],
  ["169.254.169.254/32", "metadata"],     // AWS, Google, Azure, DigitalOcean …
  ["169.254.170.2/32",   "metadata"],     // Tasks of ECS.
  ["169.254.170.23/32",  "metadata"],     // Pods of EKS.
  ["172.16.0.0/12",      "private"],
  ["192.0.0.0/24",       "reserved"],
  ["192.0.0.192/32",     "metadata"],     // Oracle.
  ["192.0.2.0/24",       "reserved"],
  ["192.168.0.0/16",     "private"],
  ["198.18.0.0/15",      "reserved"],
  ["198.51.100.0/24",    "reserved"],
  ["203.0.113.0/24",     "reserved"],
  ["224.0.0.0/4",        "reserved"],
  ["240.0.0.0/4",        "reserved"],
  ["::/127",             "this-machine"], // :: and ::1.
  ["64:ff9b:1::/48",     "reserved"],     // NAT64 of one's own.
  ["100::/64",           "reserved"],
  ["2001::/32",          "reserved"],     // Teredo.
  ["2001:db8::/32",      "reserved"],
  ["3fff::/20",          "reserved"],
  ["5f00::/16",          "reserved"],
  ["fc00::/7",           "private"],
  ["fd00:ec2::254/128",  "metadata"],     // AWS.
  ["fd00:ec2::23/128",   "metadata"],     // Pods of EKS.
  ["fd20:ce::254/128",   "metadata"],     // Google.
  ["fe80::/10",          "link-local"],
  ["fec0::/10",          "private"],
  ["ff00::/8",           "reserved"],
];

/** The most exact first. */
const RANGES: readonly ClosedRange[] = ROWS.map(([text, kind]): ClosedRange => {
  const [address = "", prefix] = text.split("/");
  return { network: IpAddress.parse(address) as IpAddress, prefix: Number(prefix), kind, text };
}).sort((a, b) => b.prefix - a.prefix);

export function closedRange(address: IpAddress): ClosedRange | null {
  return RANGES.find(({ network, prefix }) => address.isIn(network, prefix)) ?? null;
}

/** An address of one of this machine's interfaces: what listens there is not meant for guests. */
export function ownRange(address: IpAddress): ClosedRange {
  const prefix = address.isV4 ? 32 : 128;
  return { network: address, prefix, kind: "this-machine", text: `${address}` };
}

/** Where the IPv4 address is in an IPv6 one that only carries it, as the bit it begins with. */
const CARRIERS: readonly (readonly [IpAddress, number, number])[] = (
  [
    ["64:ff9b::", 96, 96], // NAT64, RFC 6052.
    ["2002::", 16, 16], // 6to4.
    ["::ffff:0:0:0", 96, 96], // SIIT, RFC 2765.
    ["::", 96, 96], // IPv4-compatible.
  ] as const
).map(([text, prefix, at]) => [IpAddress.parse(text) as IpAddress, prefix, at]);

/** The IPv4 address that an IPv6 one leads to by translation; null if it is none of those. */
export function carriedAddress(address: IpAddress): IpAddress | null {
  if (address.isV4) return null;
  const carrier = CARRIERS.find(([network, prefix]) => address.isIn(network, prefix));
  if (carrier === undefined) return null;
  const at = carrier[2] / 8;
  return IpAddress.from(address.bytes16().slice(at, at + 4));
}

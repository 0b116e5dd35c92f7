/** `--net`, `--allow`, `--deny`, `-p`, `--dns`: what of the network a sandbox gets. */
import { isIP } from "node:net";
import {
  MAX_PORT,
  NETWORK_MODES,
  type NetworkMode,
  type NetworkRequest,
  type PublishedPort,
  parseRule,
} from "@kernelet/sandbox";
import { badOption } from "../errors.ts";

/** Who may connect where nobody says: this machine alone. */
const DEFAULT_HOST = "127.0.0.1";

/** What the parser gives. */
export interface NetworkOptions {
  readonly net: NetworkMode;
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly publish?: readonly string[];
  readonly dns?: readonly string[];
}

export function buildNetwork(options: NetworkOptions): NetworkRequest {
  const { net: mode, allow = [], deny = [], dns, publish = [] } = options;
  checkRules("--allow", allow);
  checkRules("--deny", deny);
  const ports = publish.map(parsePort);
  for (const server of dns ?? []) {
    if (!isServer(server)) throw badOption("--dns", `'${server}' is not an address`);
  }
  if (mode === "none") {
    const what = ports.length > 0 ? "-p" : "--allow";
    if (ports.length + allow.length > 0)
      throw badOption(what, "with --net none there is no network");
  }
  return { mode, allow, deny, ports, ...(dns !== undefined && { dns }) };
}

function checkRules(flag: string, rules: readonly string[]): void {
  for (const text of rules) {
    const rule = parseRule(text);
    if (typeof rule === "string") throw badOption(flag, rule);
  }
}

/** An address, perhaps with a port, as dns.setServers() takes it. */
function isServer(text: string): boolean {
  if (isIP(text) !== 0) return true;
  const parts = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  if (parts === null || Number(parts[3]) > MAX_PORT) return false;
  return isIP(parts[1] ?? parts[2] ?? "") === (parts[1] === undefined ? 4 : 6);
}

export function parseMode(text: string): NetworkMode {
  const mode = NETWORK_MODES.find((one) => one === text);
  if (mode === undefined)
    throw badOption("--net", `'${text}' is none of ${NETWORK_MODES.join(", ")}`);
  return mode;
}

/** `[[ip:]host:]guest[/tcp|/udp]`; a host port of 0, or none, is any that is free. */
export function parsePort(text: string): PublishedPort {
  const bad = (problem: string) => badOption("-p", `'${text}': ${problem}`);
  const [places = "", protocol = "tcp", ...more] = text.split("/");
  if ((protocol !== "tcp" && protocol !== "udp") || more.length > 0)
    throw bad("the protocol may be tcp or udp");
  const parts = /^(?:(?:\[([^\]]*)\]|([^:]*)):)?(?:(\d*):)?(\d+)$/.exec(places);
  if (parts === null) throw bad("not [[ip:]host:]guest[/udp]");
  const [, v6, first, middle, guest = ""] = parts;
  // Of two parts, the first is a port; of three, an address.
  const isAddress = v6 !== undefined || middle !== undefined;
  const hostAddress = isAddress ? (v6 ?? first ?? "") || DEFAULT_HOST : DEFAULT_HOST;
  const hostText = isAddress ? (middle ?? "") : (first ?? "");
  if (isIP(hostAddress) === 0) throw bad(`'${hostAddress}' is not an address of this machine`);
  if (!/^\d*$/.test(hostText)) throw bad(`'${hostText}' is not a port`);
  const hostPort = Number(hostText);
  const guestPort = Number(guest);
  if (hostPort > MAX_PORT) throw bad(`'${hostText}' is not a port`);
  if (guestPort < 1 || guestPort > MAX_PORT) throw bad(`'${guest}' is not a port`);
  return { hostAddress, hostPort, guestPort, protocol };
}

/** What a person types to reach it. */
export function describePort({ hostAddress, hostPort }: PublishedPort): string {
  return hostAddress.includes(":") ? `[${hostAddress}]:${hostPort}` : `${hostAddress}:${hostPort}`;
}

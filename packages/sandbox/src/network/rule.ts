/**
 * One rule of a policy: `HOST[:PORT]`.
 *
 *   HOST  example.com        that name, and the addresses that it was resolved to inside
 *         *.example.com      every name below it
 *         192.0.2.1, fd00::1, 10.0.0.0/8, [fd00::]/8, [fd00::1]:80
 *         localhost          this machine's own loopback addresses; inside they are called host.kernelet.internal
 *         *                  every name and every address that is not closed
 *   PORT  443, 8000-8010
 */
import { isIP } from "node:net";
import { domainToASCII } from "node:url";

export type RuleHost =
  | { readonly kind: "any" }
  | { readonly kind: "name"; readonly name: string }
  /** Names that end with "." and this one. */
  | { readonly kind: "below"; readonly name: string }
  | { readonly kind: "network"; readonly address: string; readonly prefix: number }
  /** The host's loopback addresses. */
  | { readonly kind: "this-machine" };

export interface Rule {
  /** As it was written. */
  readonly text: string;
  readonly host: RuleHost;
  /** null: all. */
  readonly ports: { readonly first: number; readonly last: number } | null;
}

/** What the host is called inside. */
export const HOST_NAME = "host.kernelet.internal";

export const MAX_PORT = 65_535;
const NAME = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;
/** RFC 1035: without the last dot. */
const LONGEST_NAME = 253;

/** @returns the rule, or what is wrong with the text. */
export function parseRule(text: string): Rule | string {
  const [hostText, portText] = splitPort(text);
  const ports = portText === null ? null : parsePorts(portText);
  if (typeof ports === "string") return ports;
  const host = parseHost(hostText);
  return typeof host === "string" ? host : { text, host, ports };
}

function splitPort(text: string): readonly [string, string | null] {
  const bracketed = /^\[([^\]]*)\](\/\d+)?(?::(.*))?$/.exec(text);
  if (bracketed !== null) {
    return [`${bracketed[1]}${bracketed[2] ?? ""}`, bracketed[3] ?? null];
  }
  const colon = text.lastIndexOf(":");
  // An IPv6 address without brackets has no port.
  if (colon < 0 || text.indexOf(":") !== colon) return [text, null];
  return [text.slice(0, colon), text.slice(colon + 1)];
}

function parsePorts(text: string): NonNullable<Rule["ports"]> | string {
  const parts = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const first = Number(parts?.[1] ?? 0);
  const last = Number(parts?.[2] ?? first);
  if (first < 1 || last < first || last > MAX_PORT) return `'${text}' is no port`;
  return { first, last };
}

function parseHost(text: string): RuleHost | string {
  if (text === "*") return { kind: "any" };
  const network = parseNetwork(text);
  if (network !== null) return network;
  const name = normalName(text.replace(/^\*\./, ""));
  if (name === null) return `'${text}' is neither a name, nor an address, nor a network`;
  if (text.startsWith("*.")) return { kind: "below", name };
  return name === "localhost" || name === HOST_NAME
    ? { kind: "this-machine" }
    : { kind: "name", name };
}

function parseNetwork(text: string): RuleHost | string | null {
  const [address = "", prefixText, ...more] = text.split("/");
  const most = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  // A zone names an interface of this machine's.
  if (most === 0 || more.length > 0 || address.includes("%")) return null;
  if (prefixText === undefined) return { kind: "network", address, prefix: most };
  const prefix = /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : most + 1;
  return prefix > most
    ? `'/${prefixText}' is no length of a network`
    : { kind: "network", address, prefix };
}

/** A name as it is compared: lower case, ASCII, without the last dot. @returns null if it is none. */
export function normalName(text: string): string | null {
  const name = domainToASCII(text.replace(/\.$/, "")).toLowerCase();
  if (name === "" || name.length > LONGEST_NAME || !NAME.test(name)) return null;
  // All digits at the end: an address that is none.
  return /(^|\.)\d+$/.test(name) ? null : name;
}

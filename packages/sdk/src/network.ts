/** What of the network a sandbox gets, as options. */
import { isIP } from "node:net";
import {
  MAX_PORT,
  NETWORK_MODES,
  type NetworkAttempt,
  type NetworkMode,
  type NetworkPolicy,
  type NetworkRequest,
  type PortProtocol,
  type PublishedPort,
  parseRule,
} from "@kernelet/sandbox";
import { InvalidArgumentError } from "./errors.ts";

export interface ExposeOptions {
  /** An address of this machine. Default 127.0.0.1: nobody else reaches it. */
  readonly address?: string;
  /** Default: any that is free. */
  readonly port?: number;
  /** Default "tcp". */
  readonly protocol?: PortProtocol;
}

export interface PortOptions extends ExposeOptions {
  /** The port inside. */
  readonly guest: number;
}

/** Decides about one connection, the peer of a datagram socket, or a name that is to be looked up. */
export type Decide = (attempt: NetworkAttempt) => NetworkVerdict | Promise<NetworkVerdict>;

export type NetworkVerdict =
  | "allow"
  | "deny"
  /** `reason` stands in the report. */
  | { readonly verdict: "allow" | "deny"; readonly reason?: string };

/** What may be reached. */
export interface PolicyOptions {
  /**
   * What may be reached where no rule says otherwise: "none", nothing; "loopback", itself (the default); "public", public
   * addresses, too; "host", all that this machine reaches.
   */
  readonly mode?: NetworkMode;
  /** Rules, `HOST[:PORT]`: a name, `*.name`, an address, a network, or "localhost" for this machine's own services. */
  readonly allow?: readonly string[];
  /** Stronger than `allow`. */
  readonly deny?: readonly string[];
  /**
   * Is asked about what no rule names, instead of the mode: public addresses, and names; in mode "host" all that this
   * machine reaches. What is closed (private networks, this machine, metadata of clouds) needs a rule. The guest waits
   * meanwhile. What throws, says something else, or takes too long, denies: inside that is EACCES.
   */
  readonly decide?: Decide;
  /** How long `decide` may take. Default 30 s. */
  readonly decideTimeoutMs?: number;
}

export interface NetworkOptions extends PolicyOptions {
  /** Ports that lead inside from the start. A number is a port inside. */
  readonly ports?: readonly (number | PortOptions)[];
  /** Addresses of name servers to ask. Default: what this machine uses. */
  readonly dns?: readonly string[];
  /** Authorities, PEM, that are trusted besides Node's where secrets go out over TLS. */
  readonly ca?: readonly string[];
}

/** @throws InvalidArgumentError */
export function networkRequest(options: NetworkOptions = {}): NetworkRequest {
  const { mode = "loopback", allow = [], deny = [], ports = [], dns, decide } = options;
  const policy = { mode, allow, deny, ...(decide !== undefined && { asks: true }) };
  checkPolicy(policy);
  for (const server of dns ?? [])
    if (isIP(server) === 0)
      throw new InvalidArgumentError("network.dns", `'${server}' is no address`);
  if (mode === "none" && ports.length > 0) throw noNetwork();
  return {
    ...policy,
    ports: ports.map((port) =>
      typeof port === "number" ? publishedPort(port, {}) : publishedPort(port.guest, port),
    ),
    ...(dns !== undefined && { dns }),
    // `ports.expose` may be called any time.
    mayPublish: true,
  };
}

/** @throws InvalidArgumentError */
export function checkPolicy({ mode, allow, deny, asks = false }: NetworkPolicy): void {
  if (!NETWORK_MODES.includes(mode))
    throw new InvalidArgumentError(
      "network.mode",
      `'${mode}' is none of ${NETWORK_MODES.join(", ")}`,
    );
  checkRules("network.allow", allow);
  checkRules("network.deny", deny);
  if (mode === "none" && (allow.length > 0 || asks)) throw noNetwork();
}

function noNetwork(): InvalidArgumentError {
  return new InvalidArgumentError("network", "with mode none there is no network");
}

function checkRules(argument: string, rules: readonly string[]): void {
  for (const text of rules) {
    const rule = parseRule(text);
    if (typeof rule === "string") throw new InvalidArgumentError(argument, rule);
  }
}

/** @throws InvalidArgumentError */
export function publishedPort(guestPort: number, options: ExposeOptions): PublishedPort {
  const { address = "127.0.0.1", port = 0, protocol = "tcp" } = options;
  checkPort("guest port", guestPort, 1);
  checkPort("port", port, 0);
  if (isIP(address) === 0) throw new InvalidArgumentError("address", `'${address}' is no address`);
  return { hostAddress: address, hostPort: port, guestPort, protocol };
}

function checkPort(argument: string, port: number, least: number): void {
  if (!Number.isInteger(port) || port < least || port > MAX_PORT)
    throw new InvalidArgumentError(argument, `${port} is no port`);
}

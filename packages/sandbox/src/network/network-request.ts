/**
 * What of the network a sandbox gets: plain data, made by the command line or the SDK and sent to the sandbox process,
 * whose Host holds every connection against it (policy.ts).
 */

/**
 * What may be reached where no rule says otherwise.
 *
 *   none      nothing, not even itself: lo is down
 *   loopback  itself
 *   public    itself and public addresses: none of a private network, of this machine, or of a cloud's metadata
 *   host      what this machine reaches, and its own services, too; a cloud's metadata only by a rule that names it
 */
export const NETWORK_MODES = ["none", "loopback", "public", "host"] as const;
export type NetworkMode = (typeof NETWORK_MODES)[number];

export type PortProtocol = "tcp" | "udp";

/** A port of the host's that leads to one inside. */
export interface PublishedPort {
  /** An address of the host's; "0.0.0.0" and "::" are all of them. */
  readonly hostAddress: string;
  /** 0: any that is free. */
  readonly hostPort: number;
  readonly guestPort: number;
  readonly protocol: PortProtocol;
}

/** What may be reached: the part of a request that may change while the sandbox runs. */
export interface NetworkPolicy {
  readonly mode: NetworkMode;
  /** Rules: `HOST[:PORT]`, see rule.ts. What they name is open in every mode but "none". */
  readonly allow: readonly string[];
  /** Stronger than `allow`. */
  readonly deny: readonly string[];
  /**
   * What no rule names is asked about (host/decisions.ts), where the mode would decide: public addresses, and names; in
   * mode "host" all that this machine reaches. What is closed is not asked about. Default: the mode decides.
   */
  readonly asks?: boolean;
}

/** What a program tries, for whoever decides about it. */
export interface NetworkAttempt {
  /** "dns": a name is to be looked up. */
  readonly protocol: "tcp" | "udp" | "dns";
  /** The name that the guest was told last that `address` is of, or the one to be looked up. null: none. */
  readonly host: string | null;
  /** All such names. */
  readonly names: readonly string[];
  /** null for "dns". */
  readonly address: string | null;
  /** 0 for "dns". */
  readonly port: number;
}

export interface NetworkRequest extends NetworkPolicy {
  readonly ports: readonly PublishedPort[];
  /** Addresses of the name servers to ask. Absent: what this machine uses. */
  readonly dns?: readonly string[];
  /** More ports may be published while it runs. */
  readonly mayPublish?: boolean;
}

/** Whether there is anything outside: an interface besides lo, and a name server. */
export function reachesOutside(request: NetworkRequest): boolean {
  const { mode, allow, asks, ports, mayPublish } = request;
  if (mode === "none") return false;
  const isOpen = mode !== "loopback" || allow.length > 0 || asks === true;
  return isOpen || ports.length > 0 || mayPublish === true;
}

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

export interface NetworkRequest {
  readonly mode: NetworkMode;
  /** Rules: `HOST[:PORT]`, see rule.ts. What they name is open in every mode but "none". */
  readonly allow: readonly string[];
  /** Stronger than `allow`. */
  readonly deny: readonly string[];
  readonly ports: readonly PublishedPort[];
  /** Addresses of the name servers to ask. Absent: what this machine uses. */
  readonly dns?: readonly string[];
  /** More ports may be published while it runs. */
  readonly mayPublish?: boolean;
}

/** Whether there is anything outside: an interface besides lo, and a name server. */
export function reachesOutside({ mode, allow, ports, mayPublish }: NetworkRequest): boolean {
  if (mode === "none") return false;
  return mode !== "loopback" || allow.length > 0 || ports.length > 0 || mayPublish === true;
}

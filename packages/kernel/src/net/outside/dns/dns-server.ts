/**
 * The name server inside. It knows this machine and the gateway itself; for the rest it asks the host, which looks at its
 * policy first. What policy forbids does not exist here (NXDOMAIN): REFUSED would make some clients wait and ask again.
 */
import type { HostAnswer, HostRecord } from "../../../host-network.ts";
import { IpAddress, LOOPBACK4, LOOPBACK6 } from "../../ip/ip-address.ts";
import { DEFAULT_TTL } from "../../ip/ip-settings.ts";
import type { Endpoint } from "../../ip/sockaddr.ts";
import type { UdpSocket } from "../../udp/udp-socket.ts";
import { GATEWAY_NAME, PLAN4, PLAN6 } from "../address-plan.ts";
import type { Outside } from "../outside.ts";
import type { DnsConnection } from "./dns-connection.ts";
import {
  buildReply,
  NOERROR,
  NXDOMAIN,
  parseQuery,
  type Query,
  type Reply,
  SERVFAIL,
} from "./dns-message.ts";

/** Questions that the host has not answered: of all, and of one asker. More get SERVFAIL at once. */
const MOST_PENDING = 256;
const MOST_PENDING_EACH = 32;
/** Of what is known here: it never changes. */
const LOCAL_TTL_SEC = 3600;
const MOST_STREAM = 65_535;

/** Who asked, and how to answer. */
export type Asker =
  | { readonly kind: "datagram"; readonly sock: UdpSocket; readonly server: Endpoint }
  | { readonly kind: "stream"; readonly connection: DnsConnection };

interface Pending {
  readonly query: Query;
  readonly asker: Asker;
}

function key(asker: Asker): UdpSocket | DnsConnection {
  return asker.kind === "datagram" ? asker.sock : asker.connection;
}

export class DnsServer {
  readonly #outside: Outside;
  readonly #pending: Map<number, Pending> = new Map();
  #nextId = 1;

  constructor(outside: Outside) {
    this.#outside = outside;
  }

  /** @returns whether an answer comes, now or later. */
  query(bytes: Uint8Array, asker: Asker): boolean {
    const query = parseQuery(bytes);
    if (query === null) return false;
    const { rcode, type, name } = query;
    const known = this.#known(query);
    if (known !== null) this.#answer(query, asker, known);
    else if (rcode !== NOERROR) this.#answer(query, asker, { rcode, records: [] });
    else if (name === null) this.#answer(query, asker, { rcode: NXDOMAIN, records: [] });
    else if (type === null) this.#answer(query, asker, { rcode: NOERROR, records: [] });
    else if (!this.#hasRoom(asker)) this.#answer(query, asker, { rcode: SERVFAIL, records: [] });
    else {
      const id = this.#nextId++;
      this.#pending.set(id, { query, asker });
      const address = type === "PTR" ? reverseAddress(name) : null;
      this.#outside.network.resolve(id, { type, name, address });
    }
    return true;
  }

  #hasRoom(asker: Asker): boolean {
    if (this.#pending.size >= MOST_PENDING) return false;
    let count = 0;
    for (const pending of this.#pending.values()) {
      if (key(pending.asker) === key(asker)) count++;
    }
    return count < MOST_PENDING_EACH;
  }

  /** What need not be asked of anybody. */
  #known({ name, type, rcode }: Query): Reply | null {
    if (rcode !== NOERROR || name === null) return null;
    const addresses = this.#localAddresses(name);
    if (addresses !== null) {
      const records = addresses
        .filter(({ isV4 }) => type === (isV4 ? "A" : "AAAA"))
        .map(
          (address): HostRecord => ({
            type: address.isV4 ? "A" : "AAAA",
            ttlSec: LOCAL_TTL_SEC,
            address,
          }),
        );
      return { rcode: NOERROR, records };
    }
    const about = type === "PTR" ? reverseAddress(name) : null;
    const local = about === null ? null : this.#localName(about);
    if (local === null) return null;
    return { rcode: NOERROR, records: [{ type: "PTR", ttlSec: LOCAL_TTL_SEC, name: local }] };
  }

  #localAddresses(name: string): readonly IpAddress[] | null {
    if (name === "localhost" || name.endsWith(".localhost")) return [LOOPBACK4, LOOPBACK6];
    const { hasIpv6 } = this.#outside.network;
    const plans = hasIpv6 ? [PLAN4, PLAN6] : [PLAN4];
    // Of one version alone: what listens on this machine's loopback seldom does so on both.
    if (name === GATEWAY_NAME) return [PLAN4.gateway];
    return name === this.#hostname ? plans.map(({ own }) => own) : null;
  }

  get #hostname(): string {
    return this.#outside.kernel.initNamespaces.uts.nodename.toLowerCase();
  }

  #localName(address: IpAddress): string | null {
    if (address.isLoopback) return "localhost";
    for (const { own, gateway } of [PLAN4, PLAN6]) {
      if (address.equals(gateway)) return GATEWAY_NAME;
      if (address.equals(own)) return this.#hostname;
    }
    return null;
  }

  /** From the host. */
  resolved(id: number, answer: HostAnswer): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    this.#answer(pending.query, pending.asker, replyOf(answer));
  }

  #answer(query: Query, asker: Asker, reply: Reply): void {
    if (asker.kind === "stream") {
      asker.connection.answer(buildReply(query, reply, MOST_STREAM));
      return;
    }
    const { sock, server } = asker;
    const bytes = buildReply(query, reply, query.room);
    // It has gone, or speaks with somebody else now.
    if (sock.localPort === 0 || !sock.hearsFrom(server)) return;
    this.#outside.countReceived(bytes.length);
    const to = sock.source.isAny ? (server.address.isV4 ? PLAN4.own : PLAN6.own) : sock.source;
    sock.deliver({
      bytes,
      from: server,
      info: {
        to,
        port: sock.localPort,
        device: this.#outside.device.index,
        ttl: DEFAULT_TTL,
        tos: 0,
        realtimeMs: this.#outside.kernel.clock.realtimeMs(),
      },
    });
  }
}

function replyOf(answer: HostAnswer): Reply {
  switch (answer.status) {
    case "found":
      return { rcode: NOERROR, records: answer.records };
    case "no-data":
      return { rcode: NOERROR, records: [] };
    case "no-name":
      return { rcode: NXDOMAIN, records: [] };
    case "refused":
      return { rcode: NXDOMAIN, records: [], isProhibited: true };
    case "failed":
      return { rcode: SERVFAIL, records: [] };
  }
}

/** The address that a name below in-addr.arpa or ip6.arpa stands for; null if it stands for none. */
function reverseAddress(name: string): IpAddress | null {
  const v4 = /^((?:\d{1,3}\.){4})in-addr\.arpa$/.exec(name)?.[1];
  if (v4 !== undefined) return IpAddress.parse(v4.slice(0, -1).split(".").reverse().join("."));
  const v6 = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(name)?.[1];
  if (v6 === undefined) return null;
  const digits = v6.split(".").reverse().join("");
  return IpAddress.parse((digits.match(/.{4}/g) ?? []).join(":"));
}

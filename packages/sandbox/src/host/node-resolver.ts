/**
 * Looks names up as this machine's programs do: addresses with getaddrinfo(3), so that /etc/hosts counts; other records, and
 * all where name servers were named, with a resolver.
 */
import type dns from "node:dns";
import process from "node:process";
import type { HostAnswer, HostQuestion, HostRecord } from "@kernelet/kernel";
import { IpAddress } from "@kernelet/kernel";

/** getaddrinfo(3) does not say how long an answer holds, and a resolver says so for addresses alone. */
const UNKNOWN_TTL_SEC = 30;
const TIMEOUT_MS = 3000;
const TRIES = 2;

/** Node warns of some modules where a start image is made: not loaded before it is needed. */
function dnsModule(): typeof dns {
  return process.getBuiltinModule("node:dns");
}

export class NodeResolver {
  readonly #servers: readonly string[] | undefined;
  #resolver: dns.promises.Resolver | null = null;
  /** Of getaddrinfo, by name: A and AAAA are asked for together. */
  readonly #lookups: Map<string, Promise<readonly IpAddress[]>> = new Map();

  constructor(servers: readonly string[] | undefined) {
    this.#servers = servers;
  }

  async resolve(question: HostQuestion): Promise<HostAnswer> {
    try {
      const records = await this.#records(question);
      return records.length === 0 ? { status: "no-data" } : { status: "found", records };
    } catch (error) {
      return { status: statusOf(error) };
    }
  }

  async #records({ type, name, address }: HostQuestion): Promise<readonly HostRecord[]> {
    const resolver = this.#getResolver();
    const ttlSec = UNKNOWN_TTL_SEC;
    switch (type) {
      case "A":
      case "AAAA":
        return this.#addresses(name, type);
      case "PTR": {
        const names =
          address === null ? await resolver.resolvePtr(name) : await reverse(resolver, address);
        return names.map((target) => ({ type, ttlSec, name: target }));
      }
      case "CNAME":
        return (await resolver.resolveCname(name)).map((target) => ({
          type,
          ttlSec,
          name: target,
        }));
      case "NS":
        return (await resolver.resolveNs(name)).map((target) => ({ type, ttlSec, name: target }));
      case "MX":
        return (await resolver.resolveMx(name)).map(({ priority, exchange }) => ({
          type,
          ttlSec,
          preference: priority,
          name: exchange,
        }));
      case "TXT":
        return (await resolver.resolveTxt(name)).map((texts) => ({
          type,
          ttlSec,
          texts: texts.map((text) => Buffer.from(text)),
        }));
      case "SRV":
        return (await resolver.resolveSrv(name)).map((record) => ({ ...record, type, ttlSec }));
      case "SOA": {
        const soa = await resolver.resolveSoa(name);
        const { serial, refresh, retry, expire, minttl } = soa;
        return [
          {
            type,
            ttlSec,
            primary: soa.nsname,
            mailbox: soa.hostmaster,
            numbers: [serial, refresh, retry, expire, minttl],
          },
        ];
      }
    }
  }

  async #addresses(name: string, type: "A" | "AAAA"): Promise<readonly HostRecord[]> {
    if (this.#servers !== undefined) {
      const resolver = this.#getResolver();
      const found =
        type === "A"
          ? await resolver.resolve4(name, { ttl: true })
          : await resolver.resolve6(name, { ttl: true });
      return found.flatMap(({ address, ttl }) => recordOf(IpAddress.parse(address), type, ttl));
    }
    const all = await this.#lookup(name);
    return all.flatMap((address) => recordOf(address, type, UNKNOWN_TTL_SEC));
  }

  #lookup(name: string): Promise<readonly IpAddress[]> {
    const running = this.#lookups.get(name);
    if (running !== undefined) return running;
    const lookup = dnsModule()
      .promises.lookup(name, { all: true, order: "verbatim" })
      .then((found) => found.flatMap(({ address }) => IpAddress.parse(address) ?? []))
      .finally(() => this.#lookups.delete(name));
    this.#lookups.set(name, lookup);
    return lookup;
  }

  #getResolver(): dns.promises.Resolver {
    if (this.#resolver === null) {
      const { Resolver } = dnsModule().promises;
      this.#resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
      if (this.#servers !== undefined) this.#resolver.setServers(this.#servers);
    }
    return this.#resolver;
  }
}

function reverse(resolver: dns.promises.Resolver, address: IpAddress): Promise<string[]> {
  return resolver.reverse(`${address}`);
}

function recordOf(address: IpAddress | null, type: "A" | "AAAA", ttlSec: number): HostRecord[] {
  return address === null || address.isV4 !== (type === "A") ? [] : [{ type, ttlSec, address }];
}

function statusOf(error: unknown): "no-name" | "no-data" | "failed" {
  switch ((error as { code?: unknown }).code) {
    case "ENOTFOUND":
      return "no-name";
    case "ENODATA":
      return "no-data";
    default:
      return "failed";
  }
}

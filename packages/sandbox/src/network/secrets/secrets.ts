/**
 * Secrets of a sandbox: the guest has a placeholder, and the value is put in outside, in what goes to hosts that are
 * named for it. ADR 21 says against whom that helps.
 */
import { IpAddress, PLAN4, PLAN6 } from "@kernelet/kernel";
import { HOST_NAME, parseRule, type Rule } from "../rule.ts";

export interface SecretSpec {
  /** Of its environment variable; stands in the report. */
  readonly name: string;
  /** As long as the value. */
  readonly placeholder: string;
  readonly value: string;
  /** `[http://]HOST[:PORT]`: over TLS, unless it says otherwise. */
  readonly hosts: readonly string[];
}

/** What the sandbox process is given; never in a configuration, which may be kept in files. */
export interface SecretsRequest {
  readonly secrets: readonly SecretSpec[];
  /** For all hosts over TLS: PEM. The guest trusts who has signed it. */
  readonly certificate?: { readonly chain: string; readonly key: string };
  /** PEM: whom we trust outside, besides those whom Node does. */
  readonly authorities: readonly string[];
}

export interface SecretHost {
  readonly isPlain: boolean;
  readonly rule: Rule;
}

/** @returns what is wrong with it, if something is. */
export function parseSecretHost(text: string): SecretHost | string {
  const [, scheme = "https", place = ""] = /^(?:(https?):\/\/)?(.*)$/s.exec(text) ?? [];
  const rule = parseRule(place);
  if (typeof rule === "string") return rule;
  const { host } = rule;
  const isWhole = host.kind === "network" && IpAddress.parse(host.address)?.isV4 ? 32 : 128;
  if (host.kind === "any" || host.kind === "below")
    return `'${text}': who gets a secret is spelled out`;
  if (host.kind === "network" && host.prefix !== isWhole) return `'${text}' is a network`;
  return { isPlain: scheme === "http", rule };
}

/** One that may go to where a connection leads. */
export interface TargetSecret {
  readonly spec: SecretSpec;
  readonly host: SecretHost;
}

export class Secrets {
  readonly request: SecretsRequest;
  readonly #all: readonly TargetSecret[];

  /** Preconditions: hosts are right; whoever made the request has looked. */
  constructor(request: SecretsRequest) {
    this.request = request;
    this.#all = request.secrets.flatMap((spec) =>
      spec.hosts.flatMap((text) => {
        const host = parseSecretHost(text);
        return typeof host === "string" ? [] : [{ spec, host }];
      }),
    );
  }

  /** @param names what the guest was told that the address is of. */
  for(address: IpAddress, port: number, names: readonly string[]): TargetSecret[] {
    return this.#all.filter(({ host: { rule } }) => {
      const { ports, host } = rule;
      if (ports !== null && (port < ports.first || port > ports.last)) return false;
      switch (host.kind) {
        case "name":
          return names.includes(host.name);
        case "this-machine":
          return address.isLoopback;
        case "network":
          return IpAddress.parse(host.address)?.equals(address) === true;
        default:
          return false;
      }
    });
  }
}

/** Whether a request or a handshake that is for `said` is for the host. */
export function isNamed({ rule: { host } }: SecretHost, said: string): boolean {
  switch (host.kind) {
    case "name":
      return host.name === said;
    case "this-machine": {
      const address = IpAddress.parse(said);
      const isGateway = [PLAN4, PLAN6].some(({ gateway }) => address?.equals(gateway) === true);
      return said === HOST_NAME || isGateway;
    }
    case "network": {
      const address = IpAddress.parse(said);
      return address !== null && IpAddress.parse(host.address)?.equals(address) === true;
    }
    default:
      return false;
  }
}

/** Names and addresses that a guest may call the host by: for a certificate. */
export function namesInside({ rule: { host } }: SecretHost): string[] {
  switch (host.kind) {
    case "name":
      return [host.name];
    case "this-machine":
      return [HOST_NAME, `${PLAN4.gateway}`, `${PLAN6.gateway}`];
    case "network":
      return [host.address];
    default:
      return [];
  }
}

/** What the certificate of the server outside has to be for. */
export function nameOutside({ rule: { host } }: SecretHost): string {
  switch (host.kind) {
    case "name":
      return host.name;
    case "network":
      return host.address;
    default:
      return "localhost";
  }
}

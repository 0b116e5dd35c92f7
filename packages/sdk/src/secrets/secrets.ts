/** Secrets as options: placeholders for the guest, and what the sandbox process puts in their place. */
import { randomInt } from "node:crypto";
import tls from "node:tls";
import { namesInside, parseSecretHost, type SecretsRequest } from "@kernelet/sandbox";
import { InvalidArgumentError } from "../errors.ts";
import type { NetworkOptions } from "../network.ts";

export interface SecretOptions {
  /** What the servers get: 8 to 4096 characters of ASCII. The guest has a placeholder of that length. */
  readonly value: string;
  /**
   * Who gets it: `HOST[:PORT]`, a name, an address, or "localhost" for this machine, over TLS; `http://HOST[:PORT]` over
   * plain HTTP. A name is spelled out. The host needs a rule of `network`, too: a secret opens nothing.
   */
  readonly hosts: readonly string[];
}

/** By the name of the environment variable that holds the placeholder inside. */
export type Secrets = Readonly<Record<string, SecretOptions>>;

export interface PreparedSecrets {
  readonly request: SecretsRequest;
  /** Placeholders, by variable. */
  readonly env: ReadonlyMap<string, string>;
  /** PEM: whom the guest has to trust. null: there is no TLS to be looked into. */
  readonly authority: string | null;
}

const VALUE = /^[\x20-\x7e]{8,4096}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** @returns null if there are none. @throws InvalidArgumentError; no message has a value in it */
export async function prepareSecrets(
  secrets: Secrets = {},
  { mode, ca }: NetworkOptions = {},
): Promise<PreparedSecrets | null> {
  const names = Object.keys(secrets);
  if (names.length === 0) return null;
  if (mode === "none")
    throw new InvalidArgumentError("secrets", "with mode none there is no network");
  const env = new Map<string, string>();
  const served = new Set<string>();
  const specs = Object.entries(secrets).map(([name, { value, hosts }]) => {
    const bad = (problem: string) => new InvalidArgumentError(`secrets.${name}`, problem);
    if (!VARIABLE.test(name)) throw bad("is no name of a variable");
    if (typeof value !== "string" || !VALUE.test(value))
      throw bad("the value has to be 8 to 4096 characters of ASCII, in one line");
    if (hosts.length === 0) throw bad("names no host that may have it");
    for (const text of hosts) {
      const host = parseSecretHost(text);
      if (typeof host === "string") throw bad(host);
      if (!host.isPlain) for (const inside of namesInside(host)) served.add(inside);
    }
    const placeholder = newPlaceholder(value.length, [...env.values()]);
    env.set(name, placeholder);
    return { name, value, placeholder, hosts };
  });
  // What this program was told to trust besides (NODE_EXTRA_CA_CERTS).
  const authorities = [...tls.getCACertificates("extra"), ...(ca ?? [])];
  const certified =
    served.size === 0 ? null : await (await import("./authority.ts")).certify([...served]);
  return {
    request: {
      ...{ secrets: specs, authorities },
      ...(certified !== null && { certificate: certified.certificate }),
    },
    env,
    authority: certified?.authority ?? null,
  };
}

/** As long as the value, so that no length in a request changes. */
function newPlaceholder(length: number, others: readonly string[]): string {
  for (;;) {
    const letters = Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]);
    const text = letters.join("");
    // Short ones might be alike.
    if (!others.some((other) => other.includes(text) || text.includes(other))) return text;
  }
}

/**
 * `registries.json`: mirrors, registries without TLS or with a certificate of their own.
 *
 *   { "registries": {
 *       "docker.io":             { "mirrors": ["https://mirror.example.com", { "url": "http://localhost:5000", "insecure": true }] },
 *       "registry.example.com":  { "ca": "/etc/ssl/example.pem" },
 *       "build.example.com:5000": { "insecure": true } } }
 *
 * A mirror is asked before the registry itself, and only for pulling; a path in its address goes in front of the
 * repository. `insecure` allows plain HTTP and certificates that nobody vouches for; the machine's own addresses need
 * no permission.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { ImageError } from "../errors.ts";
import { isObject, JsonReader } from "../json.ts";
import type { TlsOptions } from "./http.ts";

export interface Endpoint {
  /** "https://registry.example.com". Undefined protocol: HTTPS, or HTTP if that is not spoken there. */
  readonly protocol: "https:" | "http:" | undefined;
  readonly host: string;
  /** In front of the repository: "proxy/". */
  readonly prefix: string;
  readonly isInsecure: boolean;
  readonly tls: TlsOptions;
}

export interface RegistryConfig {
  readonly mirrors: readonly Endpoint[];
  readonly isInsecure: boolean;
  readonly ca: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const PLAIN: RegistryConfig = { mirrors: [], isInsecure: false, ca: undefined };

/** Where docker.io's registry is. */
const API_HOSTS: Readonly<Record<string, string>> = { "docker.io": "registry-1.docker.io" };

export class RegistriesConfig {
  readonly #registries: ReadonlyMap<string, RegistryConfig>;

  constructor(registries: ReadonlyMap<string, RegistryConfig> = new Map()) {
    this.#registries = registries;
  }

  /** KERNELET_REGISTRIES, or `kernelet/registries.json` of the user's configuration; none is fine. */
  static read(env: Environment): RegistriesConfig {
    const named = env.KERNELET_REGISTRIES;
    const home = env.XDG_CONFIG_HOME?.startsWith("/")
      ? env.XDG_CONFIG_HOME
      : path.join(env.HOME ?? os.homedir(), ".config");
    const file = named ?? path.join(home, "kernelet/registries.json");
    let text: string;
    try {
      text = fs.readFileSync(file, "utf8");
    } catch (error) {
      const isAbsent = (error as NodeJS.ErrnoException).code === "ENOENT";
      if (isAbsent && named === undefined) return new RegistriesConfig();
      throw new ImageError("bad-config", `${file} cannot be read`, error);
    }
    return RegistriesConfig.parse(text, file);
  }

  static parse(text: string, file: string): RegistriesConfig {
    const registries = JsonReader.parse(text, file, "bad-config").optionalChild("registries");
    const hosts = Object.keys(registries?.object ?? {});
    return new RegistriesConfig(
      new Map(hosts.map((host) => [host, parseRegistry((registries as JsonReader).child(host))])),
    );
  }

  /** The registry itself. */
  registry(host: string): Endpoint {
    const { isInsecure, ca } = this.#registries.get(host) ?? PLAIN;
    return endpoint({ host: API_HOSTS[host] ?? host, prefix: "", isInsecure, ca });
  }

  /** Whom to ask for content, in this order. */
  forPulling(host: string): Endpoint[] {
    const { mirrors } = this.#registries.get(host) ?? PLAIN;
    return [...mirrors, this.registry(host)];
  }
}

function parseRegistry(reader: JsonReader): RegistryConfig {
  const mirrors = reader.object.mirrors ?? [];
  if (!Array.isArray(mirrors)) reader.fail("mirrors is no list");
  return {
    isInsecure: reader.object.insecure === true,
    ca: reader.optionalString("ca"),
    mirrors: (mirrors as unknown[]).map((mirror) => parseMirror(mirror, reader)),
  };
}

function parseMirror(mirror: unknown, reader: JsonReader): Endpoint {
  const fields = isObject(mirror) ? mirror : { url: mirror };
  const { url: address, insecure, ca } = fields as Record<string, unknown>;
  let url: URL;
  try {
    url = new URL(String(address));
  } catch {
    return reader.fail(`'${String(address)}' is no address; write https://mirror.example.com`);
  }
  const isInsecure = insecure === true;
  if (url.protocol !== "https:" && url.protocol !== "http:") reader.fail(`'${url}' is not HTTP`);
  if (url.protocol === "http:" && !isInsecure && !isLocal(url.host)) {
    reader.fail(`'${url}' is without TLS; "insecure": true allows that`);
  }
  const prefix = url.pathname.replace(/^\/+/, "").replace(/\/*$/, "/");
  return {
    ...endpoint({
      host: url.host,
      prefix: prefix === "/" ? "" : prefix,
      isInsecure,
      ca: typeof ca === "string" ? ca : undefined,
    }),
    protocol: url.protocol,
  };
}

function endpoint(parts: {
  host: string;
  prefix: string;
  isInsecure: boolean;
  ca: string | undefined;
}): Endpoint {
  const { host, prefix, ca } = parts;
  const isInsecure = parts.isInsecure || isLocal(host);
  return {
    protocol: isInsecure ? undefined : "https:",
    host,
    prefix,
    isInsecure,
    tls: { isUnverified: isInsecure, ca },
  };
}

/** Nobody is between us and this machine itself. */
export function isLocal(host: string): boolean {
  const name = host.replace(/:\d+$/, "");
  return name === "localhost" || name === "[::1]" || /^127(\.\d{1,3}){3}$/.test(name);
}

/**
 * Requests to registries: redirects followed by hand, so that credentials stay with the host they are for; an answer, or
 * the next piece of one, within a time; TLS as configured for the host.
 */
import fs from "node:fs";
import type http from "node:http";
import type https from "node:https";
import process from "node:process";
import type { Readable } from "node:stream";
import { ImageError, RegistryError } from "../errors.ts";

export interface TlsOptions {
  /** Any certificate will do. */
  readonly isUnverified: boolean;
  /** File of certificates that are trusted besides the usual ones'. */
  readonly ca?: string | undefined;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Called anew for a redirect that keeps the method. */
  readonly body?: { readonly length: number; open(): Readable | Buffer };
  readonly tls: TlsOptions;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** To be read, or destroyed. */
  readonly body: http.IncomingMessage;
  /** Where it came from in the end. */
  readonly url: URL;
}

/**
 * Not imported: a module that imports node:http waits for fetch and WebSocket, which it also exports, and most of those who
 * load this one never speak with a registry (measured: a fifth of the start of `kernelet run`).
 */
const httpModule = (): typeof http => process.getBuiltinModule("node:http");
const httpsModule = (): typeof https => process.getBuiltinModule("node:https");

const MAX_REDIRECTS = 10;
/** Without a byte in either direction. */
const IDLE_MS = 60_000;
const USER_AGENT = "kernelet";

export class HttpClient {
  readonly #agents: Map<string, http.Agent> = new Map();
  /** Hosts that are there: one that is not now may be again. */
  readonly answered: Set<string> = new Set();
  readonly #idleMs: number;

  readonly #signal: AbortSignal | undefined;

  constructor(idleMs: number = IDLE_MS, signal?: AbortSignal) {
    this.#idleMs = idleMs;
    this.#signal = signal;
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    let { url, method } = request;
    let headers = { "user-agent": USER_AGENT, ...request.headers };
    for (let i = 0; i <= MAX_REDIRECTS; i++) {
      const response = await this.#once({ ...request, url, method, headers });
      const location = redirectOf(response);
      if (location === undefined) return response;
      response.body.destroy();
      const next = new URL(location, url);
      if (next.protocol !== url.protocol && next.protocol !== "https:") {
        throw new RegistryError(
          "registry",
          `${url.host} redirects from ${url.protocol} to ${next.protocol}, which is refused`,
          { host: url.host, status: response.status },
        );
      }
      if (next.host !== url.host) {
        const { authorization: _, ...others } = headers as Record<string, string>;
        headers = others as typeof headers;
      }
      if (response.status === 303 && method !== "HEAD") method = "GET";
      url = next;
    }
    throw new RegistryError("registry", `${url.host} redirects in circles`, {
      host: url.host,
      status: 0,
    });
  }

  #once(request: HttpRequest): Promise<HttpResponse> {
    const { url, method, body } = request;
    const headers: Record<string, string | number> = { ...request.headers };
    if (body !== undefined) headers["content-length"] = body.length;
    const options = {
      method,
      headers,
      agent: this.#agent(url, request.tls),
      timeout: this.#idleMs,
      ...(this.#signal !== undefined && { signal: this.#signal }),
    };
    return new Promise((resolve, reject) => {
      const sending = (url.protocol === "https:" ? httpsModule() : httpModule()).request(
        url,
        options,
      );
      sending.on("timeout", () => {
        sending.destroy(new Error(`no answer for ${this.#idleMs / 1000} seconds`));
      });
      sending.on("error", (error) => reject(unreachable(url, error)));
      sending.on("response", (message) => {
        const { statusCode = 0, headers: received } = message;
        this.answered.add(url.host);
        resolve({ status: statusCode, headers: received, body: message, url });
      });
      const content = body?.open();
      if (content === undefined || Buffer.isBuffer(content)) sending.end(content);
      else {
        content.on("error", (error) => sending.destroy(error));
        content.pipe(sending);
      }
    });
  }

  #agent(url: URL, tls: TlsOptions): http.Agent {
    const key = `${url.protocol} ${tls.isUnverified} ${tls.ca ?? ""}`;
    let agent = this.#agents.get(key);
    if (agent === undefined) {
      // HTTPS_PROXY and the like: Node 24.5 knows them.
      const common = { keepAlive: true, proxyEnv: process.env };
      agent =
        url.protocol === "https:"
          ? new (httpsModule().Agent)({
              ...common,
              rejectUnauthorized: !tls.isUnverified,
              ...trusted(tls),
            })
          : new (httpModule().Agent)(common);
      this.#agents.set(key, agent);
    }
    return agent;
  }

  /** Closes connections that are kept for later. */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }
}

function trusted({ ca }: TlsOptions): { ca?: Buffer } {
  if (ca === undefined) return {};
  try {
    return { ca: fs.readFileSync(ca) };
  } catch (error) {
    throw new ImageError("bad-config", `${ca}: the certificates cannot be read`, error);
  }
}

function redirectOf({ status, headers }: HttpResponse): string | undefined {
  return [301, 302, 303, 307, 308].includes(status) ? headers.location : undefined;
}

export function unreachable(url: URL, error: Error): RegistryError {
  const code = (error as NodeJS.ErrnoException).code;
  const reason = REASONS[code ?? ""] ?? (error.message || code);
  return new RegistryError(
    "unreachable",
    `${url.host} cannot be reached: ${reason}`,
    { host: url.host, status: 0 },
    error,
  );
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "its name cannot be looked up now",
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was cut",
  EHOSTUNREACH: "there is no route to it",
  ENETUNREACH: "there is no network",
  ETIMEDOUT: "it does not answer",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is self-signed",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not trusted",
  CERT_HAS_EXPIRED: "its certificate has expired",
  EPROTO: "it does not speak TLS",
};

/** At most `limit` bytes. */
export async function readBody(response: HttpResponse, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body) {
      size += (chunk as Buffer).length;
      if (size > limit) {
        const { host } = response.url;
        const message = `${host} sends more than ${limit} bytes where a manifest was expected`;
        throw new RegistryError("registry", message, { host, status: response.status });
      }
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    if (error instanceof ImageError) throw error;
    throw unreachable(response.url, error as Error);
  }
  return Buffer.concat(chunks);
}

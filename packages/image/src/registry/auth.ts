/**
 * Shows a registry who we are: "Basic" as it is, "Bearer" with a token from the server that the registry names
 * (distribution's "Token Authentication Specification"), which is asked with the credentials or a refresh token.
 */

import type { Credentials } from "../credentials/credentials.ts";
import { type ImageErrorCode, RegistryError } from "../errors.ts";
import { JsonReader } from "../json.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";
import { type Endpoint, isLocal } from "./config.ts";
import { type HttpClient, type HttpResponse, readBody } from "./http.ts";
import { parseRetryAfter } from "./retry.ts";

const CLIENT_ID = "kernelet";
/** Of a token whose server does not say how long it is good. */
const DEFAULT_LIFE_S = 60;
/** A token is not used to its last moment. */
const MARGIN_MS = 5000;
const MAX_TOKEN_BYTES = 1 << 20;

interface Token {
  readonly header: string;
  readonly goodUntil: number;
}

export class Authorizer {
  readonly #http: HttpClient;
  readonly #endpoint: Endpoint;
  readonly #credentials: Credentials | undefined;
  /** By scopes. */
  readonly #tokens: Map<string, Token> = new Map();
  /** Tokens that are being asked for, once for all who want them. */
  readonly #fetching: Map<string, Promise<Token>> = new Map();
  #basic: string | undefined;

  constructor(http: HttpClient, endpoint: Endpoint, credentials: Credentials | undefined) {
    this.#http = http;
    this.#endpoint = endpoint;
    this.#credentials = credentials;
  }

  get hasCredentials(): boolean {
    return this.#credentials !== undefined;
  }

  get username(): string | undefined {
    return this.#credentials?.username;
  }

  /** The header for a request, as far as is known before the registry asks. */
  header(scopes: readonly string[]): string | undefined {
    const token = this.#tokens.get(scopes.join(" "));
    if (token !== undefined && token.goodUntil > Date.now()) return token.header;
    return this.#basic;
  }

  /**
   * After a 401. @returns whether it is worth asking again.
   * @param sent the header that was refused: several requests are on their way at once, and one of the others may have
   * brought a better one meanwhile.
   */
  async answer(
    response: HttpResponse,
    scopes: readonly string[],
    sent: string | undefined,
  ): Promise<boolean> {
    const now = this.header(scopes);
    if (now !== undefined && now !== sent) return true;
    const challenges = parseChallenges(response.headers["www-authenticate"] ?? "");
    const bearer = challenges.find(({ scheme }) => scheme === "bearer");
    if (bearer !== undefined) {
      const key = scopes.join(" ");
      const fetching = this.#fetching.get(key) ?? this.#fetchToken(bearer, scopes);
      this.#fetching.set(key, fetching);
      try {
        this.#tokens.set(key, await fetching);
      } finally {
        this.#fetching.delete(key);
      }
      return true;
    }
    const isBasic = challenges.some(({ scheme }) => scheme === "basic");
    if (!isBasic || this.#credentials === undefined || this.#basic !== undefined) return false;
    this.#basic = basicHeader(this.#credentials);
    return true;
  }

  async #fetchToken(challenge: Challenge, scopes: readonly string[]): Promise<Token> {
    const { realm, service } = challenge.parameters;
    const url = this.#realm(realm);
    const asked = challenge.parameters.scope?.split(" ") ?? [];
    const all = [...new Set([...scopes, ...asked])].filter((scope) => scope !== "");
    const credentials = this.#credentials;
    if (credentials?.identityToken !== undefined) {
      const token = await this.#refresh(url, service, all, credentials.identityToken);
      if (token !== undefined) return token;
    }
    if (service !== undefined) url.searchParams.set("service", service);
    for (const scope of all) url.searchParams.append("scope", scope);
    const headers: Record<string, string> = {};
    if (credentials !== undefined && credentials.username !== "") {
      headers.authorization = basicHeader(credentials);
    }
    const response = await this.#http.send({ method: "GET", url, headers, tls: this.#tls(url) });
    return await this.#readToken(response);
  }

  /** OAuth 2. @returns undefined if the server has only the older way. */
  async #refresh(
    url: URL,
    service: string | undefined,
    scopes: readonly string[],
    refreshToken: string,
  ): Promise<Token | undefined> {
    const form = new URLSearchParams({
      grant_type: "refresh_token",
      refresh_token: refreshToken,
      client_id: CLIENT_ID,
      scope: scopes.join(" "),
      ...(service !== undefined && { service }),
    });
    const bytes = Buffer.from(form.toString());
    const response = await this.#http.send({
      method: "POST",
      url,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: { length: bytes.length, open: () => bytes },
      tls: this.#tls(url),
    });
    if (response.status === 404 || response.status === 405) {
      response.body.destroy();
      return undefined;
    }
    return await this.#readToken(response);
  }

  async #readToken(response: HttpResponse): Promise<Token> {
    const { host } = response.url;
    const { status } = response;
    const bytes = await readBody(response, MAX_TOKEN_BYTES);
    if (status !== 200) {
      const retryAfterMs = parseRetryAfter(response.headers["retry-after"]);
      const code: ImageErrorCode = status === 401 || status === 403 ? "unauthorized" : "registry";
      const why = code === "unauthorized" ? this.#refusal() : `it answers with ${status}`;
      const details = { host, status, ...(retryAfterMs !== undefined && { retryAfterMs }) };
      throw new RegistryError(code, `${host} gives no token: ${why}`, details);
    }
    const reader = JsonReader.parse(bytes, `the token of ${host}`, "registry");
    const token = reader.optionalString("token") || reader.optionalString("access_token");
    if (token === undefined || token === "") return reader.fail("there is none");
    const life = reader.object.expires_in;
    const seconds = typeof life === "number" && life > 0 ? life : DEFAULT_LIFE_S;
    return { header: `Bearer ${token}`, goodUntil: Date.now() + seconds * 1000 - MARGIN_MS };
  }

  #refusal(): string {
    const { host } = this.#endpoint;
    if (this.#credentials === undefined) return `it wants to know who asks; kernelet login ${host}`;
    return `user name or password is wrong; kernelet login ${host}`;
  }

  /** Where tokens come from. Credentials do not go over a wire that others can read. */
  #realm(realm: string | undefined): URL {
    const { host, isInsecure } = this.#endpoint;
    const fail = (why: string): never => {
      throw new RegistryError("registry", `${host}: ${why}`, { host, status: 401 });
    };
    let url: URL;
    try {
      url = new URL(realm ?? "");
    } catch {
      return fail(`'${realm ?? ""}' is no address of a token server`);
    }
    const isPlain = url.protocol === "http:" && !isInsecure && !isLocal(url.host);
    if (isPlain || !/^https?:$/.test(url.protocol)) {
      fail(`the token server ${url.origin} is without TLS, which is refused`);
    }
    return url;
  }

  /** The registry's own rules hold for its own host only. */
  #tls(url: URL): Endpoint["tls"] {
    const isOwn = url.host === this.#endpoint.host || isLocal(url.host);
    return isOwn ? this.#endpoint.tls : { ...this.#endpoint.tls, isUnverified: false };
  }
}

function basicHeader({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

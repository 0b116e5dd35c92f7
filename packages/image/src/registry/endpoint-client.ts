/** One endpoint of a registry, for one repository: requests with authorization, and answers turned into errors. */
import type http from "node:http";
import type { CredentialSource } from "../credentials/credentials.ts";
import { type ImageErrorCode, RegistryError } from "../errors.ts";
import { isObject } from "../json.ts";
import { Authorizer } from "./auth.ts";
import type { Endpoint } from "./config.ts";
import { type HttpClient, type HttpRequest, type HttpResponse, readBody } from "./http.ts";
import { parseRetryAfter } from "./retry.ts";

const MAX_ERROR_BYTES = 1 << 16;

export interface RepositoryRequest extends Omit<HttpRequest, "url" | "tls" | "headers"> {
  /** Below `/v2/<repository>/`, or a whole address that the registry gave. */
  readonly path: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** What it is about, for messages. */
  readonly what: string;
  /** Statuses that are answers; others become errors. */
  readonly accept: readonly number[];
}

export class EndpointClient {
  readonly endpoint: Endpoint;
  readonly #http: HttpClient;
  readonly #source: CredentialSource;
  /** As in names of images: credentials go by it. */
  readonly #host: string;
  readonly #repository: string;
  #authorizer: Authorizer | undefined;
  #protocol: "https:" | "http:" | undefined;
  /** What tokens are asked for. */
  scopes: readonly string[];

  constructor(
    http: HttpClient,
    source: CredentialSource,
    endpoint: Endpoint,
    target: { readonly host: string; readonly repository: string; readonly actions: string },
  ) {
    this.#http = http;
    this.#source = source;
    this.endpoint = endpoint;
    this.#host = target.host;
    this.#repository = `${endpoint.prefix}${target.repository}`;
    this.#protocol = endpoint.protocol;
    this.scopes = [`repository:${this.#repository}:${target.actions}`];
  }

  get repository(): string {
    return this.#repository;
  }

  async send(request: RepositoryRequest): Promise<HttpResponse> {
    const authorizer = await this.#ready();
    const sent = authorizer.header(this.scopes);
    let response = await this.#once(request, sent);
    if (response.status === 401) {
      const isWorthIt = await authorizer.answer(response, this.scopes, sent);
      if (isWorthIt) {
        response.body.resume();
        response = await this.#once(request, authorizer.header(this.scopes));
      }
    }
    if (request.accept.includes(response.status)) return response;
    throw await this.#error(response, request.what, authorizer);
  }

  url(path: string): URL {
    return new URL(
      `${this.#protocol ?? "https:"}//${this.endpoint.host}/v2/${this.#repository}/${path}`,
    );
  }

  async #ready(): Promise<Authorizer> {
    if (this.#authorizer === undefined) {
      const credentials = await this.#source.find(this.#host, this.#repository);
      this.#authorizer = new Authorizer(this.#http, this.endpoint, credentials);
    }
    this.#protocol ??= await this.#findProtocol();
    return this.#authorizer;
  }

  /** HTTPS; HTTP only where that is allowed and HTTPS is not spoken. */
  async #findProtocol(): Promise<"https:" | "http:"> {
    const { host, tls } = this.endpoint;
    const url = new URL(`https://${host}/v2/`);
    try {
      const response = await this.#http.send({ method: "GET", url, tls });
      response.body.resume();
      return "https:";
    } catch (error) {
      const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
      const isOther = ["EPROTO", "ECONNREFUSED", "ECONNRESET"].includes(cause?.code ?? "");
      if (isOther || cause?.code?.startsWith("ERR_SSL")) return "http:";
      throw error;
    }
  }

  #once(request: RepositoryRequest, header: string | undefined): Promise<HttpResponse> {
    const url = typeof request.path === "string" ? this.url(request.path) : request.path;
    const headers: Record<string, string> = { ...request.headers };
    // A registry may send its clients elsewhere to upload: what is ours goes to the registry only.
    const authorization = url.host === this.endpoint.host ? header : undefined;
    if (authorization !== undefined) headers.authorization = authorization;
    const { method, body } = request;
    return this.#http.send({
      method,
      url,
      headers,
      tls: this.endpoint.tls,
      ...(body !== undefined && { body }),
    });
  }

  async #error(
    response: HttpResponse,
    what: string,
    authorizer: Authorizer,
  ): Promise<RegistryError> {
    const { status, headers } = response;
    const { host } = this.endpoint;
    const said = await readBody(response, MAX_ERROR_BYTES).then(messageIn, () => undefined);
    const retryAfterMs = parseRetryAfter(headers["retry-after"]);
    const details = { host, status, ...(retryAfterMs !== undefined && { retryAfterMs }) };
    const login = `kernelet login ${this.#host}`;
    const rows: Readonly<Record<number, readonly [ImageErrorCode, string]>> = {
      401: authorizer.hasCredentials
        ? ["unauthorized", `${host} refuses user name or password; ${login}`]
        : ["unauthorized", `${host} wants to know who asks for ${what}; ${login}`],
      403: [
        "denied",
        `${host} denies access to ${what}${authorizer.hasCredentials ? "" : `; ${login}`}`,
      ],
      404: ["not-found", `${what} is not in the registry ${host}`],
      429: ["registry", `${host} has had too many requests; try later`],
    };
    const [code, message] = rows[status] ?? [
      "registry",
      `${host} answers ${what} with ${describe(status)}`,
    ];
    return new RegistryError(code, said === undefined ? message : `${message} (${said})`, details);
  }
}

function describe(status: number): string {
  return status >= 500 ? `an error of its own, ${status}` : `status ${status}`;
}

/** The specification's `{"errors": [{"code", "message"}]}`. */
function messageIn(bytes: Buffer): string | undefined {
  try {
    const document: unknown = JSON.parse(bytes.toString("utf8"));
    const errors = isObject(document) ? document.errors : undefined;
    const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
    if (!isObject(first)) return undefined;
    const text = typeof first.message === "string" ? first.message : String(first.code ?? "");
    // It goes to a terminal.
    const line = text.replace(/[^\x20-\x7e]+/g, " ").trim();
    return line === "" ? undefined : line.slice(0, 200);
  } catch {
    return undefined;
  }
}

export function headerText(headers: http.IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/**
 * The head of a request in HTTP/1.1 (RFC 9112), read strictly: where two programs might see different requests in the same
 * bytes, it is none. For a secret goes by what is read here, and the server reads it again.
 */

export type RequestBody =
  | { readonly kind: "none" | "chunked" }
  | { readonly kind: "length"; readonly length: number };

export interface RequestHead {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Whom it is for: lower case, without the port. null: it names nobody, or two. */
  readonly host: string | null;
  readonly body: RequestBody;
  /** What comes after it may be another protocol. */
  readonly isLast: boolean;
}

const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\x21-\x7e]+) (HTTP\/1\.[01])$/;
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/;
const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#]*)/;

/** Whether `text` begins a request, as far as there is any of it. */
export function mayBeRequest(text: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]{0,32}(?: [\x21-\x7e]*(?: [HTP]{0,4}(?:\/[01.]{0,3}(?:\r\n?)?)?)?)?$/.test(
    text.slice(0, endOfLine(text)),
  );
}

function endOfLine(text: string): number {
  const at = text.indexOf("\n");
  return at < 0 ? text.length : at + 1;
}

/** @param text Latin-1, up to the empty line. @returns what is wrong with it, if something is. */
export function parseHead(text: string): RequestHead | string {
  const [first = "", ...lines] = text.split("\r\n");
  const line = REQUEST_LINE.exec(first);
  if (line === null) return "not a line of HTTP/1.1";
  const [, method = "", target = "", version = ""] = line;
  const headers: (readonly [string, string])[] = [];
  for (const text of lines) {
    const header = HEADER.exec(text);
    if (header === null) return "a header that is none";
    headers.push([header[1] ?? "", header[2] ?? ""]);
  }
  const valuesOf = (name: string): string[] =>
    headers.flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : []));
  const body = bodyOf(version, valuesOf("content-length"), valuesOf("transfer-encoding"));
  if (typeof body === "string") return body;
  const isLast = method === "CONNECT" || valuesOf("upgrade").length > 0;
  return { method, target, version, headers, body, isLast, host: hostOf(target, valuesOf("host")) };
}

function bodyOf(
  version: string,
  lengths: readonly string[],
  codings: readonly string[],
): RequestBody | string {
  const [length] = lengths;
  const [coding] = codings;
  if (lengths.length > 1 || codings.length > 1) return "its length twice";
  if (coding !== undefined) {
    if (length !== undefined) return "two lengths";
    if (version !== "HTTP/1.1" || coding.toLowerCase() !== "chunked")
      return `the transfer coding '${coding}'`;
    return { kind: "chunked" };
  }
  if (length === undefined) return { kind: "none" };
  if (!/^\d{1,15}$/.test(length)) return "a length that is none";
  return { kind: "length", length: Number(length) };
}

function hostOf(target: string, hosts: readonly string[]): string | null {
  const [host] = hosts;
  if (host === undefined || hosts.length > 1) return null;
  const name = withoutPort(host);
  const absolute = ABSOLUTE.exec(target);
  if (absolute !== null) return withoutPort(absolute[1] ?? "") === name ? name : null;
  return target.startsWith("/") || target === "*" ? name : null;
}

function withoutPort(host: string): string | null {
  const parts = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:@/[\]\s]+?)\.?)(?::\d*)?$/.exec(host);
  return parts === null ? null : (parts[1] ?? parts[2] ?? "").toLowerCase();
}

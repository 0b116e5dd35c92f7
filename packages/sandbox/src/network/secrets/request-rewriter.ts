/**
 * Puts secrets into requests of HTTP/1.1, as they go by: a stream of bytes becomes another.
 *
 *   head ──▶ body of a length ─┐
 *    ▲ ├──▶ chunks ─▶ trailer ─┤
 *    │ └──▶ opaque              │      opaque: no HTTP, or another protocol from here on; nothing is put in
 *    └─────────────────────────┘
 *
 * A placeholder is as long as its value, so that the length of a body stays true. Into a head, whose host has been
 * looked at, it is put in the target (percent-encoded), in the values of headers, and in what Basic authentication encodes.
 */
import { ByteReplacer, type Replacement } from "./byte-replacer.ts";
import { mayBeRequest, parseHead, type RequestHead } from "./request-head.ts";

const MOST_HEAD = 65_536;
const END_OF_HEAD = "\r\n\r\n";
/** "7fffffff", and extensions that nobody knows. */
const CHUNK_LINE = /^([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?$/;
/** Who reads the answer has to find the value in it. */
const PLAIN_ANSWER = "Accept-Encoding: identity";
/** Say where the request goes and where it ends: they stay. */
const FRAMING = new Set(["host", "content-length", "transfer-encoding", "connection", "upgrade"]);

/** The guest's bytes are no request that a secret could go into safely. */
export class BadRequestError extends Error {
  override readonly name = "BadRequestError";
}

export interface SecretText {
  readonly placeholder: string;
  readonly value: string;
  /** Is told that the value was put in. */
  readonly used: () => void;
}

type State =
  | { readonly kind: "head" | "chunk-line" | "chunk-end" | "trailer" | "opaque" }
  | { readonly kind: "length" | "chunk"; left: number };

export class RequestRewriter {
  /** Secrets that may go to a host. */
  readonly #secretsFor: (host: string) => readonly SecretText[];
  #state: State = { kind: "head" };
  #isFirst = true;
  /** What is not understood yet. */
  #rest: Buffer = Buffer.alloc(0);
  #body: ByteReplacer = new ByteReplacer([]);
  #out: Uint8Array[] = [];

  constructor(secretsFor: (host: string) => readonly SecretText[]) {
    this.#secretsFor = secretsFor;
  }

  /** Bytes of a body are kept back: they may be the beginning of a placeholder. */
  get isHolding(): boolean {
    return this.#body.isHolding;
  }

  /** @throws BadRequestError */
  push(bytes: Uint8Array): Uint8Array {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    let mayGoOn = true;
    while (mayGoOn && this.#rest.length > 0) mayGoOn = this.#step();
    return this.#taken();
  }

  /** Nobody may wait for what is kept back of a body. */
  flush(): Uint8Array {
    const held = this.#body.flush();
    if (this.#state.kind === "length") this.#emit(held);
    else this.#emitChunk(held);
    return this.#taken();
  }

  /** No more comes: what is not whole goes as it is. */
  end(): Uint8Array {
    const body = this.flush();
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    return Buffer.concat([body, rest]);
  }

  /** @returns whether there may be more to do. */
  #step(): boolean {
    const state = this.#state;
    switch (state.kind) {
      case "opaque":
        this.#emit(this.#take(this.#rest.length));
        return false;
      case "head":
        return this.#head();
      case "length":
        this.#emit(this.#body.push(this.#takePart(state)));
        if (state.left === 0) this.#endOfBody();
        return true;
      case "chunk-line":
        return this.#chunkLine();
      case "chunk":
        this.#emitChunk(this.#body.push(this.#takePart(state)));
        if (state.left === 0) this.#state = { kind: "chunk-end" };
        return true;
      case "chunk-end": {
        const line = this.#line();
        if (line === null) return false;
        if (line !== "") throw new BadRequestError("a chunk longer than it says");
        this.#state = { kind: "chunk-line" };
        return true;
      }
      case "trailer": {
        const line = this.#line();
        if (line === null) return false;
        this.#emit(Buffer.from(`${line}\r\n`, "latin1"));
        if (line === "") this.#state = { kind: "head" };
        return true;
      }
    }
  }

  #head(): boolean {
    if (!this.#isFirst && this.#rest.subarray(0, 2).toString("latin1") === "\r\n") {
      // Some clients write it behind a body. It belongs to nothing.
      this.#emit(this.#take(2));
      return true;
    }
    const text = this.#rest.toString("latin1", 0, MOST_HEAD);
    if (this.#isFirst && !mayBeRequest(text)) {
      this.#state = { kind: "opaque" };
      return true;
    }
    const end = text.indexOf(END_OF_HEAD);
    if (end < 0) {
      if (this.#rest.length >= MOST_HEAD) throw new BadRequestError("a head that is too long");
      return false;
    }
    this.#take(end + END_OF_HEAD.length);
    const head = parseHead(text.slice(0, end));
    if (typeof head === "string") throw new BadRequestError(head);
    this.#isFirst = false;
    this.#begin(head);
    return true;
  }

  #begin(head: RequestHead): void {
    const { host, body, isLast, method } = head;
    const secrets = host === null || method === "CONNECT" ? [] : this.#secretsFor(host);
    this.#emit(Buffer.from(headText(head, secrets), "latin1"));
    this.#body = new ByteReplacer(secrets.map(replacementOf));
    if (isLast) this.#state = { kind: "opaque" };
    else if (body.kind === "length") this.#state = { kind: "length", left: body.length };
    else if (body.kind === "chunked") this.#state = { kind: "chunk-line" };
    if (body.kind === "length" && body.length === 0 && !isLast) this.#endOfBody();
  }

  #chunkLine(): boolean {
    const line = this.#line();
    if (line === null) return false;
    const size = CHUNK_LINE.exec(line)?.[1];
    if (size === undefined) throw new BadRequestError("a chunk without a length");
    const left = Number.parseInt(size, 16);
    if (left > 0) {
      this.#state = { kind: "chunk", left };
      return true;
    }
    this.#emitChunk(this.#body.flush());
    this.#emit(Buffer.from("0\r\n", "latin1"));
    this.#state = { kind: "trailer" };
    return true;
  }

  #endOfBody(): void {
    this.#emit(this.#body.flush());
    this.#state = { kind: "head" };
  }

  /** A line without its end; null: it is not whole. */
  #line(): string | null {
    const end = this.#rest.indexOf("\n");
    if (end < 0) {
      if (this.#rest.length > MOST_HEAD) throw new BadRequestError("a line that is too long");
      return null;
    }
    const line = this.#take(end + 1).toString("latin1");
    if (!line.endsWith("\r\n") || /[\0\r]/.test(line.slice(0, -2)))
      throw new BadRequestError("a line that ends in two ways");
    return line.slice(0, -2);
  }

  #take(count: number): Buffer {
    const taken = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return taken;
  }

  #takePart(state: { left: number }): Buffer {
    const part = this.#take(Math.min(state.left, this.#rest.length));
    state.left -= part.length;
    return part;
  }

  #emit(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#out.push(bytes);
  }

  /** Chunks are made anew: what is put in may have come in two of them. */
  #emitChunk(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#out.push(Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n"));
  }

  #taken(): Uint8Array {
    const out = this.#out;
    this.#out = [];
    return Buffer.concat(out);
  }
}

function replacementOf({ placeholder, value, used }: SecretText): Replacement {
  return { from: Buffer.from(placeholder), to: Buffer.from(value), done: used };
}

function headText(head: RequestHead, secrets: readonly SecretText[]): string {
  const { method, target, version, headers } = head;
  const isEncoded = (name: string): boolean => name.toLowerCase() === "accept-encoding";
  const kept = secrets.length === 0 ? headers : headers.filter(([name]) => !isEncoded(name));
  const lines = [
    `${method} ${putIn(target, secrets, encodeURIComponent)} ${version}`,
    ...kept.map(([name, value]) => `${name}: ${headerValue(name.toLowerCase(), value, secrets)}`),
    ...(secrets.length === 0 ? [] : [PLAIN_ANSWER]),
  ];
  return `${lines.join("\r\n")}${END_OF_HEAD}`;
}

function headerValue(name: string, value: string, secrets: readonly SecretText[]): string {
  if (FRAMING.has(name)) return value;
  const basic = /^(basic) +([A-Za-z0-9+/]+=*)$/i.exec(value);
  if (basic === null || !name.endsWith("authorization")) return putIn(value, secrets);
  const [, scheme = "", encoded = ""] = basic;
  const decoded = Buffer.from(encoded, "base64").toString("latin1");
  const put = putIn(decoded, secrets);
  return put === decoded ? value : `${scheme} ${Buffer.from(put, "latin1").toString("base64")}`;
}

function putIn(
  text: string,
  secrets: readonly SecretText[],
  encode: (value: string) => string = (value) => value,
): string {
  let whole = text;
  for (const { placeholder, value, used } of secrets) {
    if (!whole.includes(placeholder)) continue;
    whole = whole.replaceAll(placeholder, () => encode(value));
    used();
  }
  return whole;
}

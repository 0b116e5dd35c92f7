/** A registry that a test can spoil: content in memory, every request goes past `intercept` first. */
import http from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { OCI_CONFIG, OCI_INDEX, OCI_LAYER, OCI_MANIFEST } from "../media-types.ts";
import { archive, part, sha256 } from "./tar-builder.ts";

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
}

/** @returns true if it has answered. */
export type Intercept = (
  request: http.IncomingMessage,
  response: http.ServerResponse,
  registry: FakeRegistry,
) => boolean;

interface StoredDocument {
  readonly type: string;
  readonly bytes: Buffer;
}

export class FakeRegistry {
  readonly blobs: Map<string, Buffer> = new Map();
  /** By tag and by digest. */
  readonly manifests: Map<string, StoredDocument> = new Map();
  readonly seen: SeenRequest[] = [];
  intercept: Intercept = () => false;
  readonly #server: http.Server;

  static async start(): Promise<FakeRegistry> {
    const registry = new FakeRegistry();
    await new Promise<void>((resolve) => registry.#server.listen(0, "127.0.0.1", resolve));
    return registry;
  }

  private constructor() {
    this.#server = http.createServer((request, response) => {
      const { method = "", url = "", headers } = request;
      this.seen.push({ method, path: url, headers });
      if (!this.intercept(request, response, this)) this.answer(request, response);
    });
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const match = /^\/v2\/(.+)\/(manifests|blobs)\/([^/?]+)$/.exec(request.url ?? "");
    if (match === null) {
      response.writeHead(request.url === "/v2/" ? 200 : 404).end();
      return;
    }
    const [, , kind, name = ""] = match;
    if (kind === "blobs") this.#blob(name, request, response);
    else this.#manifest(name, request, response);
  }

  #manifest(name: string, request: http.IncomingMessage, response: http.ServerResponse): void {
    const document = this.manifests.get(name);
    if (document === undefined) {
      const errors = [{ code: "MANIFEST_UNKNOWN", message: "manifest unknown" }];
      response.writeHead(404).end(JSON.stringify({ errors }));
      return;
    }
    response.writeHead(200, {
      "content-type": document.type,
      "content-length": document.bytes.length,
      "docker-content-digest": sha256(document.bytes),
    });
    response.end(request.method === "HEAD" ? undefined : document.bytes);
  }

  #blob(digest: string, request: http.IncomingMessage, response: http.ServerResponse): void {
    const bytes = this.blobs.get(digest);
    if (bytes === undefined) {
      response.writeHead(404).end();
      return;
    }
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    if (from >= bytes.length && from > 0) {
      response.writeHead(416).end();
      return;
    }
    const rest = bytes.subarray(from);
    const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    response.writeHead(from > 0 ? 206 : 200, {
      "content-length": rest.length,
      ...(from > 0 && { "content-range": range }),
    });
    response.end(rest);
  }

  addDocument(type: string, value: object, tag?: string): Descriptor {
    const bytes = Buffer.from(JSON.stringify(value));
    const digest = sha256(bytes);
    for (const name of tag === undefined ? [digest] : [digest, tag]) {
      this.manifests.set(name, { type, bytes });
    }
    return { mediaType: type, digest, size: bytes.length };
  }

  addBlob(mediaType: string, bytes: Buffer): Descriptor {
    const digest = sha256(bytes);
    this.blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  }

  /** An image of layers given as uncompressed tars; each is served compressed. */
  addImage(tag: string, layers: readonly Buffer[], options: ImageOptions = {}): Descriptor {
    const { architecture = "amd64", compress = gzipSync, suffix = "+gzip" } = options;
    const config = {
      os: "linux",
      architecture,
      config: { Cmd: ["/bin/sh"] },
      rootfs: { type: "layers", diff_ids: options.diffIds ?? layers.map((layer) => sha256(layer)) },
    };
    const document = {
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: this.addBlob(OCI_CONFIG, Buffer.from(JSON.stringify(config))),
      layers: layers.map((layer) => this.addBlob(`${OCI_LAYER}${suffix}`, compress(layer))),
    };
    return this.addDocument(OCI_MANIFEST, document, tag);
  }

  addIndex(tag: string, manifests: readonly object[], type: string = OCI_INDEX): Descriptor {
    return this.addDocument(type, { schemaVersion: 2, mediaType: type, manifests }, tag);
  }
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export interface ImageOptions {
  readonly architecture?: string;
  readonly compress?: (bytes: Buffer) => Buffer;
  /** Of the layers' media type. */
  readonly suffix?: string;
  /** Wrong ones. */
  readonly diffIds?: readonly string[];
}

/** Bytes that no compressor makes smaller, the same each time. */
export function noise(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  let state = seed >>> 0;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

export function layerWith(name: string, data: string | Buffer): Buffer {
  return archive(part(name, { data }));
}

/** Content into a repository: distribution-spec, "Push". */
import fs from "node:fs";
import type { Readable } from "node:stream";
import type { Digest } from "../digest.ts";
import { ImageError, RegistryError } from "../errors.ts";
import { type EndpointClient, headerText } from "./endpoint-client.ts";
import type { HttpResponse } from "./http.ts";

/** A blob as a file, and where else in the registry it may be. */
export interface Upload {
  readonly digest: Digest;
  readonly file: string;
  readonly size: number;
  /** Repositories of the same registry that may have it. */
  readonly mountFrom: readonly string[];
}

/** Pieces of this size, of what is larger: then a cut costs one piece. */
const PIECE = 16 * 2 ** 20;

export type UploadResult = "exists" | "mounted" | "uploaded";

async function hasBlob(client: EndpointClient, digest: Digest): Promise<boolean> {
  const response = await client.send({
    method: "HEAD",
    path: `blobs/${digest}`,
    what: digest,
    accept: [200, 404],
  });
  response.body.resume();
  return response.status === 200;
}

export async function uploadBlob(
  client: EndpointClient,
  upload: Upload,
  progress: (bytes: number) => void,
): Promise<UploadResult> {
  const { digest } = upload;
  if (await hasBlob(client, digest)) return "exists";
  const started = await start(client, upload);
  if (started === null) return "mounted";
  if (upload.size <= PIECE) await finish(client, started, upload, 0, progress);
  else await inPieces(client, started, upload, progress);
  return "uploaded";
}

/** @returns where to upload to; null: the registry has taken it from another repository of its own. */
async function start(client: EndpointClient, { digest, mountFrom }: Upload): Promise<URL | null> {
  for (const from of mountFrom) {
    const query = new URLSearchParams({ mount: digest, from });
    try {
      const response = await client.send({
        method: "POST",
        path: `blobs/uploads/?${query}`,
        what: digest,
        accept: [201, 202],
        body: { length: 0, open: () => Buffer.alloc(0) },
      });
      response.body.resume();
      if (response.status === 201) return null;
      // It has not got it there, and has begun an upload instead.
      return locationOf(response);
    } catch (error) {
      // Not ours to read, perhaps: then it is sent.
      if (!(error instanceof RegistryError) || error.status === 0) throw error;
    }
  }
  const response = await client.send({
    method: "POST",
    path: "blobs/uploads/",
    what: digest,
    accept: [202],
    body: { length: 0, open: () => Buffer.alloc(0) },
  });
  response.body.resume();
  return locationOf(response);
}

function locationOf(response: HttpResponse): URL {
  const location = headerText(response.headers, "location");
  if (location === undefined) {
    const { host } = response.url;
    throw new RegistryError("registry", `${host} does not say where to upload to`, {
      host,
      status: response.status,
    });
  }
  return new URL(location, response.url);
}

async function inPieces(
  client: EndpointClient,
  started: URL,
  upload: Upload,
  progress: (bytes: number) => void,
): Promise<void> {
  let location = started;
  let off = 0;
  while (upload.size - off > PIECE) {
    const end = off + PIECE;
    const response = await client.send({
      method: "PATCH",
      path: location,
      what: upload.digest,
      headers: {
        "content-type": "application/octet-stream",
        "content-range": `${off}-${end - 1}`,
      },
      body: bodyOf(upload, off, end, progress),
      accept: [202],
    });
    response.body.resume();
    location = locationOf(response);
    off = end;
  }
  await finish(client, location, upload, off, progress);
}

/** The last piece, or all of it, and what it should be. */
async function finish(
  client: EndpointClient,
  location: URL,
  upload: Upload,
  off: number,
  progress: (bytes: number) => void,
): Promise<void> {
  const url = new URL(location);
  url.searchParams.set("digest", upload.digest);
  const response = await client.send({
    method: "PUT",
    path: url,
    what: upload.digest,
    headers: {
      "content-type": "application/octet-stream",
      ...(off > 0 && { "content-range": `${off}-${upload.size - 1}` }),
    },
    body: bodyOf(upload, off, upload.size, progress),
    accept: [201, 204],
  });
  response.body.resume();
}

function bodyOf(
  { file }: Upload,
  from: number,
  to: number,
  progress: (bytes: number) => void,
): { length: number; open(): Readable | Buffer } {
  if (to === from) return { length: 0, open: () => Buffer.alloc(0) };
  return {
    length: to - from,
    open: () => {
      const stream = fs.createReadStream(file, { start: from, end: to - 1 });
      let done = from;
      stream.on("data", (chunk) => {
        done += chunk.length;
        progress(done);
      });
      return stream;
    },
  };
}

export async function putManifest(
  client: EndpointClient,
  name: string,
  manifest: { readonly mediaType: string; readonly bytes: Buffer; readonly digest: Digest },
): Promise<void> {
  const { mediaType, bytes, digest } = manifest;
  const response = await client.send({
    method: "PUT",
    path: `manifests/${name}`,
    what: name,
    headers: { "content-type": mediaType },
    body: { length: bytes.length, open: () => bytes },
    accept: [201, 202],
  });
  response.body.resume();
  const stored = headerText(response.headers, "docker-content-digest");
  if (stored !== undefined && stored !== digest) {
    throw new ImageError("registry", `the registry has made ${stored} of ${digest}`);
  }
}

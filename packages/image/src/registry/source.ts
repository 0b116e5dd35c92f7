/** Content of a repository in a registry, for `receive`: distribution-spec, "Pull". Mirrors first. */

import { digestOf, parseDigest } from "../digest.ts";
import { DigestError, ImageError, RegistryError } from "../errors.ts";
import type { EventListener } from "../events.ts";
import { type Descriptor, MAX_MANIFEST_BYTES } from "../manifest.ts";
import { ACCEPTED_MANIFESTS, isSchema1 } from "../media-types.ts";
import type { ContentSource } from "../receive.ts";
import type { Reference } from "../reference.ts";
import type { BlobWriter } from "../store/blobs.ts";
import { EndpointClient, headerText } from "./endpoint-client.ts";
import { type HttpResponse, readBody, unreachable } from "./http.ts";
import type { RegistrySession } from "./session.ts";

const ACCEPT = { accept: ACCEPTED_MANIFESTS.join(", ") };

export class RegistrySource implements ContentSource {
  readonly #session: RegistrySession;
  readonly #reference: Reference;
  readonly #onEvent: EventListener;
  readonly #clients: readonly EndpointClient[];

  constructor(session: RegistrySession, reference: Reference, onEvent: EventListener) {
    this.#session = session;
    this.#reference = reference;
    this.#onEvent = onEvent;
    const { host, repository } = reference;
    const { http, credentials, registries } = session;
    this.#clients = registries.forPulling(host).map((endpoint, i, all) => {
      // A mirror has its own users.
      const name = i === all.length - 1 ? host : endpoint.host;
      return new EndpointClient(http, credentials, endpoint, {
        host: name,
        repository,
        actions: "pull",
      });
    });
  }

  /** What the reference means now. */
  async resolve(what: string): Promise<Descriptor> {
    const { tag, digest } = this.#reference;
    const path = `manifests/${digest ?? tag}`;
    return await this.#ask(what, async (client) => {
      // A HEAD does not count where registries limit pulls, and mostly there is nothing new.
      const head = await client.send({
        method: "HEAD",
        path,
        headers: ACCEPT,
        what,
        accept: [200],
      });
      head.body.resume();
      const described = describe(head);
      if (described !== undefined) return described;
      const get = await client.send({ method: "GET", path, headers: ACCEPT, what, accept: [200] });
      const bytes = await readBody(get, MAX_MANIFEST_BYTES);
      return { mediaType: mediaTypeOf(get) ?? "", digest: digestOf(bytes), size: bytes.length };
    });
  }

  async document(descriptor: Descriptor, limit: number): Promise<Buffer> {
    if (isSchema1(descriptor.mediaType)) {
      throw new ImageError(
        "unsupported",
        "Docker's schema 1 is not supported; push the image anew",
      );
    }
    const path = `manifests/${descriptor.digest}`;
    return await this.#small(path, descriptor, limit);
  }

  config(descriptor: Descriptor, limit: number): Promise<Buffer> {
    return this.#small(`blobs/${descriptor.digest}`, descriptor, limit);
  }

  async #small(path: string, descriptor: Descriptor, limit: number): Promise<Buffer> {
    const { digest, size } = descriptor;
    if (size > limit) {
      throw new ImageError("bad-manifest", `${digest} is larger than ${limit} bytes`);
    }
    return await this.#ask(digest, async (client) => {
      const headers = { accept: descriptor.mediaType };
      const request = { method: "GET", path, headers, what: digest, accept: [200] };
      return await readBody(await client.send(request), limit);
    });
  }

  /** Asks one after the other, and whoever is the last again if that may help. */
  async #ask<T>(what: string, work: (client: EndpointClient) => Promise<T>): Promise<T> {
    const [last, ...mirrors] = [...this.#clients].reverse() as [
      EndpointClient,
      ...EndpointClient[],
    ];
    for (const mirror of mirrors.reverse()) {
      try {
        return await work(mirror);
      } catch (error) {
        // Whatever is wrong with a mirror, there is the registry.
        if (!(error instanceof RegistryError)) throw error;
      }
    }
    return await this.#session.retry(what, this.#onEvent).run(() => work(last));
  }

  async blob(
    descriptor: Descriptor,
    writer: BlobWriter,
    progress: (bytes: number) => void,
  ): Promise<void> {
    const { digest } = descriptor;
    for (const mirror of this.#clients.slice(0, -1)) {
      try {
        await fetchBlob(mirror, descriptor, writer, progress);
        return;
      } catch (error) {
        // What has come so far is kept: the bytes are the same everywhere.
        if (!(error instanceof RegistryError)) throw error;
      }
    }
    const retry = this.#session.retry(digest, this.#onEvent);
    const registry = this.#clients.at(-1) as EndpointClient;
    await retry.run(async () => {
      const before = writer.offset;
      try {
        await fetchBlob(registry, descriptor, writer, progress);
      } catch (error) {
        // Half a layer each time is progress, too.
        if (writer.offset > before) retry.reset();
        throw error;
      }
    });
  }
}

function describe(head: HttpResponse): Descriptor | undefined {
  const digest = headerText(head.headers, "docker-content-digest");
  const mediaType = mediaTypeOf(head);
  const size = Number(head.headers["content-length"]);
  if (digest === undefined || mediaType === undefined || !Number.isSafeInteger(size))
    return undefined;
  if (size > MAX_MANIFEST_BYTES) {
    throw new ImageError("bad-manifest", `${digest} is larger than ${MAX_MANIFEST_BYTES} bytes`);
  }
  return { mediaType, digest: parseDigest(digest), size };
}

function mediaTypeOf({ headers }: HttpResponse): string | undefined {
  return headers["content-type"]?.split(";")[0]?.trim();
}

/** Goes on where the writer is. */
async function fetchBlob(
  client: EndpointClient,
  { digest, size }: Descriptor,
  writer: BlobWriter,
  progress: (bytes: number) => void,
): Promise<void> {
  if (writer.offset > size) await writer.restart();
  if (writer.offset === size) return;
  const from = writer.offset;
  const response = await client.send({
    method: "GET",
    path: `blobs/${digest}`,
    // Compressed once more on the way it would not be the same bytes.
    headers: { "accept-encoding": "identity", ...(from > 0 && { range: `bytes=${from}-` }) },
    what: digest,
    accept: [200, 206, 416],
  });
  if (response.status === 416 || (from > 0 && !continues(response, from))) await writer.restart();
  if (response.status === 416) {
    response.body.destroy();
    await fetchBlob(client, { digest, size, mediaType: "" }, writer, progress);
    return;
  }
  let error: Error | undefined;
  response.body.on("error", (cause) => {
    error = cause;
  });
  try {
    for await (const chunk of response.body) {
      if (writer.offset + (chunk as Buffer).length > size) {
        throw new DigestError(digest, `more than the ${size} bytes it should have`);
      }
      await writer.write(chunk as Buffer);
      progress(writer.offset);
    }
  } catch (cause) {
    if (cause instanceof ImageError) throw cause;
    throw unreachable(response.url, error ?? (cause as Error));
  } finally {
    response.body.destroy();
  }
  if (writer.offset < size) throw unreachable(response.url, new Error("the transfer ended early"));
}

/** A server that does not know ranges sends everything, with a 200. */
function continues(response: HttpResponse, from: number): boolean {
  const range = headerText(response.headers, "content-range");
  return response.status === 206 && (range === undefined || range.startsWith(`bytes ${from}-`));
}

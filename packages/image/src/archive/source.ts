/** Content that lies in a folder or tar, for `receive`. */
import type { Digest } from "../digest.ts";
import { digestParts } from "../digest.ts";
import { ImageError } from "../errors.ts";
import type { Descriptor } from "../manifest.ts";
import type { ContentSource } from "../receive.ts";
import type { BlobWriter } from "../store/blobs.ts";
import { type ImageFiles, readSmall } from "./files.ts";

/** Where the files are that have a blob's content. */
export type BlobNames = (digest: Digest) => string;

/** As an OCI layout has them. */
export function layoutName(digest: Digest): string {
  const { algorithm, hex } = digestParts(digest);
  return `blobs/${algorithm}/${hex}`;
}

export class FilesSource implements ContentSource {
  readonly #files: ImageFiles;
  readonly #nameOf: BlobNames;

  constructor(files: ImageFiles, nameOf: BlobNames = layoutName) {
    this.#files = files;
    this.#nameOf = nameOf;
  }

  document(descriptor: Descriptor, limit: number): Promise<Buffer> {
    return readSmall(this.#files, this.#nameOf(descriptor.digest), limit);
  }

  config(descriptor: Descriptor, limit: number): Promise<Buffer> {
    return this.document(descriptor, limit);
  }

  async blob(
    { digest }: Descriptor,
    writer: BlobWriter,
    progress: (bytes: number) => void,
  ): Promise<void> {
    const name = this.#nameOf(digest);
    const size = this.#files.size(name);
    if (size === undefined) {
      throw new ImageError("bad-archive", `${this.#files.title}: ${name} is missing`);
    }
    if (writer.offset > size) await writer.restart();
    for await (const chunk of this.#files.open(name, writer.offset)) {
      await writer.write(chunk as Buffer);
      progress(writer.offset);
    }
  }
}

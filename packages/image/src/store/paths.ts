/**
 * Where things are:
 *
 *   <root>/oci-layout, index.json, blobs/     an OCI image layout: skopeo and umoci can read it
 *   <root>/layers/<alg>/<diff id>.tar         layers that came compressed, uncompressed: what is mounted
 *   <root>/trees/<alg>/<chain id>             names, owners, places of bytes of a stack of layers
 *   <root>/ingest/                            blobs that are coming in; a later pull goes on with them
 *   <root>/tmp/                               files that are being written
 *   <root>/lock
 */
import path from "node:path";
import { type Digest, digestParts } from "../digest.ts";

export class StorePaths {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  get layoutMark(): string {
    return path.join(this.root, "oci-layout");
  }
  get index(): string {
    return path.join(this.root, "index.json");
  }
  get lock(): string {
    return path.join(this.root, "lock");
  }
  get tmp(): string {
    return path.join(this.root, "tmp");
  }
  get ingest(): string {
    return path.join(this.root, "ingest");
  }
  get blobs(): string {
    return path.join(this.root, "blobs");
  }
  get layers(): string {
    return path.join(this.root, "layers");
  }
  get trees(): string {
    return path.join(this.root, "trees");
  }

  blob(digest: Digest): string {
    return this.#named(this.blobs, digest);
  }
  layerTar(diffId: Digest): string {
    return `${this.#named(this.layers, diffId)}.tar`;
  }
  tree(chain: Digest): string {
    return this.#named(this.trees, chain);
  }

  #named(folder: string, digest: Digest): string {
    const { algorithm, hex } = digestParts(digest);
    return path.join(folder, algorithm, hex);
  }
}

/** Digests: "sha256:" and 64 hexadecimal digits, as the image-spec's "Digests" has them. */
import { createHash, type Hash } from "node:crypto";
import { DigestError, ImageError } from "./errors.ts";

/** Checked by `parseDigest`. */
export type Digest = string & { readonly __brand: "Digest" };

const LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

export function isDigest(text: string): text is Digest {
  const match = /^([a-z0-9]+):([0-9a-f]+)$/.exec(text);
  return match !== null && LENGTHS[match[1] ?? ""] === match[2]?.length;
}

export function parseDigest(text: unknown): Digest {
  if (typeof text === "string" && isDigest(text)) return text;
  throw new ImageError("bad-manifest", `'${String(text)}' is no digest that is known here`);
}

export function digestParts(digest: Digest): { readonly algorithm: string; readonly hex: string } {
  const [algorithm = "", hex = ""] = digest.split(":");
  return { algorithm, hex };
}

export function digestOf(bytes: Uint8Array | string): Digest {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}` as Digest;
}

/** Takes bytes as they pass, and says at the end whether they were the right ones. */
export class Verifier {
  readonly digest: Digest;
  readonly #hash: Hash;
  size = 0;

  constructor(digest: Digest) {
    this.digest = digest;
    this.#hash = createHash(digestParts(digest).algorithm);
  }

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.size += chunk.length;
  }

  /** Once. */
  check(what: string, size?: number): void {
    if (size !== undefined && this.size !== size) {
      throw new DigestError(this.digest, `${what} has ${this.size} bytes and should have ${size}`);
    }
    const { algorithm, hex } = digestParts(this.digest);
    const found = this.#hash.digest("hex");
    if (found !== hex) {
      throw new DigestError(this.digest, `${what} is corrupt: its digest is ${algorithm}:${found}`);
    }
  }
}

/** What names a stack of layers: image-spec, "Layer ChainID". */
export function chainId(diffIds: readonly Digest[]): Digest {
  const [first, ...others] = diffIds;
  if (first === undefined) return digestOf("");
  return others.reduce<Digest>((chain, diffId) => digestOf(`${chain} ${diffId}`), first);
}

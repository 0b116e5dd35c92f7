/** The list of images: `index.json` of the layout. Each entry is a name and the manifest or index that it means. */
import fs from "node:fs";
import type { Digest } from "../digest.ts";
import { ImageError, storeError } from "../errors.ts";
import { JsonReader } from "../json.ts";
import { type Descriptor, parseDescriptor } from "../manifest.ts";
import { OCI_INDEX } from "../media-types.ts";
import { writeWhole } from "./files.ts";
import type { StoreLock } from "./lock.ts";
import type { StorePaths } from "./paths.ts";

const NAME = "org.opencontainers.image.ref.name";

export interface StoredReference {
  /** As `canonicalName` writes it; null: the name has gone to another image since. */
  readonly name: string | null;
  readonly target: Descriptor;
}

export class References {
  readonly #paths: StorePaths;
  readonly #lock: StoreLock;

  constructor(paths: StorePaths, lock: StoreLock) {
    this.#paths = paths;
    this.#lock = lock;
  }

  list(): StoredReference[] {
    let text: string;
    try {
      text = fs.readFileSync(this.#paths.index, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw storeError("reading", this.#paths.index, error);
    }
    const reader = JsonReader.parse(text, this.#paths.index, "store");
    return reader.list("manifests").map(toReference);
  }

  find(name: string): Descriptor | undefined {
    return this.list().find((reference) => reference.name === name)?.target;
  }

  /** Gives `target` the name. What had it before stays, nameless, until it is pruned. */
  async set(name: string, target: Descriptor): Promise<void> {
    await this.change((before) => {
      const others = before.filter((reference) => reference.name !== name);
      const replaced = before.find((reference) => reference.name === name);
      // A name takes the place of the nameless entry of the same image.
      const kept = others.filter(
        (reference) => reference.name !== null || reference.target.digest !== target.digest,
      );
      if (replaced !== undefined && !isListed(replaced.target.digest, kept, target)) {
        kept.push({ name: null, target: replaced.target });
      }
      return [...kept, { name, target }];
    });
  }

  async addNameless(target: Descriptor): Promise<void> {
    await this.change((before) =>
      before.some((reference) => reference.target.digest === target.digest)
        ? before
        : [...before, { name: null, target }],
    );
  }

  /** One reader-and-writer at a time, whichever processes there are. */
  async change(edit: (before: StoredReference[]) => StoredReference[]): Promise<void> {
    await this.#lock.hold("writing", () => {
      const after = edit(this.list()).map(toDescriptor);
      const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: after };
      writeWhole(this.#paths.index, `${JSON.stringify(index, null, 1)}\n`, this.#paths.tmp);
    });
  }
}

function isListed(digest: Digest, kept: readonly StoredReference[], added: Descriptor): boolean {
  return added.digest === digest || kept.some(({ target }) => target.digest === digest);
}

function toReference(reader: JsonReader): StoredReference {
  const descriptor = parseDescriptor(reader);
  const { annotations, ...target } = descriptor;
  const { [NAME]: name, ...others } = annotations ?? {};
  if (name === "") throw new ImageError("store", "an image whose name is empty");
  const rest = Object.keys(others).length > 0 ? { annotations: others } : {};
  return { name: name ?? null, target: { ...target, ...rest } };
}

function toDescriptor({ name, target }: StoredReference): Descriptor {
  if (name === null) return target;
  return { ...target, annotations: { ...target.annotations, [NAME]: name } };
}

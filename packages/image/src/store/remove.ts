/** Taking names and images away: `rmi`, `image prune`. */
import type { Digest } from "../digest.ts";
import { ImageError } from "../errors.ts";
import { canonicalName, familiarName, parseReference } from "../reference.ts";
import { imagesOf } from "./image.ts";
import type { StoredReference } from "./references.ts";
import type { ImageStore } from "./store.ts";
import type { Swept } from "./sweep.ts";

export interface Removed {
  readonly untagged: readonly string[];
  readonly deleted: readonly Digest[];
  /** Freed. Undefined: others are working in the store, and what is no longer needed goes at the next occasion. */
  readonly bytes: number | undefined;
}

export interface RemoveImagesOptions {
  /** An id means all names of its image; and what is used goes, too. */
  readonly isForced?: boolean;
  /** Who uses an image, by its id: the last name of it stays. */
  readonly users?: ReadonlyMap<string, string>;
}

/** Takes names away, and what then has none. An id stands for its image's name, if it has one only. */
export async function removeImages(
  store: ImageStore,
  texts: readonly string[],
  { isForced = false, users = new Map() }: RemoveImagesOptions = {},
): Promise<Removed> {
  const going: Set<StoredReference> = new Set();
  for (const text of texts) {
    const found = store.referencesOf(text);
    if (found.length === 0) throw new ImageError("no-such-image", `image '${text}' is not here`);
    if (found.length > 1 && !isName(text) && !isForced) {
      const names = found.map(({ name }) => name ?? "<none>").join(", ");
      throw new ImageError(
        "image-in-use",
        `image '${text}' has several names (${names}); -f removes all`,
      );
    }
    for (const reference of found) going.add(reference);
  }
  const keys = new Set([...going].map(keyOf));
  if (!isForced) checkUnused(store, keys, users);
  await store.references.change((before) => before.filter((one) => !keys.has(keyOf(one))));
  const untagged = [...going].flatMap(({ name }) => (name === null ? [] : [name]));
  return { untagged, ...describe(await store.sweep()) };
}

function checkUnused(
  store: ImageStore,
  going: ReadonlySet<string>,
  users: ReadonlyMap<string, string>,
): void {
  for (const [id, user] of users) {
    const references = store.referencesOf(id);
    if (references.length === 0 || !references.every((one) => going.has(keyOf(one)))) continue;
    const name = references[0]?.name;
    const shown = name === undefined || name === null ? id : familiarName(parseReference(name));
    throw new ImageError(
      "image-in-use",
      `image '${shown}' is used by ${user}; -f removes it all the same`,
    );
  }
}

function keyOf({ name, target }: StoredReference): string {
  return `${name ?? ""} ${target.digest}`;
}

function isName(text: string): boolean {
  try {
    const reference = parseReference(text);
    return canonicalName(reference) !== "" && !/^(sha256:)?[0-9a-f]{4,64}$/.test(text);
  } catch {
    return false;
  }
}

/** Nameless images, or with `isAll` all; but none of `used`, which are ids. */
export async function pruneImages(
  store: ImageStore,
  isAll: boolean,
  used: ReadonlySet<string> = new Set(),
): Promise<Removed> {
  const gone: string[] = [];
  await store.references.change((before) => {
    gone.length = 0;
    return before.filter(({ name, target }) => {
      if (name !== null && !isAll) return true;
      if (used.size > 0 && imagesOf(store.blobs, target).some(({ id }) => used.has(id)))
        return true;
      if (name !== null) gone.push(name);
      return false;
    });
  });
  return { untagged: gone, ...describe(await store.sweep({ dropIngest: true })) };
}

function describe(swept: Swept | undefined): Pick<Removed, "deleted" | "bytes"> {
  return { deleted: swept?.digests ?? [], bytes: swept?.bytes };
}

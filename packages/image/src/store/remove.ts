/** Taking names and images away: `rmi`, `image prune`. */
import type { Digest } from "../digest.ts";
import { ImageError } from "../errors.ts";
import { canonicalName, parseReference } from "../reference.ts";
import type { StoredReference } from "./references.ts";
import type { ImageStore } from "./store.ts";
import type { Swept } from "./sweep.ts";

export interface Removed {
  readonly untagged: readonly string[];
  readonly deleted: readonly Digest[];
  /** Freed. Undefined: others are working in the store, and what is no longer needed goes at the next occasion. */
  readonly bytes: number | undefined;
}

/**
 * Takes names away, and what then has none. An id stands for all names of its image, which `isForced` says to mean.
 */
export async function removeImages(
  store: ImageStore,
  texts: readonly string[],
  isForced: boolean,
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
  await store.references.change((before) => before.filter((one) => !keys.has(keyOf(one))));
  const untagged = [...going].flatMap(({ name }) => (name === null ? [] : [name]));
  return { untagged, ...describe(await store.sweep()) };
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

/** Nameless images; with `isAll` those that nothing uses, which is all there are. */
export async function pruneImages(store: ImageStore, isAll: boolean): Promise<Removed> {
  const gone: string[] = [];
  await store.references.change((before) => {
    gone.length = 0;
    if (isAll) for (const { name } of before) if (name !== null) gone.push(name);
    return isAll ? [] : before.filter(({ name }) => name !== null);
  });
  return { untagged: gone, ...describe(await store.sweep({ dropIngest: true })) };
}

function describe(swept: Swept | undefined): Pick<Removed, "deleted" | "bytes"> {
  return { deleted: swept?.digests ?? [], bytes: swept?.bytes };
}

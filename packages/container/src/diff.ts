/** What was changed in a container's root since it was made of its image. */
import { type ChangeKind, compareTrees, mergeLayers, nodeAt } from "@kernelet/image";
import type { Changes } from "@kernelet/sandbox";
import type { Container } from "./container.ts";
import { imageLayers, settledLayers } from "./layers.ts";

export interface Change {
  /** From the root, with a slash in front. */
  readonly path: string;
  readonly kind: ChangeKind;
}

/** Places for what is mounted over them: made by us, not by the container. */
const OURS = /^(proc|sys|dev|etc\/(hostname|hosts|resolv\.conf))(\/|$)/;

/** In the order of their paths. */
export async function diffContainer(container: Container): Promise<Change[]> {
  const layers = (files: readonly string[]) => files.map((file) => ({ file, name: file }));
  const ofImage = imageLayers(container);
  const base = mergeLayers(layers(ofImage)).root;
  const settled = mergeLayers(layers([...ofImage, ...settledLayers(container)])).root;
  const changes = compareTrees(base, settled);
  const live = container.isActive ? await liveChanges(container) : [];
  for (const { path: name, kind } of live) {
    // The tree's names are bytes, one character each.
    const path = Buffer.from(name, "utf8").toString("latin1");
    const isOfImage = nodeAt(base, path) !== undefined;
    if (kind !== "removed") changes.set(path, isOfImage ? "changed" : "added");
    else {
      for (const known of changes.keys()) {
        if (known === path || known.startsWith(`${path}/`)) changes.delete(known);
      }
      if (isOfImage) changes.set(path, "removed");
    }
  }
  return [...changes]
    .filter(([path]) => path !== "" && !OURS.test(path))
    .map(([path, kind]) => ({ path: `/${Buffer.from(path, "latin1").toString("utf8")}`, kind }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function liveChanges(container: Container): Promise<Changes["changes"]> {
  return container.using(async (connection) => {
    const all: Changes["changes"][number][] = [];
    for (;;) {
      const { value } = await connection.ask("changes", { from: all.length });
      all.push(...value.changes);
      if (value.changes.length === 0 || all.length >= value.total) return all;
    }
  });
}

/** What the layer above the lower ones has that they have not: what it would take to make a further layer of it. */
import { isErrno } from "@kernelet/abi";
import type { Inode } from "../inode.ts";
import type { Superblock } from "../superblock.ts";
import { TmpfsInode } from "../tmpfs/inode.ts";
import { isUnchanged } from "./attributes.ts";
import { OverlayDirectory } from "./directory.ts";
import { OverlayFs } from "./overlay.ts";

export interface OverlayChange {
  /** From the root, without a slash in front; the root itself is "". */
  readonly path: string;
  /** "added": no lower layer has the name. "removed": a lower layer has it. */
  readonly kind: "added" | "changed" | "removed";
  /** null: it is gone. */
  readonly inode: Inode | null;
}

/**
 * In the order of a tar: a directory before what is in it, and what is taken away before what takes its place.
 * @returns null if `superblock` has no such layer.
 */
export function overlayChanges(superblock: Superblock): OverlayChange[] | null {
  if (!(superblock instanceof OverlayFs)) return null;
  const root = superblock.root.inode as OverlayDirectory;
  const changes = collect(root);
  if (!hasHiddenNames(changes)) return changes;
  // A file that has changed has names that nobody has looked at: they lead to the lower file still.
  lookAtAll(root);
  return collect(root);
}

function collect(root: OverlayDirectory): OverlayChange[] {
  const changes: OverlayChange[] = [];
  if (!isAsBelow(root, root.below[0] ?? null)) {
    changes.push({ path: "", kind: "changed", inode: root });
  }
  walk(root, "", changes);
  return changes;
}

function walk(directory: OverlayDirectory, path: string, changes: OverlayChange[]): void {
  for (const name of directory.whiteoutNames) {
    changes.push({ path: path + name, kind: "removed", inode: null });
  }
  for (const [name, inode] of directory.knownEntries) {
    const below = directory.lowerOf(name);
    const isNew = below === null || directory.hasWhiteout(name);
    if (inode instanceof OverlayDirectory) {
      walkInto(inode, { path: path + name, below: isNew ? null : below, changes });
    } else if (isNew || isCopiedUp(inode) || !isAsBelow(inode, below)) {
      changes.push({ path: path + name, kind: isNew ? "added" : "changed", inode });
    }
  }
}

function walkInto(
  directory: OverlayDirectory,
  { path, below, changes }: { path: string; below: Inode | null; changes: OverlayChange[] },
): void {
  // One that was moved here has its names from elsewhere: all of them are new at this place.
  const [own] = directory.below;
  const isMoved = own !== undefined && own.ino !== below?.ino;
  if (isMoved || below === null || !isAsBelow(directory, below)) {
    changes.push({ path, kind: below === null ? "added" : "changed", inode: directory });
  }
  if (isMoved) addAll(directory, `${path}/`, changes);
  else walk(directory, `${path}/`, changes);
}

function addAll(directory: Inode, path: string, changes: OverlayChange[]): void {
  for (const [name, inode] of childrenOf(directory)) {
    changes.push({ path: path + name, kind: "added", inode });
    if (inode.isDirectory) addAll(inode, `${path}${name}/`, changes);
  }
}

function childrenOf(directory: Inode): [string, Inode][] {
  const entries = directory.readdir();
  if (isErrno(entries)) return [];
  return entries.flatMap(({ name }): [string, Inode][] => {
    const inode = directory.lookup(name);
    return isErrno(inode) ? [] : [[name, inode]];
  });
}

/** Its contents are no longer a lower file's, whatever its times say. */
function isCopiedUp(inode: Inode): boolean {
  return inode.isRegular && inode instanceof TmpfsInode && inode.lower === null;
}

function isAsBelow(inode: Inode, below: Inode | null): boolean {
  return below !== null && isUnchanged(inode, below);
}

function hasHiddenNames(changes: readonly OverlayChange[]): boolean {
  const names = new Map<Inode, number>();
  for (const { inode } of changes) {
    if (inode !== null && !inode.isDirectory && inode.nlink > 1) {
      names.set(inode, (names.get(inode) ?? 0) + 1);
    }
  }
  return [...names].some(([inode, count]) => count < inode.nlink);
}

function lookAtAll(directory: Inode): void {
  for (const [, inode] of childrenOf(directory)) if (inode.isDirectory) lookAtAll(inode);
}

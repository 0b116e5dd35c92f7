/** What further layers change in a stack of layers, name by name. */
import type { ByteString } from "../tar/entry.ts";
import type { TreeNode } from "./node.ts";
import { splitPath } from "./path.ts";

const NOTHING = Buffer.alloc(0);

export type ChangeKind = "added" | "changed" | "removed";

/** The node at a path of ours, with "/" between names; undefined: there is none. */
export function nodeAt(root: TreeNode, path: ByteString): TreeNode | undefined {
  let node: TreeNode | undefined = root;
  for (const name of splitPath(path, path)) node = node?.children?.get(name)?.node;
  return node;
}

/** By path, without a slash in front. What is below something that is gone is not listed. */
export function compareTrees(before: TreeNode, after: TreeNode): Map<ByteString, ChangeKind> {
  const changes = new Map<ByteString, ChangeKind>();
  compareDirectories(before, after, { path: "", changes });
  return changes;
}

interface Place {
  readonly path: ByteString;
  readonly changes: Map<ByteString, ChangeKind>;
}

function compareDirectories(before: TreeNode, after: TreeNode, { path, changes }: Place): void {
  const [names, newNames] = [before.children ?? new Map(), after.children ?? new Map()];
  for (const name of names.keys()) if (!newNames.has(name)) changes.set(path + name, "removed");
  for (const [name, { node }] of newNames) {
    const known = names.get(name)?.node;
    if (known === undefined || known.children === null || node.children === null) {
      if (known === undefined || !isSame(known, node)) {
        changes.set(path + name, known === undefined ? "added" : "changed");
      }
      // Nothing of it was there, whatever had the name.
      if (known === undefined || node.children !== null) {
        addAll(node, { path: `${path}${name}/`, changes });
      }
      continue;
    }
    if (!isSame(known, node)) changes.set(path + name, "changed");
    compareDirectories(known, node, { path: `${path}${name}/`, changes });
  }
}

function addAll(directory: TreeNode, { path, changes }: Place): void {
  for (const [name, { node }] of directory.children ?? []) {
    changes.set(path + name, "added");
    addAll(node, { path: `${path}${name}/`, changes });
  }
}

export function isSame(a: TreeNode, b: TreeNode): boolean {
  return (
    isSameAttributes(a.xattrs, b.xattrs) &&
    a.mode === b.mode &&
    a.uid === b.uid &&
    a.gid === b.gid &&
    a.size === b.size &&
    a.mtimeSec === b.mtimeSec &&
    a.mtimeNsec === b.mtimeNsec &&
    a.rdev === b.rdev &&
    a.target === b.target &&
    a.dataLayer === b.dataLayer &&
    a.dataOff === b.dataOff
  );
}

function isSameAttributes(a: TreeNode["xattrs"], b: TreeNode["xattrs"]): boolean {
  if (a === null || b === null) return (a?.size ?? 0) === (b?.size ?? 0);
  if (a.size !== b.size) return false;
  return [...a].every(([name, value]) => Buffer.compare(value, b.get(name) ?? NOTHING) === 0);
}

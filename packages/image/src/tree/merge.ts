/**
 * Puts layers on top of each other, entry by entry as containerd unpacks them, but into nodes in memory: names,
 * owners and places of bytes, never the bytes.
 *
 * Nothing an entry says can lead out of the tree: symbolic links on the way to a name are followed, but "/" and ".." of
 * their targets mean the image's own root, as in a process that has called chroot(2).
 *
 * Whiteouts (image-spec, "Layer Filesystem Changeset") take away what lower layers have, and never what their own
 * layer brings, in whatever order the two come.
 */
import { LayerError } from "../errors.ts";
import { type ByteString, readable, type TarEntry } from "../tar/entry.ts";
import { MAX_IMAGE_ENTRIES, MAX_IMAGE_TEXT_BYTES } from "../tar/limits.ts";
import { describe, impliedDirectory, nodeFor, type TreeName, type TreeNode } from "./node.ts";
import { splitPath } from "./path.ts";

const WHITEOUT = ".wh.";
/** Of the directory it is in: everything below it is gone. */
const OPAQUE = ".wh..wh..opq";
/** Other names like this are aufs's own book-keeping. */
const META = ".wh..wh.";
/** As path_resolution(7). */
const MAX_SYMLINKS = 40;
/** As many as a path of PATH_MAX bytes has; symbolic links could lead to deeper ones. */
const MAX_DEPTH = 2048;

export class LayerMerge {
  readonly root: TreeNode = impliedDirectory();
  #layer = -1;
  #entries = 0;
  #textBytes = 0;

  /** What follows belongs to the next layer up. */
  nextLayer(): void {
    this.#layer++;
  }

  get layerCount(): number {
    return this.#layer + 1;
  }

  apply(entry: TarEntry): void {
    this.#account(entry);
    const parts = splitPath(entry.name, entry.name);
    const last = parts.pop();
    if (last === undefined) {
      this.#describeRoot(entry);
      return;
    }
    if (last === OPAQUE) {
      this.#hideBelow(this.#directory(parts, entry.name));
    } else if (last.startsWith(META)) {
      // Nothing to see.
    } else if (last.startsWith(WHITEOUT)) {
      this.#whiteOut(parts, last.slice(WHITEOUT.length), entry.name);
    } else {
      this.#add(this.#directory(parts, entry.name), last, entry);
    }
  }

  /** Before it costs memory: a megabyte of compressed headers makes gigabytes of names. */
  #account({ name, linkName, xattrs }: TarEntry): void {
    this.#entries++;
    this.#textBytes += name.length + linkName.length;
    for (const [key, value] of xattrs ?? []) this.#textBytes += key.length + value.length;
    if (this.#entries > MAX_IMAGE_ENTRIES || this.#textBytes > MAX_IMAGE_TEXT_BYTES) {
      throw new LayerError("the image has too many names", readable(name));
    }
  }

  #describeRoot(entry: TarEntry): void {
    if (entry.type !== "directory") {
      throw new LayerError("the image's root is no directory", readable(entry.name));
    }
    describe(this.root, entry);
  }

  #add(parent: TreeNode, name: ByteString, entry: TarEntry): void {
    const children = parent.children as Map<ByteString, TreeName>;
    const known = children.get(name);
    if (entry.type === "directory" && known !== undefined && known.node.children !== null) {
      describe(known.node, entry);
      known.layer = this.#layer;
      return;
    }
    if (entry.type === "hardlink") {
      const node = this.#linkTarget(entry);
      // It takes the place of what is there, as all entries do: a second name for itself would lose both.
      if (node === known?.node) throw new LayerError("a hard link to itself", readable(entry.name));
      children.set(name, { node, layer: this.#layer });
      return;
    }
    if (entry.type === "symlink" && entry.linkName === "") {
      throw new LayerError("a symbolic link to nothing", readable(entry.name));
    }
    if (entry.type === "symlink" && entry.linkName.length >= 4096) {
      throw new LayerError("a symbolic link that is too long", readable(entry.name));
    }
    children.set(name, { node: nodeFor(entry, this.#layer), layer: this.#layer });
  }

  #linkTarget(entry: TarEntry): TreeNode {
    const parts = splitPath(entry.linkName, entry.name);
    const last = parts.pop();
    const parent = this.#lookup(parts, entry.name);
    const node = last === undefined ? undefined : parent?.children?.get(last)?.node;
    const to = readable(entry.linkName);
    if (node === undefined) {
      throw new LayerError(`a hard link to '${to}', which is not there`, readable(entry.name));
    }
    if (node.children !== null) {
      throw new LayerError(`a hard link to the directory '${to}'`, readable(entry.name));
    }
    return node;
  }

  #whiteOut(parts: readonly ByteString[], name: ByteString, entry: ByteString): void {
    if (name === "" || name === "." || name === "..") {
      throw new LayerError("a whiteout of nothing", readable(entry));
    }
    const children = this.#lookup(parts, entry)?.children;
    const found = children?.get(name);
    if (found !== undefined && this.#hide(found)) children?.delete(name);
  }

  #hideBelow(directory: TreeNode): void {
    for (const [name, child] of directory.children ?? []) {
      if (this.#hide(child)) directory.children?.delete(name);
    }
  }

  /** Takes away what lower layers have of it. @returns whether nothing is left. */
  #hide({ node, layer }: TreeName): boolean {
    const isOurs = layer === this.#layer;
    if (node.children === null) return !isOurs;
    this.#hideBelow(node);
    return !isOurs && node.children.size === 0;
  }

  /** The directory at `parts`, made where it is missing. */
  #directory(parts: readonly ByteString[], entry: ByteString): TreeNode {
    return this.#walk(parts, entry, true) as TreeNode;
  }

  /** The same without making anything. */
  #lookup(parts: readonly ByteString[], entry: ByteString): TreeNode | undefined {
    return this.#walk(parts, entry, false);
  }

  #walk(parts: readonly ByteString[], entry: ByteString, isMaking: boolean): TreeNode | undefined {
    const todo = [...parts].reverse();
    const above: TreeNode[] = [];
    let at = this.root;
    let links = 0;
    while (todo.length > 0) {
      const name = todo.pop() as ByteString;
      if (name === "" || name === ".") continue;
      if (name === "..") {
        at = above.pop() ?? this.root;
        continue;
      }
      let next = at.children?.get(name)?.node;
      if (next === undefined) {
        if (!isMaking) return undefined;
        next = impliedDirectory();
        at.children?.set(name, { node: next, layer: this.#layer });
      }
      if (next.isSymlink) {
        if (++links > MAX_SYMLINKS) {
          throw new LayerError("too many symbolic links on the way", readable(entry));
        }
        if (next.target.startsWith("/")) {
          at = this.root;
          above.length = 0;
        }
        todo.push(...next.target.split("/").reverse());
      } else if (next.children === null) {
        if (!isMaking) return undefined;
        throw new LayerError(`'${readable(name)}' on the way is no directory`, readable(entry));
      } else {
        above.push(at);
        at = next;
        if (above.length > MAX_DEPTH) {
          throw new LayerError("directories are nested too deeply", readable(entry));
        }
      }
    }
    return at;
  }
}

/** What makes one stack of layers out of another, as one layer: how several become one, and a container an image. */
import fs from "node:fs";
import { storeError } from "../errors.ts";
import type { ByteString } from "../tar/entry.ts";
import { encodeEntry, encodeLink, encodeWhiteout } from "../tar/layer.ts";
import { END_OF_ARCHIVE } from "../tar/write.ts";
import { compareTrees, isSame, nodeAt } from "./compare.ts";
import type { TreeNode } from "./node.ts";

const CHUNK = 256 * 1024;

export interface DifferenceParts {
  readonly before: TreeNode;
  readonly after: TreeNode;
  /** The tars that `after` is of, by their numbers in it. */
  readonly layers: readonly string[];
}

/** Piece by piece; each is the caller's until it asks for the next. */
export function* differenceOf(parts: DifferenceParts): Generator<Uint8Array, void, undefined> {
  const { before, after, layers } = parts;
  const changes = compareTrees(before, after);
  const sources = new Sources(layers);
  /** The first name of files: others may follow. */
  const named = new Map<TreeNode, ByteString>();
  try {
    if (!isSame(before, after)) yield* entryOf("", after, sources);
    // What is in a folder comes behind it.
    for (const path of [...changes.keys()].sort(byDepth)) {
      const node = changes.get(path) === "removed" ? undefined : nodeAt(after, path);
      if (node === undefined) {
        const slash = path.lastIndexOf("/") + 1;
        yield encodeWhiteout(bytesOf(path.slice(0, slash)), bytesOf(path.slice(slash)));
        continue;
      }
      const first = named.get(node);
      if (first !== undefined) {
        yield encodeLink(bytesOf(path), bytesOf(first));
        continue;
      }
      if (node.children === null) named.set(node, path);
      yield* entryOf(path, node, sources);
    }
    yield END_OF_ARCHIVE;
  } finally {
    sources.close();
  }
}

function byDepth(a: ByteString, b: ByteString): number {
  const depth = (path: ByteString): number => path.split("/").length;
  return depth(a) - depth(b) || (a < b ? -1 : 1);
}

/** One character is one byte. */
function bytesOf(text: ByteString): Buffer {
  return Buffer.from(text, "latin1");
}

function* entryOf(
  path: ByteString,
  node: TreeNode,
  sources: Sources,
): Generator<Uint8Array, void, undefined> {
  const { mode, uid, gid, mtimeSec, mtimeNsec, rdev, sparse, stored, dataLayer } = node;
  const whole = stored > 0 ? [{ off: 0, len: stored }] : [];
  const { head, tail } = encodeEntry({
    ...{ path: bytesOf(path), mode, uid, gid, mtimeSec, mtimeNsec, rdev },
    target: node.isSymlink ? bytesOf(node.target) : null,
    xattrs: node.xattrs ?? [],
    size: node.isSymlink ? 0 : node.size,
    segments: sparse ?? whole,
  });
  yield head;
  if (stored > 0) yield* sources.read(dataLayer, node.dataOff, stored);
  yield tail;
}

/** The tars, opened when they are wanted. */
class Sources {
  readonly #files: readonly string[];
  readonly #fds: Map<number, number> = new Map();

  constructor(files: readonly string[]) {
    this.#files = files;
  }

  *read(layer: number, off: number, len: number): Generator<Uint8Array, void, undefined> {
    const file = this.#files[layer] ?? "";
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK, len));
    for (let at = 0; at < len; ) {
      const n = this.#readAt(layer, file, chunk.subarray(0, Math.min(CHUNK, len - at)), off + at);
      yield chunk.subarray(0, n);
      at += n;
    }
  }

  #readAt(layer: number, file: string, into: Buffer, at: number): number {
    let n: number;
    try {
      const fd = this.#fds.get(layer) ?? fs.openSync(file, "r");
      this.#fds.set(layer, fd);
      n = fs.readSync(fd, into, 0, into.length, at);
    } catch (error) {
      throw storeError("reading", file, error);
    }
    if (n === 0) throw storeError("reading", file, new Error("it is shorter than it was"));
    return n;
  }

  close(): void {
    for (const fd of this.#fds.values()) fs.closeSync(fd);
  }
}

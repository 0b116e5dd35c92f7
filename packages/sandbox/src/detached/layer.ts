/**
 * What was changed in a root as a layer of an image. A later start puts it on top of the others.
 *
 * Left out are sockets, which a tar has no type for, names that begin with ".wh.", which would mean something else, and
 * paths that are too long to be named from the root.
 */
import { isErrno } from "@kernelet/abi";
import {
  END_OF_ARCHIVE,
  encodeEntry,
  encodeLink,
  encodeWhiteout,
  isArchivable,
  type Segment,
} from "@kernelet/image/tar";
import {
  encodeAcl,
  encodeName,
  type Inode,
  type OverlayChange,
  type Walker,
} from "@kernelet/kernel";

const WHITEOUT = ".wh.";
const CHUNK = 256 * 1024;
/** More pieces of a sparse file than readers take: the smallest holes are written out as zeros. */
const MOST_SEGMENTS = 60_000;
const PATH_MAX = 4096;

/** Piece by piece. What it throws, when a file cannot be read, ends it. */
export function* layerOf(
  changes: readonly OverlayChange[],
  walker: Walker,
): Generator<Uint8Array, void, undefined> {
  /** The first name of files that have several. */
  const named = new Map<Inode, Uint8Array>();
  for (const { path, inode } of changes) {
    const slash = path.lastIndexOf("/") + 1;
    const name = path.slice(slash);
    const bytes = encodeName(path);
    if (name.startsWith(WHITEOUT) || bytes.length >= PATH_MAX) continue;
    if (inode === null) yield encodeWhiteout(encodeName(path.slice(0, slash)), encodeName(name));
    else yield* entryOf(bytes, inode, named, walker);
  }
  yield END_OF_ARCHIVE;
}

function* entryOf(
  path: Uint8Array,
  inode: Inode,
  named: Map<Inode, Uint8Array>,
  walker: Walker,
): Generator<Uint8Array, void, undefined> {
  inode.refresh();
  if (!isArchivable(inode.mode)) return;
  const first = named.get(inode);
  if (first !== undefined) {
    yield encodeLink(path, first);
    return;
  }
  if (!inode.isDirectory && inode.nlink > 1) named.set(inode, path);
  const target = inode.isSymlink ? inode.readlink(walker) : null;
  if (isErrno(target)) return;
  const segments = inode.isRegular ? segmentsOf(inode) : [];
  const { head, tail } = encodeEntry({
    path,
    ...{ mode: inode.mode, uid: inode.uid, gid: inode.gid, rdev: inode.rdev },
    ...{ mtimeSec: inode.mtime.sec, mtimeNsec: inode.mtime.nsec },
    target: target === null ? null : encodeName(target),
    xattrs: attributesOf(inode),
    ...{ size: inode.isRegular ? inode.size : 0, segments },
  });
  yield head;
  for (const segment of segments) yield* bytesOf(inode, segment);
  yield tail;
}

/** A chunk is the caller's until it asks for the next. */
function* bytesOf(inode: Inode, { off, len }: Segment): Generator<Uint8Array, void, undefined> {
  const chunk = new Uint8Array(Math.min(CHUNK, len));
  for (let at = 0; at < len; ) {
    const part = chunk.subarray(0, Math.min(chunk.length, len - at));
    const n = inode.pages?.read(off + at, part) ?? 0;
    if (isErrno(n) || n === 0) throw new Error("a file cannot be read");
    yield part.subarray(0, n);
    at += n;
  }
}

/** The parts that are not holes. */
function segmentsOf({ pages, size }: Inode): Segment[] {
  const segments: Segment[] = [];
  if (pages === null) return segments;
  for (let off = 0; off < size; ) {
    const start = pages.seekData(off);
    if (isErrno(start)) break;
    const hole = pages.seekHole(start);
    const end = isErrno(hole) ? size : Math.min(hole, size);
    segments.push({ off: start, len: end - start });
    off = end;
  }
  return within(segments);
}

function within(segments: readonly Segment[]): Segment[] {
  let few = [...segments];
  while (few.length > MOST_SEGMENTS) few = joinPairs(few);
  return few;
}

function joinPairs(segments: readonly Segment[]): Segment[] {
  const joined: Segment[] = [];
  for (let i = 0; i < segments.length; i += 2) {
    const first = segments[i] as Segment;
    const last = segments[i + 1] ?? first;
    joined.push({ off: first.off, len: last.off + last.len - first.off });
  }
  return joined;
}

function* attributesOf(inode: Inode): Generator<readonly [string, Uint8Array]> {
  const names = inode.listxattr();
  for (const name of isErrno(names) ? [] : names) {
    const value = inode.getxattr(name);
    if (!isErrno(value)) yield [name, value];
  }
  if (inode.accessAcl !== null) yield ["system.posix_acl_access", encodeAcl(inode.accessAcl)];
  if (inode.defaultAcl !== null) yield ["system.posix_acl_default", encodeAcl(inode.defaultAcl)];
}

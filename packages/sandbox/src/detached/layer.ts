/**
 * What was changed in a root as a layer of an image: a tar with whiteouts (image-spec, "Layer Filesystem Changeset"). A later
 * start puts it on top of the others.
 *
 * Left out are sockets, which a tar has no type for, names that begin with ".wh.", which would mean something else, and
 * paths that are too long to be named from the root.
 */
import {
  isErrno,
  major,
  minor,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
} from "@kernelet/abi";
import { END_OF_ARCHIVE, encodeHeader, encodePax, padding } from "@kernelet/image/tar";
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
const BLOCK = 512;
const PATH_MAX = 4096;

const TYPES: Readonly<Record<number, string>> = {
  [S_IFREG]: "0",
  [S_IFLNK]: "2",
  [S_IFCHR]: "3",
  [S_IFBLK]: "4",
  [S_IFDIR]: "5",
  [S_IFIFO]: "6",
};

interface Segment {
  readonly off: number;
  readonly len: number;
}

type Records = (readonly [string, string | Uint8Array])[];

/** @param write takes what comes next. What it throws ends it. */
export function writeLayer(
  changes: readonly OverlayChange[],
  walker: Walker,
  write: (bytes: Uint8Array) => void,
): void {
  const named = new Map<Inode, string>();
  for (const { path, inode } of changes) {
    const slash = path.lastIndexOf("/") + 1;
    const name = path.slice(slash);
    if (name.startsWith(WHITEOUT) || encodeName(path).length >= PATH_MAX) continue;
    if (inode === null) writeWhiteout(path.slice(0, slash) + WHITEOUT + name, write);
    else writeEntry(path, inode, { named, walker, write });
  }
  write(END_OF_ARCHIVE);
}

function writeWhiteout(path: string, write: (bytes: Uint8Array) => void): void {
  write(encodePax([["path", encodeName(path)]]));
  write(encodeHeader({ name: "whiteout" }));
}

interface EntryParts {
  /** The first name of files that have several. */
  readonly named: Map<Inode, string>;
  readonly walker: Walker;
  readonly write: (bytes: Uint8Array) => void;
}

function writeEntry(path: string, inode: Inode, { named, walker, write }: EntryParts): void {
  inode.refresh();
  const type = TYPES[inode.mode & S_IFMT];
  if (type === undefined) return;
  const first = named.get(inode);
  const records: Records = [["path", encodeName(path === "" ? "." : path)]];
  if (first !== undefined) {
    records.push(["linkpath", encodeName(first)]);
    write(encodePax(records));
    write(encodeHeader({ name: "link", type: "1" }));
    return;
  }
  if (!inode.isDirectory && inode.nlink > 1) named.set(inode, path);
  if (inode.isSymlink) {
    const target = inode.readlink(walker);
    if (isErrno(target)) return;
    records.push(["linkpath", encodeName(target)]);
  }
  const { sec, nsec } = inode.mtime;
  records.push(["mtime", nsec === 0 ? String(sec) : decimal(sec, nsec)]);
  for (const [name, value] of attributesOf(inode)) records.push([`SCHILY.xattr.${name}`, value]);
  const fields = {
    ...{ name: "entry", type, mode: inode.mode & 0o7777, uid: inode.uid, gid: inode.gid },
    ...{ devMajor: major(inode.rdev), devMinor: minor(inode.rdev) },
  };
  if (inode.isRegular) writeFile(inode, { fields, records, write });
  else {
    write(encodePax(records));
    write(encodeHeader(fields));
  }
}

function writeFile(
  inode: Inode,
  {
    fields,
    records,
    write,
  }: {
    readonly fields: Parameters<typeof encodeHeader>[0];
    readonly records: Records;
    readonly write: (bytes: Uint8Array) => void;
  },
): void {
  const segments = segmentsOf(inode);
  const isSparse = segments.length !== 1 || segments[0]?.len !== inode.size;
  const map = isSparse && inode.size > 0 ? sparseMap(segments) : null;
  const data = segments.reduce((sum, { len }) => sum + len, 0);
  const size = data + (map?.length ?? 0);
  if (map !== null) {
    records.push(["GNU.sparse.major", "1"], ["GNU.sparse.minor", "0"]);
    records.push(["GNU.sparse.realsize", String(inode.size)]);
  }
  write(encodePax(records));
  write(encodeHeader({ ...fields, size }));
  if (map !== null) write(map);
  for (const segment of segments) writeSegment(inode, segment, write);
  write(padding(size));
}

function writeSegment(
  inode: Inode,
  { off, len }: Segment,
  write: (bytes: Uint8Array) => void,
): void {
  const chunk = new Uint8Array(Math.min(CHUNK, len));
  for (let at = 0; at < len; ) {
    const part = chunk.subarray(0, Math.min(chunk.length, len - at));
    const n = inode.pages?.read(off + at, part) ?? 0;
    if (isErrno(n) || n === 0) throw new Error("a file cannot be read");
    write(part.subarray(0, n));
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

/** GNU's format 1.0: numbers on lines of their own, in front of the data. */
function sparseMap(segments: readonly Segment[]): Uint8Array {
  const numbers = [segments.length, ...segments.flatMap(({ off, len }) => [off, len])];
  const text = new TextEncoder().encode(numbers.map((number) => `${number}\n`).join(""));
  const map = new Uint8Array(Math.ceil(text.length / BLOCK) * BLOCK);
  map.set(text);
  return map;
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

/** Before 1970 the seconds are negative, and the nanoseconds count upwards all the same. */
function decimal(sec: number, nsec: number): string {
  const [whole, part] = sec < 0 ? [-sec - 1, 1e9 - nsec] : [sec, nsec];
  return `${sec < 0 ? "-" : ""}${whole}.${String(part).padStart(9, "0")}`;
}

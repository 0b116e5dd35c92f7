/** Writes a layer of an image: a tar with whiteouts (image-spec, "Layer Filesystem Changeset"). */
import {
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
import type { Segment } from "./entry.ts";
import { BLOCK } from "./header.ts";
import { encodeHeader, encodePax, padding } from "./write.ts";

const WHITEOUT = ".wh.";

const TYPES: Readonly<Record<number, string>> = {
  [S_IFREG]: "0",
  [S_IFLNK]: "2",
  [S_IFCHR]: "3",
  [S_IFBLK]: "4",
  [S_IFDIR]: "5",
  [S_IFIFO]: "6",
};

/** Whether a tar has a type for it: it has none for sockets. */
export function isArchivable(mode: number): boolean {
  return TYPES[mode & S_IFMT] !== undefined;
}

/** What is gone from the folder. The folder's path ends with a slash, or is empty. */
export function encodeWhiteout(folder: Uint8Array, name: Uint8Array): Buffer {
  const path = Buffer.concat([folder, Buffer.from(WHITEOUT), name]);
  return Buffer.concat([encodePax([["path", path]]), encodeHeader({ name: "whiteout" })]);
}

/** A further name for a file that comes before in the layer, or is in one below. */
export function encodeLink(path: Uint8Array, to: Uint8Array): Buffer {
  const records = [["path", path] as const, ["linkpath", to] as const];
  return Buffer.concat([encodePax(records), encodeHeader({ name: "link", type: "1" })]);
}

export interface LayerEntry {
  /** From the root, without a slash in front; empty: the root itself. */
  readonly path: Uint8Array;
  /** With its type, which `isArchivable`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeSec: number;
  readonly mtimeNsec: number;
  readonly rdev: number;
  /** Of a symbolic link. */
  readonly target: Uint8Array | null;
  readonly xattrs: Iterable<readonly [string, Uint8Array]>;
  /** Of a file. */
  readonly size: number;
  /** Of a file: its parts that are not holes, whose bytes follow. Elsewhere empty. */
  readonly segments: readonly Segment[];
}

export interface EncodedEntry {
  /** Goes before the bytes of its segments. */
  readonly head: Buffer;
  /** Goes behind them. */
  readonly tail: Buffer;
}

export function encodeEntry(entry: LayerEntry): EncodedEntry {
  const { path, target, size, segments, mtimeSec, mtimeNsec } = entry;
  const records: (readonly [string, string | Uint8Array])[] = [
    ["path", path.length === 0 ? "." : path],
  ];
  if (target !== null) records.push(["linkpath", target]);
  records.push(["mtime", mtimeNsec === 0 ? String(mtimeSec) : decimal(mtimeSec, mtimeNsec)]);
  for (const [name, value] of entry.xattrs) records.push([`SCHILY.xattr.${name}`, value]);
  const isWhole = size === 0 || (segments.length === 1 && segments[0]?.len === size);
  const isFile = (entry.mode & S_IFMT) === S_IFREG;
  const map = isFile && !isWhole ? sparseMap(segments) : Buffer.alloc(0);
  if (map.length > 0) {
    records.push(["GNU.sparse.major", "1"], ["GNU.sparse.minor", "0"]);
    records.push(["GNU.sparse.realsize", String(size)]);
  }
  const stored = map.length + segments.reduce((sum, { len }) => sum + len, 0);
  const header = encodeHeader({
    name: "entry",
    ...{ type: TYPES[entry.mode & S_IFMT] ?? "0", mode: entry.mode & 0o7777 },
    ...{ uid: entry.uid, gid: entry.gid, size: stored },
    ...{ devMajor: major(entry.rdev), devMinor: minor(entry.rdev) },
  });
  return { head: Buffer.concat([encodePax(records), header, map]), tail: padding(stored) };
}

/** GNU's format 1.0: numbers on lines of their own, in front of the data. */
function sparseMap(segments: readonly Segment[]): Buffer {
  const numbers = [segments.length, ...segments.flatMap(({ off, len }) => [off, len])];
  const text = Buffer.from(numbers.map((number) => `${number}\n`).join(""));
  return Buffer.concat([text, Buffer.alloc((BLOCK - (text.length % BLOCK)) % BLOCK)]);
}

/** Before 1970 the seconds are negative, and the nanoseconds count upwards all the same. */
function decimal(sec: number, nsec: number): string {
  const [whole, part] = sec < 0 ? [-sec - 1, 1e9 - nsec] : [sec, nsec];
  return `${sec < 0 ? "-" : ""}${whole}.${String(part).padStart(9, "0")}`;
}

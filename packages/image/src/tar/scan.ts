/**
 * From the bytes of a tar to its entries. Which dialects exist and what they extend is in header.ts, pax.ts, sparse.ts.
 *
 *   (global PAX)* (PAX │ long name │ long link)* header [sparse extensions] data … zeros zeros
 *
 * As with containerd (Go's archive/tar): global headers are passed over, an archive may end without its zeros but not
 * in the middle of an entry, and what stands behind the zeros is nobody's business.
 */
import { LayerError } from "../errors.ts";
import { type ByteString, type EntryType, readable, type Segment, type TarEntry } from "./entry.ts";
import { BLOCK, decodeHeader, type Header, text } from "./header.ts";
import {
  type LayerLimits,
  MAX_META_BYTES,
  MAX_META_HEADERS,
  MAX_XATTR_NAME,
  MAX_XATTR_VALUE,
  MAX_XATTRS,
} from "./limits.ts";
import { type PaxRecords, paxNumber, paxRecords, paxText, paxTime } from "./pax.ts";
import {
  checkSegments,
  gnuSparseExtension,
  gnuSparseHeader,
  paxSparse,
  readSparseMap,
} from "./sparse.ts";
import { readBytes, type Steps } from "./steps.ts";

const TYPES: Readonly<Record<string, EntryType>> = {
  "0": "file",
  "1": "hardlink",
  "2": "symlink",
  "3": "character",
  "4": "block",
  "5": "directory",
  "6": "fifo",
  // "Contiguous": no system has made a difference for decades.
  "7": "file",
  S: "file",
};

const XATTR = "SCHILY.xattr.";

/** What headers before an entry said of it. */
interface Ahead {
  name: ByteString | null;
  linkName: ByteString | null;
  records: PaxRecords;
  /** Of version 0.0, whose keywords repeat. */
  segments: Segment[];
}

function nothingAhead(): Ahead {
  return { name: null, linkName: null, records: new Map(), segments: [] };
}

export function* scanTar(limits: LayerLimits, emit: (entry: TarEntry) => void): Steps<void> {
  const scanner = new Scanner(limits);
  for (;;) {
    const entry = yield* scanner.next();
    if (entry === null) return;
    emit(entry);
  }
}

class Scanner {
  readonly #limits: LayerLimits;
  /** Bytes of the archive that have been read or passed over. */
  #at = 0;
  #entries = 0;

  constructor(limits: LayerLimits) {
    this.#limits = limits;
  }

  *next(): Steps<TarEntry | null> {
    let ahead = nothingAhead();
    let headers = 0;
    for (;;) {
      const block = yield* readBytes(BLOCK);
      if (block.length === 0 && headers === 0) return null;
      this.#took(block, BLOCK, "a header");
      const header = decodeHeader(block);
      if (header === null) {
        // The second block of zeros may be missing.
        if (headers > 0) throw new LayerError("the archive ends between a header and its entry");
        return null;
      }
      if (!"xgLK".includes(header.type)) return yield* this.#entry(header, block, ahead);
      if (++headers > MAX_META_HEADERS) {
        throw new LayerError("too many headers for one entry", readable(header.name));
      }
      const bytes = yield* this.#meta(header);
      if (header.type === "x") {
        ahead = { ...ahead, ...collectPax(bytes, readable(header.name)) };
      } else if (header.type === "L") ahead.name = text(bytes, 0, bytes.length);
      else if (header.type === "K") ahead.linkName = text(bytes, 0, bytes.length);
    }
  }

  #took(bytes: Buffer, wanted: number, what: string): void {
    this.#at += wanted;
    if (bytes.length < wanted) throw new LayerError(`the archive ends in the middle of ${what}`);
    this.#check();
  }

  #check(): void {
    if (this.#at <= this.#limits.bytes) return;
    throw new LayerError(`the layer is larger than ${this.#limits.bytes} bytes`);
  }

  *#meta(header: Header): Steps<Buffer> {
    if (header.size > MAX_META_BYTES) {
      throw new LayerError("a header of more than 1 MiB", readable(header.name));
    }
    const bytes = yield* readBytes(padded(header.size));
    this.#took(bytes, padded(header.size), "a header");
    return bytes.subarray(0, header.size);
  }

  *#entry(header: Header, block: Buffer, ahead: Ahead): Steps<TarEntry> {
    if (++this.#entries > this.#limits.entries) {
      throw new LayerError(`more than ${this.#limits.entries} entries`, readable(header.name));
    }
    const { records } = ahead;
    const path = records.get("path");
    const shown = readable(ahead.name ?? header.name);
    let name = ahead.name ?? header.name;
    if (path !== undefined && path.length > 0) name = paxText(path, shown);
    const entry = readable(name);
    const type = typeOf(header, name);
    if (type === undefined) throw new LayerError(`unknown type '${header.type}'`, entry);

    let stored = paxField(records, "size", entry) ?? header.size;
    // Only files have data, whatever the field says (POSIX has a size for hard links too).
    if (type !== "file") stored = 0;
    const sparse = yield* this.#sparse(header, block, ahead, stored, entry);
    if (sparse !== null) {
      stored -= sparse.mapBytes;
      checkSegments(sparse.segments, sparse.size, stored, entry);
      if (sparse.name !== null) name = paxText(sparse.name, entry);
    }
    const dataOff = this.#at;
    this.#at += stored;
    if (!Number.isSafeInteger(this.#at)) throw new LayerError("absurd size", entry);
    this.#check();
    yield* this.#skip(stored, entry);
    // Some writers leave the padding of the last entry away.
    const padding = padded(stored) - stored;
    if (padding > 0) yield { isRead: false, length: padding };
    this.#at += padding;

    const linkPath = records.get("linkpath");
    const time = records.get("mtime");
    const mtime = time === undefined ? { sec: header.mtime, nsec: 0 } : paxTime(time, entry);
    return {
      name,
      type,
      mode: header.mode & 0o7777,
      uid: paxField(records, "uid", entry) ?? header.uid,
      gid: paxField(records, "gid", entry) ?? header.gid,
      size: sparse?.size ?? stored,
      mtimeSec: mtime.sec,
      mtimeNsec: mtime.nsec,
      linkName:
        linkPath !== undefined && linkPath.length > 0
          ? paxText(linkPath, entry)
          : (ahead.linkName ?? header.linkName),
      devMajor: header.devMajor,
      devMinor: header.devMinor,
      xattrs: collectXattrs(records, entry),
      sparse: sparse?.segments ?? null,
      dataOff,
      stored,
    };
  }

  /** Passes over data; whoever drives us says by an empty answer that it was all there. */
  *#skip(length: number, entry: string): Steps<void> {
    if (length === 0) return;
    const missing = yield { isRead: false, length };
    if (missing.length > 0) throw new LayerError("the archive ends in the middle of it", entry);
  }

  *#sparse(
    header: Header,
    block: Buffer,
    ahead: Ahead,
    stored: number,
    entry: string,
  ): Steps<{ segments: Segment[]; size: number; name: Buffer | null; mapBytes: number } | null> {
    if (header.type === "S") {
      const { segments, isExtended, size } = gnuSparseHeader(block, entry);
      let more = isExtended;
      while (more) {
        more = gnuSparseExtension(yield* this.#block(), segments, entry);
      }
      return { segments, size, name: null, mapBytes: 0 };
    }
    if (header.type !== "0" && header.type !== "7") return null;
    const map = paxSparse(ahead.records, ahead.segments, entry);
    if (map === null) return null;
    const { size, name } = map;
    if (size === null) throw new LayerError("a sparse file without a size", entry);
    if (map.segments !== null) return { segments: map.segments, size, name, mapBytes: 0 };
    let left = stored;
    const { segments, blocks } = yield* readSparseMap(entry, () => {
      left -= BLOCK;
      if (left < 0) throw new LayerError("bad sparse map", entry);
      return this.#block();
    });
    return { segments, size, name, mapBytes: blocks * BLOCK };
  }

  *#block(): Steps<Buffer> {
    const block = yield* readBytes(BLOCK);
    this.#took(block, BLOCK, "a sparse map");
    return block;
  }
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

function typeOf(header: Header, name: ByteString): EntryType | undefined {
  // Before ustar a directory was a file whose name ends in a slash.
  if (header.type === "0" && name.endsWith("/")) return "directory";
  return TYPES[header.type];
}

function collectPax(bytes: Buffer, entry: string): Pick<Ahead, "records" | "segments"> {
  const records: PaxRecords = new Map();
  const segments: Segment[] = [];
  let off: number | null = null;
  for (const [keyword, value] of paxRecords(bytes, entry)) {
    if (keyword === "GNU.sparse.offset") off = paxNumber(value, keyword, entry);
    else if (keyword === "GNU.sparse.numbytes") {
      if (off === null) throw new LayerError("bad sparse map", entry);
      segments.push({ off, len: paxNumber(value, keyword, entry) });
      off = null;
    } else records.set(keyword, value);
  }
  return { records, segments };
}

/** An empty value takes back what an earlier header said: the header's own field counts. */
function paxField(records: PaxRecords, keyword: string, entry: string): number | undefined {
  const value = records.get(keyword);
  return value === undefined || value.length === 0 ? undefined : paxNumber(value, keyword, entry);
}

function collectXattrs(records: PaxRecords, entry: string): ReadonlyMap<string, Uint8Array> | null {
  let xattrs: Map<string, Uint8Array> | null = null;
  for (const [keyword, value] of records) {
    if (!keyword.startsWith(XATTR)) continue;
    const name = keyword.slice(XATTR.length);
    const length = Buffer.byteLength(name);
    if (length === 0 || length > MAX_XATTR_NAME || name.includes("\0")) {
      throw new LayerError("bad name of an extended attribute", entry);
    }
    if (value.length > MAX_XATTR_VALUE) {
      throw new LayerError(`extended attribute ${name} is too large`, entry);
    }
    xattrs ??= new Map();
    // A copy: the records are part of a buffer that would be kept alive.
    xattrs.set(name, new Uint8Array(value));
    if (xattrs.size > MAX_XATTRS) throw new LayerError("too many extended attributes", entry);
  }
  return xattrs;
}

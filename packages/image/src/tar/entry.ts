/** An entry of a tar, with what GNU and PAX extensions said about it already applied. */

/**
 * A name in the archive: one character per byte, 0 to 255. Nothing is lost whatever encoding it is in, and the order of
 * strings is that of the bytes.
 */
export type ByteString = string;

export type EntryType =
  | "file"
  | "directory"
  | "symlink"
  | "hardlink"
  | "character"
  | "block"
  | "fifo";

/** `len` bytes of a sparse file at `off`; the rest are zeros. */
export interface Segment {
  readonly off: number;
  readonly len: number;
}

export interface TarEntry {
  readonly name: ByteString;
  readonly type: EntryType;
  /** 07777 only. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of a file as programs see it: holes of a sparse one included. */
  readonly size: number;
  readonly mtimeSec: number;
  readonly mtimeNsec: number;
  readonly linkName: ByteString;
  readonly devMajor: number;
  readonly devMinor: number;
  /** Null: none. Names as text, values as bytes. */
  readonly xattrs: ReadonlyMap<string, Uint8Array> | null;
  /** Null: not sparse. In ascending order; the bytes of all lie one after the other at `dataOff`. */
  readonly sparse: readonly Segment[] | null;
  /** Where the bytes begin in the uncompressed archive. */
  readonly dataOff: number;
  /** Bytes there. */
  readonly stored: number;
}

/** For messages. */
export function readable(name: ByteString): string {
  const text = Buffer.from(name, "latin1").toString("utf8");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal.
  const safe = text.replace(/[\u0000-\u001f\u007f]/g, "?");
  return safe.length > 200 ? `${safe.slice(0, 200)}…` : safe;
}

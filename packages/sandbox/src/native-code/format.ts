/**
 * A file of V8's machine code for the modules of one archive: little-endian words.
 *
 *   head     magic, number of entries, SHA-256 of the index
 *   index    for each module: SHA-256 of what its archive has of it, SHA-256 of the entry, where that is, its length,
 *            unpacked length, how much of that is Wasm
 *   entries  Wasm and machine code, packed
 *
 * A reader takes the head and the index, and of the code what it needs. What leads out of the file makes it none.
 */

const MAGIC = 0x3143_4e4b;
const HASH_BYTES = 32;
const ENTRY_BYTES = 2 * HASH_BYTES + 16;
export const HEAD_BYTES: number = 8 + HASH_BYTES;
/** More than any archive has regions. */
const MAX_ENTRIES = 100_000;
/** The largest module; more isn't ours. */
const MAX_CODE = 16 * 1024 * 1024;

/** SHA-256 of bytes. */
export type Hash = (bytes: Uint8Array) => Uint8Array;

/** Where the code of a module is. */
export interface CodePlace {
  readonly checksum: Uint8Array;
  readonly offset: number;
  readonly packed: number;
  readonly length: number;
  readonly wasmLength: number;
}

export interface CodeEntry {
  /** SHA-256 of what the archive has of the module. */
  readonly hash: Uint8Array;
  readonly packed: Uint8Array;
  /** Unpacked. */
  readonly length: number;
  readonly wasmLength: number;
}

/** How a module is looked up. */
export const keyOf = (hash: Uint8Array): string => String.fromCharCode(...hash);

export function writeCodeFile(entries: readonly CodeEntry[], hash: Hash): Uint8Array {
  const start = HEAD_BYTES + entries.length * ENTRY_BYTES;
  const size = entries.reduce((sum, { packed }) => sum + packed.length, start);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let offset = start;
  entries.forEach(({ hash: key, packed, length, wasmLength }, i) => {
    const at = HEAD_BYTES + i * ENTRY_BYTES;
    bytes.set(key, at);
    bytes.set(hash(packed), at + HASH_BYTES);
    view.setUint32(at + 2 * HASH_BYTES, offset, true);
    view.setUint32(at + 2 * HASH_BYTES + 4, packed.length, true);
    view.setUint32(at + 2 * HASH_BYTES + 8, length, true);
    view.setUint32(at + 2 * HASH_BYTES + 12, wasmLength, true);
    bytes.set(packed, offset);
    offset += packed.length;
  });
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, entries.length, true);
  bytes.set(hash(bytes.subarray(HEAD_BYTES, start)), 8);
  return bytes;
}

/** How long the index is that follows this head; undefined where it is no head. */
export function indexLength(head: Uint8Array): number | undefined {
  if (head.length < HEAD_BYTES) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, HEAD_BYTES);
  const entries = view.getUint32(4, true);
  if (view.getUint32(0, true) !== MAGIC || entries > MAX_ENTRIES) return undefined;
  return entries * ENTRY_BYTES;
}

/** @returns by `keyOf` the hash; undefined where the index is damaged */
export function readIndex(
  head: Uint8Array,
  index: Uint8Array,
  fileSize: number,
  hash: Hash,
): Map<string, CodePlace> | undefined {
  const expected = head.subarray(8, HEAD_BYTES);
  if (!isEqual(hash(index), expected)) return undefined;
  const view = new DataView(index.buffer, index.byteOffset, index.length);
  const places = new Map<string, CodePlace>();
  for (let at = 0; at + ENTRY_BYTES <= index.length; at += ENTRY_BYTES) {
    const offset = view.getUint32(at + 2 * HASH_BYTES, true);
    const packed = view.getUint32(at + 2 * HASH_BYTES + 4, true);
    const length = view.getUint32(at + 2 * HASH_BYTES + 8, true);
    const wasmLength = view.getUint32(at + 2 * HASH_BYTES + 12, true);
    if (offset + packed > fileSize || length > MAX_CODE || wasmLength > length) return undefined;
    const checksum = index.subarray(at + HASH_BYTES, at + 2 * HASH_BYTES);
    const place = { checksum, offset, packed, length, wasmLength };
    places.set(keyOf(index.subarray(at, at + HASH_BYTES)), place);
  }
  return places;
}

export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

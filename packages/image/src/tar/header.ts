/**
 * The 512-byte header that all dialects of tar share: tar(5) of libarchive, POSIX pax, "Basic Tar Format" of GNU tar.
 *
 *   v7      name, mode, uid, gid, size, mtime, checksum, type, link name
 *   ustar   "ustar\0": and devices, and a prefix of the name
 *   star    ustar with "tar\0" at the end: a shorter prefix
 *   GNU     "ustar  \0": devices; numbers that do not fit in octal as base 256; sparse maps where the prefix is
 */
import { LayerError } from "../errors.ts";
import { type ByteString, readable } from "./entry.ts";

export const BLOCK = 512;

export interface Header {
  readonly name: ByteString;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  /** One character; "\0" is "0". */
  readonly type: string;
  readonly linkName: ByteString;
  readonly devMajor: number;
  readonly devMinor: number;
}

/** @returns null for a block of zeros, of which two end an archive. */
export function decodeHeader(block: Buffer): Header | null {
  const sum = checksums(block);
  if (sum.unsigned === 8 * 32 && isZero(block)) return null;
  const name = nameOf(block);
  const fail = (what: string): never => {
    throw new LayerError(`bad tar header: ${what}`, readable(name));
  };
  verifyChecksum(block, sum, fail);
  const number = (at: number, len: number, what: string): number => {
    const value = decodeNumber(block.subarray(at, at + len));
    return value ?? fail(`${what} is no number`);
  };
  const natural = (at: number, len: number, what: string): number => {
    const value = number(at, len, what);
    return value < 0 ? fail(`negative ${what}`) : value;
  };
  const type = String.fromCharCode(block.readUInt8(156) || 0x30);
  const hasDevice = (type === "3" || type === "4") && dialectOf(block) !== "v7";
  return {
    name,
    mode: natural(100, 8, "mode"),
    uid: natural(108, 8, "uid"),
    gid: natural(116, 8, "gid"),
    size: natural(124, 12, "size"),
    mtime: number(136, 12, "time"),
    type,
    linkName: text(block, 157, 100),
    devMajor: hasDevice ? natural(329, 8, "device number") : 0,
    devMinor: hasDevice ? natural(337, 8, "device number") : 0,
  };
}

type Dialect = "v7" | "ustar" | "star" | "gnu";

function dialectOf(block: Buffer): Dialect {
  const magic = block.toString("latin1", 257, 265);
  if (magic === "ustar  \0") return "gnu";
  if (!magic.startsWith("ustar\0")) return "v7";
  return block.toString("latin1", 508, 512) === "tar\0" ? "star" : "ustar";
}

function nameOf(block: Buffer): ByteString {
  const name = text(block, 0, 100);
  const dialect = dialectOf(block);
  if (dialect !== "ustar" && dialect !== "star") return name;
  const prefix = text(block, 345, dialect === "star" ? 131 : 155);
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** Up to the first NUL. */
export function text(bytes: Buffer, at: number, len: number): ByteString {
  const end = bytes.indexOf(0, at);
  return bytes.toString("latin1", at, end < 0 || end > at + len ? at + len : end);
}

/**
 * Octal digits, or a first byte of 0x80 and above: base 256, two's complement. Null if it is neither, or does not fit
 * into 53 bits.
 */
export function decodeNumber(field: Buffer): number | null {
  const first = field[0] ?? 0;
  if ((first & 0x80) === 0) {
    const digits = text(field, 0, field.length).trim();
    if (digits === "") return 0;
    return /^[0-7]+$/.test(digits) ? safe(Number.parseInt(digits, 8)) : null;
  }
  const isNegative = (first & 0x40) !== 0;
  // Sign-extended: bit 6 of the first byte is the sign, bit 7 only marks the form.
  let value = isNegative ? (first | 0x80) - 0x100 : first & 0x3f;
  for (const byte of field.subarray(1)) value = value * 256 + byte;
  return safe(value);
}

function safe(value: number): number | null {
  return Number.isSafeInteger(value) ? value : null;
}

interface Checksums {
  readonly unsigned: number;
  readonly signed: number;
}

/** Of all bytes, those of the checksum itself taken as spaces. Some old tars add signed bytes. */
function checksums(block: Buffer): Checksums {
  let unsigned = 8 * 32;
  let signed = 8 * 32;
  for (let i = 0; i < BLOCK; i++) {
    if (i === 148) i = 156;
    const byte = block[i] as number;
    unsigned += byte;
    signed += byte < 128 ? byte : byte - 256;
  }
  return { unsigned, signed };
}

function verifyChecksum(block: Buffer, sum: Checksums, fail: (what: string) => never): void {
  const stated = decodeNumber(block.subarray(148, 156));
  if (stated !== sum.unsigned && stated !== sum.signed) fail("wrong checksum");
}

function isZero(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}

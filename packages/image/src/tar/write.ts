/** Writes headers: ustar, with GNU's base 256 for numbers that do not fit in octal, and PAX records for what fits nowhere. */
import { BLOCK } from "./header.ts";

export interface HeaderFields {
  readonly name: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly size?: number;
  readonly mtime?: number;
  /** One character. */
  readonly type?: string;
  readonly linkName?: string;
  readonly prefix?: string;
  readonly magic?: string;
  readonly devMajor?: number;
  readonly devMinor?: number;
}

const USTAR = "ustar\0" + "00";

export function encodeHeader(fields: HeaderFields): Buffer {
  const block = Buffer.alloc(BLOCK);
  const text = (value: string, at: number, len: number): void => {
    block.set(Buffer.from(value, "latin1").subarray(0, len), at);
  };
  text(fields.name, 0, 100);
  putNumber(block, fields.mode ?? 0o644, 100, 8);
  putNumber(block, fields.uid ?? 0, 108, 8);
  putNumber(block, fields.gid ?? 0, 116, 8);
  putNumber(block, fields.size ?? 0, 124, 12);
  putNumber(block, fields.mtime ?? 0, 136, 12);
  text(fields.type ?? "0", 156, 1);
  text(fields.linkName ?? "", 157, 100);
  text(fields.magic ?? USTAR, 257, 8);
  putNumber(block, fields.devMajor ?? 0, 329, 8);
  putNumber(block, fields.devMinor ?? 0, 337, 8);
  text(fields.prefix ?? "", 345, 155);
  return withChecksum(block);
}

/** A PAX header for the entry that follows. */
export function encodePax(records: readonly (readonly [string, string | Uint8Array])[]): Buffer {
  const data = Buffer.concat(records.map(([keyword, value]) => paxRecord(keyword, value)));
  const header = encodeHeader({ name: "PaxHeaders/x", type: "x", size: data.length });
  return Buffer.concat([header, data, padding(data.length)]);
}

/** Its length counts its own digits. */
function paxRecord(keyword: string, value: string | Uint8Array): Buffer {
  const bytes = typeof value === "string" ? Buffer.from(value, "utf8") : value;
  const rest = Buffer.concat([Buffer.from(` ${keyword}=`), bytes, Buffer.from("\n")]);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length++;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

/** The checksum of a block that is complete but for it. */
export function withChecksum(block: Buffer): Buffer {
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

function putNumber(block: Buffer, value: number, at: number, len: number): void {
  if (value >= 0 && value < 8 ** (len - 1)) {
    block.write(value.toString(8).padStart(len - 1, "0"), at, "latin1");
    return;
  }
  let rest = BigInt.asUintN(8 * len, BigInt(value));
  for (let i = len - 1; i >= 0; i--) {
    block[at + i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  block[at] = ((block[at] as number) & 0x7f) | 0x80;
}

/** Zeros from the end of `size` bytes to the next block. */
export function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

export const END_OF_ARCHIVE: Buffer = Buffer.alloc(2 * BLOCK);

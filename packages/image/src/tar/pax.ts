/** Records of PAX extended headers: "30 mtime=1700000000.123456789\n", the length counting itself. */
import { LayerError } from "../errors.ts";
import type { ByteString } from "./entry.ts";

/** By keyword; a later record replaces an earlier one. Values are bytes: those of extended attributes are not text. */
export type PaxRecords = Map<string, Buffer>;

/** Lengths have no more digits than this. */
const MAX_DIGITS = 8;

/** Records in the order of the archive; GNU's sparse maps of version 0.0 repeat keywords. */
export function* paxRecords(bytes: Buffer, entry: string): Generator<readonly [string, Buffer]> {
  const fail = (): never => {
    throw new LayerError("bad PAX header", entry);
  };
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    if (space < 0 || space - at > MAX_DIGITS) fail();
    const digits = bytes.toString("latin1", at, space);
    const len = /^\d+$/.test(digits) ? Number(digits) : 0;
    const end = at + len;
    if (end > bytes.length || end <= space + 1 || bytes[end - 1] !== 0x0a) fail();
    const equals = bytes.indexOf(0x3d, space);
    if (equals < 0 || equals >= end) fail();
    const keyword = bytes.toString("utf8", space + 1, equals);
    if (keyword === "") fail();
    yield [keyword, bytes.subarray(equals + 1, end - 1)];
    at = end;
  }
}

export function paxText(value: Buffer, entry: string): ByteString {
  if (value.includes(0)) throw new LayerError("a name with a NUL", entry);
  return value.toString("latin1");
}

/** A whole number, not negative. */
export function paxNumber(value: Buffer, keyword: string, entry: string): number {
  const digits = value.toString("latin1");
  const number = /^\d{1,16}$/.test(digits) ? Number(digits) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw new LayerError(`bad ${keyword} in a PAX header`, entry);
  return number;
}

/** Seconds with any number of decimals, rounded down to nanoseconds as Linux keeps them. */
export function paxTime(value: Buffer, entry: string): { sec: number; nsec: number } {
  const match = /^(-?)(\d{1,15})(?:\.(\d*))?$/.exec(value.toString("latin1"));
  if (match === null) throw new LayerError("bad time in a PAX header", entry);
  const [, sign, whole, decimals = ""] = match;
  const sec = Number(whole);
  const nsec = Number(decimals.slice(0, 9).padEnd(9, "0"));
  if (sign === "") return { sec, nsec };
  return nsec === 0 ? { sec: -sec, nsec: 0 } : { sec: -sec - 1, nsec: 1e9 - nsec };
}

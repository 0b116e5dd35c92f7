/** Archives for tests: right ones and those that nobody should write. */
import { createHash } from "node:crypto";
import { TarStream } from "../tar/drive.ts";
import type { TarEntry } from "../tar/entry.ts";
import { BLOCK } from "../tar/header.ts";
import type { LayerLimits } from "../tar/limits.ts";
import {
  END_OF_ARCHIVE,
  encodeHeader,
  encodePax,
  type HeaderFields,
  padding,
  withChecksum,
} from "../tar/write.ts";

export interface Part extends Partial<HeaderFields> {
  readonly data?: string | Buffer;
}

/** One entry: header and data. The size is that of the data unless stated. */
export function part(name: string, fields: Part = {}): Buffer {
  const { data = "", ...others } = fields;
  const bytes = Buffer.from(data as string);
  const header = encodeHeader({ name, size: bytes.length, ...others });
  return Buffer.concat([header, bytes, padding(bytes.length)]);
}

export function directory(name: string, fields: Part = {}): Buffer {
  return part(name, { type: "5", mode: 0o755, ...fields });
}

export function symlink(name: string, target: string): Buffer {
  return part(name, { type: "2", linkName: target });
}

export function hardlink(name: string, target: string): Buffer {
  return part(name, { type: "1", linkName: target });
}

/** A PAX header for the next entry, or with type "g" for all that follow. */
export function pax(records: readonly (readonly [string, string | Buffer])[], type = "x"): Buffer {
  const header = encodePax(records);
  header.write(type, 156, "latin1");
  withChecksum(header.subarray(0, BLOCK));
  return header;
}

export function archive(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([...parts, END_OF_ARCHIVE]);
}

/** Through the stream driver, in pieces of `chunk` bytes. */
export function entriesOf(
  bytes: Buffer,
  chunk: number = bytes.length,
  limits?: LayerLimits,
): TarEntry[] {
  const entries: TarEntry[] = [];
  const stream = new TarStream((entry) => entries.push(entry), limits);
  for (let at = 0; at < bytes.length; at += chunk) stream.write(bytes.subarray(at, at + chunk));
  stream.end();
  return entries;
}

export function sha256(bytes: Buffer | string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

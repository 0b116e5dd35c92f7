/** Decompression by what the bytes are, not by what somebody says of them: archives have media types wrong often enough. */
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { decompressZstd } from "./zstd.ts";

export type Compression = "gzip" | "zstd" | "xz" | "bzip2";

/** As many bytes as `compressionOf` needs. */
export const MAGIC_BYTES = 6;
const OUTPUT_CHUNK = 256 * 1024;

export function compressionOf(head: Buffer): Compression | null {
  const magic = head.toString("hex");
  if (magic.startsWith("1f8b")) return "gzip";
  // A frame, or one of those that decoders pass over: zstd:chunked has them.
  if (magic.startsWith("28b52ffd") || /^5.2a4d18/.test(magic)) return "zstd";
  if (magic.startsWith("fd377a585a00")) return "xz";
  return magic.startsWith("425a68") ? "bzip2" : null;
}

/** Precondition: `compression` is one that Node has. */
export function decompress(source: Readable, compression: "gzip" | "zstd"): AsyncIterable<Buffer> {
  if (compression === "zstd") return decompressZstd(source);
  const gunzip = createGunzip({ chunkSize: OUTPUT_CHUNK });
  source.on("error", (error) => gunzip.destroy(error));
  return source.pipe(gunzip);
}

/** Whether an error is the decoder's about its input. */
export function isDamage(error: unknown): boolean {
  return /^(Z_|ZSTD_)/.test((error as NodeJS.ErrnoException).code ?? "");
}

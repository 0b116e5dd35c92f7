/** Reads a stream to its end and keeps the beginning. */
import type { Readable } from "node:stream";
import type { Collected } from "./result.ts";

export async function collect(stream: Readable, maxBytes: number): Promise<Collected> {
  const chunks: Uint8Array[] = [];
  let kept = 0;
  let truncated = false;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    const room = maxBytes - kept;
    if (chunk.length > room) truncated = true;
    if (room > 0) {
      chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
      kept += Math.min(chunk.length, room);
    }
  }
  return { bytes: Buffer.concat(chunks), truncated };
}

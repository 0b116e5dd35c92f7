/**
 * Zstandard with several frames, one after the other: what parallel compressors and zstd:chunked write. Node's decoder
 * ends with the first (RFC 8878, section 3.1, says that decoders go on), so frames are told apart here:
 *
 *   magic (4) │ descriptor (1), window (0–1), dictionary (0–4), content size (0–8) │ blocks … │ checksum (0 or 4)
 *   block: header (3: last?, type, size), content
 *   skippable frame: magic 0x184D2A5? (4), size (4), content
 */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createZstdDecompress } from "node:zlib";

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const RLE_BLOCK = 1;

function damaged(): Error {
  return Object.assign(new Error("damaged Zstandard frame"), { code: "ZSTD_FRAME" });
}

export async function* decompressZstd(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const input = new Input(source);
  for (let head = await input.peek(4); head.length > 0; head = await input.peek(4)) {
    if (head.length < 4) throw damaged();
    const magic = head.readUInt32LE();
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
      const size = (await input.take(8)).readUInt32LE(4);
      for await (const _ of input.pass(size));
    } else if (magic === MAGIC) {
      const decoder = createZstdDecompress();
      const feeding = pipeline(Readable.from(frame(input)), decoder);
      // Said by the decoder, too.
      feeding.catch(() => {});
      yield* decoder;
      await feeding;
    } else throw damaged();
  }
}

/** The bytes of one frame. */
async function* frame(input: Input): AsyncGenerator<Buffer> {
  const start = await input.take(5);
  yield start;
  const descriptor = start[4] as number;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const hasChecksum = (descriptor & 0x04) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] as number;
  const contentSize = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >>> 6] as number;
  yield await input.take((isSingleSegment ? 0 : 1) + dictionary + contentSize);
  for (let isLast = false; !isLast; ) {
    const head = await input.take(3);
    const word = head.readUIntLE(0, 3);
    isLast = (word & 1) !== 0;
    yield head;
    yield* input.pass(((word >>> 1) & 3) === RLE_BLOCK ? 1 : word >>> 3);
  }
  if (hasChecksum) yield await input.take(4);
}

/** Bytes from chunks of any size. */
class Input {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Without taking them; fewer at the end. */
  async peek(length: number): Promise<Buffer> {
    while (this.#rest.length < length) {
      const next = await this.#source.next();
      if (next.done === true) break;
      this.#rest = this.#rest.length === 0 ? next.value : Buffer.concat([this.#rest, next.value]);
    }
    return this.#rest.subarray(0, length);
  }

  /** A few. */
  async take(length: number): Promise<Buffer> {
    const bytes = await this.peek(length);
    if (bytes.length < length) throw damaged();
    this.#rest = this.#rest.subarray(length);
    return bytes;
  }

  /** Any number, in pieces. */
  async *pass(length: number): AsyncGenerator<Buffer> {
    for (let left = length; left > 0; ) {
      await this.peek(1);
      if (this.#rest.length === 0) throw damaged();
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
}

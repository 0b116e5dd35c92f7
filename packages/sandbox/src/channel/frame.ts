/**
 * What goes over a channel: frames, each a message or bytes of a stream.
 *
 *   u32 length of what follows, little-endian
 *   u8  kind: 0 message, 1 data
 *   message: u32 length of the JSON, JSON in UTF-8, bytes that belong to it; data: u32 stream, bytes
 *
 * The other side is not trusted: a length is checked before anything is kept for it.
 */

/** Longest frame, without its length. */
export const MAX_FRAME: number = 1 << 20;
const LENGTH_SIZE = 4;
const STREAM_SIZE = 4;
const KIND_MESSAGE = 0;
const KIND_DATA = 1;
const NOTHING = new Uint8Array(0);

export type Frame =
  | { readonly kind: "message"; readonly message: unknown; readonly bytes: Uint8Array }
  | { readonly kind: "data"; readonly stream: number; readonly bytes: Uint8Array };

/** The other side sent what is no frame. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

/** @param bytes go with it as they are; copied. @throws FrameError if it is too long. */
export function encodeMessage(message: object, bytes: Uint8Array = NOTHING): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(message));
  const length = 1 + LENGTH_SIZE + json.length + bytes.length;
  if (length > MAX_FRAME) throw new FrameError(`message of ${length} bytes`);
  const frame = new Uint8Array(LENGTH_SIZE + length);
  const at = view(frame);
  at.setUint32(0, length, true);
  frame[LENGTH_SIZE] = KIND_MESSAGE;
  at.setUint32(LENGTH_SIZE + 1, json.length, true);
  frame.set(json, 2 * LENGTH_SIZE + 1);
  frame.set(bytes, 2 * LENGTH_SIZE + 1 + json.length);
  return frame;
}

/** Preconditions: `bytes` fit into a frame. The bytes are copied. */
export function encodeData(stream: number, bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(LENGTH_SIZE + 1 + STREAM_SIZE + bytes.length);
  const at = view(frame);
  at.setUint32(0, 1 + STREAM_SIZE + bytes.length, true);
  frame[LENGTH_SIZE] = KIND_DATA;
  at.setUint32(LENGTH_SIZE + 1, stream, true);
  frame.set(bytes, LENGTH_SIZE + 1 + STREAM_SIZE);
  return frame;
}

/** Puts frames together from what a socket brings. */
export class FrameReader {
  #chunks: Uint8Array[] = [];
  #length = 0;

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** @returns the next whole frame, null if more bytes are needed. @throws FrameError */
  next(): Frame | null {
    if (this.#length < LENGTH_SIZE) return null;
    const length = view(this.#peek(LENGTH_SIZE)).getUint32(0, true);
    if (length === 0 || length > MAX_FRAME) throw new FrameError(`frame of ${length} bytes`);
    if (this.#length < LENGTH_SIZE + length) return null;
    return decode(this.#take(LENGTH_SIZE + length).subarray(LENGTH_SIZE));
  }

  #peek(n: number): Uint8Array {
    if ((this.#chunks[0]?.length ?? 0) < n) this.#chunks = [join(this.#chunks, this.#length)];
    return (this.#chunks[0] as Uint8Array).subarray(0, n);
  }

  #take(n: number): Uint8Array {
    const taken = this.#peek(n);
    const rest = (this.#chunks[0] as Uint8Array).subarray(n);
    if (rest.length === 0) this.#chunks.shift();
    else this.#chunks[0] = rest;
    this.#length -= n;
    return taken;
  }
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function decode(body: Uint8Array): Frame {
  const kind = body[0];
  const rest = body.subarray(1);
  if (kind === KIND_MESSAGE) return decodeMessage(rest);
  if (kind !== KIND_DATA || rest.length < STREAM_SIZE)
    throw new FrameError(`frame of kind ${kind}`);
  const stream = view(rest).getUint32(0, true);
  return { kind: "data", stream, bytes: rest.subarray(STREAM_SIZE) };
}

function decodeMessage(rest: Uint8Array): Frame {
  const length =
    rest.length < LENGTH_SIZE ? Number.POSITIVE_INFINITY : view(rest).getUint32(0, true);
  if (length > rest.length - LENGTH_SIZE) throw new FrameError("message cut short");
  const end = LENGTH_SIZE + length;
  try {
    const json = new TextDecoder().decode(rest.subarray(LENGTH_SIZE, end));
    return { kind: "message", message: JSON.parse(json), bytes: rest.subarray(end) };
  } catch (error) {
    throw new FrameError("message that is no JSON", { cause: error });
  }
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Drives the scanner: with what comes in, or over a file. */
import { readSync } from "node:fs";
import type { TarEntry } from "./entry.ts";
import { DEFAULT_LAYER_LIMITS, type LayerLimits } from "./limits.ts";
import { scanTar } from "./scan.ts";
import type { Step, Steps } from "./steps.ts";

const NOTHING: Buffer = Buffer.alloc(0);
const SOMETHING: Buffer = Buffer.alloc(1);

/** Takes an archive piece by piece. Throws LayerError from `write` or `end`. */
export class TarStream {
  readonly #steps: Steps<void>;
  #step: Step | null;
  /** Of the step that is being done. */
  #missing = 0;
  #parts: Buffer[] = [];

  constructor(emit: (entry: TarEntry) => void, limits: LayerLimits = DEFAULT_LAYER_LIMITS) {
    this.#steps = scanTar(limits, emit);
    this.#step = null;
    this.#take(this.#steps.next());
  }

  #take(result: IteratorResult<Step, void>): void {
    this.#step = result.done === true ? null : result.value;
    this.#missing = this.#step?.length ?? 0;
    this.#parts = [];
  }

  /** The chunk is looked at, not kept. */
  write(chunk: Buffer): void {
    let at = 0;
    while (this.#step !== null) {
      const n = Math.min(this.#missing, chunk.length - at);
      if (this.#step.isRead && n > 0) this.#parts.push(Buffer.from(chunk.subarray(at, at + n)));
      at += n;
      this.#missing -= n;
      if (this.#missing > 0) return;
      this.#resume();
    }
    // Behind the end: passed over.
  }

  #resume(): void {
    const [first = NOTHING] = this.#parts;
    const bytes = this.#parts.length > 1 ? Buffer.concat(this.#parts) : first;
    this.#take(this.#steps.next(this.#step?.isRead === true ? bytes : NOTHING));
  }

  /** There is no more: an archive that ends in the middle of something is refused. */
  end(): void {
    while (this.#step !== null) {
      const isShort = !this.#step.isRead && this.#missing > 0;
      const bytes = this.#step.isRead ? Buffer.concat(this.#parts) : NOTHING;
      this.#take(this.#steps.next(isShort ? SOMETHING : bytes));
    }
  }
}

/** Headers lie apart by the size of files: a larger window would read most of the archive. */
const WINDOW = 8 * 1024;

/** The entries of an archive in `[from, to)` of an open file. `dataOff` counts from `from`. */
export function scanFile(
  fd: number,
  range: { readonly from: number; readonly to: number },
  emit: (entry: TarEntry) => void,
  limits: LayerLimits = DEFAULT_LAYER_LIMITS,
): void {
  const steps = scanTar(limits, emit);
  const window = new Window(fd, range.to);
  let at = range.from;
  let next = steps.next();
  while (next.done !== true) {
    const { isRead, length } = next.value;
    if (isRead) next = steps.next(window.read(at, length));
    else next = steps.next(at + length > range.to ? SOMETHING : NOTHING);
    at += length;
  }
}

/** Bytes of a file around the place that was read last. */
class Window {
  readonly #fd: number;
  readonly #to: number;
  #bytes: Buffer = NOTHING;
  #from = 0;

  constructor(fd: number, to: number) {
    this.#fd = fd;
    this.#to = to;
  }

  /** Fewer bytes only at the end. They are the caller's to keep: a header waits for the entry that it is about. */
  read(at: number, length: number): Buffer {
    const wanted = Math.max(0, Math.min(length, this.#to - at));
    if (wanted > WINDOW) return readFully(this.#fd, Buffer.allocUnsafe(wanted), at);
    if (at < this.#from || at + wanted > this.#from + this.#bytes.length) {
      const room = Buffer.allocUnsafe(Math.max(0, Math.min(WINDOW, this.#to - at)));
      this.#bytes = readFully(this.#fd, room, at);
      this.#from = at;
    }
    const start = at - this.#from;
    return this.#bytes.subarray(start, start + wanted);
  }
}

function readFully(fd: number, into: Buffer, at: number): Buffer {
  let done = 0;
  while (done < into.length) {
    const n = readSync(fd, into, done, into.length - done, at + done);
    if (n === 0) break;
    done += n;
  }
  return into.subarray(0, done);
}

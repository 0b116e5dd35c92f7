/** A file of the host's that is read a page at a time, when something there is looked at; pages are kept. */
import { type Errno, isErrno } from "@kernelet/abi";
import { KernelBug } from "../../kernel/bug.ts";

export interface ByteSource {
  readonly size: number;
  /** @returns bytes read. */
  read(into: Uint8Array, off: number): number | Errno;
}

interface Page {
  /** Where in the file it begins. */
  readonly start: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export class PagedBytes {
  readonly size: number;
  readonly #source: ByteSource;
  readonly #pageSize: number;
  readonly #pages: Map<number, Page> = new Map();

  constructor(source: ByteSource, pageSize: number) {
    this.size = source.size;
    this.#source = source;
    this.#pageSize = pageSize;
  }

  u8(off: number): number {
    const page = this.#having(off, 1);
    return page.view.getUint8(off - page.start);
  }

  u16(off: number): number {
    const page = this.#having(off, 2);
    return page.view.getUint16(off - page.start, true);
  }

  u32(off: number): number {
    const page = this.#having(off, 4);
    return page.view.getUint32(off - page.start, true);
  }

  f64(off: number): number {
    const page = this.#having(off, 8);
    return page.view.getFloat64(off - page.start, true);
  }

  /** Not to be changed: it may be part of a page. */
  bytes(off: number, len: number): Uint8Array {
    const page = this.#having(off, len);
    return page.bytes.subarray(off - page.start, off - page.start + len);
  }

  /** A page with all of it, or a copy of what is in several. */
  #having(off: number, len: number): Page {
    const index = Math.floor(off / this.#pageSize);
    const page = this.#page(index);
    if (off + len <= page.start + page.bytes.length) return page;
    if (off < 0 || off + len > this.size) throw new KernelBug(`image tree: nothing at ${off}`);
    const bytes = new Uint8Array(len);
    for (let done = 0; done < len; ) {
      const at = off + done;
      const part = this.#page(Math.floor(at / this.#pageSize));
      const from = part.bytes.subarray(at - part.start, at - part.start + len - done);
      bytes.set(from, done);
      done += from.length;
    }
    return pageOf(off, bytes);
  }

  #page(index: number): Page {
    const known = this.#pages.get(index);
    if (known !== undefined) return known;
    const start = index * this.#pageSize;
    const bytes = new Uint8Array(Math.max(0, Math.min(this.#pageSize, this.size - start)));
    for (let done = 0; done < bytes.length; ) {
      const n = this.#source.read(bytes.subarray(done), start + done);
      // Like a code page that cannot be read: there is nothing sensible to go on with.
      if (isErrno(n) || n === 0) throw new KernelBug(`image tree: reading at ${start}: ${n}`);
      done += n;
    }
    const page = pageOf(start, bytes);
    this.#pages.set(index, page);
    return page;
  }
}

function pageOf(start: number, bytes: Uint8Array): Page {
  return { start, bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
}

/** A growing byte buffer with Wasm's number encodings (LEB128, IEEE little endian). */
export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  #room(n: number): void {
    if (this.#length + n <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + n));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }

  u8(b: number): void {
    if (this.#length === this.#bytes.length) this.#room(1);
    this.#bytes[this.#length++] = b;
  }

  /** Unsigned LEB128 of a number in 0 … 2^32-1. */
  u32(n: number): void {
    let v = n >>> 0;
    while (v >= 0x80) {
      this.u8((v & 0x7f) | 0x80);
      v >>>= 7;
    }
    this.u8(v);
  }

  /** Unsigned LEB128 padded to five bytes, so that it can be patched. @returns where it is. */
  u32Padded(n: number): number {
    const at = this.#length;
    this.#room(5);
    this.#length += 5;
    this.patchU32(at, n);
    return at;
  }

  patchU32(at: number, n: number): void {
    let v = n >>> 0;
    for (let i = 0; i < 4; i++) {
      this.#bytes[at + i] = (v & 0x7f) | 0x80;
      v >>>= 7;
    }
    this.#bytes[at + 4] = v;
  }

  patchByte(at: number, b: number): void {
    this.#bytes[at] = b;
  }

  /** Signed LEB128 of an int32 padded to five bytes. */
  s32Padded(n: number): number {
    const at = this.#length;
    this.#room(5);
    this.#length += 5;
    this.patchS32(at, n);
    return at;
  }

  patchS32(at: number, n: number): void {
    let v = n | 0;
    for (let i = 0; i < 4; i++) {
      this.#bytes[at + i] = (v & 0x7f) | 0x80;
      v >>= 7;
    }
    this.#bytes[at + 4] = v & 0x7f;
  }

  /** Signed LEB128 of a number in ±2^34, padded to five bytes: an i64.const. */
  s35Padded(n: number): number {
    const at = this.#length;
    this.#room(5);
    this.#length += 5;
    this.patchS35(at, n);
    return at;
  }

  patchS35(at: number, n: number): void {
    this.patchS32(at, n);
    this.#bytes[at + 4] = Math.floor(n / 0x1000_0000) & 0x7f;
  }

  /** Signed LEB128 of a number in ±2^53. */
  s64Number(n: number): void {
    let v = n;
    for (;;) {
      const low = ((v % 128) + 128) % 128;
      v = (v - low) / 128;
      if ((v === 0 && low < 0x40) || (v === -1 && low >= 0x40)) {
        this.u8(low);
        return;
      }
      this.u8(low | 0x80);
    }
  }

  s32(n: number): void {
    let v = n | 0;
    for (;;) {
      const low = v & 0x7f;
      v >>= 7;
      if ((v === 0 && low < 0x40) || (v === -1 && low >= 0x40)) {
        this.u8(low);
        return;
      }
      this.u8(low | 0x80);
    }
  }

  s64(n: bigint): void {
    const small = Number(n);
    if (small >= -0x8000_0000 && small <= 0x7fff_ffff) {
      this.s32(small);
      return;
    }
    let v = n;
    for (;;) {
      const low = Number(v & 0x7fn);
      v >>= 7n;
      if ((v === 0n && low < 0x40) || (v === -1n && low >= 0x40)) {
        this.u8(low);
        return;
      }
      this.u8(low | 0x80);
    }
  }

  f32(n: number): void {
    FLOAT.setFloat32(0, n, true);
    this.bytes(FLOAT_BYTES.subarray(0, 4));
  }

  f64(n: number): void {
    FLOAT.setFloat64(0, n, true);
    this.bytes(FLOAT_BYTES);
  }

  bytes(b: Uint8Array): void {
    this.#room(b.length);
    this.#bytes.set(b, this.#length);
    this.#length += b.length;
  }

  /** Name: length and UTF-8. */
  name(s: string): void {
    this.u32(s.length);
    for (let i = 0; i < s.length; i++) this.u8(s.charCodeAt(i));
  }

  /** The bytes so far; valid until the next write. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length) as Uint8Array<ArrayBuffer>;
  }

  reset(): void {
    this.#length = 0;
  }
}

const FLOAT_BYTES = new Uint8Array(8);
const FLOAT = new DataView(FLOAT_BYTES.buffer);

/** Bytes with labels: as much of an assembler as tests need to write control flow. */
export interface Label {
  /** Offset from the start of the code; -1 until it is placed. */
  at: number;
}

interface Fixup {
  readonly at: number;
  readonly size: 1 | 4 | 8;
  readonly label: Label;
}

export class Assembler {
  readonly bytes: number[] = [];
  readonly #fixups: Fixup[] = [];
  readonly base: number;

  /** @param base guest address of the first byte */
  constructor(base: number) {
    this.base = base;
  }

  get pc(): number {
    return this.base + this.bytes.length;
  }

  emit(...bytes: readonly number[]): void {
    for (const b of bytes) this.bytes.push(b & 0xff);
  }

  u32(n: number): void {
    this.emit(n, n >> 8, n >> 16, n >> 24);
  }

  label(): Label {
    return { at: -1 };
  }

  place(label: Label): void {
    label.at = this.bytes.length;
  }

  /** Opcode bytes, then the 32-bit distance to `label` from behind it. */
  rel32(label: Label, ...opcode: readonly number[]): void {
    this.emit(...opcode);
    this.#fixups.push({ at: this.bytes.length, size: 4, label });
    this.u32(0);
  }

  rel8(label: Label, ...opcode: readonly number[]): void {
    this.emit(...opcode);
    this.#fixups.push({ at: this.bytes.length, size: 1, label });
    this.emit(0);
  }

  /** The label's address as 8 bytes of data. */
  address(label: Label): void {
    this.#fixups.push({ at: this.bytes.length, size: 8, label });
    this.u32(0);
    this.u32(0);
  }

  /** The code, with all labels resolved. */
  finish(): Uint8Array {
    const out = Uint8Array.from(this.bytes);
    const view = new DataView(out.buffer);
    for (const { at, size, label } of this.#fixups) {
      if (label.at < 0) throw new Error("a label was never placed");
      const distance = label.at - at - size;
      if (size === 8) view.setUint32(at, this.base + label.at, true);
      else if (size === 4) view.setInt32(at, distance, true);
      else {
        if (distance < -128 || distance > 127) throw new Error(`rel8 is ${distance}`);
        view.setInt8(at, distance);
      }
    }
    return out;
  }
}

/**
 * An encoder for the fields of SDM vol. 2, chapter 2: the inverse of the decoder, written without it, so that decoding
 * what this encodes is a test of both.
 */

/** ModRM.rm as memory. `base` and `index` are register numbers. */
export interface MemoryFields {
  readonly base: number | "rip" | "none";
  readonly index: number | "none";
  readonly scale: 1 | 2 | 4 | 8;
  readonly disp: number;
  /** Bytes of displacement wanted; encodings that need 4 (rip, no base) or at least 1 (rbp, r13) get them. */
  readonly dispSize: 0 | 1 | 4;
}

export interface InstructionFields {
  /** Legacy prefixes in the order of their bytes, mandatory one included. */
  readonly prefixes: readonly number[];
  readonly rexW: boolean;
  /** Emit REX even if all its bits are 0: spl bpl sil dil instead of ah ch dh bh. */
  readonly forceRex: boolean;
  /** Escape bytes and opcode, as in `Row.opcode`; for the Z forms its low bits are a register. */
  readonly opcode: number;
  /** REX.B for a register in the opcode. */
  readonly opcodeB: boolean;
  readonly modrm?: { readonly reg: number; readonly rm: number | MemoryFields };
  readonly immediate: Uint8Array;
}

const SCALE_BITS = { 1: 0, 2: 1, 4: 2, 8: 3 } as const;

/** How many displacement bytes the encoding ends up with. */
function dispBytes(m: MemoryFields): 0 | 1 | 4 {
  if (m.base === "rip" || m.base === "none") return 4;
  if (m.dispSize === 0 && (m.base & 7) === 5) return 1;
  return m.dispSize;
}

/**
 * The bytes. A rip-relative `disp` counts from the end of the instruction, as the processor does.
 * The result may be longer than 15 bytes: the caller looks.
 */
export function encode(f: InstructionFields): Uint8Array {
  const out: number[] = [...f.prefixes];
  let rex = f.rexW ? 8 : 0;
  if (f.opcodeB) rex |= 1;
  const tail: number[] = [];
  if (f.modrm !== undefined) {
    const { reg, rm } = f.modrm;
    if (reg & 8) rex |= 4;
    const middle = (reg & 7) << 3;
    if (typeof rm === "number") {
      if (rm & 8) rex |= 1;
      tail.push(0xc0 | middle | (rm & 7));
    } else {
      rex |= memoryRex(rm);
      pushMemory(tail, middle, rm);
    }
  }
  if (rex !== 0 || f.forceRex) out.push(0x40 | rex);
  if (f.opcode > 0xffff) out.push((f.opcode >> 16) & 0xff);
  if (f.opcode > 0xff) out.push((f.opcode >> 8) & 0xff);
  out.push(f.opcode & 0xff, ...tail, ...f.immediate);
  return Uint8Array.from(out);
}

function memoryRex(m: MemoryFields): number {
  let rex = 0;
  if (typeof m.base === "number" && m.base & 8) rex |= 1;
  if (typeof m.index === "number" && m.index & 8) rex |= 2;
  return rex;
}

function pushMemory(out: number[], middle: number, m: MemoryFields): void {
  const size = dispBytes(m);
  if (m.base === "rip") {
    out.push(middle | 5);
  } else {
    const mod = m.base === "none" || size === 0 ? 0 : size === 1 ? 0x40 : 0x80;
    const base = m.base === "none" ? 5 : m.base & 7;
    if (m.base === "none" || m.index !== "none" || base === 4) {
      const index = m.index === "none" ? 4 : m.index & 7;
      out.push(mod | middle | 4, (SCALE_BITS[m.scale] << 6) | (index << 3) | base);
    } else {
      out.push(mod | middle | base);
    }
  }
  for (let i = 0; i < size; i++) out.push((m.disp >> (8 * i)) & 0xff);
}

export function littleEndian(value: bigint, size: number): Uint8Array {
  const out = new Uint8Array(size);
  for (let i = 0; i < size; i++) out[i] = Number((value >> BigInt(8 * i)) & 0xffn);
  return out;
}

/** ELF files with headers that no linker writes: elf(5). */

export interface Segment {
  readonly type?: number;
  readonly flags?: number;
  readonly off?: bigint;
  readonly addr?: bigint;
  readonly filesz?: bigint;
  readonly memsz?: bigint;
  readonly align?: bigint;
}

export interface HostileElf {
  readonly title: string;
  readonly segments: readonly Segment[];
  readonly entry?: bigint;
  /** e_phnum, if not the number of segments. */
  readonly count?: number;
  readonly phoff?: bigint;
  readonly type?: number;
  /** Bytes behind the headers. */
  readonly tail?: Uint8Array;
}

const EHDR = 64;
const PHDR = 56;
const PT_LOAD = 1;
const ET_EXEC = 2;
const BASE = 0x400000n;
/** mov eax, 60; mov edi, 7; syscall */
const EXIT_7 = new Uint8Array([0xb8, 60, 0, 0, 0, 0xbf, 7, 0, 0, 0, 0x0f, 5]);

export function buildElf(elf: HostileElf): Uint8Array {
  const { segments, tail = EXIT_7 } = elf;
  const text = EHDR + PHDR * segments.length;
  const bytes = new Uint8Array(text + tail.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, elf.type ?? ET_EXEC, true);
  view.setUint16(18, 62, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(24, elf.entry ?? BASE + BigInt(text), true);
  view.setBigUint64(32, elf.phoff ?? BigInt(EHDR), true);
  view.setUint16(52, EHDR, true);
  view.setUint16(54, PHDR, true);
  view.setUint16(56, elf.count ?? segments.length, true);
  segments.forEach((segment, i) => {
    const at = EHDR + PHDR * i;
    const size = segment.filesz ?? BigInt(bytes.length);
    view.setUint32(at, segment.type ?? PT_LOAD, true);
    view.setUint32(at + 4, segment.flags ?? 7, true);
    view.setBigUint64(at + 8, segment.off ?? 0n, true);
    view.setBigUint64(at + 16, segment.addr ?? BASE, true);
    view.setBigUint64(at + 24, segment.addr ?? BASE, true);
    view.setBigUint64(at + 32, size, true);
    view.setBigUint64(at + 40, segment.memsz ?? size, true);
    view.setBigUint64(at + 48, segment.align ?? 4096n, true);
  });
  bytes.set(tail, text);
  return bytes;
}

const good: Segment = {};
const MAX = 0xffff_ffff_ffff_ffffn;

// biome-ignore format: one file per line.
export const HOSTILE_ELVES: readonly HostileElf[] = [
  { title: "good, for comparison", segments: [good] },
  { title: "overlapping segments", segments: [good, { addr: 0x400000n, flags: 6 }, { addr: 0x401000n, filesz: 0n, memsz: 8192n }] },
  { title: "segments in the wrong order", segments: [{ addr: 0x500000n }, good] },
  { title: "a p_memsz of 1 TiB", segments: [good, { addr: 0x500000n, filesz: 0n, memsz: 1n << 40n }] },
  { title: "the largest p_memsz", segments: [{ memsz: MAX }] },
  { title: "a p_memsz of 3 GiB", segments: [good, { addr: 0x1000_0000n, filesz: 0n, memsz: 3n << 30n }] },
  { title: "p_filesz beyond p_memsz", segments: [{ memsz: 10n }] },
  { title: "a segment beyond the file", segments: [good, { off: 1n << 40n, addr: 0x500000n }] },
  { title: "a segment at the end of numbers", segments: [{ addr: MAX - 4095n }] },
  { title: "a segment in the kernel", segments: [{ addr: 0xffff_8000_0000_0000n }] },
  { title: "a segment at 0", segments: [{ addr: 0n }], entry: 0x100n },
  { title: "an offset that does not fit its address", segments: [{ off: 1n }] },
  { title: "an alignment that is none", segments: [{ align: 3n }] },
  { title: "an alignment of 2^63", segments: [{ align: 1n << 63n }], type: 3 },
  { title: "an entry nowhere", segments: [good], entry: 0x1234_5678n },
  { title: "an entry in the kernel", segments: [good], entry: 0xffff_ffff_8000_0000n },
  { title: "65,535 program headers that are not there", segments: [good], count: 65_535 },
  { title: "program headers that wrap around", segments: [good], phoff: MAX - 63n },
  { title: "1000 segments", segments: Array.from({ length: 1000 }, (_, i) => (i === 0 ? good : { addr: 0x1000_0000n + BigInt(i) * 4096n, filesz: 4096n })) },
  { title: "no segment", segments: [] },
  { title: "an interpreter without a name", segments: [good, { type: 3, filesz: 0n }] },
  { title: "an interpreter with a name of 1 TiB", segments: [good, { type: 3, filesz: 1n << 40n }] },
  { title: "an interpreter with a name without end", segments: [good, { type: 3, off: 0n, filesz: 20n }] },
  { title: "a stack of no bytes", segments: [good, { type: 0x6474e551, filesz: 0n, memsz: 0n }] },
  { title: "a thread template of 1 EiB", segments: [good, { type: 7, memsz: 1n << 60n }] },
];

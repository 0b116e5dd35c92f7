/**
 * An ELF file as far as a profile needs it: segments, to get from a place in the file to an address that its tables
 * speak of, and sections. The file is the guest's: nothing in it is believed without a look.
 */
import {
  ELF_MAGIC,
  ELF64_EHDR,
  ELF64_PHDR,
  ELF64_SHDR,
  PT_GNU_EH_FRAME,
  PT_LOAD,
} from "@kernelet/abi";

/** Bytes of the file at `off`: fewer than `len` at its end, none where it cannot be read. */
export type ReadFile = (off: number, len: number) => Uint8Array;

const MAX_HEADERS = 512;
/** No table that is read as a whole may be larger. */
const MAX_TABLE = 64 * 1024 * 1024;

export interface Segment {
  readonly off: number;
  readonly size: number;
  /** As linked. */
  readonly addr: number;
}

export interface Section extends Segment {
  readonly name: string;
  readonly type: number;
  /** Number of the section that belongs to it: of a symbol table, its names. */
  readonly link: number;
}

export class ElfImage {
  readonly sections: readonly Section[];
  /** .eh_frame_hdr, which has its own segment. */
  readonly unwindHeader: Segment | undefined;
  readonly #read: ReadFile;
  readonly #loads: readonly Segment[];

  private constructor(read: ReadFile, header: DataView) {
    this.#read = read;
    const count = (at: number): number => Math.min(header.getUint16(at, true), MAX_HEADERS);
    const segments = this.#headers(
      word(header, ELF64_EHDR.e_phoff),
      ELF64_PHDR.size,
      count(ELF64_EHDR.e_phnum),
    ).map((view) => ({
      type: view.getUint32(ELF64_PHDR.p_type, true),
      off: word(view, ELF64_PHDR.p_offset),
      size: word(view, ELF64_PHDR.p_filesz),
      addr: word(view, ELF64_PHDR.p_vaddr),
    }));
    this.#loads = segments.filter(({ type }) => type === PT_LOAD);
    this.unwindHeader = segments.find(({ type }) => type === PT_GNU_EH_FRAME);
    this.sections = this.#readSections(
      word(header, ELF64_EHDR.e_shoff),
      count(ELF64_EHDR.e_shnum),
      header.getUint16(ELF64_EHDR.e_shstrndx, true),
    );
  }

  /** undefined where the file is no ELF file of 64 bits. */
  static open(read: ReadFile): ElfImage | undefined {
    const bytes = read(0, ELF64_EHDR.size);
    if (bytes.length < ELF64_EHDR.size) return undefined;
    const header = viewOf(bytes);
    if (header.getUint32(0, true) !== ELF_MAGIC || bytes[4] !== 2) return undefined;
    return new ElfImage(read, header);
  }

  #headers(off: number, size: number, count: number): DataView[] {
    const bytes = this.#read(off, size * count);
    const whole = Math.floor(bytes.length / size);
    return Array.from({ length: whole }, (_, i) =>
      viewOf(bytes.subarray(i * size, (i + 1) * size)),
    );
  }

  #readSections(off: number, count: number, namesAt: number): Section[] {
    const views = off === 0 ? [] : this.#headers(off, ELF64_SHDR.size, count);
    const plain = views.map((view) => ({
      nameAt: view.getUint32(ELF64_SHDR.sh_name, true),
      type: view.getUint32(ELF64_SHDR.sh_type, true),
      off: word(view, ELF64_SHDR.sh_offset),
      size: word(view, ELF64_SHDR.sh_size),
      addr: word(view, ELF64_SHDR.sh_addr),
      link: view.getUint32(ELF64_SHDR.sh_link, true),
    }));
    const table = plain[namesAt];
    const names = table === undefined ? new Uint8Array(0) : this.contents(table);
    return plain.map(({ nameAt, ...section }) => ({ ...section, name: textAt(names, nameAt) }));
  }

  read(off: number, len: number): Uint8Array {
    return this.#read(off, len);
  }

  /** All of a table; nothing where it is larger than any real one. */
  contents({ off, size }: Segment): Uint8Array {
    return size > MAX_TABLE ? new Uint8Array(0) : this.#read(off, size);
  }

  /** The address, as linked, of what is at `off` in the file. */
  addrOf(off: number): number | undefined {
    const load = this.#loads.find((one) => off >= one.off && off < one.off + one.size);
    return load === undefined ? undefined : off - load.off + load.addr;
  }

  /** Where in the file the byte at address `addr` is. */
  offOf(addr: number): number | undefined {
    const load = this.#loads.find((one) => addr >= one.addr && addr < one.addr + one.size);
    return load === undefined ? undefined : addr - load.addr + load.off;
  }
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** 64 bits as a number: what is beyond 2^53 lies in no file. */
export function word(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

/** The string that begins at `at` and ends with a zero byte. */
export function textAt(bytes: Uint8Array, at: number): string {
  const end = bytes.indexOf(0, at);
  return new TextDecoder().decode(bytes.subarray(at, end < 0 ? bytes.length : end));
}

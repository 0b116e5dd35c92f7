/** Makes ELF files with what tests of profiles need, and no code. */
import {
  ELF_MAGIC,
  ELF64_EHDR,
  ELF64_PHDR,
  ELF64_SHDR,
  ELF64_SYM,
  PT_GNU_EH_FRAME,
  PT_LOAD,
  SHT_SYMTAB,
} from "@kernelet/abi";

interface Place {
  readonly off: number;
  readonly addr: number;
  readonly size: number;
}

interface TestSymbol {
  readonly name: string;
  readonly value: number;
  readonly size: number;
  readonly type: number;
  readonly section: number;
}

interface TestElf {
  readonly load: Place;
  readonly symbols?: readonly TestSymbol[];
  readonly symbolType?: number;
  /** Without contents. */
  readonly sections?: readonly { name: string; type: number; addr: number; size: number }[];
  /** Bytes at the beginning of `load`, and where in them .eh_frame_hdr is. */
  readonly contents?: Uint8Array;
  readonly unwindHeader?: Place;
}

const TABLES = 0x2000;
const SHT_STRTAB = 3;

export function elf(file: TestElf): Uint8Array {
  const { load, symbols = [], sections = [] } = file;
  const bytes = new Uint8Array(0x3000);
  const view = new DataView(bytes.buffer);
  const word = (at: number, value: number) => view.setBigUint64(at, BigInt(value), true);
  const strings = new Map<string, number>();
  let text = "\0";
  for (const name of [
    ".symtab",
    ".strtab",
    ...symbols.map((s) => s.name),
    ...sections.map((s) => s.name),
  ]) {
    strings.set(name, text.length);
    text += `${name}\0`;
  }
  const stringsAt = TABLES;
  bytes.set(new TextEncoder().encode(text), stringsAt);
  const symbolsAt = TABLES + 0x800;
  symbols.forEach(({ name, value, size, type, section }, i) => {
    const at = symbolsAt + i * ELF64_SYM.size;
    view.setUint32(at + ELF64_SYM.st_name, strings.get(name) ?? 0, true);
    view.setUint8(at + ELF64_SYM.st_info, type);
    view.setUint16(at + ELF64_SYM.st_shndx, section, true);
    word(at + ELF64_SYM.st_value, value);
    word(at + ELF64_SYM.st_size, size);
  });
  const tables = [
    { name: "", type: 0, off: 0, addr: 0, size: 0 },
    { name: ".strtab", type: SHT_STRTAB, off: stringsAt, addr: 0, size: text.length },
    {
      ...{ name: ".symtab", type: file.symbolType ?? SHT_SYMTAB, off: symbolsAt, addr: 0 },
      size: symbols.length * ELF64_SYM.size,
    },
    ...sections.map((section) => ({ ...section, off: 0 })),
  ];
  const sectionsAt = TABLES + 0xc00;
  tables.forEach(({ name, type, off, addr, size }, i) => {
    const at = sectionsAt + i * ELF64_SHDR.size;
    view.setUint32(at + ELF64_SHDR.sh_name, strings.get(name) ?? 0, true);
    view.setUint32(at + ELF64_SHDR.sh_type, type, true);
    word(at + ELF64_SHDR.sh_addr, addr);
    word(at + ELF64_SHDR.sh_offset, off);
    word(at + ELF64_SHDR.sh_size, size);
    view.setUint32(at + ELF64_SHDR.sh_link, 1, true);
  });
  const segments = [{ ...load, type: PT_LOAD }];
  if (file.unwindHeader !== undefined)
    segments.push({ ...file.unwindHeader, type: PT_GNU_EH_FRAME });
  segments.forEach(({ type, off, addr, size }, i) => {
    const at = ELF64_EHDR.size + i * ELF64_PHDR.size;
    view.setUint32(at + ELF64_PHDR.p_type, type, true);
    word(at + ELF64_PHDR.p_offset, off);
    word(at + ELF64_PHDR.p_vaddr, addr);
    word(at + ELF64_PHDR.p_filesz, size);
  });
  view.setUint32(0, ELF_MAGIC, true);
  bytes[4] = 2;
  word(ELF64_EHDR.e_phoff, ELF64_EHDR.size);
  view.setUint16(ELF64_EHDR.e_phnum, segments.length, true);
  word(ELF64_EHDR.e_shoff, sectionsAt);
  view.setUint16(ELF64_EHDR.e_shnum, tables.length, true);
  view.setUint16(ELF64_EHDR.e_shstrndx, 1, true);
  if (file.contents !== undefined) bytes.set(file.contents, load.off);
  return bytes;
}

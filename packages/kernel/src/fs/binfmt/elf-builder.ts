/** Small ELF files: for tests, and for the program that is run before a start image is written. */
import {
  EI_CLASS,
  EI_DATA,
  EI_VERSION,
  ELF_MAGIC,
  ELF64_EHDR,
  ELF64_PHDR,
  ELFCLASS64,
  ELFDATA2LSB,
  EM_X86_64,
  ET_EXEC,
  EV_CURRENT,
} from "@kernelet/abi";

export interface BuildSegment {
  readonly type: number;
  readonly flags?: number;
  readonly offset?: number;
  readonly vaddr?: number;
  readonly fileSize?: number;
  readonly memSize?: number;
  readonly align?: number;
}

export interface BuildElf {
  readonly type?: number;
  readonly machine?: number;
  readonly class?: number;
  readonly entry?: number;
  readonly phentsize?: number;
  readonly phnum?: number;
  readonly segments?: readonly BuildSegment[];
  /** Length of the file; after the headers byte i is i & 255. */
  readonly size?: number;
  /** Placed at the given offset. */
  readonly contents?: readonly { readonly at: number; readonly bytes: Uint8Array }[];
}

export function buildElf(elf: BuildElf): Uint8Array {
  const segments = elf.segments ?? [];
  const headers = ELF64_EHDR.size + segments.length * ELF64_PHDR.size;
  const bytes = Uint8Array.from({ length: Math.max(elf.size ?? 0, headers) }, (_, i) => i & 255);
  bytes.fill(0, 0, headers);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, ELF_MAGIC, true);
  bytes[EI_CLASS] = elf.class ?? ELFCLASS64;
  bytes[EI_DATA] = ELFDATA2LSB;
  bytes[EI_VERSION] = EV_CURRENT;
  view.setUint16(ELF64_EHDR.e_type, elf.type ?? ET_EXEC, true);
  view.setUint16(ELF64_EHDR.e_machine, elf.machine ?? EM_X86_64, true);
  view.setUint32(ELF64_EHDR.e_entry, elf.entry ?? 0, true);
  view.setUint32(ELF64_EHDR.e_phoff, ELF64_EHDR.size, true);
  view.setUint16(ELF64_EHDR.e_phentsize, elf.phentsize ?? ELF64_PHDR.size, true);
  view.setUint16(ELF64_EHDR.e_phnum, elf.phnum ?? segments.length, true);
  segments.forEach((segment, i) => {
    const at = ELF64_EHDR.size + i * ELF64_PHDR.size;
    const word = (off: number, value: number): void => {
      view.setBigUint64(at + off, BigInt(value), true);
    };
    view.setUint32(at + ELF64_PHDR.p_type, segment.type, true);
    view.setUint32(at + ELF64_PHDR.p_flags, segment.flags ?? 0, true);
    word(ELF64_PHDR.p_offset, segment.offset ?? 0);
    word(ELF64_PHDR.p_vaddr, segment.vaddr ?? 0);
    word(ELF64_PHDR.p_filesz, segment.fileSize ?? 0);
    word(ELF64_PHDR.p_memsz, segment.memSize ?? segment.fileSize ?? 0);
    word(ELF64_PHDR.p_align, segment.align ?? 0x1000);
  });
  for (const { at, bytes: content } of elf.contents ?? []) bytes.set(content, at);
  return bytes;
}

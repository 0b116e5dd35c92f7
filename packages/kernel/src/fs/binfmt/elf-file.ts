/**
 * Reading ELF: headers as data, checked as Linux's fs/binfmt_elf.c checks them. elf(5).
 * Addresses and sizes become numbers; those beyond 2^53 are inexact, and too large for anything anyway.
 */
import {
  EI_CLASS,
  EIO,
  ELF_MAGIC,
  ELF64_EHDR,
  ELF64_PHDR,
  ELFCLASS64,
  EM_X86_64,
  ENOEXEC,
  type Errno,
  ET_DYN,
  ET_EXEC,
  isErrno,
} from "@kernelet/abi";
import type { Task } from "../../kernel/task.ts";
import type { FileDescription } from "../file-description.ts";

/** A segment of the program header table. */
export interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly vaddr: number;
  readonly fileSize: number;
  readonly memSize: number;
  readonly align: number;
}

export interface ElfHeader {
  /** ET_EXEC or ET_DYN. */
  readonly type: number;
  readonly entry: number;
  readonly phoff: number;
  readonly phentsize: number;
  readonly phnum: number;
}

/** Program header tables larger than this are refused: Linux's ELF_MIN_ALIGN rule, 64 KiB. */
const MAX_PROGRAM_HEADERS = 65536;

/** Whether the file begins with the four bytes of ELF. */
export function hasElfMagic(head: Uint8Array): boolean {
  if (head.length < 4) return false;
  return new DataView(head.buffer, head.byteOffset, 4).getUint32(0, true) === ELF_MAGIC;
}

/** The header of a program for this machine, else ENOEXEC. */
export function parseHeader(head: Uint8Array): ElfHeader | Errno {
  if (head.length < ELF64_EHDR.size || !hasElfMagic(head)) return ENOEXEC;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const type = view.getUint16(ELF64_EHDR.e_type, true);
  if (type !== ET_EXEC && type !== ET_DYN) return ENOEXEC;
  if (view.getUint16(ELF64_EHDR.e_machine, true) !== EM_X86_64) return ENOEXEC;
  // Linux learns this from e_machine alone (x32 shares it): a 32-bit file for EM_X86_64 is x32, which is not there.
  if (head[EI_CLASS] !== ELFCLASS64) return ENOEXEC;
  return {
    type,
    entry: readWord(view, ELF64_EHDR.e_entry),
    phoff: readWord(view, ELF64_EHDR.e_phoff),
    phentsize: view.getUint16(ELF64_EHDR.e_phentsize, true),
    phnum: view.getUint16(ELF64_EHDR.e_phnum, true),
  };
}

/** The program header table; ENOEXEC if it is not all there. */
export function readSegments(
  task: Task,
  file: FileDescription,
  header: ElfHeader,
): readonly Segment[] | Errno {
  if (header.phentsize !== ELF64_PHDR.size) return ENOEXEC;
  const size = header.phnum * ELF64_PHDR.size;
  if (size === 0 || size > MAX_PROGRAM_HEADERS) return ENOEXEC;
  const bytes = readExactly(task, file, header.phoff, size);
  if (isErrno(bytes)) return ENOEXEC;
  const segments: Segment[] = [];
  for (let i = 0; i < header.phnum; i++) {
    const view = new DataView(bytes.buffer, i * ELF64_PHDR.size, ELF64_PHDR.size);
    segments.push({
      type: view.getUint32(ELF64_PHDR.p_type, true),
      flags: view.getUint32(ELF64_PHDR.p_flags, true),
      offset: readWord(view, ELF64_PHDR.p_offset),
      vaddr: readWord(view, ELF64_PHDR.p_vaddr),
      fileSize: readWord(view, ELF64_PHDR.p_filesz),
      memSize: readWord(view, ELF64_PHDR.p_memsz),
      align: readWord(view, ELF64_PHDR.p_align),
    });
  }
  return segments;
}

/** Exactly `len` bytes at `off`: EIO if the file ends before (Linux's elf_read). */
export function readExactly(
  task: Task,
  file: FileDescription,
  off: number,
  len: number,
): Uint8Array<ArrayBuffer> | Errno {
  if (off > Number.MAX_SAFE_INTEGER - len) return EIO;
  const bytes = new Uint8Array(len);
  let done = 0;
  while (done < len) {
    const n = file.read(task, bytes.subarray(done), off + done);
    if (isErrno(n)) return n;
    if (n <= 0) return EIO;
    done += n;
  }
  if (done > 0) file.accessed();
  return bytes;
}

function readWord(view: DataView, off: number): number {
  return view.getUint32(off, true) + view.getUint32(off + 4, true) * 0x1_0000_0000;
}

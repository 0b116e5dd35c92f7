/**
 * Loading ELF programs: Linux's fs/binfmt_elf.c.
 *
 * In two steps with the point of no return between: `openElf` finds all that can be found wrong without touching
 * the process; `loadElf` maps the program and its interpreter into a new address space.
 */
import {
  EINVAL,
  ELIBBAD,
  ENOEXEC,
  ENOMEM,
  type Errno,
  ET_DYN,
  isErrno,
  MAP_ANONYMOUS,
  MAP_DENYWRITE,
  MAP_FIXED,
  MAP_FIXED_NOREPLACE,
  MAP_PRIVATE,
  PAGE_SIZE,
  PATH_MAX,
  PF_R,
  PF_W,
  PF_X,
  PROT_EXEC,
  PROT_READ,
  PROT_WRITE,
  PT_GNU_STACK,
  PT_INTERP,
  PT_LOAD,
  PT_PHDR,
} from "@kernelet/abi";
import { PAGE_W } from "../../arch/x86/processor.ts";
import type { Task } from "../../kernel/task.ts";
import { findFilePlace } from "../../mm/free-place.ts";
import type { MemoryManager } from "../../mm/memory-manager.ts";
import { pageAlign } from "../../mm/user-range.ts";
import type { FileDescription } from "../file-description.ts";
import {
  type ElfHeader,
  parseHeader,
  readExactly,
  readSegments,
  type Segment,
} from "./elf-file.ts";

interface ElfObject {
  readonly file: FileDescription;
  readonly header: ElfHeader;
  readonly segments: readonly Segment[];
}

/** A program that looks right, and its interpreter. */
export interface ElfProgram extends ElfObject {
  /** ld.so, on whose file the caller holds a reference. */
  readonly interpreter: ElfObject | null;
  /** PT_GNU_STACK asks for, or its absence means, an executable stack. */
  readonly executableStack: boolean;
}

/** Where things are after loading. */
export interface ElfImage {
  /** Where the task starts: the interpreter's entry, or the program's. */
  readonly start: number;
  /** Values of the auxiliary vector. */
  readonly phdr: number;
  readonly phnum: number;
  readonly entry: number;
  /** Load address of the interpreter, 0 without one. */
  readonly base: number;
}

/**
 * Checks a program. `openInterpreter` opens the file that PT_INTERP names as execve would.
 * @returns ENOEXEC if this is no ELF program for this machine.
 */
export function openElf(
  task: Task,
  file: FileDescription,
  head: Uint8Array,
  openInterpreter: (path: Uint8Array) => FileDescription | Errno,
): ElfProgram | Errno {
  const header = parseHeader(head);
  if (isErrno(header)) return header;
  const segments = readSegments(task, file, header);
  if (isErrno(segments)) return segments;

  // Without PT_GNU_STACK Linux makes only the stack of 32-bit programs executable.
  const stack = segments.find((s) => s.type === PT_GNU_STACK);
  const executableStack = stack !== undefined && (stack.flags & PF_X) !== 0;
  const interp = segments.find((s) => s.type === PT_INTERP);
  if (interp === undefined) return { file, header, segments, interpreter: null, executableStack };

  if (interp.fileSize > PATH_MAX || interp.fileSize < 2) return ENOEXEC;
  const path = readExactly(task, file, interp.offset, interp.fileSize);
  if (isErrno(path)) return path;
  if (path[path.length - 1] !== 0) return ENOEXEC;
  const interpreterFile = openInterpreter(path.subarray(0, path.indexOf(0)));
  if (isErrno(interpreterFile)) return interpreterFile;
  const interpreter = checkInterpreter(task, interpreterFile);
  if (isErrno(interpreter)) {
    interpreterFile.removeRef();
    return interpreter;
  }
  return { file, header, segments, interpreter, executableStack };
}

function checkInterpreter(task: Task, file: FileDescription): ElfObject | Errno {
  const head = readExactly(task, file, 0, 64);
  if (isErrno(head)) return head;
  const header = parseHeader(head);
  if (isErrno(header)) return ELIBBAD;
  const segments = readSegments(task, file, header);
  if (isErrno(segments)) return ELIBBAD;
  return { file, header, segments };
}

/** Maps a program into the empty address space `mm` and sets its code, data and heap addresses. */
export function loadElf(mm: MemoryManager, program: ElfProgram): ElfImage | Errno {
  const bias = programBias(mm, program);
  if (isErrno(bias)) return bias;
  const extent = mapSegments(mm, program, bias, true);
  if (isErrno(extent)) return extent;

  mm.startCode = extent.startCode;
  mm.endCode = extent.endCode;
  mm.startData = extent.startData;
  mm.endData = extent.endData;
  mm.startBrk = pageAlign(extent.end);
  mm.brkEnd = mm.startBrk;

  const entry = program.header.entry + bias;
  const image = { phdr: phdrAddress(program, bias), phnum: program.header.phnum, entry };
  const { interpreter } = program;
  if (interpreter === null) {
    if (entry >= mm.space.end) return EINVAL;
    return { ...image, start: entry, base: 0 };
  }

  const place = interpreterBias(mm, interpreter);
  if (isErrno(place)) return place;
  const mapped = mapSegments(mm, interpreter, place, false);
  if (isErrno(mapped)) return mapped;
  const start = interpreter.header.entry + place;
  if (start >= mm.space.end) return EINVAL;
  return { ...image, start, base: place };
}

/** What is added to the addresses in the program: 0 unless it may lie anywhere. */
function programBias(mm: MemoryManager, program: ElfObject): number | Errno {
  if (program.header.type !== ET_DYN) return 0;
  const span = loadSpan(program.segments);
  if (span === null) return EINVAL;
  const align = maxAlign(program.segments);
  const base = Math.ceil(mm.layout.pieBase / align) * align;
  return base - span.start;
}

function interpreterBias(mm: MemoryManager, interpreter: ElfObject): number | Errno {
  const span = loadSpan(interpreter.segments);
  if (span === null) return EINVAL;
  if (interpreter.header.type !== ET_DYN) return 0;
  const place = findFilePlace(mm, interpreter.file, span.end - span.start);
  return isErrno(place) ? place : place - span.start;
}

/** From the first to the last page of the segments; null without any. */
function loadSpan(segments: readonly Segment[]): { start: number; end: number } | null {
  let start = Number.POSITIVE_INFINITY;
  let end = 0;
  for (const s of segments) {
    if (s.type !== PT_LOAD) continue;
    start = Math.min(start, pageStart(s.vaddr));
    end = Math.max(end, pageAlign(s.vaddr + s.memSize));
  }
  return end > start ? { start, end } : null;
}

/** The largest alignment of a segment that is a power of two, at least a page. */
function maxAlign(segments: readonly Segment[]): number {
  let align = PAGE_SIZE;
  for (const s of segments) {
    if (s.type !== PT_LOAD || s.align <= align || s.align > 0x4000_0000) continue;
    if ((s.align & (s.align - 1)) === 0) align = s.align;
  }
  return align;
}

/** Where the program finds its own headers: PT_PHDR, or the segment that has them. */
function phdrAddress(program: ElfObject, bias: number): number {
  const own = program.segments.find((s) => s.type === PT_PHDR);
  if (own !== undefined) return own.vaddr + bias;
  const { phoff } = program.header;
  const holder = program.segments.find(
    (s) => s.type === PT_LOAD && s.offset <= phoff && phoff < s.offset + s.fileSize,
  );
  return holder === undefined ? 0 : phoff - holder.offset + holder.vaddr + bias;
}

interface Extent {
  startCode: number;
  endCode: number;
  startData: number;
  endData: number;
  /** End of everything, bss included. */
  end: number;
}

function mapSegments(
  mm: MemoryManager,
  object: ElfObject,
  bias: number,
  isProgram: boolean,
): Extent | Errno {
  const extent: Extent = {
    startCode: Number.POSITIVE_INFINITY,
    endCode: 0,
    startData: 0,
    endData: 0,
    end: 0,
  };
  for (const segment of object.segments) {
    if (segment.type !== PT_LOAD) continue;
    // load_elf_binary(): only a program's first segment must find its place free. Later ones, and an interpreter with
    // fixed addresses, replace what lies there.
    const fixed = isProgram && extent.end === 0 ? MAP_FIXED_NOREPLACE : MAP_FIXED;
    const result = mapSegment(mm, object.file, segment, { bias, fixed });
    if (isErrno(result)) return result;
    const start = segment.vaddr + bias;
    const fileEnd = start + segment.fileSize;
    if ((segment.flags & PF_X) !== 0) extent.startCode = Math.min(extent.startCode, start);
    if ((segment.flags & PF_X) !== 0) extent.endCode = Math.max(extent.endCode, fileEnd);
    extent.startData = Math.max(extent.startData, start);
    extent.endData = Math.max(extent.endData, fileEnd);
    extent.end = Math.max(extent.end, start + segment.memSize);
  }
  return extent;
}

/**
 *   vaddr           + fileSize        + memSize
 *     |   from the file   | zeros up to |  fresh pages  |
 *     |                   | the page's  |               |
 *  ---+-------------------+----- end ---+---------------+---
 */
function mapSegment(
  mm: MemoryManager,
  file: FileDescription,
  segment: Segment,
  { bias, fixed }: { readonly bias: number; readonly fixed: number },
): 0 | Errno {
  if (segment.fileSize > segment.memSize) return EINVAL;
  const vaddr = segment.vaddr + bias;
  if (vaddr + segment.memSize > mm.space.end) return ENOMEM;
  const prot =
    ((segment.flags & PF_R) !== 0 ? PROT_READ : 0) |
    ((segment.flags & PF_W) !== 0 ? PROT_WRITE : 0) |
    ((segment.flags & PF_X) !== 0 ? PROT_EXEC : 0);
  const start = pageStart(vaddr);
  const inPage = vaddr - start;
  let mappedEnd = start;

  if (segment.fileSize > 0) {
    const off = segment.offset - inPage;
    if (off < 0 || off % PAGE_SIZE !== 0) return EINVAL;
    const len = segment.fileSize + inPage;
    const flags = MAP_PRIVATE | fixed | MAP_DENYWRITE;
    const result = mm.mmap({ addr: start, len, prot, flags, file, off });
    if (isErrno(result)) return result;
    mappedEnd = start + pageAlign(len);
    const zeros = mappedEnd - (vaddr + segment.fileSize);
    if (segment.memSize > segment.fileSize && zeros > 0 && (prot & PROT_WRITE) !== 0) {
      const rest = mm.userBuffer(vaddr + segment.fileSize, zeros, PAGE_W);
      if (isErrno(rest)) return rest;
      rest.fill(0);
    }
  }

  const end = pageAlign(vaddr + segment.memSize);
  if (end > mappedEnd) {
    const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
    const result = mm.mmap({ addr: mappedEnd, len: end - mappedEnd, prot, flags });
    if (isErrno(result)) return result;
  }
  return 0;
}

function pageStart(addr: number): number {
  return Math.floor(addr / PAGE_SIZE) * PAGE_SIZE;
}

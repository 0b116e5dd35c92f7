import {
  EINVAL,
  EIO,
  ELFCLASS32,
  ELIBBAD,
  EM_386,
  EM_AARCH64,
  EM_ARM,
  ENOENT,
  ENOEXEC,
  ENOMEM,
  type Errno,
  ET_CORE,
  ET_DYN,
  ET_EXEC,
  ET_REL,
  isErrno,
  PF_R,
  PF_W,
  PF_X,
  PT_GNU_STACK,
  PT_INTERP,
  PT_LOAD,
} from "@kernelet/abi";
import { expect, test } from "vitest";
import type { Task } from "../../kernel/task.ts";
import { PageCache } from "../../mm/page-cache.ts";
import { createMemory, MappableFile } from "../../testing/memory.ts";
import { Random } from "../../testing/random.ts";
import type { FileDescription } from "../file-description.ts";
import { type ElfImage, type ElfProgram, loadElf, openElf } from "./elf.ts";
import { type BuildElf, buildElf } from "./elf-builder.ts";

const NO_TASK = null as unknown as Task;
const PATH = new TextEncoder().encode("/lib/ld.so\0");

const text = { type: PT_LOAD, flags: PF_R | PF_X, vaddr: 0x40_0000, fileSize: 0x1000 };
const interp = { type: PT_INTERP, offset: 0x800, fileSize: PATH.length };
const good: BuildElf = { entry: 0x40_0100, segments: [text], size: 0x2000 };

function fileOf(bytes: Uint8Array, memory = createMemory()): FileDescription {
  const pages = new PageCache(memory.memory);
  pages.write(0, bytes);
  return new MappableFile(pages).description;
}

function open(
  bytes: Uint8Array,
  openInterpreter: (path: Uint8Array) => FileDescription | Errno = () => ENOENT,
): ElfProgram | Errno {
  const head = new Uint8Array(256);
  head.set(bytes.subarray(0, 256));
  return openElf(NO_TASK, fileOf(bytes), head, openInterpreter);
}

test.each<{ title: string; bytes: Uint8Array; want: Errno }>([
  { title: "empty", bytes: new Uint8Array(0), want: ENOEXEC },
  { title: "text", bytes: new TextEncoder().encode("hello\n"), want: ENOEXEC },
  { title: "magic alone", bytes: buildElf(good).slice(0, 4), want: ENOEXEC },
  { title: "half a header", bytes: buildElf(good).slice(0, 40), want: ENOEXEC },
  {
    title: "i386",
    bytes: buildElf({ ...good, machine: EM_386, class: ELFCLASS32 }),
    want: ENOEXEC,
  },
  { title: "x32", bytes: buildElf({ ...good, class: ELFCLASS32 }), want: ENOEXEC },
  { title: "Arm", bytes: buildElf({ ...good, machine: EM_ARM, class: ELFCLASS32 }), want: ENOEXEC },
  { title: "AArch64", bytes: buildElf({ ...good, machine: EM_AARCH64 }), want: ENOEXEC },
  { title: "an object file", bytes: buildElf({ ...good, type: ET_REL }), want: ENOEXEC },
  { title: "a core file", bytes: buildElf({ ...good, type: ET_CORE }), want: ENOEXEC },
  { title: "no segments", bytes: buildElf({ ...good, segments: [] }), want: ENOEXEC },
  { title: "odd phentsize", bytes: buildElf({ ...good, phentsize: 32 }), want: ENOEXEC },
  { title: "too many segments", bytes: buildElf({ ...good, phnum: 2000 }), want: ENOEXEC },
  { title: "headers beyond the end", bytes: buildElf(good).slice(0, 100), want: ENOEXEC },
  {
    title: "interpreter's name too short",
    bytes: buildElf({ ...good, segments: [text, { ...interp, fileSize: 1 }] }),
    want: ENOEXEC,
  },
  {
    title: "interpreter's name too long",
    bytes: buildElf({ ...good, segments: [text, { ...interp, fileSize: 5000 }], size: 0x4000 }),
    want: ENOEXEC,
  },
  {
    title: "interpreter's name without end",
    bytes: buildElf({ ...good, segments: [text, interp] }),
    want: ENOEXEC,
  },
  {
    title: "interpreter's name beyond the end",
    bytes: buildElf({ ...good, segments: [text, { ...interp, offset: 0x9000 }] }),
    want: EIO,
  },
  {
    title: "missing interpreter",
    bytes: buildElf({ ...good, segments: [text, interp], contents: [{ at: 0x800, bytes: PATH }] }),
    want: ENOENT,
  },
])("execve of a bad file: $title", ({ bytes, want }) => {
  expect(open(bytes)).toBe(want);
});

test.each<{ title: string; ld: Uint8Array; want: Errno }>([
  { title: "empty", ld: new Uint8Array(0), want: EIO },
  { title: "no ELF", ld: new Uint8Array(200), want: ELIBBAD },
  { title: "for Arm", ld: buildElf({ ...good, machine: EM_AARCH64 }), want: ELIBBAD },
  { title: "without segments", ld: buildElf({ size: 200 }), want: ELIBBAD },
])("a bad interpreter: $title", ({ ld, want }) => {
  const program = buildElf({
    ...good,
    segments: [text, interp],
    contents: [{ at: 0x800, bytes: PATH }],
  });
  expect(open(program, () => fileOf(ld))).toBe(want);
});

function load(elf: BuildElf, ld?: BuildElf) {
  const system = createMemory(undefined, 64 * 1024 * 1024);
  const mm = system.createMemoryManager();
  const bytes = buildElf(elf);
  const head = bytes.slice(0, 256);
  const program = openElf(NO_TASK, fileOf(bytes, system), head, () =>
    ld === undefined ? ENOENT : fileOf(buildElf(ld), system),
  );
  if (isErrno(program)) throw new Error(`cannot be opened: ${program}`);
  return { mm, image: loadElf(mm, program) };
}

test("maps text, data and bss, and the heap begins after them", () => {
  const data = {
    type: PT_LOAD,
    flags: PF_R | PF_W,
    offset: 0x1f80,
    vaddr: 0x40_2f80,
    fileSize: 0x100,
    memSize: 0x3000,
  };
  const { mm, image } = load({ ...good, segments: [text, data], size: 0x4000 });
  expect(image).toEqual({ start: 0x40_0100, entry: 0x40_0100, base: 0, phdr: 0x40_0040, phnum: 2 });
  expect(mm.readUint8(0x40_0200)).toBe(0);
  expect(mm.readUint8(0x40_02ff)).toBe(0xff);
  expect(mm.readUint8(0x40_2f85)).toBe(0x85);
  expect(mm.readUint8(0x40_307f)).toBe(0x7f);
  // Rest of the file's page and fresh pages: zero.
  expect(mm.readUint8(0x40_3080)).toBe(0);
  expect(mm.readUint8(0x40_5f00)).toBe(0);
  expect(mm.startBrk).toBe(0x40_6000);
  expect(mm.writeUint8(0x40_0100, 1)).not.toBe(0);
});

test("a PIE and its interpreter have the same places every time", () => {
  const pie: BuildElf = {
    type: ET_DYN,
    entry: 0x100,
    segments: [{ ...text, vaddr: 0 }, interp, { type: PT_GNU_STACK, flags: PF_R | PF_W }],
    size: 0x2000,
    contents: [{ at: 0x800, bytes: PATH }],
  };
  const ld: BuildElf = {
    type: ET_DYN,
    entry: 0x20,
    segments: [{ ...text, vaddr: 0 }],
    size: 0x1000,
  };
  const first = load(pie, ld);
  const image = first.image as ElfImage;
  expect(image.entry).toBe(first.mm.layout.pieBase + 0x100);
  expect(image.start).toBe(image.base + 0x20);
  expect(image.base).toBeGreaterThanOrEqual(first.mm.layout.mmapTop);
  expect(load(pie, ld).image).toEqual(image);
});

test.each<{ title: string; elf: BuildElf; want: Errno }>([
  {
    title: "more bytes in the file than in memory",
    elf: { ...good, segments: [{ ...text, memSize: 0x10 }] },
    want: EINVAL,
  },
  {
    title: "an address that is not congruent to the offset",
    elf: { ...good, segments: [{ ...text, offset: 0x10 }] },
    want: EINVAL,
  },
  {
    title: "an address beyond the address space",
    elf: { ...good, segments: [{ ...text, vaddr: 0x7fff_0000_0000 }] },
    want: ENOMEM,
  },
  {
    title: "no PT_LOAD in a PIE",
    elf: { ...good, type: ET_DYN, segments: [interp] },
    want: EINVAL,
  },
])("after the point of no return: $title", ({ elf, want }) => {
  const withName = { ...elf, contents: [{ at: 0x800, bytes: PATH }] };
  expect(load(withName, { ...good, type: ET_EXEC }).image).toBe(want);
});

test("random bytes in a header never throw", () => {
  const random = new Random(99);
  for (let i = 0; i < 300; i++) {
    const bytes = buildElf({ ...good, segments: [text, text] });
    for (let n = 1 + random.below(6); n > 0; n--) bytes[16 + random.below(160)] = random.below(256);
    const program = open(bytes);
    if (isErrno(program)) continue;
    const mm = createMemory(4096).createMemoryManager();
    loadElf(mm, program);
    mm.release();
  }
});

/**
 * The promise of page-cache.ts and cow.ts: processes see memory as if pages were aliased. Random operations of
 * several processes against a model that has one array per file and per private region.
 */
import {
  isErrno,
  MADV_DONTNEED,
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_PRIVATE,
  MAP_SHARED,
  MREMAP_FIXED,
  MREMAP_MAYMOVE,
  PAGE_SIZE,
  PROT_READ,
  PROT_WRITE,
} from "@kernelet/abi";
import { expect, test } from "vitest";
import { createMemory, MappableFile } from "../testing/memory.ts";
import { Random } from "../testing/random.ts";
import type { MemoryManager } from "./memory-manager.ts";
import { type PageBacking, PageCache } from "./page-cache.ts";

const PAGES = 8;
const SIZE = PAGES * PAGE_SIZE;
const RW = PROT_READ | PROT_WRITE;

const ANON = 0x80_0000;
const ANON_MOVED = 0xa0_0000;
const SHARED_ANON = 0x90_0000;
const FILE = 0xb0_0000;
/** The file again, two pages on. */
const FILE_AGAIN = 0xc0_0000;
const FILE_AGAIN_SKIP = 2 * PAGE_SIZE;
const FILE_PRIVATE = 0xd0_0000;

interface Process {
  readonly mm: MemoryManager;
  anonBase: number;
  anon: Uint8Array;
  /** Pages of FILE_PRIVATE that were written; others show the file. */
  readonly privatePages: (Uint8Array | null)[];
}

interface World {
  readonly file: PageCache;
  /** The backing's bytes; null for a tmpfs file. */
  readonly host: Uint8Array | null;
  /** What the file should contain, and its size. */
  fileModel: Uint8Array;
  readonly sharedAnon: Uint8Array;
  processes: Process[];
}

function createProcess(mm: MemoryManager, file: MappableFile): Process {
  const map = (addr: number, flags: number, of: MappableFile | null, off = 0) =>
    expect(
      mm.mmap({
        addr,
        len: SIZE - off,
        prot: RW,
        flags: flags | MAP_FIXED,
        file: of?.description ?? null,
        off,
      }),
    ).toBe(addr);
  map(ANON, MAP_PRIVATE | MAP_ANONYMOUS, null);
  map(SHARED_ANON, MAP_SHARED | MAP_ANONYMOUS, null);
  map(FILE, MAP_SHARED, file);
  map(FILE_AGAIN, MAP_SHARED, file, FILE_AGAIN_SKIP);
  map(FILE_PRIVATE, MAP_PRIVATE, file);
  return {
    mm,
    anonBase: ANON,
    anon: new Uint8Array(SIZE),
    privatePages: new Array<Uint8Array | null>(PAGES).fill(null),
  };
}

function forkProcess(parent: Process): Process {
  return {
    mm: parent.mm.fork(),
    anonBase: parent.anonBase,
    anon: parent.anon.slice(),
    privatePages: parent.privatePages.map((page) => page?.slice() ?? null),
  };
}

function privateModel(world: World, process: Process, at: number): number | undefined {
  const own = process.privatePages[Math.floor(at / PAGE_SIZE)];
  if (at >= Math.ceil(world.fileModel.length / PAGE_SIZE) * PAGE_SIZE) return undefined;
  return own === null || own === undefined ? (world.fileModel[at] ?? 0) : own[at % PAGE_SIZE];
}

/** A byte of the file as a mapping shows it; undefined where an access gives SIGBUS. */
function mappedByte(world: World, at: number): number | undefined {
  if (at >= Math.ceil(world.fileModel.length / PAGE_SIZE) * PAGE_SIZE) return undefined;
  return world.fileModel[at] ?? 0;
}

function expectByte(process: Process, addr: number, want: number | undefined): void {
  const got = process.mm.readUint8(addr);
  if (want === undefined) expect(isErrno(got)).toBe(true);
  else expect(got).toBe(want);
}

function step(world: World, random: Random): void {
  const process = random.pick(world.processes);
  const { mm } = process;
  const at = random.below(PAGES) * PAGE_SIZE + random.pick([0, 1, 100, 4095]);
  const value = 1 + random.below(255);
  switch (random.below(18)) {
    case 0:
    case 1:
      expect(mm.writeUint8(process.anonBase + at, value)).toBe(0);
      process.anon[at] = value;
      break;
    case 2:
      expectByte(process, process.anonBase + at, process.anon[at]);
      break;
    case 3:
    case 4:
      expect(mm.writeUint8(SHARED_ANON + at, value)).toBe(0);
      world.sharedAnon[at] = value;
      break;
    case 5:
      expectByte(process, SHARED_ANON + at, world.sharedAnon[at]);
      break;
    case 6:
    case 7: {
      const again = random.below(2) === 1 && at >= FILE_AGAIN_SKIP;
      const addr = again ? FILE_AGAIN + at - FILE_AGAIN_SKIP : FILE + at;
      const inside = mappedByte(world, at) !== undefined;
      expect(mm.writeUint8(addr, value) === 0).toBe(inside);
      // Bytes after the end are in the page, not in the file: avoid them, their fate is unspecified.
      if (at < world.fileModel.length) world.fileModel[at] = value;
      else if (inside) expect(mm.writeUint8(addr, 0)).toBe(0);
      break;
    }
    case 8:
      expectByte(process, FILE + at, mappedByte(world, at));
      break;
    case 9:
      if (at >= FILE_AGAIN_SKIP) {
        expectByte(process, FILE_AGAIN + at - FILE_AGAIN_SKIP, mappedByte(world, at));
      }
      break;
    case 10: {
      if (mappedByte(world, at) === undefined) break;
      const page = Math.floor(at / PAGE_SIZE);
      expect(mm.writeUint8(FILE_PRIVATE + at, value)).toBe(0);
      let own = process.privatePages[page];
      if (own === null || own === undefined) {
        own = new Uint8Array(PAGE_SIZE);
        own.set(world.fileModel.subarray(page * PAGE_SIZE, (page + 1) * PAGE_SIZE));
        process.privatePages[page] = own;
      }
      own[at % PAGE_SIZE] = value;
      break;
    }
    case 11:
      expectByte(process, FILE_PRIVATE + at, privateModel(world, process, at));
      break;
    case 12: {
      const into = new Uint8Array(300);
      const n = world.file.read(at, into);
      expect(n).toBe(Math.max(0, Math.min(300, world.fileModel.length - at)));
      expect(into.subarray(0, n)).toEqual(world.fileModel.slice(at, at + n));
      break;
    }
    case 13: {
      const bytes = new Uint8Array(200).fill(value);
      const end = Math.min(at + 200, SIZE);
      expect(world.file.write(at, bytes.subarray(0, end - at))).toBe(end - at);
      resizeModel(world, Math.max(world.fileModel.length, end));
      world.fileModel.fill(value, at, end);
      break;
    }
    case 14: {
      const size = random.pick([SIZE, SIZE - 1000, 5 * PAGE_SIZE + 17]);
      world.file.truncate(size);
      world.host?.fill(0, size);
      resizeModel(world, size);
      // Whole pages beyond the end leave private mappings, too.
      for (const p of world.processes) {
        for (let page = Math.ceil(size / PAGE_SIZE); page < PAGES; page++)
          p.privatePages[page] = null;
      }
      break;
    }
    case 15:
      if (world.processes.length < 5) world.processes.push(forkProcess(process));
      break;
    case 16:
      if (world.processes.length > 1) {
        world.processes = world.processes.filter((p) => p !== process);
        mm.release();
      }
      break;
    default: {
      const page = Math.floor(at / PAGE_SIZE);
      if (random.below(2) === 0) {
        expect(mm.madvise(process.anonBase + page * PAGE_SIZE, PAGE_SIZE, MADV_DONTNEED)).toBe(0);
        process.anon.fill(0, page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
        expect(mm.madvise(FILE + page * PAGE_SIZE, PAGE_SIZE, MADV_DONTNEED)).toBe(0);
      } else {
        const to = process.anonBase === ANON ? ANON_MOVED : ANON;
        expect(
          mm.mremap({
            oldAddr: process.anonBase,
            oldSize: SIZE,
            newSize: SIZE,
            flags: MREMAP_MAYMOVE | MREMAP_FIXED,
            newAddr: to,
          }),
        ).toBe(to);
        process.anonBase = to;
      }
    }
  }
}

function resizeModel(world: World, size: number): void {
  const model = new Uint8Array(size);
  model.set(world.fileModel.subarray(0, Math.min(size, world.fileModel.length)));
  world.fileModel = model;
}

/** A host file in memory. */
function hostFile(bytes: Uint8Array): PageBacking {
  return {
    fill(off, into) {
      const part = bytes.subarray(off, off + into.length);
      into.set(part);
      return part.length;
    },
    writeBack(off, from) {
      bytes.set(from, off);
      return from.length;
    },
  };
}

test.each([
  { title: "tmpfs file", backed: false, seed: 1 },
  { title: "tmpfs file", backed: false, seed: 2 },
  { title: "tmpfs file", backed: false, seed: 3 },
  { title: "host file", backed: true, seed: 4 },
  { title: "host file", backed: true, seed: 5 },
  { title: "host file", backed: true, seed: 6 },
])("processes see one memory: $title, seed $seed", ({ backed, seed }) => {
  const random = new Random(seed * 104_729);
  const system = createMemory();
  const initial = Uint8Array.from({ length: SIZE }, (_, i) => (i * 7 + (i >> 12)) & 0xff);
  const host = initial.slice();
  const pages = new PageCache(system.memory, backed ? hostFile(host) : null, backed ? SIZE : 0);
  if (!backed) pages.write(0, initial);
  const file = new MappableFile(pages);
  const world: World = {
    file: pages,
    host: backed ? host : null,
    fileModel: initial.slice(),
    sharedAnon: new Uint8Array(SIZE),
    processes: [createProcess(system.createMemoryManager(), file)],
  };
  for (let i = 0; i < 2000; i++) step(world, random);

  for (const process of world.processes) process.mm.release();
  const end = new Uint8Array(world.fileModel.length);
  expect(pages.read(0, end)).toBe(end.length);
  expect(end).toEqual(world.fileModel);
  if (backed) {
    expect(pages.sync()).toBe(0);
    expect(host.subarray(0, end.length)).toEqual(world.fileModel);
  }
  // Nothing leaks.
  expect(system.addressSpaces).toBe(0);
  expect(system.cow.size).toBe(0);
  expect(pages.mappings.size).toBe(0);
  expect(system.memory.usedPages).toBe(pages.allocatedPages);
  pages.release();
  expect(system.memory.usedPages).toBe(0);
  expect(system.memory.usedFrames).toBe(0);
  file.removeRef();
  expect(file.refs).toBe(0);
});

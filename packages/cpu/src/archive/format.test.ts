import { expect, test } from "vitest";
import { MemoryBytes, testHash } from "../testing/archive-store.ts";
import { Prng } from "../testing/prng.ts";
import type { BlockGroup, BlockPlace, StoredBlock } from "./block-group.ts";
import {
  type ArchiveContents,
  type GroupPiece,
  groupPieces,
  type Hash,
  type KeptRegion,
  regionPiece,
  type StoredRegion,
  writeArchive,
} from "./format.ts";
import { ArchiveReader } from "./reader.ts";
import { asBytes } from "./words.ts";

const NAME = "program";
const wordsOf = (length: number, value: number) => new Int32Array(length).fill(value);
const INTERPRETER = new Uint8Array(32).fill(9);
const SHAPES = [Uint8Array.of(0x90), Uint8Array.of(0x48, 0x89, 0xe5)];
const BLOCKS: readonly StoredBlock[] = [
  { pc: 0x40_0000, bytes: Uint8Array.of(0x90, 0xc3), words: wordsOf(36, 7), isRare: false },
  { pc: 0x40_0010, bytes: Uint8Array.of(0x90, 0x90), words: wordsOf(24, 5), isRare: true },
  { pc: 0xf000_0000, bytes: Uint8Array.of(0xc3), words: wordsOf(24, -1), isRare: false },
];
const packed = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1);
const REGION: KeptRegion = {
  pc: 0x9000_1234,
  key: testHash(packed),
  length: 9,
  sources: [
    { start: 0x9000_1234, bytes: Uint8Array.of(1, 2, 3, 4, 5) },
    { start: 0x40_0000, bytes: Uint8Array.of(6) },
  ],
  blocks: [0x9000_1234],
  sites: [{ pc: 0x9000_1238, targets: [0x40_0000, 0x40_0001] }],
  readsFlags: true,
};
const STORED: StoredRegion = { ...REGION, packed };
/** Two groups, as of a large archive. */
const contents: ArchiveContents = {
  interpreter: INTERPRETER,
  shapes: SHAPES,
  groups: [...groupPieces(BLOCKS.slice(0, 2)), ...groupPieces(BLOCKS.slice(2))],
  regions: [regionPiece(STORED)],
};

const written = writeArchive(NAME, contents, testHash);

function open(bytes: Uint8Array, name = NAME, hash: Hash = testHash): ArchiveReader | undefined {
  return ArchiveReader.open(name, new MemoryBytes(bytes), hash);
}

function blockAt(reader: ArchiveReader, pc: number): StoredBlock | undefined {
  const group = reader.groupOf(pc);
  return reader
    .group(group)
    ?.all()
    .find((block) => block.pc === pc);
}

test("what was written is read", () => {
  const reader = open(written) as ArchiveReader;
  expect(reader.shapes()).toEqual(SHAPES);
  expect(reader.blockCount).toBe(3);
  expect(reader.isFor(INTERPRETER)).toBe(true);
  expect(reader.isFor(new Uint8Array(32))).toBe(false);
  for (const block of BLOCKS) expect(blockAt(reader, block.pc)).toEqual(block);
  expect(reader.region(REGION.pc)).toEqual(REGION);
  expect(reader.packed(REGION.pc)).toEqual(packed);
});

test("what isn't there is not found", () => {
  const reader = open(written) as ArchiveReader;
  for (const pc of [0, 0x3f_ffff, 0x40_0001, 0x40_0011, 0xffff_ffff]) {
    expect(blockAt(reader, pc)).toBeUndefined();
    expect(reader.region(pc)).toBeUndefined();
    expect(reader.packed(pc)).toBeUndefined();
  }
});

test("an empty archive has nothing", () => {
  const contents = { interpreter: INTERPRETER, shapes: [], groups: [], regions: [] };
  const empty = writeArchive(NAME, contents, testHash);
  const reader = open(empty) as ArchiveReader;
  expect([reader.shapes(), reader.regionEntries(), reader.groupOf(1)]).toEqual([[], [], -1]);
});

test("many blocks are found in the group that they are in", () => {
  const blocks = Array.from({ length: 3000 }, (_, i) => ({
    pc: 0x1000 + 16 * i,
    bytes: new Uint8Array(1 + (i % 16)).fill(i),
    words: wordsOf(24 + 12 * (i % 7), i),
    isRare: i % 2 === 0,
  }));
  const groups = groupPieces(blocks);
  expect(groups.length).toBeGreaterThan(10);
  const bytes = writeArchive(NAME, { ...contents, groups }, testHash);
  const reader = open(bytes) as ArchiveReader;
  const read = groups.map((_, group) => reader.group(group));
  for (const block of blocks) {
    const group = read[reader.groupOf(block.pc)] as BlockGroup;
    const { start, end, length } = group.find(block.pc) as BlockPlace;
    const { words } = group;
    expect(words.subarray(start, end)).toEqual(block.words);
    expect(asBytes(words).subarray(4 * end, 4 * end + length)).toEqual(block.bytes);
  }
  expect(blockAt(reader, 0x1001)).toBeUndefined();
});

test("a group is kept as it is", () => {
  const reader = open(written) as ArchiveReader;
  const groups = [0, 1].map((group) => reader.groupPiece(group) as GroupPiece);
  const regions = [reader.regionPiece(reader.regionEntries()[0] as never) as never];
  const same = { interpreter: INTERPRETER, shapes: SHAPES, groups, regions };
  expect(writeArchive(NAME, same, testHash)).toEqual(written);
});

test("an archive cut anywhere, or of another name, is none", () => {
  for (let n = 0; n < written.length; n++) {
    expect(open(written.subarray(0, n)), `${n} bytes`).toBeUndefined();
  }
  expect(open(written, "other")).toBeUndefined();
});

test("with any byte changed, what is read is what was written, or nothing", () => {
  let missing = 0;
  for (let at = 0; at < written.length; at++) {
    const bytes = written.slice();
    bytes[at] = (bytes[at] as number) ^ 0x10;
    const reader = open(bytes);
    if (reader === undefined) continue;
    const found = [
      ...BLOCKS.map((block) => [blockAt(reader, block.pc), block]),
      [reader.region(REGION.pc), REGION],
      [reader.packed(REGION.pc), packed],
    ];
    const there = found.filter(([is]) => is !== undefined);
    for (const [is, was] of there) expect(is, `byte ${at}`).toEqual(was);
    if (there.length < found.length) missing++;
  }
  expect(missing).toBeGreaterThan(0);
});

/** Finds nothing wrong. */
const blind: Hash = () => new Uint8Array(32);
const unchecked = writeArchive(
  NAME,
  { ...contents, regions: [regionPiece({ ...STORED, key: blind() })] },
  blind,
);

/** Reads all that there is to read: no number may lead out of the bytes, or take for ever. */
function readAll(bytes: Uint8Array): void {
  const reader = open(bytes, NAME, blind);
  if (reader === undefined) return;
  reader.shapes();
  for (let group = 0; group < Math.min(100, reader.groupCount); group++) {
    for (const { words, bytes: code } of reader.group(group)?.all() ?? []) {
      expect(words.length + code.length).toBeLessThanOrEqual(bytes.length);
    }
  }
  for (const entry of reader.regionEntries()) {
    expect(reader.regionPiece(entry)?.packed.length ?? 0).toBeLessThanOrEqual(bytes.length);
    reader.region(entry.pc);
    reader.packed(entry.pc);
  }
  for (const { pc } of BLOCKS) blockAt(reader, pc);
  reader.region(REGION.pc);
}

test("a word that says anything else does no harm", () => {
  for (let at = 8; at + 4 <= unchecked.length; at += 4) {
    for (const word of [0, 1, 5, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff, 0x4000_0000]) {
      const bytes = unchecked.slice();
      new DataView(bytes.buffer).setUint32(at, word, true);
      readAll(bytes);
    }
  }
});

test("many damaged words do no harm", () => {
  const prng = new Prng(1);
  for (let i = 0; i < 2000; i++) {
    const bytes = unchecked.slice();
    const view = new DataView(bytes.buffer);
    for (let n = prng.below(12); n >= 0; n--) {
      const at = 8 + 4 * prng.below((bytes.length - 8) >> 2);
      view.setUint32(at, prng.chance(0.5) ? prng.below(200) : prng.u32(), true);
    }
    readAll(bytes);
  }
});

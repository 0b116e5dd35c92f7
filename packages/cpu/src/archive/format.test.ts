import { expect, test } from "vitest";
import { Prng } from "../testing/prng.ts";
import { type ArchiveContents, ArchiveReader, writeArchive } from "./format.ts";

const contents: ArchiveContents = {
  shapes: [Uint8Array.of(0x90), Uint8Array.of(0x48, 0x89, 0xe5)],
  blocks: [
    { pc: 0x40_0000, bytes: Uint8Array.of(0x90, 0xc3), words: new Int32Array(36).fill(7) },
    { pc: 0xf000_0000, bytes: Uint8Array.of(0xc3), words: new Int32Array(24).fill(-1) },
  ],
  regions: [
    {
      pc: 0x9000_1234,
      packed: Uint8Array.of(0, 0x61, 0x73, 0x6d, 1),
      length: 9,
      sources: [
        { start: 0x9000_1234, bytes: Uint8Array.of(1, 2, 3, 4, 5) },
        { start: 0x40_0000, bytes: Uint8Array.of(6) },
      ],
      blocks: [0x9000_1234],
      sites: [{ pc: 0x9000_1238, targets: [0x40_0000, 0x40_0001] }],
      readsFlags: true,
    },
  ],
};

const written = writeArchive(contents);

test("what was written is read", () => {
  const reader = ArchiveReader.open(written) as ArchiveReader;
  expect(reader.shapes()).toEqual(contents.shapes);
  expect(reader.blocks()).toEqual(contents.blocks);
  expect(reader.regions()).toEqual(contents.regions);
  expect(reader.block(0xf000_0000)).toEqual(contents.blocks[1]);
  expect(reader.region(0x9000_1234)).toEqual(contents.regions[0]);
});

test("what isn't there is not found", () => {
  const reader = ArchiveReader.open(written) as ArchiveReader;
  for (const pc of [0, 0x3f_ffff, 0x40_0001, 0xffff_ffff]) {
    expect(reader.block(pc)).toBeUndefined();
    expect(reader.region(pc)).toBeUndefined();
  }
});

test("bytes that begin at an odd address are read as well", () => {
  const moved = new Uint8Array(written.length + 1);
  moved.set(written, 1);
  expect(ArchiveReader.open(moved.subarray(1))?.blocks()).toEqual(contents.blocks);
});

test("an empty archive has nothing", () => {
  const empty = writeArchive({ shapes: [], blocks: [], regions: [] });
  const reader = ArchiveReader.open(empty) as ArchiveReader;
  expect([reader.shapes(), reader.blocks(), reader.regions()]).toEqual([[], [], []]);
});

test("an archive cut anywhere is none", () => {
  for (let n = 0; n < written.length; n++) {
    expect(ArchiveReader.open(written.subarray(0, n)), `${n} bytes`).toBeUndefined();
  }
});

/** Reads all that there is to read: no number may lead out of the bytes, or take for ever. */
function readAll(bytes: Uint8Array): void {
  const reader = ArchiveReader.open(bytes);
  if (reader === undefined) return;
  reader.shapes();
  for (const { pc, words, bytes: code } of reader.blocks()) {
    expect(reader.block(pc) === undefined || words.length + code.length > 0).toBe(true);
  }
  for (const { pc, packed } of reader.regions()) {
    expect(packed.length).toBeLessThanOrEqual(bytes.length);
    reader.region(pc);
  }
}

test("a word that says anything else does no harm", () => {
  for (let at = 8; at + 4 <= written.length; at += 4) {
    for (const word of [0, 1, 5, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff, 0x4000_0000]) {
      const bytes = written.slice();
      new DataView(bytes.buffer).setUint32(at, word, true);
      readAll(bytes);
    }
  }
});

test("many damaged words do no harm", () => {
  const prng = new Prng(1);
  for (let i = 0; i < 2000; i++) {
    const bytes = written.slice();
    const view = new DataView(bytes.buffer);
    for (let n = prng.below(12); n >= 0; n--) {
      const at = 8 + 4 * prng.below((bytes.length - 8) >> 2);
      view.setUint32(at, prng.chance(0.5) ? prng.below(200) : prng.u32(), true);
    }
    readAll(bytes);
  }
});

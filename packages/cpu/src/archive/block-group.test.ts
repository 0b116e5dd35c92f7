import { expect, test } from "vitest";
import { SLOT } from "../interp/core-module.ts";
import { RECORD_SIZE } from "../interp/record.ts";
import { BlockGroup, type StoredBlock, writeGroup } from "./block-group.ts";

const RECORD_WORDS = RECORD_SIZE / 4;
/** Where numbers of shapes begin. */
const FIRST = 500;

/** A head, instructions with these handlers, and a goto. */
function block(pc: number, own: readonly number[]): StoredBlock {
  const handlers = [SLOT.head, ...own, SLOT.goto];
  const words = new Int32Array(RECORD_WORDS * handlers.length);
  for (const [i, handler] of handlers.entries()) words[RECORD_WORDS * i] = handler;
  const isRare = own.some((handler) => handler >= FIRST);
  return { pc, words, bytes: Uint8Array.of(0x90, 0x90), isRare };
}

/** Handlers of a block's instructions; undefined: they have no slots yet. */
function handlersOf(group: BlockGroup, pc: number): number[] | undefined {
  const place = group.find(pc);
  if (place === undefined || (place.isRare && !place.isBound)) return undefined;
  const words = group.words.subarray(place.start, place.end);
  return [...words.filter((_, i) => i % RECORD_WORDS === 0)].slice(1, -1);
}

test("a block with rare shapes waits for their slots, and no other one does", () => {
  const blocks = [
    block(0x1000, [10, 20]),
    block(0x1010, [10, FIRST, FIRST + 2]),
    block(0x1020, [FIRST + 1]),
  ];
  const group = BlockGroup.of(writeGroup(blocks), blocks.length) as BlockGroup;
  const all = (): unknown[] => blocks.map(({ pc }) => handlersOf(group, pc));
  expect(all()).toEqual([[10, 20], undefined, undefined]);
  expect(group.bind(0x1010, FIRST, [900, undefined, undefined])).toBe(false);
  expect(all()).toEqual([[10, 20], undefined, undefined]);
  expect(group.bind(0x1010, FIRST, [900, undefined, 902])).toBe(true);
  expect(all()).toEqual([[10, 20], [10, 900, 902], undefined]);
  expect(group.bind(0x1020, FIRST, [900, undefined, 902])).toBe(false);
  expect(group.bind(0x1030, FIRST, [900])).toBe(false);
  expect(group.all().map(({ isRare }) => isRare)).toEqual([false, true, true]);
});

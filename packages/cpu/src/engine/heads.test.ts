/** Where regions begin, and how they grow: what is translated once need not be translated again from its middle. */
import { expect, test } from "vitest";
import { asm, CODE, Guest } from "../testing/guest.ts";

/** What is in the table when the program has run to its end: where regions begin, and what is in them. */
function regionsAfter(code: Uint8Array): Map<number, readonly number[]> {
  const guest = new Guest("translator");
  guest.load(code);
  expect(guest.run()).toMatchObject({ kind: "exception" });
  const regions = [...guest.space.regionSlots.values()];
  return new Map(regions.map(({ pc, blocks }) => [pc - CODE, blocks.map((at) => at - CODE)]));
}

test("blocks that get hot together are one region, from the first of them on", () => {
  const regions = regionsAfter(
    asm(
      `
      mov ecx, 40
      1: call f; dec ecx; jnz 1b; int3
      f: test cl, 1; jz 2f; add edx, 1
      2: test cl, 2; jz 3f; add edx, 2
      3: ret`,
      "b928000000e805000000ffc975f7ccf6c101740383c201f6c102740383c202c3",
    ),
  );
  expect([...regions.keys()].sort((a, b) => a - b)).toEqual([0x5, 0xf]);
  expect(regions.get(0xf)).toContain(0x17);
});

test("a region that is left again and again for the same block takes it in", () => {
  const regions = regionsAfter(
    asm(
      `
      mov ecx, 60
      1: cmp ecx, 30; jb 2f; add eax, 1; dec ecx; jnz 1b
      2: add edx, 1; dec ecx; jnz 1b; int3`,
      "b93c00000083f91e720783c001ffc975f483c201ffc975edcc",
    ),
  );
  expect([...regions.keys()]).toEqual([0x5]);
  expect(regions.get(0x5)).toContain(0x11);
});

/**
 * Slices. A unit of fuel is an entry of a block in the interpreter, and an entry of a region or a turn of a loop in
 * translated code: the tiers stop at different places, but each always at the same, so a run can be repeated exactly.
 */
import { expect, test } from "vitest";
import { RAX, RCX } from "../state.ts";
import { asm, Guest, TIERS } from "../testing/guest.ts";

const PROGRAM = asm(
  `
  mov ecx, 300; xor eax, eax
  1: call f; test cl, 3; jz 2f; add eax, 2
  2: dec ecx; jnz 1b; int3
  f: mov edx, 5
  3: add eax, edx; dec edx; jnz 3b; ret`,
  "b92c01000031c0e80d000000f6c103740383c002ffc975efccba0500000001d0ffca75fac3",
);

/** Where each slice of `fuel` units ends: rip and rcx. */
function stops(tier: (typeof TIERS)[number], fuel: number): readonly string[] {
  const guest = new Guest(tier);
  guest.load(PROGRAM);
  const seen: string[] = [];
  for (;;) {
    const stop = guest.run(fuel);
    const { rip } = guest.registers;
    seen.push(`${stop.kind} ${rip.toString(16)} ${guest.registers.get(RCX)}`);
    if (stop.kind !== "preempted") break;
  }
  expect(guest.registers.get(RAX)).toBe(300 * 15 + 225 * 2);
  return seen;
}

test.each(TIERS)("%s: the same slices end at the same places", (tier) => {
  for (const fuel of [1, 7, 50]) {
    const first = stops(tier, fuel);
    expect(first.length).toBeGreaterThan(5);
    expect(stops(tier, fuel)).toEqual(first);
  }
});

test.each(TIERS)("%s: an endless loop gives the processor back", (tier) => {
  const guest = new Guest(tier);
  guest.load(asm(`1: jmp 1b`, "ebfe"));
  for (let i = 0; i < 20; i++) expect(guest.run(1000)).toEqual({ kind: "preempted" });
});

test.each(TIERS)("%s: endless recursion through calls gives the processor back", (tier) => {
  const guest = new Guest(tier);
  guest.load(asm(`1: pop rax; call 1b`, "58e8faffffff"));
  for (let i = 0; i < 20; i++) expect(guest.run(1000)).toEqual({ kind: "preempted" });
});

test.each(TIERS)("%s: no fuel, no work", (tier) => {
  const guest = new Guest(tier);
  guest.load(asm(`inc eax; int3`, "ffc0cc"));
  expect(guest.run(0)).toEqual({ kind: "preempted" });
  expect(guest.registers.get(RAX)).toBe(0);
});

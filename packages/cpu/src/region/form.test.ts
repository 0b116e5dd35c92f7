/** Which blocks become a region. */
import { expect, test } from "vitest";
import { decode } from "../isa/decoder.ts";
import { asm, CODE } from "../testing/guest.ts";
import { type Fetch, formRegion, type Profile, type Region } from "./form.ts";

const ALL_WARM: Profile = { targets: () => [], isWarm: () => true, copies: () => 0 };

function form(code: Uint8Array, profile: Partial<Profile> = {}, entry = CODE): Region | undefined {
  const padded = new Uint8Array(code.length + 16);
  padded.set(code);
  const fetch: Fetch = (pc) =>
    pc >= CODE && pc < CODE + code.length ? decode(padded, pc - CODE, padded.length, pc) : {};
  return formRegion(entry, fetch, { ...ALL_WARM, ...profile });
}

const starts = (r: Region | undefined): number[] =>
  [...(r?.blocks.keys() ?? [])].map((key) => key - CODE).sort((a, b) => a - b);

const BRANCHES = asm(`test eax, eax; jz 1f; inc ecx; 1: dec edx; ret`, "85c07402ffc1ffcac3");

test("both ways of a branch, and a jump into the middle cuts a block", () => {
  expect(starts(form(BRANCHES))).toEqual([0, 4, 6]);
});

test("what never ran stays out, as an exit", () => {
  const region = form(BRANCHES, { isWarm: (pc) => pc !== CODE + 4 });
  expect(starts(region)).toEqual([0, 6]);
  expect(region?.blocks.get(CODE)?.successors).toEqual([CODE + 6, CODE + 4]);
});

test("behind calls and system calls it goes on; what is called is another region where it never ran", () => {
  const code = asm(`call f; syscall; ret; f: ret`, "e8030000000f05c3c3");
  const region = form(code, { isWarm: (pc) => pc !== CODE + 8 });
  expect(starts(region)).toEqual([0, 5, 7]);
  expect(region?.blocks.get(CODE)?.isInlined).toBe(false);
});

test("a small function is taken in at each call, with an exit of its own", () => {
  const code = asm(`call f; call f; ret; f: ret`, "e806000000e801000000c3c3");
  const region = form(code);
  const inlined = [...(region?.blocks.values() ?? [])].filter((b) => b.frame !== undefined);
  expect(inlined.map((b) => b.pc - CODE)).toEqual([11, 11]);
  expect(inlined.map((b) => b.successors)).toEqual([[CODE + 5], [CODE + 10]]);
  expect(inlined.every((b) => region?.blocks.get(b.exit ?? -1)?.isExit === true)).toBe(true);
  expect(region?.blocks.get(CODE)?.isInlined).toBe(true);
});

test("targets of an indirect call that have been seen are taken in, unless they are many", () => {
  const code = asm(`call rax; ret; ret; ret; ret; ret`, "ffd0c3c3c3c3c3");
  const inlined = (targets: number[]): number =>
    [...(form(code, { targets: () => targets })?.blocks.values() ?? [])].filter(
      (b) => b.frame !== undefined,
    ).length;
  expect(inlined([])).toBe(0);
  expect(inlined([CODE + 3, CODE + 4])).toBe(2);
  expect(inlined([3, 4, 5, 6].map((at) => CODE + at))).toBe(0);
});

test("no function is taken into itself", () => {
  const code = asm(`call f; ret; f: call f; ret`, "e801000000c3e8fbffffffc3");
  const region = form(code);
  const frames = new Set([...(region?.blocks.values() ?? [])].map((b) => b.frame?.id));
  expect(frames).toEqual(new Set([undefined, 1]));
});

test("targets of an indirect jump that have been seen", () => {
  const code = asm(`jmp rax; inc ecx; ret; inc edx; ret`, "ffe0ffc1c3ffc2c3");
  expect(starts(form(code))).toEqual([0]);
  expect(starts(form(code, { targets: () => [CODE + 5] }))).toEqual([0, 5]);
});

test("nothing where the first instruction always raises", () => {
  expect(form(asm(`ud2`, "0f0b"))).toBeUndefined();
  expect(form(asm(`nop`, "90"), {}, CODE + 100)).toBeUndefined();
});

test("ends before an instruction that always raises", () => {
  const region = form(asm(`inc eax; int3`, "ffc0cc"));
  expect(region?.blocks.get(CODE)?.successors).toEqual([CODE + 2]);
  expect(region?.ranges).toEqual([{ start: CODE, end: CODE + 2 }]);
});

/** Far beyond any bound. */
const LONG = new Uint8Array(5000).fill(0x90);

test("is bounded in instructions: beyond is an exit", () => {
  const block = form(LONG)?.blocks.get(CODE);
  const count = block?.insns.length ?? 0;
  expect(count).toBeGreaterThan(100);
  expect(count).toBeLessThan(2000);
  expect(block?.successors).toEqual([CODE + count]);
});

test("is bounded in blocks", () => {
  const branches = new Uint8Array(5000).fill(0xc3);
  for (let i = 0; i < 4000; i += 2) branches.set([0x74, 0], i);
  const count = form(branches)?.blocks.size ?? 0;
  expect(count).toBeGreaterThan(16);
  expect(count).toBeLessThan(200);
});

test("a copy of code that other regions have takes in less", () => {
  const insns = (copies: number): number =>
    form(LONG, { copies: () => copies })?.blocks.get(CODE)?.insns.length ?? 0;
  expect(insns(2)).toBeLessThan(insns(0));
  expect(insns(30)).toBeGreaterThan(0);
});

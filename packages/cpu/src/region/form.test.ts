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
  [...(r?.blocks.keys() ?? [])].map((pc) => pc - CODE).sort((a, b) => a - b);

const BRANCHES = asm(`test eax, eax; jz 1f; inc ecx; 1: dec edx; ret`, "85c07402ffc1ffcac3");

test("both ways of a branch, and a jump into the middle cuts a block", () => {
  expect(starts(form(BRANCHES))).toEqual([0, 4, 6]);
});

test("what never ran stays out, as an exit", () => {
  const region = form(BRANCHES, { isWarm: (pc) => pc !== CODE + 4 });
  expect(starts(region)).toEqual([0, 6]);
  expect(region?.blocks.get(CODE)?.successors).toEqual([CODE + 6, CODE + 4]);
});

test("behind calls and system calls it goes on; what is called is another region", () => {
  const code = asm(`call f; syscall; ret; f: ret`, "e8030000000f05c3c3");
  expect(starts(form(code))).toEqual([0, 5, 7]);
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

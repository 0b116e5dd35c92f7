/** What MMX forms have that their SSE2 counterparts haven't; tests/isa compares all rows with a processor. */
import { describe, expect, test } from "vitest";
import { Evaluator } from "../../emit/testing/eval.ts";
import { sseHelpers } from "../../engine/helpers/sse.ts";
import { S, Vector } from "../../state.ts";
import { decode } from "../decoder.ts";
import type { Insn } from "../insn.ts";

const MEMORY = 0x10000;
const A = 0x8899_7fff_0001_ff80n;
const B = 0x0102_0304_8506_0708n;

function decodeHex(hex: string): Insn {
  const bytes = Buffer.from(hex, "hex");
  const insn = decode(bytes, 0, bytes.length, 0x1000);
  if (insn.row === undefined) throw new Error(`${hex}: ${insn.kind}`);
  return insn;
}

/** mm0 = A and mm1 = B before; mm0 after. */
// biome-ignore format: one instruction per line.
const CASES = [
  { title: "packssdw mm0, mm1",    hex: "0f6bc1",       want: 0x7fff_8000_8000_7fffn },
  { title: "packuswb mm0, mm1",    hex: "0f67c1",       want: 0xffff_00ff_00ff_0100n },
  { title: "punpcklbw mm0, mm1",   hex: "0f60c1",       want: 0x8500_0601_07ff_0880n },
  { title: "punpckhwd mm0, mm1",   hex: "0f69c1",       want: 0x0102_8899_0304_7fffn },
  { title: "phaddw mm0, mm1",      hex: "0f3801c1",     want: 0x0406_8c0e_0898_ff81n },
  { title: "pshufb mm0, mm1",      hex: "0f3800c1",     want: 0xff01_00ff_0099_8880n },
  { title: "pshufw mm0, mm1, 1bh", hex: "0f70c11b",     want: 0x0708_8506_0304_0102n },
  { title: "palignr mm0, mm1, 3",  hex: "0f3a0fc103",   want: 0x01ff_8001_0203_0485n },
  { title: "palignr mm0, mm1, 10", hex: "0f3a0fc10a",   want: 0x0000_8899_7fff_0001n },
  { title: "palignr mm0, mm1, 16", hex: "0f3a0fc110",   want: 0n },
  { title: "pinsrw mm0, eax, 6",   hex: "0fc4c006",     want: 0x8899_1234_0001_ff80n },
  { title: "psllq mm0, 4",         hex: "0f73f004",     want: 0x8997_fff0_001f_f800n },
  { title: "psllq mm0, 64",        hex: "0f73f040",     want: 0n },
  { title: "movq mm0, [rsi]",      hex: "0f6f06",       want: 0x1122_3344_5566_7788n },
  { title: "movd mm0, eax",        hex: "0f6ec0",       want: 0x0000_0000_9abc_1234n },
  { title: "punpckldq mm0, [rsi]", hex: "0f6206",       want: 0x5566_7788_0001_ff80n },
];

const evaluator = new Evaluator([...CASES.map((c) => c.hex), "0f77"].map(decodeHex), sseHelpers);
const m = evaluator.machine;

function setUp(): void {
  m.setU16(S.fsw, 0x3841);
  m.setU16(S.ftw, 0x80);
  m.setU64(S.x87, A);
  m.setU16(S.x87 + 8, 0x1234);
  m.setU64(S.x87 + 16, B);
  m.setU64(S.gpr, 0xffff_ffff_9abc_1234n);
  m.setU64(S.gpr + 8 * 6, BigInt(MEMORY));
  m.view.setBigUint64(MEMORY, 0x1122_3344_5566_7788n, true);
}

describe("MMX", () => {
  test.each(CASES.map((c, i) => ({ ...c, i })))("$title", ({ i, want }) => {
    setUp();
    expect(evaluator.run(i)).toBe(-1);
    expect(m.getU64(S.x87).toString(16)).toBe(want.toString(16));
    // The x87 state that goes with it: TOP 0, all registers in use, ones above the significand.
    expect(m.getU16(S.fsw)).toBe(0x0041);
    expect(m.getU16(S.ftw)).toBe(0xff);
    expect(m.getU16(S.x87 + 8)).toBe(0xffff);
  });

  test("emms empties all registers", () => {
    setUp();
    expect(evaluator.run(CASES.length)).toBe(-1);
    expect(m.getU16(S.ftw)).toBe(0);
    expect(m.getU64(S.x87)).toBe(A);
  });

  test("raises #MF before anything changes when an x87 exception is pending", () => {
    setUp();
    m.setU16(S.fsw, 0xb881);
    expect(evaluator.run(0)).toBe(Vector.MF);
    expect(m.getU64(S.x87)).toBe(A);
    expect(m.getU16(S.fsw)).toBe(0xb881);
    expect(m.getU16(S.ftw)).toBe(0x80);
  });
});

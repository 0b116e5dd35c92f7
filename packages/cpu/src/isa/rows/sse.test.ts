/** SSE rows against what a processor did (recordings/record-sse.c says how it was recorded). */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Evaluator } from "../../emit/testing/eval.ts";
import { sseHelpers } from "../../engine/helpers/sse.ts";
import { MXCSR } from "../../sse/soft-float.ts";
import { S, STATE, Vector } from "../../state.ts";
import { needsAlignment } from "../alignment.ts";
import { decode } from "../decoder.ts";
import type { Insn } from "../insn.ts";

/** Where rsi and rdi point. */
const MEMORY = 0x10000;
/** Tables of approximations differ between processors: the manual promises an error only. */
const APPROXIMATE = /^r(cp|sqrt)/;
/** What sets MXCSR's exception flags, while its control bits are not at their defaults. */
const SETS_FLAGS = /^(add|sub|mul|div|sqrt|hadd|hsub|cvtsi2|cvtsd2ss|cvtpd2ps|cvtdq2ps)/;

interface Op {
  readonly name: string;
  readonly insn: Insn;
  readonly cases: string[];
}

function decodeHex(hex: string): Insn {
  const bytes = Buffer.from(hex, "hex");
  const insn = decode(bytes, 0, bytes.length, 0x1000);
  if (insn.row === undefined) throw new Error(`${hex}: ${insn.kind}`);
  expect(insn.length).toBe(bytes.length);
  return insn;
}

const lines = readFileSync(new URL("../recordings/sse.txt", import.meta.url), "utf8")
  .trim()
  .split("\n");
const pool = Buffer.from(
  lines
    .splice(0, 2 + Number(lines[1]?.slice(5)))
    .slice(2)
    .join(""),
  "hex",
);
const ops: Op[] = [];
for (const line of lines) {
  const [word, hex = "", name = ""] = line.split(" ");
  if (word === "op") ops.push({ name, insn: decodeHex(hex), cases: [] });
  else ops.at(-1)?.cases.push(line);
}

const evaluator = new Evaluator(
  ops.map((op) => op.insn),
  sseHelpers,
);

/** What the recording names, and where it is. */
const PLACES: readonly (readonly [name: string, addr: number, len: number])[] = [
  ["x0", STATE + S.xmm, 16],
  ["x1", STATE + S.xmm + 16, 16],
  ["x2", STATE + S.xmm + 32, 16],
  ["mem", MEMORY, 16],
  ["rax", STATE, 8],
  ["rcx", STATE + 8, 8],
  ["rdx", STATE + 16, 8],
  ["mxcsr", STATE + S.mxcsr, 4],
];

/** Sets the inputs of a case in a machine. */
function prepare(
  on: Evaluator,
  [x0, x1, x2, mem, rcx, rdx]: readonly number[],
  mxcsr: number,
): void {
  const { u8, view } = on.machine;
  const copy = (to: number, index: number | undefined, len: number): void =>
    u8.set(pool.subarray(len * (index ?? 0), len * (index ?? 0) + len), to);
  copy(STATE + S.xmm, x0, 16);
  copy(STATE + S.xmm + 16, x1, 16);
  copy(STATE + S.xmm + 32, x2, 16);
  copy(MEMORY, mem, 16);
  copy(STATE, rcx, 8);
  copy(STATE + 8, rcx, 8);
  copy(STATE + 16, rdx, 8);
  view.setBigUint64(STATE + 48, BigInt(MEMORY), true);
  view.setBigUint64(STATE + 56, BigInt(MEMORY), true);
  view.setUint32(STATE + S.mxcsr, mxcsr, true);
  on.flags = 0;
}

/** The outcome in the recording's words. */
function run(i: number, input: string): string {
  const words = input.split(" ");
  prepare(evaluator, words.slice(0, 6).map(Number), Number.parseInt(words[6] as string, 16));
  const { u8 } = evaluator.machine;
  const hex = (addr: number, len: number): string =>
    Buffer.from(u8.subarray(addr, addr + len)).toString("hex");
  const before = PLACES.map(([, addr, len]) => hex(addr, len));
  expect(evaluator.run(i)).toBe(-1);
  const after = PLACES.map(([name, addr, len]) => [name, hex(addr, len)] as const);
  const changed = after
    .filter(([, now], n) => now !== before[n])
    .map(([name, now]) => `${name}=${now}`);
  return [...changed, `f=${evaluator.flags.toString(16)}`].join(" ");
}

/** What is wanted of a recorded outcome. */
function comparable(name: string, input: string, outcome: string): string {
  const control = Number.parseInt(input.slice(input.lastIndexOf(" ")), 16) & MXCSR.CONTROL;
  return SETS_FLAGS.test(name) && control !== 0 ? outcome : outcome.replace(/mxcsr=\w+ /, "");
}

describe("as the processor", () => {
  const exact = ops.map((op, i) => ({ ...op, i })).filter((op) => !APPROXIMATE.test(op.name));
  test.each(exact)("$name", ({ i, name, cases }) => {
    for (const line of cases) {
      const [input = "", want = ""] = line.split(" > ");
      const got = comparable(name, input, run(i, input));
      expect(`${input} > ${got}`).toBe(`${input} > ${comparable(name, input, want)}`);
    }
  });
});

/** An instruction on its own: xmm1 and the operand at [rsi + offset]. */
function single(hex: string): Evaluator {
  return new Evaluator([decodeHex(hex)], sseHelpers);
}

test.each([
  { title: "1/x", hex: "0f530e", exact: (x: number) => 1 / x },
  { title: "1/√x", hex: "0f520e", exact: (x: number) => 1 / Math.sqrt(x) },
])("$title is within 1.5 · 2^-12", ({ hex, exact }) => {
  const on = single(hex);
  for (const x of [1, 3, 0.7, 1e-30, 12345.678, 3.3e37]) {
    prepare(on, [0, 0, 0, 0, 0, 0], 0x1f80);
    on.machine.view.setFloat32(MEMORY, x, true);
    const input = on.machine.view.getFloat32(MEMORY, true);
    on.run(0);
    const got = on.machine.view.getFloat32(STATE + S.xmm + 16, true);
    expect(Math.abs(got / exact(input) - 1)).toBeLessThan(1.5 * 2 ** -12);
  }
});

test.each([
  { title: "movaps xmm1, [rsi]", hex: "0f280e", aligned: true },
  { title: "movdqa [rsi], xmm1", hex: "660f7f0e", aligned: true },
  { title: "movntps [rsi], xmm1", hex: "0f2b0e", aligned: true },
  { title: "addps xmm1, [rsi]", hex: "0f580e", aligned: true },
  { title: "pshufb xmm1, [rsi]", hex: "660f38000e", aligned: true },
  { title: "psllw xmm1, [rsi]", hex: "660ff10e", aligned: true },
  { title: "movups xmm1, [rsi]", hex: "0f100e", aligned: false },
  { title: "movdqu [rsi], xmm1", hex: "f30f7f0e", aligned: false },
  { title: "lddqu xmm1, [rsi]", hex: "f20ff00e", aligned: false },
  { title: "addsd xmm1, [rsi]", hex: "f20f580e", aligned: false },
  { title: "pmovzxbw xmm1, [rsi]", hex: "660f38300e", aligned: false },
  { title: "pcmpistri xmm1, [rsi], 0", hex: "660f3a630e00", aligned: false },
])("$title: #GP off 16 bytes is $aligned, and changes nothing", ({ hex, aligned }) => {
  const { row, operands } = decodeHex(hex);
  expect(operands.some((op) => needsAlignment(row, op))).toBe(aligned);
  const on = single(hex);
  prepare(on, [0, 1, 2, 3, 4, 5], 0x1f80);
  on.machine.view.setBigUint64(STATE + 48, BigInt(MEMORY + 8), true);
  const before = on.machine.u8.slice(STATE, STATE + S.end);
  const memory = on.machine.u8.slice(MEMORY, MEMORY + 32);
  expect(on.run(0)).toBe(aligned ? Vector.GP : -1);
  if (!aligned) return;
  expect(on.machine.u8.slice(STATE, STATE + S.end)).toEqual(before);
  expect(on.machine.u8.slice(MEMORY, MEMORY + 32)).toEqual(memory);
});

test.each([
  { value: 0x1f80, raised: -1 },
  { value: 0xffff, raised: -1 },
  { value: 0x0001_1f80, raised: Vector.GP },
])("ldmxcsr of $value raises $raised", ({ value, raised }) => {
  const on = single("0fae16");
  prepare(on, [0, 0, 0, 0, 0, 0], 0x1f80);
  on.machine.view.setUint32(MEMORY, value, true);
  expect(on.run(0)).toBe(raised);
  expect(on.machine.getU32(S.mxcsr)).toBe(raised === -1 ? value : 0x1f80);
});

test("stmxcsr stores what ldmxcsr set", () => {
  const on = single("0fae1e");
  prepare(on, [0, 0, 0, 0, 0, 0], 0x5f80);
  on.run(0);
  expect(on.machine.view.getUint32(MEMORY, true)).toBe(0x5f80);
});

test("maskmovdqu stores only what the mask selects", () => {
  const on = single("660ff7ca"); // xmm1 where xmm2's bytes are negative
  prepare(on, [0, 0, 0, 0, 0, 0], 0x1f80);
  const { u8 } = on.machine;
  for (let i = 0; i < 16; i++) {
    u8[MEMORY + i] = 0xee;
    u8[STATE + S.xmm + 16 + i] = i;
    u8[STATE + S.xmm + 32 + i] = i % 3 === 0 ? 0x80 : 0x7f;
  }
  on.run(0);
  expect([...u8.subarray(MEMORY, MEMORY + 16)]).toEqual(
    Array.from({ length: 16 }, (_, i) => (i % 3 === 0 ? i : 0xee)),
  );
});

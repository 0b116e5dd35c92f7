import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { decode, MAX_LENGTH } from "./decoder.ts";
import { formatInsn } from "./disassembler.ts";
import { type Insn, NO_REGISTER, type Operand, RIP_BASE } from "./insn.ts";
import { allRows } from "./rows/index.ts";
import { parseSample } from "./testing/objdump.ts";

const sample = parseSample(
  readFileSync(new URL("testing/objdump-sample.tsv", import.meta.url), "utf8"),
);
const PC = 0x40_0000;

function decodeHex(hex: string): ReturnType<typeof decode> {
  const bytes = Buffer.from(hex, "hex");
  return decode(bytes, 0, bytes.length, PC);
}

function insnOf(hex: string): Insn {
  const insn = decodeHex(hex);
  if (insn.row === undefined) throw new Error(`${hex}: ${insn.kind}`);
  return insn;
}

function operandsOf(hex: string): readonly Operand[] {
  return insnOf(hex).operands;
}

test("splits memory operands into their parts", () => {
  expect(operandsOf("4a8b84a810000000")[1]).toEqual({
    kind: "mem",
    size: 8,
    base: 0,
    index: 13,
    scale: 4,
    disp: 16,
    segment: "none",
    addressSize: 8,
  });
  expect(operandsOf("65678b05f8ffffff")[1]).toMatchObject({
    base: RIP_BASE,
    index: NO_REGISTER,
    disp: -8,
    segment: "gs",
    addressSize: 4,
  });
});

test("counts branch targets from the next instruction, modulo nothing", () => {
  expect(operandsOf("0f84fcffffff")[0]).toEqual({ kind: "rel", target: PC + 2 });
  const far = decode(Buffer.from("e900000080", "hex"), 0, 5, 0x1000);
  expect(far.row && far.operands[0]).toEqual({ kind: "rel", target: 0x1005 - 0x8000_0000 });
});

test.each([
  { title: "Ib zero-extended", hex: "c1e0ff", n: 1, size: 1, value: 255 },
  { title: "Ibs at 64 bits", hex: "4883c0ff", n: 1, size: 8, value: -1 },
  { title: "Ibs at 16 bits", hex: "6683c0ff", n: 1, size: 2, value: 0xffff },
  { title: "Iz at 64 bits", hex: "4805000000ff", n: 1, size: 8, value: -0x100_0000 },
  { title: "Iw of ret", hex: "c2feff", n: 0, size: 2, value: 0xfffe },
])("reads immediates: $title", ({ hex, n, size, value }) => {
  expect(operandsOf(hex)[n]).toMatchObject({ kind: "imm", size, value });
});

test("keeps all 64 bits of an immediate", () => {
  const imm = operandsOf("48b8ffffffffffffff7f")[1];
  expect(imm?.kind === "imm" && imm.value64).toBe(0x7fff_ffff_ffff_ffffn);
});

test.each([
  { title: "66 gives 16 bits", hex: "6601c0", size: 2 },
  { title: "REX.W beats 66", hex: "664801c0", size: 8 },
  { title: "push is 64 bits wide", hex: "50", size: 8 },
  { title: "66 push is 16 bits wide", hex: "6650", size: 2 },
  { title: "a near branch is 64 bits wide whatever the prefix", hex: "66c3", size: 8 },
  { title: "byte rows have size 1", hex: "4800c0", size: 1 },
  { title: "REX before another prefix is void", hex: "486601c0", size: 2 },
])("sizes: $title", ({ hex, size }) => expect(insnOf(hex).size).toBe(size));

test.each([
  { title: "F3 alone", hex: "f30f10c1", want: "movss" },
  { title: "the last of F2 and F3", hex: "f2f30f10c1", want: "movss" },
  { title: "F2 before 66", hex: "f2660f10c1", want: "movsd" },
  { title: "66", hex: "660f10c1", want: "movupd" },
  { title: "none", hex: "0f10c1", want: "movups" },
])("chooses by mandatory prefix: $title", ({ hex, want }) => {
  const insn = insnOf(hex);
  expect(insn.row.mnemonic).toBe(want);
  expect(insn.rep).toBe(0);
});

test.each([
  { title: "lock on a register", hex: "f001c0" },
  { title: "lock on a row that cannot", hex: "f08b07" },
  { title: "lock on a compare", hex: "f03907" },
  { title: "lea of a register", hex: "8dc0" },
  { title: "a VEX prefix", hex: "c5f877" },
  { title: "an EVEX prefix", hex: "62f17c4828c0" },
  { title: "what 64-bit mode dropped", hex: "06" },
  { title: "mov to cs", hex: "8ec8" },
  { title: "an sreg that isn't there", hex: "8cf0" },
  { title: "cmpxchg8b of a register", hex: "0fc7c8" },
  { title: "xgetbv, as there is no OSXSAVE", hex: "0f01d0" },
])("refuses $title", ({ hex }) =>
  expect(decodeHex(hex).row ?? decodeHex(hex)).toMatchObject({ kind: "invalid" }),
);

test("decodes BMI's prefixed forms as processors without BMI do", () => {
  expect(insnOf("f30fbcc1").row.mnemonic).toBe("bsf");
  expect(insnOf("f30fbdc1").row.mnemonic).toBe("bsr");
  expect(insnOf("f30fb8c1").row.mnemonic).toBe("popcnt");
});

test("allows fifteen bytes and no more", () => {
  const long = "66".repeat(MAX_LENGTH - 2);
  expect(insnOf(`${long}01c0`).length).toBe(MAX_LENGTH);
  expect(decodeHex(`66${long}01c0`)).toEqual({ kind: "too-long" });
  expect(decodeHex("66".repeat(20))).toEqual({ kind: "too-long" });
  expect(decodeHex("66".repeat(14))).toEqual({ kind: "truncated" });
});

test("says truncated for every proper beginning of an instruction", () => {
  for (const { addr, bytes } of sample) {
    for (let end = 0; end < bytes.length; end++) {
      expect(decode(bytes, 0, end, addr)).toEqual({ kind: "truncated" });
    }
  }
});

/** xorshift32 */
function randomBytes(n: number, seed: number): Uint8Array {
  let x = seed;
  return Uint8Array.from({ length: n }, () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x & 0xff;
  });
}

test("never throws and never goes past fifteen bytes, whatever the bytes", () => {
  const bytes = randomBytes(200_000, 0x2545f491);
  let decoded = 0;
  for (let off = 0; off < bytes.length; off++) {
    // Every other one starts in a rarer opcode map.
    if (off % 2 === 0) bytes[off] = 0x0f;
    const insn = decode(bytes, off, bytes.length, off);
    if (insn.row === undefined) continue;
    decoded++;
    expect(insn.length).toBeLessThanOrEqual(MAX_LENGTH);
    if (off % 16 === 0) expect(formatInsn(insn)).not.toMatch(/undefined|NaN|\?/);
  }
  expect(decoded).toBeGreaterThan(50_000);
});

test("reaches every enabled row", () => {
  const seen = new Set<unknown>();
  const heads = allRows.map((row) => {
    const opcode = row.opcode.toString(16);
    const prefix = row.prefix ? row.prefix.toString(16) : "";
    const rex = row.rexW === 1 ? "48" : row.form.startsWith("Zv,rAX") ? "41" : "";
    return `${prefix}${rex}${opcode.length % 2 === 0 ? opcode : `0${opcode}`}`;
  });
  for (const head of new Set(heads)) {
    for (let modrm = 0; modrm < 256; modrm++) {
      const insn = decodeHex(`${head}${modrm.toString(16).padStart(2, "0")}${"00".repeat(9)}`);
      if (insn.row !== undefined) seen.add(insn.row);
    }
  }
  const missing = allRows.filter((row) => !seen.has(row));
  expect(missing.map((row) => `${row.mnemonic} ${row.form} ${row.feature}`)).toEqual([
    "tzcnt Gv,Ev bmi1",
    "lzcnt Gv,Ev abm",
  ]);
});

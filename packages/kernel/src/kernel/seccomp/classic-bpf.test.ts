import { EINVAL, SECCOMP_DATA } from "@kernelet/abi";
import { expect, test } from "vitest";
import { type Instruction, parseProgram, runProgram } from "./classic-bpf.ts";

const LD_ABS = 0x20;
const LD_IMM = 0x00;
const LDX_IMM = 0x01;
const LD_MEM = 0x60;
const ST = 0x02;
const JA = 0x05;
const JEQ = 0x15;
const RET_K = 0x06;
const RET_A = 0x16;
const DIV_K = 0x34;
const DIV_X = 0x3c;
const LSH_K = 0x64;
const SUB_K = 0x14;

/** [code, k, jt, jf] */
type Line = readonly [code: number, k?: number, jt?: number, jf?: number];

function encode(lines: readonly Line[]): Uint8Array {
  const bytes = new Uint8Array(lines.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [i, [code, k = 0, jt = 0, jf = 0]] of lines.entries()) {
    view.setUint16(8 * i, code, true);
    view.setUint8(8 * i + 2, jt);
    view.setUint8(8 * i + 3, jf);
    view.setUint32(8 * i + 4, k, true);
  }
  return bytes;
}

test.each<{ title: string; lines: readonly Line[] }>([
  { title: "nothing", lines: [] },
  { title: "no return at the end", lines: [[LD_IMM, 1]] },
  { title: "a jump beyond the end", lines: [[JA, 1], [RET_K]] },
  { title: "a branch beyond the end", lines: [[JEQ, 0, 0, 1], [RET_K]] },
  { title: "a load beyond the data", lines: [[LD_ABS, SECCOMP_DATA.size], [RET_K]] },
  { title: "a load between words", lines: [[LD_ABS, 2], [RET_K]] },
  { title: "division by a constant zero", lines: [[DIV_K, 0], [RET_K]] },
  { title: "a shift by 32", lines: [[LSH_K, 32], [RET_K]] },
  { title: "memory that does not exist", lines: [[ST, 16], [RET_K]] },
  {
    title: "memory that one way leaves unwritten",
    lines: [[JEQ, 0, 0, 1], [ST, 3], [LD_MEM, 3], [RET_A]],
  },
  { title: "an unknown opcode", lines: [[0xff], [RET_K]] },
  { title: "too many instructions", lines: new Array<Line>(4097).fill([RET_K]) },
])("refuses $title", ({ lines }) => {
  expect(parseProgram(encode(lines))).toBe(EINVAL);
});

test.each<{ title: string; lines: readonly Line[]; want: number }>([
  { title: "a constant", lines: [[RET_K, 0xffffffff]], want: 0xffffffff },
  { title: "a word of the data", lines: [[LD_ABS, 4], [RET_A]], want: 101 },
  { title: "unsigned wrap-around", lines: [[LD_IMM, 1], [SUB_K, 2], [RET_A]], want: 0xffffffff },
  {
    title: "0 after division by X = 0",
    lines: [[LD_IMM, 5], [LDX_IMM, 0], [DIV_X], [RET_K, 9]],
    want: 0,
  },
  {
    title: "the branch taken",
    lines: [
      [LD_IMM, 5],
      [JEQ, 5, 1, 0],
      [RET_K, 1],
      [RET_K, 2],
    ],
    want: 2,
  },
  {
    title: "what memory kept",
    lines: [[LD_IMM, 7], [ST, 15], [LD_IMM, 0], [LD_MEM, 15], [RET_A]],
    want: 7,
  },
])("gives $title", ({ lines, want }) => {
  const program = parseProgram(encode(lines)) as readonly Instruction[];
  expect(
    runProgram(
      program,
      Uint32Array.from({ length: 16 }, (_, i) => 100 + i),
    ),
  ).toBe(want);
});

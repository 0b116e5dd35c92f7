import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { decode } from "./decoder.ts";
import { formatBytes, formatInsn } from "./disassembler.ts";
import { type Line, normalize, parseListing, parseSample } from "./testing/objdump.ts";

const BASH = "/bin/bash";
const hasTools = ["/usr/bin/objdump", "/usr/bin/readelf", BASH].every((file) => existsSync(file));
const sample = parseSample(
  readFileSync(new URL("testing/objdump-sample.tsv", import.meta.url), "utf8"),
);

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: "utf8", maxBuffer: 1 << 30 });
}

/** The .text section of an executable: its address, bytes and objdump's lines. */
function textSection(file: string): { base: number; bytes: Uint8Array; lines: Line[] } {
  const match = /\.text\s+PROGBITS\s+(\w+)\s+(\w+)\s+(\w+)/.exec(run("readelf", "-SW", file));
  const [base = 0, off = 0, size = 0] = (match ?? []).slice(1).map((n) => Number.parseInt(n, 16));
  const flags = ["-d", "-M", "intel", "--no-show-raw-insn", "-w", "-j", ".text"];
  const lines = parseListing(run("objdump", ...flags, file));
  return { base, bytes: readFileSync(file).subarray(off, off + size), lines };
}

function text(hex: string, pc = 0x1000): string {
  const bytes = Buffer.from(hex, "hex");
  const insn = decode(bytes, 0, bytes.length, pc);
  return insn.row === undefined ? insn.kind : formatInsn(insn);
}

test("prints recorded instructions as objdump does, with their lengths", () => {
  const wrong: string[] = [];
  expect(sample.length).toBeGreaterThan(1000);
  for (const { addr, bytes, text: want } of sample) {
    const insn = decode(bytes, 0, bytes.length, addr);
    const got =
      insn.row === undefined ? insn.kind : `${insn.length}: ${normalize(formatInsn(insn))}`;
    if (got !== `${bytes.length}: ${want}`)
      wrong.push(`${formatBytes(bytes)}: ${want}, not ${got}`);
  }
  expect(wrong).toEqual([]);
});

test.skipIf(!hasTools)("prints all of /bin/bash as objdump does", () => {
  const { base, bytes, lines } = textSection(BASH);
  const wrong: string[] = [];
  for (const [i, { addr, text: want }] of lines.entries()) {
    const insn = decode(bytes, addr - base, bytes.length, addr);
    const got = insn.row === undefined ? insn.kind : normalize(formatInsn(insn));
    if (got !== normalize(want)) wrong.push(`${addr.toString(16)}: ${want}, not ${got}`);
    const next = lines[i + 1]?.addr;
    if (insn.row !== undefined && next !== undefined && addr + insn.length !== next) {
      wrong.push(`${addr.toString(16)}: length ${insn.length}`);
    }
  }
  expect(lines.length).toBeGreaterThan(100_000);
  expect(wrong.slice(0, 10)).toEqual([]);
});

test.each([
  { title: "a negative displacement", hex: "488b45f8", want: "mov rax,QWORD PTR [rbp-0x8]" },
  {
    title: "rip with an unsigned offset",
    hex: "488d05f8ffffff",
    want: "lea rax,[rip+0xfffffffffffffff8]",
  },
  { title: "an absolute address", hex: "8b042510000000", want: "mov eax,DWORD PTR ds:0x10" },
  { title: "a segment", hex: "64488b042528000000", want: "mov rax,QWORD PTR fs:0x28" },
  { title: "an address without size for lea", hex: "678d0418", want: "lea eax,[eax+ebx*1]" },
  { title: "byte registers by REX", hex: "4088f0", want: "mov al,sil" },
  { title: "byte registers without REX", hex: "88f0", want: "mov al,dh" },
  { title: "a sign-extended immediate", hex: "4883e4f0", want: "and rsp,0xfffffffffffffff0" },
  { title: "a 16-bit immediate", hex: "6683c8ff", want: "or ax,0xffff" },
  { title: "movabs", hex: "48b8efcdab8967452301", want: "movabs rax,0x123456789abcdef" },
  {
    title: "an absolute accumulator move",
    hex: "a0efcdab8967451300",
    want: "movabs al,ds:0x13456789abcdef",
  },
  { title: "a branch target", hex: "ebfe", want: "jmp 1000" },
  { title: "rep", hex: "f348ab", want: "rep stos QWORD PTR es:[rdi],rax" },
  {
    title: "repz with a segment",
    hex: "64f3a6",
    want: "repz cmps BYTE PTR fs:[rsi],BYTE PTR es:[rdi]",
  },
  { title: "lock", hex: "f00fb10f", want: "lock cmpxchg DWORD PTR [rdi],ecx" },
  { title: "no hidden operand", hex: "0fb1cf", want: "cmpxchg edi,ecx" },
  { title: "the sign extensions by size", hex: "6698", want: "cbw" },
  { title: "a 16-bit nop", hex: "6690", want: "xchg ax,ax" },
  { title: "an exchange with r8", hex: "4990", want: "xchg r8,rax" },
  { title: "control registers", hex: "0f20d8", want: "mov rax,cr3" },
])("prints $title", ({ hex, want }) => expect(text(hex)).toBe(want));

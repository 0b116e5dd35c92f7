/**
 * Writes docs/instructions.md from the rows of the instruction table.
 *
 *   node tools/docs/instructions.ts           writes the file
 *   node tools/docs/instructions.ts --check   fails if it is not up to date
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { isEnabled } from "../../packages/cpu/src/isa/features.ts";
import { A, C, O, P, type Row, SF_, Z } from "../../packages/cpu/src/isa/insn.ts";
import { allRows } from "../../packages/cpu/src/isa/rows/index.ts";

const target = join(import.meta.dirname, "../../docs/instructions.md");

/** Order of the letters as debuggers print them. */
const FLAGS = [
  ["O", O],
  ["S", SF_],
  ["Z", Z],
  ["A", A],
  ["P", P],
  ["C", C],
] as const;

/** What the table has no rows for; its encodings raise #UD. */
const LEFT_OUT = [
  ["AVX, AVX2, FMA, F16C, AVX-512, XSAVE", "CPUID reports x86-64-v2, which has none of them"],
  ["LOCK before anything but the instructions marked lock", "#UD, as on a processor"],
  [
    "far jumps, calls and returns, LSS, LFS, LGS, IRET other than IRETQ",
    "selectors of a descriptor table that is not there",
  ],
  ["VMX, SVM, SGX, TSX, CET, MPX, 3DNow!", "not reported, so not used"],
  ["instructions that are valid in 32-bit mode only", "64-bit mode is all there is"],
] as const;

function flagLetters(mask: number): string {
  return FLAGS.filter(([, bit]) => (mask & bit) !== 0)
    .map(([letter]) => letter)
    .join("");
}

/** Flags as one column: read, then written, then undefined. */
function flags(row: Row): string {
  const parts: string[] = [];
  if (row.reads !== 0) parts.push(`reads ${flagLetters(row.reads)}`);
  const written = row.writes & ~row.undefinedFlags;
  if (written !== 0) parts.push(`sets ${flagLetters(written)}`);
  if (row.undefinedFlags !== 0) parts.push(`undefined ${flagLetters(row.undefinedFlags)}`);
  return parts.join(", ");
}

function opcode(row: Row): string {
  const bytes: string[] = [];
  if (row.prefix !== undefined && row.prefix !== 0) bytes.push(hex(row.prefix));
  if (row.rexW === 1) bytes.push("REX.W");
  if (row.opcode > 0xffff) bytes.push(hex(row.opcode >> 16));
  if (row.opcode > 0xff) bytes.push(hex((row.opcode >> 8) & 0xff));
  bytes.push(hex(row.opcode & 0xff));
  if (row.rm !== undefined) bytes.push(hex(0xc0 | ((row.digit ?? 0) << 3) | row.rm));
  else if (row.digit !== undefined) bytes.push(`/${row.digit}`);
  return bytes.join(" ");
}

const hex = (byte: number): string => byte.toString(16).padStart(2, "0").toUpperCase();

/** Hidden operands (~) are for the decoder. */
function form(row: Row): string {
  return row.form
    .split(",")
    .filter((code) => !code.startsWith("~"))
    .join(",");
}

function line(row: Row): string {
  const notes = [
    row.lock === true ? "lock" : "",
    row.mod === undefined ? "" : `${row.mod} only`,
    row.flow === "stop" ? "raises an exception" : "",
  ];
  const note = notes.filter((n) => n !== "").join(", ");
  return `| ${row.mnemonic} | ${form(row)} | \`${opcode(row)}\` | ${row.feature ?? ""} | ${flags(row)} | ${note} |`;
}

function byMnemonic(rows: readonly Row[]): readonly Row[] {
  return [...rows].sort((a, b) => (a.mnemonic < b.mnemonic ? -1 : a.mnemonic > b.mnemonic ? 1 : 0));
}

function features(rows: readonly Row[]): string {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const name = row.feature ?? "x86-64 baseline";
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, n]) => `| ${name} | ${n} |`)
    .join("\n");
}

export function instructionsPage(): string {
  const rows = byMnemonic(allRows.filter((row) => isEnabled(row.feature)));
  const off = byMnemonic(allRows.filter((row) => !isEnabled(row.feature)));
  const names = new Set(rows.map((row) => row.mnemonic)).size;
  return `# Instructions

Made from the rows in \`packages/cpu/src/isa/rows\` by \`tools/docs/instructions.ts\`. Do not edit.

The processor says that it is x86-64-v2. ${rows.length} encodings of ${names} mnemonics are decoded. Operands are
spelled as in the SDM, volume 2, appendix A. Each row is compared with a real processor (\`tests/isa\`); what is
left out there is listed in \`tests/isa/left-out.ts\`.

| feature | encodings |
| --- | ---: |
${features(rows)}

## What is left out

These raise #UD, which the kernel turns into SIGILL and a line in the log.

| instructions | why |
| --- | --- |
${LEFT_OUT.map(([what, why]) => `| ${what} | ${why} |`).join("\n")}

Written, but CPUID does not report their feature, so their encodings are not decoded or mean what they mean on
processors without it: ${[...new Set(off.map((row) => `${row.mnemonic} (${row.feature})`))].join(", ")}.

## Table

| mnemonic | operands | encoding | feature | flags | notes |
| --- | --- | --- | --- | --- | --- |
${rows.map(line).join("\n")}
`;
}

const page = instructionsPage();
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== page) {
    process.stderr.write(
      "docs/instructions.md is out of date: run node tools/docs/instructions.ts\n",
    );
    process.exit(1);
  }
} else {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, page);
}

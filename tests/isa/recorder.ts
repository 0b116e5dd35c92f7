/** Builds recorder.c where there is a C compiler, and asks it what the processor makes of cases. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BACKGROUND, CODE_BASE, CODE_LEN, DATA_BASE, RO_LEN, RW_LEN } from "./arena.ts";
import { type Case, COMPLETED, type Outcome, type Window } from "./case.ts";
import { Vector } from "./cpu.ts";
import { hashText } from "./prng.ts";
import { R, Registers } from "./registers.ts";

/** Layouts of recorder.c. */
const BATCH_MAGIC = 0x4153_494b;
const BATCH_HEADER = 32;
const CODE_MAX = 128;
const CASE_HEADER: number = 8 + CODE_MAX;
const CASE_IN: number = CASE_HEADER + R.size + 8;
const OUT_HEADER = 24;
const CASE_OUT: number = OUT_HEADER + R.size + 8;
const USES_SEGMENT_BASES = 1;
const SIGTRAP = 5;
const PF_PRESENT = 1;

/** How many cases a batch holds: more only costs memory. */
export const BATCH_SIZE = 2000;

let program: string | undefined;

/** The recorder's path, built if its source has changed; undefined where it can't be (no compiler, another machine). */
export function findRecorder(): string | undefined {
  if (program !== undefined) return program;
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const source = join(import.meta.dirname, "recorder.c");
  const hash = hashText(readFileSync(source, "utf8")).toString(16);
  const directory = join(tmpdir(), `kernelet-isa-${process.getuid?.() ?? 0}`);
  const path = join(directory, `recorder-${hash}`);
  if (!existsSync(path)) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const built = `${path}.${process.pid}`;
    const result = spawnSync("cc", ["-O2", "-fno-stack-protector", "-o", built, source], {
      encoding: "utf8",
    });
    if (result.status !== 0) return undefined;
    spawnSync("mv", [built, path]);
  }
  program = path;
  return path;
}

/**
 * Runs cases on the processor.
 * @throws Error when there is no recorder or a case brought it down; the message then names the row.
 */
export function record(cases: readonly Case[]): Outcome[] {
  const outcomes: Outcome[] = [];
  for (let i = 0; i < cases.length; i += BATCH_SIZE) {
    outcomes.push(...recordBatch(cases.slice(i, i + BATCH_SIZE)));
  }
  return outcomes;
}

function recordBatch(cases: readonly Case[]): Outcome[] {
  const path = findRecorder();
  if (path === undefined) throw new Error("no recorder: this needs x86-64 Linux and cc");
  const result = spawnSync(path, [], { input: serialize(cases), maxBuffer: 1 << 30 });
  if (result.status === 0) return parse(cases, result.stdout);
  if (cases.length === 1) {
    const c = cases[0] as Case;
    const code = Buffer.from(c.code).toString("hex");
    throw new Error(
      `recorder died of ${result.signal ?? result.status} in ${c.rowKey} #${c.index} (${code}): ${result.stderr}`,
    );
  }
  // One of them brought it down: halve until it is known by name.
  const half = cases.length >> 1;
  return [...recordBatch(cases.slice(0, half)), ...recordBatch(cases.slice(half))];
}

function padded(len: number): number {
  return (len + 7) & ~7;
}

function serialize(cases: readonly Case[]): Uint8Array {
  let size = BATCH_HEADER + BACKGROUND.length;
  for (const c of cases) {
    size += CASE_IN;
    for (const w of c.windows) size += 8 + padded(w.bytes.length);
  }
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  const header = [BATCH_MAGIC, cases.length, CODE_BASE, CODE_LEN, DATA_BASE, RW_LEN, RO_LEN, 0];
  header.forEach((value, i) => {
    view.setUint32(4 * i, value, true);
  });
  out.set(BACKGROUND, BATCH_HEADER);
  let off = BATCH_HEADER + BACKGROUND.length;
  for (const c of cases) {
    view.setUint32(off, c.usesSegmentBases ? USES_SEGMENT_BASES : 0, true);
    view.setUint32(off + 4, c.code.length, true);
    out.set(c.code, off + 8);
    out.set(c.registers.u8, off + CASE_HEADER);
    view.setUint32(off + CASE_HEADER + R.size, c.windows.length, true);
    off += CASE_IN;
    for (const w of c.windows) {
      view.setUint32(off, w.addr, true);
      view.setUint32(off + 4, w.bytes.length, true);
      out.set(w.bytes, off + 8);
      off += 8 + padded(w.bytes.length);
    }
  }
  return out;
}

function parse(cases: readonly Case[], raw: Uint8Array): Outcome[] {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const outcomes: Outcome[] = [];
  let off = 0;
  for (const c of cases) {
    const signal = view.getUint32(off, true);
    const trap = view.getUint32(off + 4, true);
    const error = view.getUint32(off + 8, true);
    const cr2 = view.getBigUint64(off + 16, true);
    const registers = new Registers(raw.subarray(off + OUT_HEADER, off + OUT_HEADER + R.size));
    const runs = view.getUint32(off + OUT_HEADER + R.size, true);
    off += CASE_OUT;
    const changes: Window[] = [];
    for (let i = 0; i < runs; i++) {
      const addr = view.getUint32(off, true);
      const len = view.getUint32(off + 4, true);
      changes.push({ addr, bytes: raw.slice(off + 8, off + 8 + len) });
      off += 8 + len;
    }
    const completed = signal === SIGTRAP && trap === Vector.BP && isPad(c, registers.rip - 1);
    if (completed) registers.rip -= 1;
    if (!c.usesSegmentBases) registers.u8.set(c.registers.u8.subarray(R.fsBase, R.fx), R.fsBase);
    // Kernel addresses are mapped on the host; a guest's kernel is elsewhere.
    const isKernel = cr2 >= 1n << 47n;
    outcomes.push({
      vector: completed ? COMPLETED : trap,
      errorCode: completed ? 0 : isKernel && trap === Vector.PF ? error & ~PF_PRESENT : error,
      address: !completed && trap === Vector.PF ? Number(cr2) : 0,
      registers,
      changes,
    });
  }
  return outcomes;
}

/** Whether the int3 at this address is one of those around the instruction, not the instruction. */
function isPad(c: Case, addr: number): boolean {
  return addr < c.pc || addr >= c.pc + c.code.length;
}

/** Keeps a batch that brought the recorder down, for a debugger. */
export function saveBatch(cases: readonly Case[], path: string): void {
  writeFileSync(path, serialize(cases));
}

/**
 * Recordings: what a processor did with the cases of rows, so that the comparison runs where there is no compiler
 * and on any processor. Inputs are not kept; they come from the seed again. One file holds the rows of a mnemonic:
 *
 *   deflate( u32 magic, u32 rows, row… )
 *   row:   u16 length, key; u32 seed; u32 cases; u32 checksum of all inputs; case…
 *   case:  u8 length, code; i8 vector; if it isn't COMPLETED: u32 error code, f64 address;
 *          register words that differ from the input: u8 count, (u8 word number, 8 bytes)…
 *          memory runs that differ: u8 count, (u16 word offset in the arena, u16 words, bytes)…
 *
 * Key, code and checksum tell when a row or the generator has changed under a recording.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import { DATA_BASE } from "./arena.ts";
import { type Case, COMPLETED, type Outcome, type Window } from "./case.ts";
import { EFLAGS } from "./cpu.ts";
import { R, type Registers } from "./registers.ts";

const MAGIC = 0x3152_4b49;
const WORDS = R.size / 8;

export const RECORDINGS: string = join(import.meta.dirname, "recordings");

export interface RowRecording {
  readonly key: string;
  readonly seed: number;
  readonly checksum: number;
  readonly codes: readonly Uint8Array[];
  /** Reads the outcomes, given the cases they belong to. */
  outcomes(cases: readonly Case[]): Outcome[];
}

/** A checksum of everything that goes into the cases. */
export function inputChecksum(cases: readonly Case[]): number {
  let sum = 0;
  const number = new Uint32Array(1);
  const bytes = new Uint8Array(number.buffer);
  for (const c of cases) {
    sum = crc32(c.code, sum);
    sum = crc32(c.registers.u8, sum);
    for (const w of c.windows) {
      number[0] = w.addr;
      sum = crc32(bytes, sum);
      sum = crc32(w.bytes, sum);
    }
  }
  return sum;
}

/** What the registers most likely are afterwards, so that little is left to write down. */
function likely(c: Case, vector: number): Registers {
  const registers = c.registers.clone();
  registers.rip = vector === COMPLETED ? c.pc + c.code.length : c.pc;
  return registers;
}

/** Takes out what isn't compared and varies: RF, and the pointers of the last x87 instruction. */
function normalize(c: Case, outcome: Outcome): Registers {
  const registers = outcome.registers.clone();
  registers.rflags &= ~EFLAGS.RF;
  registers.u8.set(c.registers.u8.subarray(R.fop, R.mxcsr), R.fop);
  registers.u8.set(c.registers.u8.subarray(R.mxcsrMask, R.st), R.mxcsrMask);
  for (let i = 0; i < 8; i++) {
    const from = R.st + 16 * i + 10;
    registers.u8.set(c.registers.u8.subarray(from, from + 6), from);
  }
  registers.u8.set(c.registers.u8.subarray(R.xmm + 256), R.xmm + 256);
  return registers;
}

class Writer {
  #buffer = new Uint8Array(1 << 16);
  #view = new DataView(this.#buffer.buffer);
  #length = 0;

  #room(len: number): number {
    const at = this.#length;
    this.#length += len;
    if (this.#length > this.#buffer.length) {
      const bigger = new Uint8Array(2 * this.#length);
      bigger.set(this.#buffer);
      this.#buffer = bigger;
      this.#view = new DataView(bigger.buffer);
    }
    return at;
  }

  u8(value: number): void {
    const at = this.#room(1);
    this.#buffer[at] = value;
  }
  u16(value: number): void {
    const at = this.#room(2);
    this.#view.setUint16(at, value, true);
  }
  u32(value: number): void {
    const at = this.#room(4);
    this.#view.setUint32(at, value, true);
  }
  f64(value: number): void {
    const at = this.#room(8);
    this.#view.setFloat64(at, value, true);
  }
  bytes(value: Uint8Array): void {
    const at = this.#room(value.length);
    this.#buffer.set(value, at);
  }
  done(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }
}

export interface RecordedRow {
  readonly key: string;
  readonly seed: number;
  readonly cases: readonly Case[];
  readonly outcomes: readonly Outcome[];
}

export function encodeRecording(rows: readonly RecordedRow[]): Uint8Array {
  const w = new Writer();
  w.u32(MAGIC);
  w.u32(rows.length);
  for (const row of rows) {
    const key = new TextEncoder().encode(row.key);
    w.u16(key.length);
    w.bytes(key);
    w.u32(row.seed);
    w.u32(row.cases.length);
    w.u32(inputChecksum(row.cases));
    row.cases.forEach((c, i) => {
      writeCase(w, c, row.outcomes[i] as Outcome);
    });
  }
  return deflateRawSync(w.done(), { level: 9 });
}

function writeCase(w: Writer, c: Case, outcome: Outcome): void {
  w.u8(c.code.length);
  w.bytes(c.code);
  w.u8(outcome.vector & 0xff);
  if (outcome.vector !== COMPLETED) {
    w.u32(outcome.errorCode);
    w.f64(outcome.address);
  }
  const before = likely(c, outcome.vector).u8;
  const after = normalize(c, outcome).u8;
  const words: number[] = [];
  for (let i = 0; i < WORDS; i++) {
    for (let b = 8 * i; b < 8 * i + 8; b++) {
      if (before[b] === after[b]) continue;
      words.push(i);
      break;
    }
  }
  w.u8(words.length);
  for (const i of words) {
    w.u8(i);
    w.bytes(after.subarray(8 * i, 8 * i + 8));
  }
  w.u8(outcome.changes.length);
  for (const change of outcome.changes) {
    w.u16((change.addr - DATA_BASE) / 8);
    w.u16(change.bytes.length / 8);
    w.bytes(change.bytes);
  }
}

/** @throws Error when the bytes are no recording. */
export function decodeRecording(file: Uint8Array): RowRecording[] {
  const raw = inflateRawSync(file);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw new Error("not a recording");
  let off = 8;
  const rows: RowRecording[] = [];
  for (let n = view.getUint32(4, true); n > 0; n--) {
    const keyLength = view.getUint16(off, true);
    const key = new TextDecoder().decode(raw.subarray(off + 2, off + 2 + keyLength));
    off += 2 + keyLength;
    const seed = view.getUint32(off, true);
    const count = view.getUint32(off + 4, true);
    const checksum = view.getUint32(off + 8, true);
    off += 12;
    const codes: Uint8Array[] = [];
    const places: number[] = [];
    for (let i = 0; i < count; i++) {
      const length = raw[off] as number;
      codes.push(raw.subarray(off + 1, off + 1 + length));
      off += 1 + length;
      places.push(off);
      off = skipOutcome(raw, view, off);
    }
    const outcomes = (cases: readonly Case[]): Outcome[] =>
      cases.map((c, i) => readOutcome(raw, view, places[i] as number, c));
    rows.push({ key, seed, checksum, codes, outcomes });
  }
  return rows;
}

function skipOutcome(raw: Uint8Array, view: DataView, start: number): number {
  let off = start + (view.getInt8(start) === COMPLETED ? 1 : 13);
  off += 1 + 9 * (raw[off] as number);
  let runs = raw[off++] as number;
  for (; runs > 0; runs--) off += 4 + 8 * view.getUint16(off + 2, true);
  return off;
}

function readOutcome(raw: Uint8Array, view: DataView, start: number, c: Case): Outcome {
  const vector = view.getInt8(start);
  let off = start + 1;
  let errorCode = 0;
  let address = 0;
  if (vector !== COMPLETED) {
    errorCode = view.getUint32(off, true);
    address = view.getFloat64(off + 4, true);
    off += 12;
  }
  const registers = likely(c, vector);
  let words = raw[off++] as number;
  for (; words > 0; words--) {
    registers.u8.set(raw.subarray(off + 1, off + 9), 8 * (raw[off] as number));
    off += 9;
  }
  const changes: Window[] = [];
  let runs = raw[off++] as number;
  for (; runs > 0; runs--) {
    const length = 8 * view.getUint16(off + 2, true);
    changes.push({
      addr: DATA_BASE + 8 * view.getUint16(off, true),
      bytes: raw.slice(off + 4, off + 4 + length),
    });
    off += 4 + length;
  }
  return { vector, errorCode, address, registers, changes };
}

export function recordingPath(mnemonic: string): string {
  return join(RECORDINGS, `${mnemonic}.rec`);
}

/** The recorded rows of a mnemonic by key; none if there is no file. */
export function loadRecording(mnemonic: string): Map<string, RowRecording> {
  const path = recordingPath(mnemonic);
  if (!existsSync(path)) return new Map();
  return new Map(decodeRecording(readFileSync(path)).map((r) => [r.key, r]));
}

export function saveRecording(mnemonic: string, rows: readonly RecordedRow[]): number {
  mkdirSync(RECORDINGS, { recursive: true });
  const bytes = encodeRecording(rows);
  writeFileSync(recordingPath(mnemonic), bytes);
  return bytes.length;
}

/** Removes files of mnemonics that no longer have rows. */
export function pruneRecordings(mnemonics: ReadonlySet<string>): void {
  if (!existsSync(RECORDINGS)) return;
  for (const name of readdirSync(RECORDINGS)) {
    if (!mnemonics.has(name.replace(/\.rec$/, ""))) rmSync(join(RECORDINGS, name));
  }
}

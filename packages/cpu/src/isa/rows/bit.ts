/** BT BTS BTR BTC, BSF BSR TZCNT LZCNT POPCNT, CRC32: SDM vol. 2, by name. */
import type { Emitter } from "../../emit/emitter.ts";
import { i32, i64, select, type Value } from "../../emit/value.ts";
import { A, ALL_FLAGS, C, type Insn, O, P, type Row, type Semantics, SF_, Z } from "../insn.ts";
import { type RowOptions, row } from "../row.ts";
import { displaced } from "../semantics/address.ts";
import * as sized from "../semantics/sized.ts";
import { operand } from "../semantics/sized.ts";

/** CF is the bit, ZF stays. The others are undefined, and stay on processors as they do here: so they are read. */
const BIT: RowOptions = { writes: C, undef: O | SF_ | A | P, reads: O | SF_ | A | P };
const BIT_LOCK: RowOptions = { ...BIT, lock: true };
const SCAN: RowOptions = { writes: Z, undef: C | O | SF_ | A | P };
const COUNT: RowOptions = { writes: C | Z, undef: O | SF_ | A | P, prefix: 0xf3 };

// biome-ignore format: one encoding per line.
export const bitRows: readonly Row[] = [
  row(0x0fa3, "bt",  "Ev,Gv", "r,r",  bitRegister(undefined), { ...BIT, mod: "reg" }),
  row(0x0fa3, "bt",  "Ev,Gv", "a,r",  bitString(undefined),   { ...BIT, mod: "mem" }),
  row(0x0fba, "bt",  "Ev,Ib", "r,r",  bitRegister(undefined), { ...BIT, digit: 4 }),
  row(0x0fab, "bts", "Ev,Gv", "rw,r", bitRegister(sized.or),  { ...BIT, mod: "reg" }),
  row(0x0fab, "bts", "Ev,Gv", "a,r",  bitString(sized.or),    { ...BIT_LOCK, mod: "mem" }),
  row(0x0fba, "bts", "Ev,Ib", "rw,r", bitRegister(sized.or),  { ...BIT_LOCK, digit: 5 }),
  row(0x0fb3, "btr", "Ev,Gv", "rw,r", bitRegister(clear),     { ...BIT, mod: "reg" }),
  row(0x0fb3, "btr", "Ev,Gv", "a,r",  bitString(clear),       { ...BIT_LOCK, mod: "mem" }),
  row(0x0fba, "btr", "Ev,Ib", "rw,r", bitRegister(clear),     { ...BIT_LOCK, digit: 6 }),
  row(0x0fbb, "btc", "Ev,Gv", "rw,r", bitRegister(sized.xor), { ...BIT, mod: "reg" }),
  row(0x0fbb, "btc", "Ev,Gv", "a,r",  bitString(sized.xor),   { ...BIT_LOCK, mod: "mem" }),
  row(0x0fba, "btc", "Ev,Ib", "rw,r", bitRegister(sized.xor), { ...BIT_LOCK, digit: 7 }),

  row(0x0fbc, "bsf",   "Gv,Ev,~Gq", "rw,r,rw", bsf, SCAN),
  row(0x0fbd, "bsr",   "Gv,Ev,~Gq", "rw,r,rw", bsr, SCAN),
  row(0x0fbc, "tzcnt", "Gv,Ev", "w,r", tzcnt,  { ...COUNT, feature: "bmi1" }),
  row(0x0fbd, "lzcnt", "Gv,Ev", "w,r", lzcnt,  { ...COUNT, feature: "abm" }),
  row(0x0fb8, "popcnt", "Gv,Ev", "w,r", popcnt, { writes: ALL_FLAGS, prefix: 0xf3, feature: "popcnt" }),

  row(0x0f38f0, "crc32", "Gy,Eb", "rw,r", crc32, { prefix: 0xf2, feature: "sse4.2" }),
  row(0x0f38f1, "crc32", "Gy,Ev", "rw,r", crc32, { prefix: 0xf2, feature: "sse4.2" }),
];

/** What an instruction makes of the operand and the mask of the bit; bt makes nothing. */
type Change = ((size: Insn["size"], v: Value, mask: Value) => Value) | undefined;

function clear(size: Insn["size"], v: Value, mask: Value): Value {
  return sized.and(size, v, sized.not(size, mask));
}

/** The bit offset, an immediate byte or a register as wide as the operand, as an i64. */
function bitOffset(e: Emitter, insn: Insn): Value {
  const offset = operand(insn, 1);
  const value = e.read(offset);
  return e.let(
    offset.kind === "imm" ? i64.extend_i32_u(value) : sized.toI64Signed(insn.size, value),
  );
}

/** Tests the bit in `value` and returns what is to be stored. `n` is the i64 offset, taken modulo the size. */
function changeBit(e: Emitter, insn: Insn, value: Value, n: Value, change: Change): [Value, Value] {
  const { size } = insn;
  const amount = e.let(i64.and(n, i64.const(size * 8 - 1)));
  const shift = size === 8 ? amount : i32.wrap_i64(amount);
  const cf = e.let(sized.bit(size, sized.shrU(size, value, shift), 0));
  if (change === undefined) return [cf, value];
  return [cf, change(size, value, sized.shl(size, sized.constant(size, 1), shift))];
}

/** Bit of a register, or of the memory operand itself: the offset is taken modulo the size. */
function bitRegister(change: Change): Semantics {
  return (e, insn) => {
    const value = e.let(e.read(operand(insn, 0)));
    const [cf, changed] = changeBit(e, insn, value, bitOffset(e, insn), change);
    if (change !== undefined) e.write(operand(insn, 0), changed);
    e.setFlags({ kind: "bits", cf });
  };
}

/** Bit of a bit string in memory: the signed offset reaches beyond the operand. */
function bitString(change: Change): Semantics {
  return (e, insn) => {
    const { size } = insn;
    const n = bitOffset(e, insn);
    const unit = size === 8 ? 6 : size === 4 ? 5 : 4;
    const bytes = i64.shl(i64.shr_s(n, i64.const(unit)), i64.const(unit - 3));
    const address = displaced(e, insn, operand(insn, 0), bytes);
    if (change !== undefined) e.checkWrite(size, address);
    const value = e.let(e.loadAt(size, address));
    const [cf, changed] = changeBit(e, insn, value, n, change);
    if (change !== undefined) e.storeAt(size, address, changed);
    e.setFlags({ kind: "bits", cf });
  };
}

/**
 * Writes the index of the bit found, or leaves the register alone where the source is 0: undefined in the
 * SDM's words, unchanged (all 64 bits of it) on processors, and relied on.
 */
function writeScan(e: Emitter, insn: Insn, source: Value, found: Value): void {
  const { size } = insn;
  const none = e.let(sized.isZero(size, source));
  if (size === 2) {
    e.write(operand(insn, 0), select(none, e.read(operand(insn, 0)), found));
  } else {
    const whole = operand(insn, 2);
    e.write(whole, select(none, e.read(whole), sized.toI64(size, found)));
  }
  e.setFlags({ kind: "logic", size, result: source });
}

function bsf(e: Emitter, insn: Insn): void {
  const source = e.let(e.read(operand(insn, 1)));
  writeScan(e, insn, source, insn.size === 8 ? i64.ctz(source) : i32.ctz(source));
}

function bsr(e: Emitter, insn: Insn): void {
  const source = e.let(e.read(operand(insn, 1)));
  const found =
    insn.size === 8
      ? i64.sub(i64.const(63), i64.clz(source))
      : i32.sub(i32.const(31), i32.clz(source));
  writeScan(e, insn, source, found);
}

/** Counts of zeros: CF where the source is 0, ZF where the count is. */
function writeCount(e: Emitter, insn: Insn, source: Value, count: Value): void {
  const { size } = insn;
  const result = e.let(count);
  e.write(operand(insn, 0), result);
  const cf = e.let(sized.isZero(size, source));
  e.setFlags({ kind: "result", size, result, cf, of: i32.const(0) });
}

function tzcnt(e: Emitter, insn: Insn): void {
  const source = e.let(e.read(operand(insn, 1)));
  // A bit above the operand stops the count at 16.
  const count =
    insn.size === 8
      ? i64.ctz(source)
      : i32.ctz(insn.size === 2 ? i32.or(source, i32.const(0x10000)) : source);
  writeCount(e, insn, source, count);
}

function lzcnt(e: Emitter, insn: Insn): void {
  const source = e.let(e.read(operand(insn, 1)));
  const count = insn.size === 8 ? i64.clz(source) : i32.clz(source);
  writeCount(e, insn, source, insn.size === 2 ? i32.sub(count, i32.const(16)) : count);
}

/** ZF where the source is 0; all other flags are cleared. */
function popcnt(e: Emitter, insn: Insn): void {
  const { size } = insn;
  const source = e.let(e.read(operand(insn, 1)));
  e.write(operand(insn, 0), size === 8 ? i64.popcnt(source) : i32.popcnt(source));
  const zero = i32.const(0);
  const zf = e.let(sized.isZero(size, source));
  e.setFlags({ kind: "bits", cf: zero, pf: zero, af: zero, zf, sf: zero, of: zero });
}

/** CRC-32C of the source added to the 32 bits in dst; a 64-bit dst gets a zero upper half. */
function crc32(e: Emitter, insn: Insn): void {
  const dst = operand(insn, 0);
  const source = operand(insn, 1);
  const is64 = dst.kind === "gpr" && dst.size === 8;
  const bytes = source.kind === "gpr" || source.kind === "mem" ? source.size : insn.size;
  const crc = is64 ? i32.wrap_i64(e.read(dst)) : e.read(dst);
  const sum = e.pureHelper("crc32c", [crc, e.read(source), i32.const(bytes)]);
  e.write(dst, is64 ? i64.and(sum, i64.const(0xffff_ffff)) : i32.wrap_i64(sum));
}

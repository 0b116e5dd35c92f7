/** CMC CLC STC CLD STD LAHF SAHF PUSHF POPF: SDM vol. 2, by name. */
import type { Emitter } from "../../emit/emitter.ts";
import { i32, i64 } from "../../emit/value.ts";
import { EFLAGS } from "../../state.ts";
import { A, ALL_FLAGS, C, type Insn, P, type Row, type Semantics, SF_, Z } from "../insn.ts";
import { row } from "../row.ts";
import * as sized from "../semantics/sized.ts";
import { popValue, pushValue } from "../semantics/stack.ts";

/** The flags that AH carries. */
const LOW_FLAGS = SF_ | Z | A | P | C;

/** What POPF changes outside the kernel: IF and IOPL stay, VM and RF are no program's. */
export const USER_FLAGS: number =
  ALL_FLAGS | EFLAGS.TF | EFLAGS.DF | EFLAGS.NT | EFLAGS.AC | EFLAGS.ID;

// biome-ignore format: one encoding per line.
export const flagRows: readonly Row[] = [
  row(0xf5, "cmc",  "", "", cmc,          { writes: C, reads: C }),
  row(0xf8, "clc",  "", "", setCarry(0),  { writes: C }),
  row(0xf9, "stc",  "", "", setCarry(1),  { writes: C }),
  row(0xfc, "cld",  "", "", direction(0)),
  row(0xfd, "std",  "", "", direction(EFLAGS.DF)),
  row(0x9e, "sahf", "", "", sahf,  { writes: LOW_FLAGS }),
  row(0x9f, "lahf", "", "", lahf,  { reads: LOW_FLAGS }),
  row(0x9c, "pushf", "", "", pushf, { default64: true, reads: ALL_FLAGS }),
  row(0x9d, "popf",  "", "", popf,  { default64: true, writes: ALL_FLAGS }),
];

function cmc(e: Emitter): void {
  e.setFlags({ kind: "bits", cf: e.let(i32.eqz(e.flag("c"))) });
}

function setCarry(value: 0 | 1): Semantics {
  return (e) => e.setFlags({ kind: "bits", cf: i32.const(value) });
}

function direction(value: number): Semantics {
  return (e) => e.writeFlags(i64.const(value), EFLAGS.DF);
}

function sahf(e: Emitter): void {
  e.writeFlags(i64.extend_i32_u(e.readAh()), LOW_FLAGS);
}

/** AH ← SF ZF 0 AF 0 PF 1 CF. */
function lahf(e: Emitter): void {
  e.writeAh(sized.trim(1, i32.wrap_i64(e.readFlags())));
}

function pushf(e: Emitter, insn: Insn): void {
  pushValue(e, insn.size, e.let(sized.fromI64(insn.size, e.readFlags())));
}

/** A 16-bit POPF leaves the upper flags. */
function popf(e: Emitter, insn: Insn): void {
  const value = popValue(e, insn.size);
  const mask = insn.size === 2 ? USER_FLAGS & 0xffff : USER_FLAGS;
  e.writeFlags(sized.toI64(insn.size, value), mask);
}

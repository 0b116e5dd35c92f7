/**
 * x87, opcodes d8–df (SDM vol. 2, appendix A.5), and fwait. All but the plainest run in helpers
 * (engine/helpers/x87*.ts): the stack is data in the state block, and its arithmetic has 64 bits.
 */
import type { ConditionCode, Emitter } from "../../emit/emitter.ts";
import { I32, i32, type Value } from "../../emit/value.ts";
import { S, Vector } from "../../state.ts";
import {
  ALL_FLAGS,
  C,
  type Insn,
  type MemOperand,
  type Operand,
  P,
  type Row,
  type Semantics,
  Z,
} from "../insn.ts";
import { type RowOptions, row } from "../row.ts";

/** The memory form with this digit in ModRM.reg. */
function mem(digit: number): RowOptions {
  return { digit, mod: "mem" };
}

/** The register form: st(i) in ModRM.rm. */
function reg(digit: number): RowOptions {
  return { digit, mod: "reg" };
}

/** A whole ModRM byte, c0 … ff. */
function byte(modrm: number): RowOptions {
  return { digit: (modrm >>> 3) & 7, mod: "reg", rm: modrm & 7 };
}

// biome-ignore format: one encoding per line, in the order of the opcodes; memory forms first.
export const x87Rows: readonly Row[] = [
  row(0x9b, "fwait", "", "", fwait),

  row(0xd8, "fadd",  "Md", "r", memory("x87.fadd.m32"), mem(0)),
  row(0xd8, "fmul",  "Md", "r", memory("x87.fmul.m32"), mem(1)),
  row(0xd8, "fcom",  "Md", "r", memory("x87.fcom.m32"), mem(2)),
  row(0xd8, "fcomp", "Md", "r", memory("x87.fcom.m32", 1), mem(3)),
  row(0xd8, "fsub",  "Md", "r", memory("x87.fsub.m32"), mem(4)),
  row(0xd8, "fsubr", "Md", "r", memory("x87.fsub.m32", 1), mem(5)),
  row(0xd8, "fdiv",  "Md", "r", memory("x87.fdiv.m32"), mem(6)),
  row(0xd8, "fdivr", "Md", "r", memory("x87.fdiv.m32", 1), mem(7)),
  row(0xd8, "fadd",  "ST,STi", "rw,r", toTop("x87.fadd.st"), reg(0)),
  row(0xd8, "fmul",  "ST,STi", "rw,r", toTop("x87.fmul.st"), reg(1)),
  row(0xd8, "fcom",  "STi", "r", onRegister("x87.fcom.st", 0), reg(2)),
  row(0xd8, "fcomp", "STi", "r", onRegister("x87.fcom.st", 1), reg(3)),
  row(0xd8, "fsub",  "ST,STi", "rw,r", toTop("x87.fsub.st"), reg(4)),
  row(0xd8, "fsubr", "ST,STi", "rw,r", toTopReversed("x87.fsub.st"), reg(5)),
  row(0xd8, "fdiv",  "ST,STi", "rw,r", toTop("x87.fdiv.st"), reg(6)),
  row(0xd8, "fdivr", "ST,STi", "rw,r", toTopReversed("x87.fdiv.st"), reg(7)),

  row(0xd9, "fld",     "Md",  "r", memory("x87.fld.m32"), mem(0)),
  row(0xd9, "fst",     "Md",  "w", memory("x87.fst.m32"), mem(2)),
  row(0xd9, "fstp",    "Md",  "w", memory("x87.fst.m32", 1), mem(3)),
  row(0xd9, "fldenv",  "M28", "r", environment("x87.fldenv"), { ...mem(4), prefix: 0 }),
  row(0xd9, "fldenv",  "M14", "r", environment("x87.fldenv"), { ...mem(4), prefix: 0x66, rexW: 0 }),
  row(0xd9, "fldenv",  "M28", "r", environment("x87.fldenv"), { ...mem(4), prefix: 0x66, rexW: 1 }),
  row(0xd9, "fldcw",   "Mw",  "r", memory("x87.fldcw"), mem(5)),
  row(0xd9, "fnstenv", "M28", "w", environment("x87.fnstenv"), { ...mem(6), prefix: 0 }),
  row(0xd9, "fnstenv", "M14", "w", environment("x87.fnstenv"), { ...mem(6), prefix: 0x66, rexW: 0 }),
  row(0xd9, "fnstenv", "M28", "w", environment("x87.fnstenv"), { ...mem(6), prefix: 0x66, rexW: 1 }),
  row(0xd9, "fnstcw",  "Mw",  "w", storeState(S.fcw), mem(7)),
  row(0xd9, "fld",     "STi", "r", onRegister("x87.fld.st", 0), reg(0)),
  row(0xd9, "fxch",    "STi", "rw", onRegister("x87.fxch", 0), reg(1)),
  row(0xd9, "fnop",    "", "", fwait, byte(0xd0)),
  row(0xd9, "fstpnce", "STi", "w", onRegister("x87.fstpnce", 1), reg(3)), // fstp1
  row(0xd9, "fchs",    "", "", implicit("x87.fchs"), byte(0xe0)),
  row(0xd9, "fabs",    "", "", implicit("x87.fabs"), byte(0xe1)),
  row(0xd9, "ftst",    "", "", implicit("x87.ftst"), byte(0xe4)),
  row(0xd9, "fxam",    "", "", implicit("x87.fxam"), byte(0xe5)),
  row(0xd9, "fld1",    "", "", constant(0), byte(0xe8)),
  row(0xd9, "fldl2t",  "", "", constant(1), byte(0xe9)),
  row(0xd9, "fldl2e",  "", "", constant(2), byte(0xea)),
  row(0xd9, "fldpi",   "", "", constant(3), byte(0xeb)),
  row(0xd9, "fldlg2",  "", "", constant(4), byte(0xec)),
  row(0xd9, "fldln2",  "", "", constant(5), byte(0xed)),
  row(0xd9, "fldz",    "", "", constant(6), byte(0xee)),
  row(0xd9, "f2xm1",   "", "", implicit("x87.f2xm1"), byte(0xf0)),
  row(0xd9, "fyl2x",   "", "", implicit("x87.fyl2x"), byte(0xf1)),
  row(0xd9, "fptan",   "", "", implicit("x87.fptan"), byte(0xf2)),
  row(0xd9, "fpatan",  "", "", implicit("x87.fpatan"), byte(0xf3)),
  row(0xd9, "fxtract", "", "", implicit("x87.fxtract"), byte(0xf4)),
  row(0xd9, "fprem1",  "", "", implicit("x87.fprem1"), byte(0xf5)),
  row(0xd9, "fdecstp", "", "", implicit("x87.fdecstp"), byte(0xf6)),
  row(0xd9, "fincstp", "", "", implicit("x87.fincstp"), byte(0xf7)),
  row(0xd9, "fprem",   "", "", implicit("x87.fprem"), byte(0xf8)),
  row(0xd9, "fyl2xp1", "", "", implicit("x87.fyl2xp1"), byte(0xf9)),
  row(0xd9, "fsqrt",   "", "", implicit("x87.fsqrt"), byte(0xfa)),
  row(0xd9, "fsincos", "", "", implicit("x87.fsincos"), byte(0xfb)),
  row(0xd9, "frndint", "", "", implicit("x87.frndint"), byte(0xfc)),
  row(0xd9, "fscale",  "", "", implicit("x87.fscale"), byte(0xfd)),
  row(0xd9, "fsin",    "", "", implicit("x87.fsin"), byte(0xfe)),
  row(0xd9, "fcos",    "", "", implicit("x87.fcos"), byte(0xff)),

  row(0xda, "fiadd",   "Md", "r", memory("x87.fadd.i32"), mem(0)),
  row(0xda, "fimul",   "Md", "r", memory("x87.fmul.i32"), mem(1)),
  row(0xda, "ficom",   "Md", "r", memory("x87.fcom.i32"), mem(2)),
  row(0xda, "ficomp",  "Md", "r", memory("x87.fcom.i32", 1), mem(3)),
  row(0xda, "fisub",   "Md", "r", memory("x87.fsub.i32"), mem(4)),
  row(0xda, "fisubr",  "Md", "r", memory("x87.fsub.i32", 1), mem(5)),
  row(0xda, "fidiv",   "Md", "r", memory("x87.fdiv.i32"), mem(6)),
  row(0xda, "fidivr",  "Md", "r", memory("x87.fdiv.i32", 1), mem(7)),
  row(0xda, "fcmovb",  "ST,STi", "rw,r", conditional(2), { ...reg(0), reads: C }),
  row(0xda, "fcmove",  "ST,STi", "rw,r", conditional(4), { ...reg(1), reads: Z }),
  row(0xda, "fcmovbe", "ST,STi", "rw,r", conditional(6), { ...reg(2), reads: C | Z }),
  row(0xda, "fcmovu",  "ST,STi", "rw,r", conditional(10), { ...reg(3), reads: P }),
  row(0xda, "fucompp", "", "", compareBoth("x87.fucom.st"), byte(0xe9)),

  row(0xdb, "fild",    "Md", "r", memory("x87.fld.i32"), mem(0)),
  row(0xdb, "fisttp",  "Md", "w", memory("x87.fisttp.i32", 1), { ...mem(1), feature: "sse3" }),
  row(0xdb, "fist",    "Md", "w", memory("x87.fst.i32"), mem(2)),
  row(0xdb, "fistp",   "Md", "w", memory("x87.fst.i32", 1), mem(3)),
  row(0xdb, "fld",     "Mt", "r", memory("x87.fld.m80"), mem(5)),
  row(0xdb, "fstp",    "Mt", "w", memory("x87.fst.m80", 1), mem(7)),
  row(0xdb, "fcmovnb", "ST,STi", "rw,r", conditional(3), { ...reg(0), reads: C }),
  row(0xdb, "fcmovne", "ST,STi", "rw,r", conditional(5), { ...reg(1), reads: Z }),
  row(0xdb, "fcmovnbe", "ST,STi", "rw,r", conditional(7), { ...reg(2), reads: C | Z }),
  row(0xdb, "fcmovnu", "ST,STi", "rw,r", conditional(11), { ...reg(3), reads: P }),
  row(0xdb, "fnclex",  "", "", implicit("x87.fnclex"), byte(0xe2)),
  row(0xdb, "fninit",  "", "", implicit("x87.fninit"), byte(0xe3)),
  row(0xdb, "fucomi",  "ST,STi", "r,r", compareFlags("x87.fucomi", 0), { ...reg(5), writes: ALL_FLAGS }),
  row(0xdb, "fcomi",   "ST,STi", "r,r", compareFlags("x87.fcomi", 0), { ...reg(6), writes: ALL_FLAGS }),

  row(0xdc, "fadd",  "Mq", "r", memory("x87.fadd.m64"), mem(0)),
  row(0xdc, "fmul",  "Mq", "r", memory("x87.fmul.m64"), mem(1)),
  row(0xdc, "fcom",  "Mq", "r", memory("x87.fcom.m64"), mem(2)),
  row(0xdc, "fcomp", "Mq", "r", memory("x87.fcom.m64", 1), mem(3)),
  row(0xdc, "fsub",  "Mq", "r", memory("x87.fsub.m64"), mem(4)),
  row(0xdc, "fsubr", "Mq", "r", memory("x87.fsub.m64", 1), mem(5)),
  row(0xdc, "fdiv",  "Mq", "r", memory("x87.fdiv.m64"), mem(6)),
  row(0xdc, "fdivr", "Mq", "r", memory("x87.fdiv.m64", 1), mem(7)),
  row(0xdc, "fadd",  "STi,ST", "rw,r", fromTop("x87.fadd.st", 0), reg(0)),
  row(0xdc, "fmul",  "STi,ST", "rw,r", fromTop("x87.fmul.st", 0), reg(1)),
  row(0xdc, "fcom",  "STi", "r", onRegister("x87.fcom.st", 0), reg(2)), // fcom2
  row(0xdc, "fcomp", "STi", "r", onRegister("x87.fcom.st", 1), reg(3)), // fcomp3
  row(0xdc, "fsubr", "STi,ST", "rw,r", fromTopReversed("x87.fsub.st", 0), reg(4)),
  row(0xdc, "fsub",  "STi,ST", "rw,r", fromTop("x87.fsub.st", 0), reg(5)),
  row(0xdc, "fdivr", "STi,ST", "rw,r", fromTopReversed("x87.fdiv.st", 0), reg(6)),
  row(0xdc, "fdiv",  "STi,ST", "rw,r", fromTop("x87.fdiv.st", 0), reg(7)),

  row(0xdd, "fld",    "Mq",   "r", memory("x87.fld.m64"), mem(0)),
  row(0xdd, "fisttp", "Mq",   "w", memory("x87.fisttp.i64", 1), { ...mem(1), feature: "sse3" }),
  row(0xdd, "fst",    "Mq",   "w", memory("x87.fst.m64"), mem(2)),
  row(0xdd, "fstp",   "Mq",   "w", memory("x87.fst.m64", 1), mem(3)),
  row(0xdd, "frstor", "M108", "r", environment("x87.frstor"), { ...mem(4), prefix: 0 }),
  row(0xdd, "frstor", "M94",  "r", environment("x87.frstor"), { ...mem(4), prefix: 0x66, rexW: 0 }),
  row(0xdd, "frstor", "M108", "r", environment("x87.frstor"), { ...mem(4), prefix: 0x66, rexW: 1 }),
  row(0xdd, "fnsave", "M108", "w", environment("x87.fnsave"), { ...mem(6), prefix: 0 }),
  row(0xdd, "fnsave", "M94",  "w", environment("x87.fnsave"), { ...mem(6), prefix: 0x66, rexW: 0 }),
  row(0xdd, "fnsave", "M108", "w", environment("x87.fnsave"), { ...mem(6), prefix: 0x66, rexW: 1 }),
  row(0xdd, "fnstsw", "Mw",   "w", storeState(S.fsw), mem(7)),
  row(0xdd, "ffree",  "STi", "w", onRegister("x87.ffree", 0), reg(0)),
  row(0xdd, "fxch",   "STi", "rw", onRegister("x87.fxch", 0), reg(1)), // fxch4
  row(0xdd, "fst",    "STi", "w", onRegister("x87.fst.st", 0), reg(2)),
  row(0xdd, "fstp",   "STi", "w", onRegister("x87.fst.st", 1), reg(3)),
  row(0xdd, "fucom",  "STi", "r", onRegister("x87.fucom.st", 0), reg(4)),
  row(0xdd, "fucomp", "STi", "r", onRegister("x87.fucom.st", 1), reg(5)),

  row(0xde, "fiadd",  "Mw", "r", memory("x87.fadd.i16"), mem(0)),
  row(0xde, "fimul",  "Mw", "r", memory("x87.fmul.i16"), mem(1)),
  row(0xde, "ficom",  "Mw", "r", memory("x87.fcom.i16"), mem(2)),
  row(0xde, "ficomp", "Mw", "r", memory("x87.fcom.i16", 1), mem(3)),
  row(0xde, "fisub",  "Mw", "r", memory("x87.fsub.i16"), mem(4)),
  row(0xde, "fisubr", "Mw", "r", memory("x87.fsub.i16", 1), mem(5)),
  row(0xde, "fidiv",  "Mw", "r", memory("x87.fdiv.i16"), mem(6)),
  row(0xde, "fidivr", "Mw", "r", memory("x87.fdiv.i16", 1), mem(7)),
  row(0xde, "faddp",  "STi,ST", "rw,r", fromTop("x87.fadd.st", 1), reg(0)),
  row(0xde, "fmulp",  "STi,ST", "rw,r", fromTop("x87.fmul.st", 1), reg(1)),
  row(0xde, "fcomp",  "STi", "r", onRegister("x87.fcom.st", 1), reg(2)), // fcomp5
  row(0xde, "fcompp", "", "", compareBoth("x87.fcom.st"), byte(0xd9)),
  row(0xde, "fsubrp", "STi,ST", "rw,r", fromTopReversed("x87.fsub.st", 1), reg(4)),
  row(0xde, "fsubp",  "STi,ST", "rw,r", fromTop("x87.fsub.st", 1), reg(5)),
  row(0xde, "fdivrp", "STi,ST", "rw,r", fromTopReversed("x87.fdiv.st", 1), reg(6)),
  row(0xde, "fdivp",  "STi,ST", "rw,r", fromTop("x87.fdiv.st", 1), reg(7)),

  row(0xdf, "fild",   "Mw", "r", memory("x87.fld.i16"), mem(0)),
  row(0xdf, "fisttp", "Mw", "w", memory("x87.fisttp.i16", 1), { ...mem(1), feature: "sse3" }),
  row(0xdf, "fist",   "Mw", "w", memory("x87.fst.i16"), mem(2)),
  row(0xdf, "fistp",  "Mw", "w", memory("x87.fst.i16", 1), mem(3)),
  row(0xdf, "fbld",   "Mt", "r", memory("x87.fld.bcd"), mem(4)),
  row(0xdf, "fild",   "Mq", "r", memory("x87.fld.i64"), mem(5)),
  row(0xdf, "fbstp",  "Mt", "w", memory("x87.fst.bcd", 1), mem(6)),
  row(0xdf, "fistp",  "Mq", "w", memory("x87.fst.i64", 1), mem(7)),
  row(0xdf, "ffreep", "STi", "w", onRegister("x87.ffree", 1), reg(0)),
  row(0xdf, "fxch",   "STi", "rw", onRegister("x87.fxch", 0), reg(1)), // fxch7
  row(0xdf, "fstp",   "STi", "w", onRegister("x87.fst.st", 1), reg(2)), // fstp8
  row(0xdf, "fstp",   "STi", "w", onRegister("x87.fst.st", 1), reg(3)), // fstp9
  row(0xdf, "fnstsw", "AX", "w", storeState(S.fsw), byte(0xe0)),
  row(0xdf, "fucomip", "ST,STi", "r,r", compareFlags("x87.fucomi", 1), { ...reg(5), writes: ALL_FLAGS }),
  row(0xdf, "fcomip", "ST,STi", "r,r", compareFlags("x87.fcomi", 1), { ...reg(6), writes: ALL_FLAGS }),
];

/** Raises #MF if an unmasked exception is pending; fnop does no more either. */
function fwait(e: Emitter, _insn: Insn): void {
  e.raise(Vector.MF, i32.and(e.readState(S.fsw, I32, 2), i32.const(0x80)));
}

/** A helper that finds all it needs on the stack. */
function implicit(helper: string): Semantics {
  return (e) => e.helper(helper, []);
}

/** A helper on a memory operand: its address, then pops or whether the operands are reversed. */
function memory(helper: string, argument = 0): Semantics {
  return (e, insn) =>
    e.helper(helper, [e.linearAddress(insn.operands[0] as Operand), i32.const(argument)]);
}

/** As `memory`, and whether the image has the 16-bit format. */
function environment(helper: string): Semantics {
  return (e, insn) => {
    const image = insn.operands[0] as MemOperand;
    const isShort = image.size === 14 || image.size === 94;
    e.helper(helper, [e.linearAddress(image), i32.const(isShort ? 1 : 0)]);
  };
}

function storeState(offset: number): Semantics {
  return (e, insn) => e.write(insn.operands[0] as Operand, e.readState(offset, I32, 2));
}

/** A helper on st(i), then pops. */
function onRegister(helper: string, pops: number): Semantics {
  return (e, insn) => e.helper(helper, [e.stIndex(insn.operands[0] as Operand), i32.const(pops)]);
}

function constant(n: number): Semantics {
  return (e) => e.helper("x87.fld.constant", [i32.const(n)]);
}

const ST0: Value = i32.const(0);

/** st(0) ← st(0) op st(i). */
function toTop(helper: string): Semantics {
  return (e, insn) => {
    const i = e.stIndex(insn.operands[1] as Operand);
    e.helper(helper, [ST0, ST0, i, i32.const(0)]);
  };
}

/** st(0) ← st(i) op st(0). */
function toTopReversed(helper: string): Semantics {
  return (e, insn) => {
    const i = e.stIndex(insn.operands[1] as Operand);
    e.helper(helper, [ST0, i, ST0, i32.const(0)]);
  };
}

/** st(i) ← st(i) op st(0), then pops. */
function fromTop(helper: string, pops: number): Semantics {
  return (e, insn) => {
    const i = e.let(e.stIndex(insn.operands[0] as Operand));
    e.helper(helper, [i, i, ST0, i32.const(pops)]);
  };
}

/** st(i) ← st(0) op st(i), then pops. */
function fromTopReversed(helper: string, pops: number): Semantics {
  return (e, insn) => {
    const i = e.let(e.stIndex(insn.operands[0] as Operand));
    e.helper(helper, [i, ST0, i, i32.const(pops)]);
  };
}

/** Compares st(0) with st(1) and pops both. */
function compareBoth(helper: string): Semantics {
  return (e) => e.helper(helper, [i32.const(1), i32.const(2)]);
}

/** The helper writes the status flags. */
function compareFlags(helper: string, pops: number): Semantics {
  return (e, insn) => e.helper(helper, [e.stIndex(insn.operands[1] as Operand), i32.const(pops)]);
}

function conditional(cc: ConditionCode): Semantics {
  return (e, insn) => {
    const isTrue = e.condition(cc);
    e.helper("x87.fcmov", [isTrue, e.stIndex(insn.operands[1] as Operand)]);
  };
}

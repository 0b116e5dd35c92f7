/** MMX, and the MMX-register forms of SSE, SSE2 and SSSE3 instructions (SDM vol. 1, chapter 9). */
import type { Emitter } from "../../emit/emitter.ts";
import { f64x2, i8x16, i16x8, i32, i64, i64x2, v128 } from "../../emit/value.ts";
import type { Insn, Operand, Row } from "../insn.ts";
import { type RowOptions, row } from "../row.ts";
import { emms, highHalf, joined, lowHalf, lowHalfOfMemory, mmx } from "../semantics/mmx.ts";
import { immByte, operand } from "../semantics/sse.ts";

const NONE: RowOptions = { prefix: 0 };
const SSSE3: RowOptions = { prefix: 0, feature: "ssse3" };
const IMM: RowOptions = { prefix: 0, staticImm: true };

function shift(digit: number): RowOptions {
  return { prefix: 0, digit, mod: "reg" };
}

// biome-ignore format: one encoding per line, in the order of the opcodes.
export const mmxRows: readonly Row[] = [
  row(0x0f2a, "cvtpi2ps", "Vps,Npi", "rw,r", lowHalf(0x0f5b, 0), { prefix: 0, mod: "reg" }),
  row(0x0f2a, "cvtpi2ps", "Vps,Mq", "rw,r", lowHalfOfMemory(0x0f5b, 0), { prefix: 0, mod: "mem" }),
  row(0x0f2a, "cvtpi2pd", "Vpd,Npi", "w,r", mmx(cvtpi2pd), { prefix: 0x66, mod: "reg" }),
  row(0x0f2a, "cvtpi2pd", "Vpd,Mq", "w,r", cvtpi2pd, { prefix: 0x66, mod: "mem" }),
  row(0x0f2c, "cvttps2pi", "Ppi,Wq", "w,r", lowHalf(0x0f5b, 0xf3), NONE),
  row(0x0f2c, "cvttpd2pi", "Ppi,Wpd", "w,r", lowHalf(0x0fe6, 0x66), { prefix: 0x66 }),
  row(0x0f2d, "cvtps2pi", "Ppi,Wq", "w,r", lowHalf(0x0f5b, 0x66), NONE),
  row(0x0f2d, "cvtpd2pi", "Ppi,Wpd", "w,r", lowHalf(0x0fe6, 0xf2), { prefix: 0x66 }),
  row(0x0f60, "punpcklbw", "Pq,Qd", "rw,r", lowHalf(0x0f60), NONE),
  row(0x0f61, "punpcklwd", "Pq,Qd", "rw,r", lowHalf(0x0f61), NONE),
  row(0x0f62, "punpckldq", "Pq,Qd", "rw,r", lowHalf(0x0f62), NONE),
  row(0x0f63, "packsswb",  "Pq,Qq", "rw,r", joined(0x0f63), NONE),
  row(0x0f64, "pcmpgtb",   "Pq,Qq", "rw,r", lowHalf(0x0f64), NONE),
  row(0x0f65, "pcmpgtw",   "Pq,Qq", "rw,r", lowHalf(0x0f65), NONE),
  row(0x0f66, "pcmpgtd",   "Pq,Qq", "rw,r", lowHalf(0x0f66), NONE),
  row(0x0f67, "packuswb",  "Pq,Qq", "rw,r", joined(0x0f67), NONE),
  row(0x0f68, "punpckhbw", "Pq,Qq", "rw,r", highHalf(0x0f68), NONE),
  row(0x0f69, "punpckhwd", "Pq,Qq", "rw,r", highHalf(0x0f69), NONE),
  row(0x0f6a, "punpckhdq", "Pq,Qq", "rw,r", highHalf(0x0f6a), NONE),
  row(0x0f6b, "packssdw",  "Pq,Qq", "rw,r", joined(0x0f6b), NONE),
  row(0x0f6e, "movd",      "Pq,Ey", "w,r", mmx(fromGpr), NONE),
  row(0x0f6f, "movq",      "Pq,Qq", "w,r", mmx(move), NONE),
  row(0x0f70, "pshufw",    "Pq,Qq,Ib", "w,r,r", lowHalf(0x0f70, 0xf2), IMM),
  row(0x0f71, "psrlw",     "Nq,Ib", "rw,r", lowHalf(0x0f71, 0x66, 2), shift(2)),
  row(0x0f71, "psraw",     "Nq,Ib", "rw,r", lowHalf(0x0f71, 0x66, 4), shift(4)),
  row(0x0f71, "psllw",     "Nq,Ib", "rw,r", lowHalf(0x0f71, 0x66, 6), shift(6)),
  row(0x0f72, "psrld",     "Nq,Ib", "rw,r", lowHalf(0x0f72, 0x66, 2), shift(2)),
  row(0x0f72, "psrad",     "Nq,Ib", "rw,r", lowHalf(0x0f72, 0x66, 4), shift(4)),
  row(0x0f72, "pslld",     "Nq,Ib", "rw,r", lowHalf(0x0f72, 0x66, 6), shift(6)),
  row(0x0f73, "psrlq",     "Nq,Ib", "rw,r", lowHalf(0x0f73, 0x66, 2), shift(2)),
  row(0x0f73, "psllq",     "Nq,Ib", "rw,r", lowHalf(0x0f73, 0x66, 6), shift(6)),
  row(0x0f74, "pcmpeqb",   "Pq,Qq", "rw,r", lowHalf(0x0f74), NONE),
  row(0x0f75, "pcmpeqw",   "Pq,Qq", "rw,r", lowHalf(0x0f75), NONE),
  row(0x0f76, "pcmpeqd",   "Pq,Qq", "rw,r", lowHalf(0x0f76), NONE),
  row(0x0f77, "emms",      "", "", emms, NONE),
  row(0x0f7e, "movd",      "Ey,Pq", "w,r", mmx(toGpr), NONE),
  row(0x0f7f, "movq",      "Qq,Pq", "w,r", mmx(move), NONE),
  row(0x0fc4, "pinsrw",    "Pq,Rd/Mw,Ib", "rw,r,r", mmx(pinsrw), IMM),
  row(0x0fc5, "pextrw",    "Gd,Nq,Ib", "w,r,r", lowHalf(0x0fc5), { ...IMM, mod: "reg" }),
  row(0x0fd1, "psrlw",     "Pq,Qq", "rw,r", lowHalf(0x0fd1), NONE),
  row(0x0fd2, "psrld",     "Pq,Qq", "rw,r", lowHalf(0x0fd2), NONE),
  row(0x0fd3, "psrlq",     "Pq,Qq", "rw,r", lowHalf(0x0fd3), NONE),
  row(0x0fd4, "paddq",     "Pq,Qq", "rw,r", lowHalf(0x0fd4), NONE),
  row(0x0fd5, "pmullw",    "Pq,Qq", "rw,r", lowHalf(0x0fd5), NONE),
  row(0x0fd6, "movdq2q",   "Pq,Udq", "w,r", mmx(movdq2q), { prefix: 0xf2, mod: "reg" }),
  row(0x0fd6, "movq2dq",   "Vdq,Nq", "w,r", mmx(movq2dq), { prefix: 0xf3, mod: "reg" }),
  row(0x0fd7, "pmovmskb",  "Gd,Nq", "w,r", mmx(pmovmskb), { prefix: 0, mod: "reg" }),
  row(0x0fd8, "psubusb",   "Pq,Qq", "rw,r", lowHalf(0x0fd8), NONE),
  row(0x0fd9, "psubusw",   "Pq,Qq", "rw,r", lowHalf(0x0fd9), NONE),
  row(0x0fda, "pminub",    "Pq,Qq", "rw,r", lowHalf(0x0fda), NONE),
  row(0x0fdb, "pand",      "Pq,Qq", "rw,r", lowHalf(0x0fdb), NONE),
  row(0x0fdc, "paddusb",   "Pq,Qq", "rw,r", lowHalf(0x0fdc), NONE),
  row(0x0fdd, "paddusw",   "Pq,Qq", "rw,r", lowHalf(0x0fdd), NONE),
  row(0x0fde, "pmaxub",    "Pq,Qq", "rw,r", lowHalf(0x0fde), NONE),
  row(0x0fdf, "pandn",     "Pq,Qq", "rw,r", lowHalf(0x0fdf), NONE),
  row(0x0fe0, "pavgb",     "Pq,Qq", "rw,r", lowHalf(0x0fe0), NONE),
  row(0x0fe1, "psraw",     "Pq,Qq", "rw,r", lowHalf(0x0fe1), NONE),
  row(0x0fe2, "psrad",     "Pq,Qq", "rw,r", lowHalf(0x0fe2), NONE),
  row(0x0fe3, "pavgw",     "Pq,Qq", "rw,r", lowHalf(0x0fe3), NONE),
  row(0x0fe4, "pmulhuw",   "Pq,Qq", "rw,r", lowHalf(0x0fe4), NONE),
  row(0x0fe5, "pmulhw",    "Pq,Qq", "rw,r", lowHalf(0x0fe5), NONE),
  row(0x0fe7, "movntq",    "Mq,Pq", "w,r", mmx(move), { prefix: 0, mod: "mem" }),
  row(0x0fe8, "psubsb",    "Pq,Qq", "rw,r", lowHalf(0x0fe8), NONE),
  row(0x0fe9, "psubsw",    "Pq,Qq", "rw,r", lowHalf(0x0fe9), NONE),
  row(0x0fea, "pminsw",    "Pq,Qq", "rw,r", lowHalf(0x0fea), NONE),
  row(0x0feb, "por",       "Pq,Qq", "rw,r", lowHalf(0x0feb), NONE),
  row(0x0fec, "paddsb",    "Pq,Qq", "rw,r", lowHalf(0x0fec), NONE),
  row(0x0fed, "paddsw",    "Pq,Qq", "rw,r", lowHalf(0x0fed), NONE),
  row(0x0fee, "pmaxsw",    "Pq,Qq", "rw,r", lowHalf(0x0fee), NONE),
  row(0x0fef, "pxor",      "Pq,Qq", "rw,r", lowHalf(0x0fef), NONE),
  row(0x0ff1, "psllw",     "Pq,Qq", "rw,r", lowHalf(0x0ff1), NONE),
  row(0x0ff2, "pslld",     "Pq,Qq", "rw,r", lowHalf(0x0ff2), NONE),
  row(0x0ff3, "psllq",     "Pq,Qq", "rw,r", lowHalf(0x0ff3), NONE),
  row(0x0ff4, "pmuludq",   "Pq,Qq", "rw,r", lowHalf(0x0ff4), NONE),
  row(0x0ff5, "pmaddwd",   "Pq,Qq", "rw,r", lowHalf(0x0ff5), NONE),
  row(0x0ff6, "psadbw",    "Pq,Qq", "rw,r", lowHalf(0x0ff6), NONE),
  row(0x0ff7, "maskmovq",  "DI,Pq,Nq", "a,r,r", mmx(maskmovq), { prefix: 0, mod: "reg" }),
  row(0x0ff8, "psubb",     "Pq,Qq", "rw,r", lowHalf(0x0ff8), NONE),
  row(0x0ff9, "psubw",     "Pq,Qq", "rw,r", lowHalf(0x0ff9), NONE),
  row(0x0ffa, "psubd",     "Pq,Qq", "rw,r", lowHalf(0x0ffa), NONE),
  row(0x0ffb, "psubq",     "Pq,Qq", "rw,r", lowHalf(0x0ffb), NONE),
  row(0x0ffc, "paddb",     "Pq,Qq", "rw,r", lowHalf(0x0ffc), NONE),
  row(0x0ffd, "paddw",     "Pq,Qq", "rw,r", lowHalf(0x0ffd), NONE),
  row(0x0ffe, "paddd",     "Pq,Qq", "rw,r", lowHalf(0x0ffe), NONE),

  row(0x0f3800, "pshufb",    "Pq,Qq", "rw,r", lowHalf(0x0f3800), SSSE3),
  row(0x0f3801, "phaddw",    "Pq,Qq", "rw,r", joined(0x0f3801), SSSE3),
  row(0x0f3802, "phaddd",    "Pq,Qq", "rw,r", joined(0x0f3802), SSSE3),
  row(0x0f3803, "phaddsw",   "Pq,Qq", "rw,r", joined(0x0f3803), SSSE3),
  row(0x0f3804, "pmaddubsw", "Pq,Qq", "rw,r", lowHalf(0x0f3804), SSSE3),
  row(0x0f3805, "phsubw",    "Pq,Qq", "rw,r", joined(0x0f3805), SSSE3),
  row(0x0f3806, "phsubd",    "Pq,Qq", "rw,r", joined(0x0f3806), SSSE3),
  row(0x0f3807, "phsubsw",   "Pq,Qq", "rw,r", joined(0x0f3807), SSSE3),
  row(0x0f3808, "psignb",    "Pq,Qq", "rw,r", lowHalf(0x0f3808), SSSE3),
  row(0x0f3809, "psignw",    "Pq,Qq", "rw,r", lowHalf(0x0f3809), SSSE3),
  row(0x0f380a, "psignd",    "Pq,Qq", "rw,r", lowHalf(0x0f380a), SSSE3),
  row(0x0f380b, "pmulhrsw",  "Pq,Qq", "rw,r", lowHalf(0x0f380b), SSSE3),
  row(0x0f381c, "pabsb",     "Pq,Qq", "w,r", lowHalf(0x0f381c), SSSE3),
  row(0x0f381d, "pabsw",     "Pq,Qq", "w,r", lowHalf(0x0f381d), SSSE3),
  row(0x0f381e, "pabsd",     "Pq,Qq", "w,r", lowHalf(0x0f381e), SSSE3),
  row(0x0f3a0f, "palignr",   "Pq,Qq,Ib", "rw,r,r", mmx(palignr), { ...SSSE3, staticImm: true }),
];

function move(e: Emitter, insn: Insn): void {
  e.write(operand(insn, 0), e.read(operand(insn, 1)));
}

function isQword(op: Operand): boolean {
  return (op.kind === "gpr" || op.kind === "mem") && op.size === 8;
}

/** movd, and with REX.W movq. */
function fromGpr(e: Emitter, insn: Insn): void {
  const src = operand(insn, 1);
  const v = e.read(src);
  e.write(operand(insn, 0), isQword(src) ? v : i64.extend_i32_u(v));
}

function toGpr(e: Emitter, insn: Insn): void {
  const dst = operand(insn, 0);
  const v = e.read(operand(insn, 1));
  e.write(dst, isQword(dst) ? v : i32.wrap_i64(v));
}

function movdq2q(e: Emitter, insn: Insn): void {
  e.write(operand(insn, 0), i64x2.extract_lane(e.read(operand(insn, 1)), 0));
}

function movq2dq(e: Emitter, insn: Insn): void {
  e.write(operand(insn, 0), i64x2.replace_lane(v128.zero(), 0, e.read(operand(insn, 1))));
}

function pmovmskb(e: Emitter, insn: Insn): void {
  const signs = i8x16.bitmask(i64x2.splat(e.read(operand(insn, 1))));
  e.write(operand(insn, 0), i32.and(signs, i32.const(0xff)));
}

/** Two bits of the immediate choose the lane. */
function pinsrw(e: Emitter, insn: Insn): void {
  const dst = operand(insn, 0);
  const word = e.read(operand(insn, 1));
  const lane = immByte(insn, 2) & 3;
  const v = i16x8.replace_lane(i64x2.splat(e.read(dst)), lane, word);
  e.write(dst, i64x2.extract_lane(v, 0));
}

/** dst:src to the right by `imm` bytes, the low 8 bytes of it. */
function palignr(e: Emitter, insn: Insn): void {
  const dst = operand(insn, 0);
  const both = i64x2.replace_lane(i64x2.splat(e.read(operand(insn, 1))), 1, e.read(dst));
  const from = Math.min(immByte(insn, 2), 16);
  const lanes = Array.from({ length: 16 }, (_, i) => from + i);
  e.write(dst, i64x2.extract_lane(v128.shuffle(both, v128.zero(), lanes), 0));
}

/** As maskmovdqu, with eight bytes. */
function maskmovq(e: Emitter, insn: Insn): void {
  const data = e.let(e.read(operand(insn, 1)));
  const signs = i8x16.bitmask(i64x2.splat(e.read(operand(insn, 2))));
  const select = i32.and(signs, i32.const(0xff));
  e.helper("maskmovdqu", [e.linearAddress(operand(insn, 0)), data, data, select]);
}

/** Always exact. From memory it leaves the x87 state alone. */
function cvtpi2pd(e: Emitter, insn: Insn): void {
  e.write(operand(insn, 0), f64x2.convert_low_i32x4_s(i64x2.splat(e.read(operand(insn, 1)))));
}

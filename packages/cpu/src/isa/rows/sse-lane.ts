/** One lane moved between a vector and a general register or memory: pinsr*, pextr*, insertps, extractps. */

import type { Emitter } from "../../emit/emitter.ts";
import { i8x16, i16x8, i32x4, i64x2, type Value, v128 } from "../../emit/value.ts";
import type { Insn, Row, Semantics } from "../insn.ts";
import { row } from "../row.ts";
import { constI32x4, immByte, operand } from "../semantics/sse.ts";

// biome-ignore format: one encoding per line, in the order of the opcodes.
export const sseLaneRows: readonly Row[] = [
  row(0x0fc4, "pinsrw", "Vdq,Rd/Mw,Ib", "rw,r,r", insert(i16x8.replace_lane, 7), { prefix: 0x66, staticImm: true }),
  row(0x0fc5, "pextrw", "Gd,Udq,Ib", "w,r,r", extract(i16x8.extract_lane_u, 7), { prefix: 0x66, mod: "reg", staticImm: true }),
  row(0x0f3a14, "pextrb", "Rd/Mb,Vdq,Ib", "w,r,r", extract(i8x16.extract_lane_u, 15), { prefix: 0x66, staticImm: true, feature: "sse4.1" }),
  row(0x0f3a15, "pextrw", "Rd/Mw,Vdq,Ib", "w,r,r", extract(i16x8.extract_lane_u, 7), { prefix: 0x66, staticImm: true, feature: "sse4.1" }),
  row(0x0f3a16, "pextrd", "Ed,Vdq,Ib", "w,r,r", extract(i32x4.extract_lane, 3), { prefix: 0x66, rexW: 0, staticImm: true, feature: "sse4.1" }),
  row(0x0f3a16, "pextrq", "Eq,Vdq,Ib", "w,r,r", extract(i64x2.extract_lane, 1), { prefix: 0x66, rexW: 1, staticImm: true, feature: "sse4.1" }),
  row(0x0f3a17, "extractps", "Ed,Vdq,Ib", "w,r,r", extract(i32x4.extract_lane, 3), { prefix: 0x66, staticImm: true, feature: "sse4.1" }),
  row(0x0f3a20, "pinsrb", "Vdq,Rd/Mb,Ib", "rw,r,r", insert(i8x16.replace_lane, 15), { prefix: 0x66, staticImm: true, feature: "sse4.1" }),
  row(0x0f3a21, "insertps", "Vdq,Udq/Md,Ib", "rw,r,r", insertps, { prefix: 0x66, staticImm: true, feature: "sse4.1" }),
  row(0x0f3a22, "pinsrd", "Vdq,Ed,Ib", "rw,r,r", insert(i32x4.replace_lane, 3), { prefix: 0x66, rexW: 0, staticImm: true, feature: "sse4.1" }),
  row(0x0f3a22, "pinsrq", "Vdq,Eq,Ib", "rw,r,r", insert(i64x2.replace_lane, 1), { prefix: 0x66, rexW: 1, staticImm: true, feature: "sse4.1" }),
];

/** `lanes` is the mask of the immediate's bits that count. */
function insert(
  replaceLane: (v: Value, lane: number, x: Value) => Value,
  lanes: number,
): Semantics {
  return (e, insn) => {
    const dst = operand(insn, 0);
    e.write(dst, replaceLane(e.read(dst), immByte(insn, 2) & lanes, e.read(operand(insn, 1))));
  };
}

function extract(extractLane: (v: Value, lane: number) => Value, lanes: number): Semantics {
  return (e, insn) => {
    e.write(operand(insn, 0), extractLane(e.read(operand(insn, 1)), immByte(insn, 2) & lanes));
  };
}

/** imm[7:6]: lane of a source register; imm[5:4]: lane of dst that gets it; imm[3:0]: lanes then cleared. */
function insertps(e: Emitter, insn: Insn): void {
  const dst = operand(insn, 0);
  const src = operand(insn, 1);
  const imm = immByte(insn, 2);
  const single = src.kind === "mem" ? e.read(src) : i32x4.extract_lane(e.read(src), imm >> 6);
  const inserted = i32x4.replace_lane(e.read(dst), (imm >> 4) & 3, single);
  const keep = [0, 1, 2, 3].map((i) => ((imm >> i) & 1 ? 0 : -1)) as [
    number,
    number,
    number,
    number,
  ];
  e.write(dst, (imm & 15) === 0 ? inserted : v128.and(inserted, constI32x4(...keep)));
}

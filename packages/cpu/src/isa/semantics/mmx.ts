/**
 * MMX semantics by way of vectors: an MMX instruction does to 64 bits what the SSE2 instruction of the same opcode does
 * to each half of 128 (SDM vol. 1, 9.4). So the SSE2 row's semantics run on an emitter that shows MMX operands as
 * vectors, both halves alike, and stores the half asked for.
 */
import type { Emitter } from "../../emit/emitter.ts";
import { I32, I64, i32, i32x4, i64x2, V128, type Value } from "../../emit/value.ts";
import { S, Vector } from "../../state.ts";
import type { Insn, Operand, Row, Semantics } from "../insn.ts";
import { sseConvertRows } from "../rows/sse-convert.ts";
import { sseHorizontalRows } from "../rows/sse-horizontal.ts";
import { sseIntegerRows } from "../rows/sse-integer.ts";
import { sseLaneRows } from "../rows/sse-lane.ts";
import { sseLogicRows } from "../rows/sse-logic.ts";
import { sseMultiplyRows } from "../rows/sse-multiply.ts";
import { ssePackRows } from "../rows/sse-pack.ts";
import { sseShiftRows } from "../rows/sse-shift.ts";
import { sseShuffleRows } from "../rows/sse-shuffle.ts";
import { fromHalves, operand } from "./sse.ts";

const sseRows: readonly Row[] = [
  ...sseIntegerRows,
  ...ssePackRows,
  ...sseShiftRows,
  ...sseShuffleRows,
  ...sseMultiplyRows,
  ...sseHorizontalRows,
  ...sseLogicRows,
  ...sseLaneRows,
  ...sseConvertRows,
];

type Prefix = 0 | 0x66 | 0xf2 | 0xf3;

/** @throws Error when there is no such row: a slip in a table, found at load. */
function sseSemantics(opcode: number, prefix: Prefix, digit?: number): Semantics {
  const found = sseRows.find(
    (r) => r.opcode === opcode && r.prefix === prefix && r.digit === digit,
  );
  if (found === undefined) throw new Error(`no SSE row ${opcode.toString(16)} for its MMX form`);
  return found.semantics;
}

/** An operand as a vector: registers and 8 bytes twice, 4 bytes four times, 16 bytes as they are. */
function readVector(e: Emitter, op: Operand): Value {
  const v = e.read(op);
  if (v.type === I64 && (op.kind === "mmx" || op.kind === "mem")) return i64x2.splat(v);
  if (v.type === I32 && op.kind === "mem") return i32x4.splat(v);
  return v;
}

/** How the vector view shows the destination and stores the result. */
interface VectorView {
  /** The destination read as dst:src rather than dst:dst, for results that take their upper half from the source. */
  readonly isJoined: boolean;
  /** Which half of the result goes to the destination. */
  readonly half: 0 | 1;
}

/** `e` with MMX operands shown as vectors. An SSE register as destination keeps its high half. */
function vectorEmitter(e: Emitter, insn: Insn, view: VectorView): Emitter {
  const dst = insn.operands[0];
  const overrides: Partial<Emitter> = {
    read(op) {
      if (op !== dst || !view.isJoined) return readVector(e, op);
      return fromHalves(e.read(op), i64x2.extract_lane(readVector(e, operand(insn, 1)), 0));
    },
    write(op, v) {
      if (v.type !== V128) {
        e.write(op, v);
        return;
      }
      const half = i64x2.extract_lane(v, view.half);
      e.write(op, op.kind === "mmx" ? half : i64x2.replace_lane(e.read(op), 0, half));
    },
  };
  return new Proxy(e, {
    get(target, key) {
      const own = Reflect.get(overrides, key);
      if (own !== undefined) return own;
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Raises #MF if an unmasked x87 exception is pending: MMX instructions are waiting ones. */
function checkPending(e: Emitter): void {
  e.raise(Vector.MF, i32.and(e.readState(S.fsw, I32, 2), i32.const(0x80)));
}

/** All registers in use and TOP 0, as after every MMX instruction. */
function enterMmx(e: Emitter): void {
  e.writeState(S.fsw, 2, i32.and(e.readState(S.fsw, I32, 2), i32.const(~0x3800)));
  e.writeState(S.ftw, 2, i32.const(0xff));
}

/** An MMX instruction: `body` between what all of them check and change. */
export function mmx(body: Semantics): Semantics {
  return (e, insn) => {
    checkPending(e);
    body(e, insn);
    enterMmx(e); // Last: nothing may have changed where `body` raises.
  };
}

/** emms: all registers empty, and TOP 0 as after the other MMX instructions (as recorded; the SDM is silent on TOP). */
export function emms(e: Emitter): void {
  checkPending(e);
  enterMmx(e);
  e.writeState(S.ftw, 2, i32.const(0));
}

function through(semantics: Semantics, view: VectorView): Semantics {
  return mmx((e, insn) => semantics(vectorEmitter(e, insn, view), insn));
}

/** The low half of what the SSE2 instruction computes, of an instruction that has no MMX register as it stands. */
export function lowHalfOfMemory(opcode: number, prefix: Prefix): Semantics {
  const semantics = sseSemantics(opcode, prefix);
  return (e, insn) => semantics(vectorEmitter(e, insn, { isJoined: false, half: 0 }), insn);
}

/** The low half of what the SSE2 instruction computes: all that works lane by lane, and unpacks of low lanes. */
export function lowHalf(opcode: number, prefix: Prefix = 0x66, digit?: number): Semantics {
  return through(sseSemantics(opcode, prefix, digit), { isJoined: false, half: 0 });
}

/** The high half: unpacks of high lanes. */
export function highHalf(opcode: number): Semantics {
  return through(sseSemantics(opcode, 0x66), { isJoined: false, half: 1 });
}

/** Results whose upper part comes from the source: packs and horizontal sums. */
export function joined(opcode: number): Semantics {
  return through(sseSemantics(opcode, 0x66), { isJoined: true, half: 0 });
}

/** Which exception an instruction raises that cannot be done, where that takes a second look at it. */
import { RBP, RSP, S } from "../state.ts";
import { decodeBlock } from "./block.ts";
import type { GuestSpace } from "./guest-space.ts";

/** Whether a non-canonical access at `low`, `high` of the instruction at `pc` went through SS: it raises #SS, others #GP. */
export function isStackAccess(space: GuestSpace, pc: number, low: number, high: number): boolean {
  const [insn] = decodeBlock(space, pc, 1).insns;
  if (insn === undefined) return false;
  const op = insn.operands.find((o) => o.kind === "mem");
  if (op?.kind !== "mem") return true; // push, pop, call, ret, leave: nothing but the stack
  // What pops to memory or pushes from it has two accesses; the stack's is at rsp or just below it.
  const isStackInsn = insn.row.default64 === true;
  if (isStackInsn && (isBelowRsp(space, 0, low, high) || isBelowRsp(space, insn.size, low, high))) {
    return true;
  }
  return (op.base === RSP || op.base === RBP) && op.segment === "none";
}

function isBelowRsp(space: GuestSpace, by: number, low: number, high: number): boolean {
  const rspLow = (space.state32[2 * RSP] as number) >>> 0;
  const rspHigh = space.state32[2 * RSP + 1] as number;
  const borrow = rspLow < by ? 1 : 0;
  return ((rspLow - by) | 0) === (low | 0) && ((rspHigh - borrow) | 0) === (high | 0);
}

/** Error summary of the x87 status word: an unmasked exception waits to be raised. */
const FSW_ES = 0x80;

export function isX87ErrorPending(space: GuestSpace): boolean {
  return ((space.state32[S.fcw >> 2] as number) & (FSW_ES << 16)) !== 0;
}

/** Whether the instruction at `pc` raises a pending x87 exception before it does anything. */
export function waitsForX87(space: GuestSpace, pc: number): boolean {
  const [insn] = decodeBlock(space, pc, 1).insns;
  if (insn === undefined) return false;
  const { opcode, mnemonic } = insn.row;
  if (opcode >= 0xd8 && opcode <= 0xdf) return !mnemonic.startsWith("fn");
  return insn.operands.some((o) => o.kind === "mmx");
}

/** The bytes at an undefined instruction, for the person's log. */
export function describeBytes(space: GuestSpace, pc: number): string {
  const bytes = [...space.bytes.subarray(pc, pc + 15)].map((b) => b.toString(16).padStart(2, "0"));
  return `undefined or unimplemented instruction at 0x${pc.toString(16)}: ${bytes.join(" ")}`;
}

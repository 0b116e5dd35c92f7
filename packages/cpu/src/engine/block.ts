/** Decodes guest code: single instructions and blocks. */
import { type DecodeFailure, decode, MAX_LENGTH } from "../isa/decoder.ts";
import type { Insn } from "../isa/insn.ts";
import { CODE_END, GUEST_END, PAGE_SHIFT, PAGE_SIZE, Perm } from "../state.ts";
import type { GuestSpace } from "./guest-space.ts";

/** Instructions in a block at the most. */
export const MAX_BLOCK = 32;

const TWO_32 = 4294967296;

/** A page that instructions cannot be fetched from now. */
export interface NotExecutable {
  readonly kind: "no-exec";
  readonly addr: number;
  readonly row?: undefined;
}

export interface Block {
  readonly pc: number;
  readonly insns: readonly Insn[];
  /** Address after the last instruction. */
  readonly end: number;
  /** Why there is no first instruction. */
  readonly failure: DecodeFailure | NotExecutable | undefined;
}

function isExecutable(space: GuestSpace, page: number): boolean {
  return page < GUEST_END >>> PAGE_SHIFT && ((space.perms[page] as number) & Perm.X) !== 0;
}

/**
 * The instruction at `pc`. A direct branch beyond the 4 GiB that a pc has here leads to where no code can be, so that it
 * faults instead of coming out elsewhere.
 */
export function fetchInsn(space: GuestSpace, pc: number): Insn | DecodeFailure | NotExecutable {
  const page = pc >>> PAGE_SHIFT;
  if (!isExecutable(space, page)) return { kind: "no-exec", addr: pc };
  const offset = pc & (PAGE_SIZE - 1);
  const crosses = offset > PAGE_SIZE - MAX_LENGTH && isExecutable(space, page + 1);
  const insn = decode(space.codeBytes(page), offset, crosses ? 2 * PAGE_SIZE : PAGE_SIZE, pc);
  if (insn.row === undefined) {
    return insn.kind === "truncated" ? { kind: "no-exec", addr: (page + 1) * PAGE_SIZE } : insn;
  }
  const [first] = insn.operands;
  if (first?.kind === "rel" && (first.target < 0 || first.target >= TWO_32)) {
    return { ...insn, operands: [{ ...first, target: CODE_END }] };
  }
  return insn;
}

/** Decodes from `pc` to the first instruction that leaves the block; `limit` instructions at the most. */
export function decodeBlock(space: GuestSpace, pc: number, limit: number = MAX_BLOCK): Block {
  const insns: Insn[] = [];
  let at = pc;
  while (insns.length < limit) {
    const insn = fetchInsn(space, at);
    if (insn.row === undefined) {
      return { pc, insns, end: at, failure: insns.length === 0 ? insn : undefined };
    }
    insns.push(insn);
    at += insn.length;
    if (insn.row.flow !== "next") break;
  }
  return { pc, insns, end: at, failure: undefined };
}

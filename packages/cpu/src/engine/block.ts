/** Decodes one block: from a pc to the first instruction that leaves it. */
import { type DecodeFailure, decode, MAX_LENGTH } from "../isa/decoder.ts";
import type { Insn } from "../isa/insn.ts";
import { GUEST_END, PAGE_SIZE, Perm } from "../state.ts";
import type { GuestSpace } from "./guest-space.ts";

/** Instructions in a block at the most. */
export const MAX_BLOCK = 32;

export interface Block {
  readonly pc: number;
  readonly insns: readonly Insn[];
  /** Address after the last instruction. */
  readonly end: number;
  /** What stopped decoding, if not an instruction that ends a block or the length limit. */
  readonly failure: DecodeFailure | { readonly kind: "no-exec"; readonly addr: number } | undefined;
}

function isExecutable(space: GuestSpace, addr: number): boolean {
  if (addr >= GUEST_END) return false;
  return ((space.perms[addr >>> 12] as number) & Perm.X) !== 0;
}

/** The bytes from `pc` that may be fetched now, at most up to the end of the next page. */
function fetchEnd(space: GuestSpace, pc: number): number {
  const pageEnd = (Math.floor(pc / PAGE_SIZE) + 1) * PAGE_SIZE;
  if (pageEnd - pc >= MAX_LENGTH) return pageEnd;
  return isExecutable(space, pageEnd) ? pageEnd + PAGE_SIZE : pageEnd;
}

/** Decodes at `pc`, whose page is executable. `limit` instructions at the most. */
export function decodeBlock(space: GuestSpace, pc: number, limit = MAX_BLOCK): Block {
  const insns: Insn[] = [];
  let at = pc;
  while (insns.length < limit) {
    if (at !== pc && at % PAGE_SIZE === 0 && !isExecutable(space, at)) {
      return { pc, insns, end: at, failure: insns.length > 0 ? undefined : { kind: "no-exec", addr: at } };
    }
    const end = fetchEnd(space, at);
    const insn = decode(space.bytes, at, end, at);
    if (insn.row === undefined) {
      if (insns.length > 0) return { pc, insns, end: at, failure: undefined };
      const failure = insn.kind === "truncated" ? { kind: "no-exec" as const, addr: end } : insn;
      return { pc, insns, end: at, failure };
    }
    insns.push(insn);
    at += insn.length;
    if (insn.row.flow !== "next") break;
  }
  return { pc, insns, end: at, failure: undefined };
}

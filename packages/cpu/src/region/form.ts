/**
 * Forms a region: the blocks that are translated into one Wasm function.
 *
 * A region has one entry. It follows direct jumps, both ways of branches, and goes on after calls, where the
 * interpreter has been often enough, until it has MAX_BLOCKS blocks; everything beyond is an exit. Another entry into the same code (a return address, a loop
 * that was left for its slice's end) becomes a region of its own when it is hot: code twice, but every region
 * is single-entry and nearly always reducible.
 */
import type { Insn } from "../isa/insn.ts";

const MAX_BLOCKS = 96;
/** Instructions in a region at the most: V8's optimiser takes about 12 ms per KiB of hot x86. */
const MAX_INSNS = 800;
/** What even the latest copy may have. */
const MIN_INSNS = 100;

export interface RegionBlock {
  readonly pc: number;
  readonly insns: readonly Insn[];
  /** Address after the last instruction: where the block falls through to. */
  readonly end: number;
  /** Successor pcs inside or outside of the region: taken, not taken; or the known targets of an indirect jump. */
  readonly successors: readonly number[];
}

export interface Region {
  readonly entry: number;
  readonly blocks: ReadonlyMap<number, RegionBlock>;
  /** Half-open byte ranges that were translated. */
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
}

/** Decodes at `pc`, or says why it cannot (then the region ends there). */
export type Fetch = (pc: number) => Insn | { readonly row?: undefined };

/** What the interpreter has seen. */
export interface Profile {
  /** Where the indirect jump at a pc has gone to. */
  readonly targets: (pc: number) => readonly number[];
  /** Whether the block at a pc runs often enough to be worth translating. */
  readonly isWarm: (pc: number) => boolean;
  /** How many regions have translated the block at a pc already. */
  readonly copies: (pc: number) => number;
}

/** @returns undefined when not even the first instruction can be translated */
export function formRegion(entry: number, fetch: Fetch, profile: Profile): Region | undefined {
  const insns = new Map<number, Insn>();
  const leaders = new Set<number>([entry]);
  const queue = [entry];
  // Code that is in other regions already is entered here from a new side: each copy takes in less around it.
  const limit = Math.max(MIN_INSNS, MAX_INSNS >> profile.copies(entry));
  let count = 0;
  // Breadth first: what is near the entry gets in first.
  for (let head = 0; head < queue.length && head < MAX_BLOCKS; head++) {
    let pc = queue[head] as number;
    while (!insns.has(pc) && count < limit) {
      const insn = fetch(pc);
      if (insn.row === undefined || !isTranslatable(insn)) break;
      insns.set(pc, insn);
      count++;
      const next = pc + insn.length;
      if (insn.row.flow === "next") {
        pc = next;
        continue;
      }
      for (const target of localTargets(insn, next, profile)) {
        if (leaders.has(target) || !profile.isWarm(target)) continue;
        leaders.add(target);
        queue.push(target);
      }
      break;
    }
  }
  if (!insns.has(entry)) return undefined;
  const blocks = new Map<number, RegionBlock>();
  for (const pc of queue) {
    if (insns.has(pc)) blocks.set(pc, cutBlock(pc, insns, leaders, profile));
  }
  return { entry, blocks, ranges: rangesOf(blocks) };
}

function isTranslatable(insn: Insn): boolean {
  return insn.row.flow !== "stop";
}

/** Where control can go within the same function. */
function localTargets(insn: Insn, next: number, profile: Profile): readonly number[] {
  const target = insn.operands[0];
  switch (insn.row.flow) {
    case "jump":
      return target?.kind === "rel" ? [target.target] : [];
    case "jump*":
      return profile.targets(insn.pc);
    case "branch":
      return target?.kind === "rel" ? [target.target, next] : [next];
    case "call":
    case "call*":
    case "syscall":
      return [next];
    default:
      return [];
  }
}

function cutBlock(
  pc: number,
  insns: ReadonlyMap<number, Insn>,
  leaders: ReadonlySet<number>,
  profile: Profile,
): RegionBlock {
  const own: Insn[] = [];
  let at = pc;
  for (;;) {
    const insn = insns.get(at);
    if (insn === undefined) return { pc, insns: own, end: at, successors: [at] };
    own.push(insn);
    at += insn.length;
    if (insn.row.flow !== "next") {
      return { pc, insns: own, end: at, successors: localTargets(insn, at, profile) };
    }
    if (leaders.has(at)) return { pc, insns: own, end: at, successors: [at] };
  }
}

function rangesOf(blocks: ReadonlyMap<number, RegionBlock>): { start: number; end: number }[] {
  const sorted = [...blocks.values()].sort((a, b) => a.pc - b.pc);
  const ranges: { start: number; end: number }[] = [];
  for (const b of sorted) {
    const last = ranges[ranges.length - 1];
    if (last !== undefined && b.pc <= last.end) last.end = Math.max(last.end, b.end);
    else ranges.push({ start: b.pc, end: b.end });
  }
  return ranges;
}

/**
 * Where a region should begin for a block that is hot.
 *
 * The blocks of a function run about equally often, so any of them may be the first to reach the threshold: often one in
 * the middle, which more than one way leads to. A region from there would have the function's end only, and the
 * next block to get hot, one before, would make another with nearly the same code. So the region begins
 * where the way to the block begins, as far up as code is about as hot.
 */

import { SLOT } from "../interp/core-module.ts";
import { REC } from "../interp/record.ts";
import { localTargets, type Profile } from "../region/form.ts";
import { PAGE_SHIFT } from "../state.ts";
import { decodeBlock } from "./block.ts";
import type { GuestSpace } from "./guest-space.ts";

/** Blocks that are looked at upwards. */
const MAX_STEPS = 64;

/**
 * Blocks on a way to the hot block at `pc`, itself the last: each leads to the next, lies below it, has been entered `hot`
 * times, and has no region.
 */
export function wayTo(space: GuestSpace, pc: number, hot: number, profile: Profile): number[] {
  const pages = new Map<number, Map<number, number>>();
  const before = (at: number): number | undefined => {
    // A block that leads here begins on this page or the one before.
    for (const page of [at >>> PAGE_SHIFT, (at >>> PAGE_SHIFT) - 1]) {
      let ways = pages.get(page);
      if (ways === undefined) {
        ways = waysFrom(space, page, hot, profile);
        pages.set(page, ways);
      }
      const from = ways.get(at);
      if (from !== undefined) return from;
    }
    return undefined;
  };
  const way = [pc];
  for (let at = before(pc); at !== undefined && way.length < MAX_STEPS; at = before(at)) {
    way.push(at);
  }
  return way.reverse();
}

/** Where the hot blocks of a page lead to further up: address → the lowest block that leads there. */
function waysFrom(
  space: GuestSpace,
  page: number,
  hot: number,
  profile: Profile,
): Map<number, number> {
  const ways = new Map<number, number>();
  for (const rec of space.pageBlocks.get(page) ?? []) {
    const isHot =
      space.code.get(rec, REC.handler) === SLOT.head && space.code.get(rec, REC.count) >= hot;
    if (!isHot) continue;
    const pc = space.code.get(rec, REC.pc) >>> 0;
    const { insns, end } = decodeBlock(space, pc);
    const last = insns[insns.length - 1];
    if (last === undefined) continue;
    const targets = last.row.flow === "next" ? [end] : localTargets(last, end, profile);
    for (const target of targets) {
      if (target > pc && pc < (ways.get(target) ?? target)) ways.set(target, pc);
    }
  }
  return ways;
}

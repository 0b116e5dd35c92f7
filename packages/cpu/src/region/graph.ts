/**
 * The control-flow graph of a region, made ready for structured code: reverse postorder, dominator tree, loop
 * headers and merge points (Ramsey, "Beyond Relooper", ICFP 2022). Edges that would make it irreducible are cut:
 * they leave the region instead.
 */
import type { Region, RegionBlock } from "./form.ts";

export interface GraphNode {
  readonly block: RegionBlock;
  /** Position in reverse postorder. */
  readonly order: number;
  /** Immediate dominator's order; the entry's is its own. */
  readonly idom: number;
  /** Orders of the nodes that this one immediately dominates, ascending. */
  readonly children: readonly number[];
  readonly isLoopHeader: boolean;
  /** More than one forward edge comes in. */
  readonly isMerge: boolean;
  /** Orders of successors inside the region, undefined where the edge leaves it. */
  readonly successors: readonly (number | undefined)[];
  readonly predecessors: readonly number[];
  /** Order of the exit of the block's frame; undefined where it has none: it leaves the region. */
  readonly exit: number | undefined;
}

interface Draft {
  block: RegionBlock;
  successors: (number | undefined)[];
  exit: number | undefined;
  predecessors: number[];
  idom: number;
}

/** Nodes in reverse postorder; index 0 is the entry. */
export function buildGraph(region: Region): readonly GraphNode[] {
  const order = reversePostorder(region);
  const index = new Map<number, number>(order.map((key, i) => [key, i]));
  const drafts: Draft[] = order.map((key) => {
    const block = region.blocks.get(key) as RegionBlock;
    return {
      block,
      successors: block.successors.map((s) => index.get(s)),
      exit: block.exit === undefined ? undefined : index.get(block.exit),
      predecessors: [],
      idom: -1,
    };
  });
  connect(drafts);
  dominators(drafts);
  // A retreating edge into a node that does not dominate its source: irreducible, cut it.
  let cut = false;
  drafts.forEach((d, i) => {
    const keep = (s: number | undefined): number | undefined => {
      if (s === undefined || s > i || dominates(drafts, s, i)) return s;
      cut = true;
      return undefined;
    };
    d.successors = d.successors.map(keep);
    d.exit = keep(d.exit);
  });
  if (cut) {
    connect(drafts);
    dominators(drafts);
  }
  const children: number[][] = drafts.map(() => []);
  drafts.forEach((d, i) => {
    if (i > 0 && d.idom >= 0) (children[d.idom] as number[]).push(i);
  });
  return drafts.map((d, i) => ({
    block: d.block,
    order: i,
    idom: d.idom,
    children: children[i] as number[],
    isLoopHeader: d.predecessors.some((p) => p >= i),
    // An exit is branched to from the middle of blocks.
    isMerge: d.block.isExit || d.predecessors.filter((p) => p < i).length > 1,
    successors: d.successors,
    predecessors: d.predecessors,
    exit: d.exit,
  }));
}

function reversePostorder(region: Region): number[] {
  const seen = new Set<number>([region.entry]);
  const post: number[] = [];
  const stack: { key: number; next: number }[] = [{ key: region.entry, next: 0 }];
  while (stack.length > 0) {
    const top = stack[stack.length - 1] as { key: number; next: number };
    const { successors, exit } = region.blocks.get(top.key) as RegionBlock;
    const all = exit === undefined ? successors : [...successors, exit];
    // The last successor (not taken) first, so that it comes right behind in reverse order.
    const target = all[all.length - 1 - top.next];
    if (top.next >= all.length) {
      post.push(top.key);
      stack.pop();
      continue;
    }
    top.next++;
    if (target === undefined || seen.has(target) || !region.blocks.has(target)) continue;
    seen.add(target);
    stack.push({ key: target, next: 0 });
  }
  return post.reverse();
}

function connect(drafts: Draft[]): void {
  for (const d of drafts) d.predecessors = [];
  drafts.forEach((d, i) => {
    // A branch whose both ways are the same is one edge each: both count.
    for (const s of d.successors) if (s !== undefined) (drafts[s] as Draft).predecessors.push(i);
    if (d.exit !== undefined) (drafts[d.exit] as Draft).predecessors.push(i);
  });
}

/** Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm". */
function dominators(drafts: Draft[]): void {
  drafts.forEach((d, i) => {
    d.idom = i === 0 ? 0 : -1;
  });
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 1; i < drafts.length; i++) {
      const d = drafts[i] as Draft;
      let best = -1;
      for (const p of d.predecessors) {
        if ((drafts[p] as Draft).idom < 0) continue;
        best = best < 0 ? p : intersect(drafts, p, best);
      }
      if (best !== d.idom) {
        d.idom = best;
        changed = true;
      }
    }
  }
}

function intersect(drafts: readonly Draft[], a: number, b: number): number {
  let x = a;
  let y = b;
  while (x !== y) {
    while (x > y) x = (drafts[x] as Draft).idom;
    while (y > x) y = (drafts[y] as Draft).idom;
  }
  return x;
}

function dominates(drafts: readonly Draft[], a: number, b: number): boolean {
  let at = b;
  while (at > a) at = (drafts[at] as Draft).idom;
  return at === a;
}

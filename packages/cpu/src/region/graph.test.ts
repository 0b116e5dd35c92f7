/** Control-flow graphs of small regions, given as blocks and the blocks they lead to. */
import { expect, test } from "vitest";
import type { Region, RegionBlock } from "./form.ts";
import { buildGraph, type GraphNode } from "./graph.ts";

/** Blocks named by pc; the first is the entry. */
function region(edges: Readonly<Record<number, readonly number[]>>, entry = 1): Region {
  const plain = { insns: [], frame: undefined, isInlined: false, isExit: false, exit: undefined };
  const blocks = new Map<number, RegionBlock>(
    Object.entries(edges).map(([name, successors]) => {
      const pc = Number(name);
      return [pc, { ...plain, key: pc, pc, end: pc + 1, successors }];
    }),
  );
  return { entry, blocks, ranges: [] };
}

function nodeAt(nodes: readonly GraphNode[], pc: number): GraphNode {
  const found = nodes.find((n) => n.block.pc === pc);
  if (found === undefined) throw new Error(`no block ${pc}`);
  return found;
}

const pcsOf = (nodes: readonly GraphNode[], orders: readonly (number | undefined)[]): unknown[] =>
  orders.map((o) => (o === undefined ? "out" : nodes[o]?.block.pc));

test("a diamond: the join is dominated by the fork", () => {
  const nodes = buildGraph(region({ 1: [2, 3], 2: [4], 3: [4], 4: [] }));
  expect(nodes[0]?.block.pc).toBe(1);
  const join = nodeAt(nodes, 4);
  expect(join.isMerge).toBe(true);
  expect(nodes[join.idom]?.block.pc).toBe(1);
  expect(pcsOf(nodes, nodes[0]?.children ?? []).sort()).toEqual([2, 3, 4]);
});

test("every edge but those back to a loop goes forward", () => {
  const nodes = buildGraph(region({ 1: [3, 2], 2: [4], 3: [2, 5], 4: [1, 5], 5: [] }));
  for (const node of nodes) {
    for (const s of node.successors) {
      if (s !== undefined && s <= node.order) expect(nodes[s]?.isLoopHeader).toBe(true);
    }
  }
});

test("nested loops have a header each", () => {
  const nodes = buildGraph(region({ 1: [2], 2: [3], 3: [3, 4], 4: [2, 5], 5: [] }));
  expect(nodes.filter((n) => n.isLoopHeader).map((n) => n.block.pc)).toEqual([2, 3]);
  // An edge back makes no merge point of a header.
  expect(nodes.some((n) => n.isMerge)).toBe(false);
});

test("a block that is its own successor", () => {
  const [only] = buildGraph(region({ 1: [1, 9] }));
  expect(only?.isLoopHeader).toBe(true);
  expect(only?.successors).toEqual([0, undefined]);
});

test("two ways into a loop: one edge leaves the region instead", () => {
  const nodes = buildGraph(region({ 1: [2, 3], 2: [3], 3: [2, 4], 4: [] }));
  const cut = nodes.flatMap((n) => n.successors).filter((s) => s === undefined);
  expect(cut.length).toBe(1);
  // What is left is reducible: every edge back goes to a node that dominates its source.
  for (const node of nodes) {
    for (const s of node.successors) {
      if (s === undefined || s > node.order) continue;
      let at = node.order;
      while (at > s) at = nodes[at]?.idom ?? -1;
      expect(at).toBe(s);
    }
  }
});

test("a branch whose ways are the same counts as two edges", () => {
  const nodes = buildGraph(region({ 1: [2, 2], 2: [] }));
  expect(nodeAt(nodes, 2).isMerge).toBe(true);
});

test("blocks that cannot be reached are not there", () => {
  expect(buildGraph(region({ 1: [2], 2: [], 3: [2] })).map((n) => n.block.pc)).toEqual([1, 2]);
});

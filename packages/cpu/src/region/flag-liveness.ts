/** Which status flags somebody still reads: backward over a region's blocks. At exits all are alive. */
import { flagsRead } from "../isa/flag-use.ts";
import { ALL_FLAGS, type Insn } from "../isa/insn.ts";
import { flowOf, pcOf } from "./form.ts";
import type { GraphNode } from "./graph.ts";

/** Flags alive before `insn`, given those alive after. */
export function aliveBefore(insn: Insn, after: number): number {
  if (insn.row.flow === "jump*") return ALL_FLAGS;
  return (after & ~insn.row.writes) | flagsRead(insn);
}

/**
 * Flags alive at the start of each node.
 * @param exitFlags flags alive at an exit to `pc`
 */
export function flagsAlive(
  nodes: readonly GraphNode[],
  exitFlags: (pc: number) => number,
): number[] {
  const alive: number[] = nodes.map(() => 0);
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = nodes.length - 1; i >= 0; i--) {
      const node = nodes[i] as GraphNode;
      let flags = aliveAtEnd(node, alive, exitFlags);
      for (let k = node.block.insns.length - 1; k >= 0; k--) {
        flags = aliveBefore(node.block.insns[k] as Insn, flags);
      }
      if (flags !== alive[i]) {
        alive[i] = flags;
        changed = true;
      }
    }
  }
  return alive;
}

/** Flags alive after the last instruction of a node. */
export function aliveAtEnd(
  node: GraphNode,
  alive: readonly number[],
  exitFlags: (pc: number) => number,
): number {
  // Before an exit they have gone to the state block.
  if (node.block.isExit) return 0;
  const flow = flowOf(node.block);
  const leavesAsIs = flow === "next" || flow === "branch" || flow === "jump" || flow === "jump*";
  // Where control leaves through memory (calls, returns, indirect jumps) the flags go along.
  // An indirect jump to a block that isn't here takes care of them itself.
  // A return that is done in place may find another return address.
  if (flow === "call" && !node.block.isInlined) {
    const target = node.block.insns.at(-1)?.operands[0];
    return target?.kind === "rel" ? exitFlags(target.target) : ALL_FLAGS;
  }
  if (!leavesAsIs && flow !== "call") return ALL_FLAGS;
  let flags = 0;
  node.successors.forEach((s, i) => {
    flags |=
      s === undefined ? exitFlags(pcOf(node.block.successors[i] as number)) : (alive[s] as number);
  });
  return flags;
}

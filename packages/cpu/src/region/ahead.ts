/** What blocks that follow will access, so that one check does for all of them. */
import { flowOf } from "./form.ts";
import type { GraphNode } from "./graph.ts";
import { isCut, type RegisterState } from "./register-state.ts";
import type { RegisterAccess } from "./registers-used.ts";

/** Blocks in a row that are looked at. */
const MAX_AHEAD = 4;

/** An access of a block that follows. */
export interface AccessAhead extends RegisterAccess {
  /** There is no other way. */
  readonly isCertain: boolean;
}

/** Accesses of the blocks that nothing but `node` leads to, through registers that keep their values on the way. */
export function accessesAhead(
  nodes: readonly GraphNode[],
  states: readonly RegisterState[],
  node: GraphNode,
): readonly AccessAhead[] {
  const found: AccessAhead[] = [];
  const follow = (from: GraphNode, written: number, depth: number, certain: boolean): void => {
    if (isCut(from)) return;
    const isCertain = certain && from.successors.length === 1 && flowOf(from.block) !== "jump*";
    for (const order of from.successors) {
      const next = order === undefined ? undefined : nodes[order];
      if (next === undefined || next.predecessors.length !== 1) continue;
      const { registers } = states[next.order] as RegisterState;
      for (const access of registers.early) {
        if ((written & (1 << access.register)) === 0) found.push({ ...access, isCertain });
      }
      if (depth < MAX_AHEAD && !registers.hasHelper) {
        follow(next, written | registers.written, depth + 1, isCertain);
      }
    }
  };
  follow(node, 0, 1, true);
  return found;
}

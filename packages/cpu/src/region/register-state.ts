/**
 * Where the registers are at the start of each block of a region: in the state block of the address space, which
 * is their home, in the function's locals, or both.
 *
 *   valid   the local has the register's value; others are loaded by the block that reads them first
 *   dirty   the local may differ from the state block: always valid too, and stored where control leaves
 *
 * Nothing is loaded that isn't used: a region is often entered for a few instructions (an opcode of an
 * interpreter's loop). A loop's registers are loaded before the loop. After a call or a syscall nothing is valid.
 *
 * Registers are bits of a mask: 0–15 general, 16–31 SSE. The status flags are apart: their locals are valid where a
 * block's flags are alive, and only there.
 */
import { flowOf } from "./form.ts";
import type { GraphNode } from "./graph.ts";
import { type BlockRegisters, registersOf } from "./registers-used.ts";

export interface RegisterState {
  /** At the start of the block, after the loads that its incoming edges make. */
  readonly valid: number;
  readonly dirty: number;
  /** After the last instruction, before that has left the block. */
  readonly validEnd: number;
  readonly dirtyEnd: number;
  /** What the block's first instructions load: read there and not valid. */
  readonly loads: number;
  readonly flagsDirty: boolean;
  readonly flagsDirtyEnd: boolean;
  readonly registers: BlockRegisters;
}

/** Whether control comes back from elsewhere at the end of the block. */
export function isCut(node: GraphNode): boolean {
  if (node.block.isExit) return true;
  if (node.block.isInlined) return false;
  const flow = flowOf(node.block);
  return flow === "call" || flow === "call*" || flow === "syscall";
}

/** What happens in the loop that `header` begins: registers touched and written, and whether other code runs. */
export function loopOf(
  nodes: readonly GraphNode[],
  header: GraphNode,
  states: readonly { readonly registers: BlockRegisters }[],
): { readonly touched: number; readonly written: number; readonly isCut: boolean } {
  const last = Math.max(...header.predecessors);
  let touched = 0;
  let written = 0;
  let cut = false;
  for (let i = header.order; i <= last; i++) {
    let at = i;
    while (at > header.order) at = (nodes[at] as GraphNode).idom;
    if (at !== header.order) continue;
    const { registers } = states[i] as { readonly registers: BlockRegisters };
    touched |= registers.touched;
    written |= registers.written;
    cut ||= registers.hasHelper || isCut(nodes[i] as GraphNode);
  }
  return { touched, written, isCut: cut };
}

/** @param alive status flags alive at the start of each node */
export function registerStates(
  nodes: readonly GraphNode[],
  alive: readonly number[],
): readonly RegisterState[] {
  const used = nodes.map((n) => registersOf(n.block.insns));
  const blocks = used.map((registers) => ({ registers }));
  const cut = nodes.map(isCut);

  // Dirty: forward, a register that is on any way here.
  const dirty = new Int32Array(nodes.length);
  const dirtyEnd = new Int32Array(nodes.length);
  const flagsDirty = nodes.map(() => false);
  const flagsDirtyEnd = nodes.map(() => false);
  for (let changed = true, first = true; changed; first = false) {
    changed = first;
    nodes.forEach((node, i) => {
      let mask = 0;
      let flags = false;
      for (const p of node.predecessors) {
        if (cut[p] === true || node.block.isExit) continue;
        mask |= dirtyEnd[p] as number;
        flags ||= (flagsDirtyEnd[p] as boolean) && alive[i] !== 0;
      }
      const { written, hasHelper, writesFlags } = used[i] as BlockRegisters;
      const end = hasHelper ? written : mask | written;
      const flagsEnd = writesFlags || (flags && !hasHelper);
      if (end !== dirtyEnd[i] || flagsEnd !== flagsDirtyEnd[i]) changed = true;
      dirty[i] = mask;
      dirtyEnd[i] = end;
      flagsDirty[i] = flags;
      flagsDirtyEnd[i] = flagsEnd;
    });
  }

  // Valid: forward, a register that is on all ways here; with what is dirty, and what a loop wants.
  const wanted = nodes.map((node, i) => {
    const loop = node.isLoopHeader ? loopOf(nodes, node, blocks).touched : 0;
    return loop | (dirty[i] as number);
  });
  const valid = new Int32Array(nodes.length).fill(-1);
  const validEnd = new Int32Array(nodes.length).fill(-1);
  for (let changed = true; changed; ) {
    changed = false;
    nodes.forEach((node, i) => {
      let mask = i === 0 || node.block.isExit ? 0 : -1;
      for (const p of node.predecessors) mask &= cut[p] === true ? 0 : (validEnd[p] as number);
      mask |= wanted[i] as number;
      const { touched, hasHelper } = used[i] as BlockRegisters;
      const end = hasHelper ? touched : mask | touched;
      if (mask !== valid[i] || end !== validEnd[i]) changed = true;
      valid[i] = mask;
      validEnd[i] = end;
    });
  }
  return nodes.map((_, i) => ({
    valid: valid[i] as number,
    dirty: dirty[i] as number,
    validEnd: cut[i] === true ? 0 : (validEnd[i] as number),
    dirtyEnd: dirtyEnd[i] as number,
    loads: (used[i] as BlockRegisters).readFirst & ~(valid[i] as number),
    flagsDirty: flagsDirty[i] as boolean,
    flagsDirtyEnd: flagsDirtyEnd[i] as boolean,
    registers: used[i] as BlockRegisters,
  }));
}

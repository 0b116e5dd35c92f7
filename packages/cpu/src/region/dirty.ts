/**
 * Which registers may differ from the state block, at the start and at the end of each block: forward over the
 * region. A call and a syscall store everything that differs and read everything back, so nothing does after.
 */
import type { RegionBlock } from "./form.ts";
import type { GraphNode } from "./graph.ts";
import { registersOf } from "./registers-used.ts";

/** Bit masks by register number. */
export interface Dirty {
  readonly gprs: number;
  readonly xmms: number;
  readonly flags: boolean;
}

const CLEAN: Dirty = { gprs: 0, xmms: 0, flags: false };

function union(a: Dirty, b: Dirty): Dirty {
  return { gprs: a.gprs | b.gprs, xmms: a.xmms | b.xmms, flags: a.flags || b.flags };
}

function isEqual(a: Dirty, b: Dirty): boolean {
  return a.gprs === b.gprs && a.xmms === b.xmms && a.flags === b.flags;
}

const maskOf = (registers: readonly number[]): number =>
  registers.reduce((mask, r) => mask | (1 << r), 0);

function writtenBy(block: RegionBlock): Dirty {
  const used = registersOf([block]);
  return {
    gprs: maskOf(used.writtenGprs),
    xmms: maskOf(used.writtenXmms),
    flags: used.writesFlags,
  };
}

function reloadsAtEnd(block: RegionBlock): boolean {
  const flow = block.insns[block.insns.length - 1]?.row.flow;
  return flow === "call" || flow === "call*" || flow === "syscall";
}

/** By node: before its first instruction, and after its last, before that has left the block. */
export function dirtyRegisters(
  nodes: readonly GraphNode[],
): readonly { readonly start: Dirty; readonly end: Dirty }[] {
  const written = nodes.map((n) => writtenBy(n.block));
  const start: Dirty[] = nodes.map(() => CLEAN);
  const end: Dirty[] = [...written];
  for (let changed = true; changed; ) {
    changed = false;
    nodes.forEach((node, i) => {
      let before = CLEAN;
      for (const p of node.predecessors) {
        if (!reloadsAtEnd((nodes[p] as GraphNode).block)) before = union(before, end[p] as Dirty);
      }
      if (isEqual(before, start[i] as Dirty)) return;
      start[i] = before;
      end[i] = union(before, written[i] as Dirty);
      changed = true;
    });
  }
  return nodes.map((_, i) => ({ start: start[i] as Dirty, end: end[i] as Dirty }));
}

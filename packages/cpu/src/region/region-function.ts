/**
 * Puts the blocks of a region together into one Wasm function of type REGION: (depth) → next pc.
 *
 *   load the registers that the region uses
 *   block $go            → store registers, rip = $exitPc, its slot   jump out of the region
 *    block $leave        → store registers, rip = $exitPc, step       the interpreter does the instruction there
 *     … structured code of the blocks (dominator tree) …              guest ret: store registers, return its pc
 *
 * Loop headers and the entry count the slice's fuel, so every loop leaves now and then: signals and
 * preemption are seen, and V8, which has no on-stack replacement for Wasm, can come in with better code.
 */
import { I32, I64, i32, i64, isConst, local, select, V128, type Value } from "../emit/value.ts";
import {
  type CoreFunctions,
  jumpCacheEntry,
  MAX_DEPTH,
  SLOT,
  Stop,
  stateStore,
} from "../interp/core-module.ts";
import type { Insn } from "../isa/insn.ts";
import { JUMP_CACHE, S, STATE } from "../state.ts";
import {
  call,
  FunctionBuilder,
  type FunctionCode,
  I32_LOAD,
  I64_LOAD,
  I64_STORE,
  i32Local,
  load,
  V128_LOAD,
  V128_STORE,
} from "../wasm/function-builder.ts";
import { type Dirty, dirtyRegisters } from "./dirty.ts";
import { aliveAtEnd, aliveBefore, flagsAlive } from "./flag-liveness.ts";
import type { Region } from "./form.ts";
import { buildGraph, type GraphNode } from "./graph.ts";
import { RegionEmitter, type RegionFrame, type RegionLocals } from "./region-emitter.ts";
import { registersOf } from "./registers-used.ts";

const ZERO = i32.const(0);
const DEPTH: Value = i32Local(0);

/** What a region's code needs to know of the engine. */
export interface RegionContext {
  readonly core: CoreFunctions;
  /** Table slot of the region at a pc. */
  readonly slotOf: (pc: number) => number;
  /** Status flags that code at `pc` reads before it writes them. */
  readonly flagsReadAt: (pc: number) => number;
}

/** @returns the code entry of the region's function */
export function buildRegionFunction(region: Region, context: RegionContext): FunctionCode {
  return new RegionFunction(region, context).build();
}

/** factor and bits such that (pc * factor) >>> (32 - bits) differs for all of `pcs`. */
function perfectHash(pcs: readonly number[]): {
  factor: number;
  bits: number;
  of: (pc: number) => number;
} {
  let factor = 0x9e37_79b1;
  for (let bits = Math.max(1, Math.ceil(Math.log2(pcs.length))); ; bits++) {
    for (let i = 0; i < 64; i++) {
      const of = hashOf(factor, bits);
      if (new Set(pcs.map(of)).size === pcs.length) return { factor, bits, of };
      factor = (Math.imul(factor, 0x2c1b_3c6d) ^ 0x297a_2d39) | 1;
    }
  }
}

function hashOf(factor: number, bits: number): (pc: number) => number {
  return (pc) => Math.imul(pc, factor) >>> (32 - bits);
}

/** A place that structured code can branch to. */
interface Label {
  readonly order: number;
  /** Nesting depth at which the label's block or loop was opened. */
  readonly at: number;
}

class RegionFunction implements RegionFrame {
  readonly #context: RegionContext;
  readonly #nodes: readonly GraphNode[];
  readonly #f: FunctionBuilder = new FunctionBuilder(1);
  readonly #emitter: RegionEmitter;
  readonly #gprs: readonly number[];
  readonly #xmms: readonly number[];
  /** Everything that the region writes. */
  readonly #all: Dirty;
  readonly #dirty: readonly { readonly start: Dirty; readonly end: Dirty }[];
  readonly #locals: RegionLocals;
  readonly #alive: readonly number[];
  readonly #exitPc: number;
  /** Table slot of what runs at #exitPc. */
  readonly #exitSlot: number;
  readonly #fuel: number;
  readonly #labels: Label[] = [];

  constructor(region: Region, context: RegionContext) {
    this.#context = context;
    this.#nodes = buildGraph(region);
    const used = registersOf(region.blocks.values());
    this.#gprs = used.gprs;
    this.#xmms = used.xmms;
    this.#dirty = dirtyRegisters(this.#nodes);
    this.#all = {
      gprs: used.writtenGprs.reduce((mask, r) => mask | (1 << r), 0),
      xmms: used.writtenXmms.reduce((mask, r) => mask | (1 << r), 0),
      flags: used.writesFlags,
    };
    const f = this.#f;
    const none = local(I64, 0xffff_ffff);
    const gpr: Value[] = Array.from({ length: 16 }, () => none);
    for (const r of this.#gprs) gpr[r] = local(I64, f.newLocal(I64));
    const xmm: Value[] = Array.from({ length: 16 }, () => none);
    for (const r of this.#xmms) xmm[r] = local(V128, f.newLocal(V128));
    this.#locals = {
      gpr,
      xmm,
      flagResult: local(I64, f.newLocal(I64)),
      flagVector: local(I64, f.newLocal(I64)),
    };
    this.#exitPc = f.newLocal(I32);
    this.#exitSlot = f.newLocal(I32);
    this.#fuel = f.newLocal(I32);
    this.#emitter = new RegionEmitter(f, context.core, this.#locals, this);
    this.#alive = flagsAlive(this.#nodes, context.flagsReadAt);
  }

  build(): FunctionCode {
    const f = this.#f;
    this.reload();
    f.block();
    f.block();
    this.#tree(0);
    f.w.u8(0x00); // unreachable: every path above has branched
    f.end();
    this.flush();
    stateStore(f, S.rip, i64.extend_i32_u(i32Local(this.#exitPc)));
    f.returnCall(this.#context.core.step, [DEPTH]);
    f.end();
    this.flush();
    stateStore(f, S.rip, i64.extend_i32_u(i32Local(this.#exitPc)));
    f.returnCallIndirect(this.#context.core.regionType, [DEPTH], i32Local(this.#exitSlot));
    return f.finish();
  }

  reload(): void {
    const f = this.#f;
    for (const r of this.#gprs) {
      f.set(this.#locals.gpr[r]?.imm as number, load(I64_LOAD, I64, ZERO, STATE + S.gpr + 8 * r));
    }
    for (const r of this.#xmms) {
      f.set(
        this.#locals.xmm[r]?.imm as number,
        load(V128_LOAD, V128, ZERO, STATE + S.xmm + 16 * r),
      );
    }
    f.set(this.#locals.flagResult.imm as number, load(I64_LOAD, I64, ZERO, STATE + S.flagResult));
    f.set(this.#locals.flagVector.imm as number, load(I64_LOAD, I64, ZERO, STATE + S.flagVector));
    f.set(this.#fuel, load(I32_LOAD, I32, ZERO, STATE + S.fuel));
  }

  /** Stores registers that may differ from the state block; all that the region writes, where that isn't known. */
  flush(dirty: Dirty = this.#all): void {
    const f = this.#f;
    for (const r of this.#gprs) {
      if ((dirty.gprs & (1 << r)) === 0) continue;
      f.store(I64_STORE, ZERO, STATE + S.gpr + 8 * r, this.#locals.gpr[r] as Value);
    }
    for (const r of this.#xmms) {
      if ((dirty.xmms & (1 << r)) === 0) continue;
      f.store(V128_STORE, ZERO, STATE + S.xmm + 16 * r, this.#locals.xmm[r] as Value);
    }
    if (dirty.flags) {
      stateStore(f, S.flagResult, this.#locals.flagResult);
      stateStore(f, S.flagVector, this.#locals.flagVector);
    }
    stateStore(f, S.fuel, i32Local(this.#fuel));
  }

  #dirtyAtEnd(node: GraphNode): Dirty {
    return (this.#dirty[node.order] as { end: Dirty }).end;
  }

  /** The two exits are the outermost blocks: 1 go, 2 leave. */
  leave(pc: number): void {
    this.#f.set(this.#exitPc, i32.const(pc));
    this.#f.br(this.#f.nesting - 2);
  }

  #goTo(pc: number): void {
    this.#f.set(this.#exitPc, i32.const(pc));
    this.#f.set(this.#exitSlot, i32.const(this.#context.slotOf(pc)));
    this.#f.br(this.#f.nesting - 1);
  }

  #tree(order: number): void {
    const node = this.#nodes[order] as GraphNode;
    const merges = node.children.filter((c) => (this.#nodes[c] as GraphNode).isMerge);
    const f = this.#f;
    if (node.isLoopHeader) {
      f.loop();
      this.#labels.push({ order, at: f.nesting });
      this.#spendFuel(node);
    } else if (order === 0) this.#spendFuel(node);
    this.#within(node, merges);
    if (node.isLoopHeader) {
      this.#labels.pop();
      f.end();
    }
  }

  /** The node's code inside one block for each merge point that it dominates; each merge's code follows its block. */
  #within(node: GraphNode, merges: readonly number[]): void {
    const last = merges[merges.length - 1];
    if (last === undefined) {
      this.#block(node);
      return;
    }
    const f = this.#f;
    f.block();
    this.#labels.push({ order: last, at: f.nesting });
    this.#within(node, merges.slice(0, -1));
    this.#labels.pop();
    f.end();
    this.#tree(last);
  }

  /** One unit of the slice; the slice is over when there is none left. */
  #spendFuel(node: GraphNode): void {
    const f = this.#f;
    const fuel = i32Local(this.#fuel);
    f.tee(this.#fuel, i32.sub(fuel, i32.const(1)));
    f.push(ZERO);
    f.w.u8(0x48); // lt_s
    f.ifTopUnlikely();
    this.flush();
    stateStore(f, S.rip, i64.const(node.block.pc));
    stateStore(f, S.stop, i32.const(Stop.preempted));
    f.return(ZERO);
    f.end();
  }

  #block(node: GraphNode): void {
    const e = this.#emitter;
    const { insns } = node.block;
    e.beginBlock();
    const alive: number[] = new Array<number>(insns.length);
    let flags = aliveAtEnd(node, this.#alive, this.#context.flagsReadAt);
    for (let i = insns.length - 1; i >= 0; i--) {
      flags = aliveBefore(insns[i] as Insn, flags);
      alive[i] = flags;
    }
    insns.forEach((insn, i) => {
      if (e.terminator.kind === "next") e.instruction(insn, alive[i] as number);
    });
    this.#end(node);
  }

  #end(node: GraphNode): void {
    const e = this.#emitter;
    const f = this.#f;
    const { terminator } = e;
    if (terminator.kind === "left") {
      e.closeWindows();
      return;
    }
    const after = aliveAtEnd(node, this.#alive, this.#context.flagsReadAt);
    if (terminator.kind === "branch") {
      e.closeWindows();
      const values = e.mark();
      f.if(terminator.cond);
      if (this.#flagsOnEdge(node, 0)) e.writeBackFlags();
      e.writeBack();
      this.#edge(node, 0);
      f.else();
      e.rewind(values);
      if (this.#flagsOnEdge(node, 1)) e.writeBackFlags();
      e.writeBack();
      this.#edge(node, 1);
      f.end();
      return;
    }
    e.closeWindows();
    if (terminator.kind === "jump" && !isConst(terminator.target)) {
      this.#indirect(node, terminator.target);
      return;
    }
    if (after !== 0) e.writeBackFlags();
    e.writeBack();
    switch (terminator.kind) {
      case "next":
        this.#edge(node, 0);
        return;
      case "jump":
        this.#edge(node, 0);
        return;
      case "ret":
        this.#checkTarget(node, terminator.target);
        this.flush(this.#dirtyAtEnd(node));
        f.return(i32.wrap_i64(terminator.target));
        return;
      case "call":
        this.#call(node, terminator.target);
        return;
      case "syscall":
        this.flush(this.#dirtyAtEnd(node));
        stateStore(f, S.rip, i64.const(node.block.end));
        f.if(i32.eqz(call(I32, this.#context.core.syscall, [])));
        f.return(ZERO);
        f.end();
        this.reload();
        this.#edge(node, 0);
        return;
      default:
        terminator satisfies never;
    }
  }

  /** Whether somebody reads the flags where an edge leads. */
  #flagsOnEdge(node: GraphNode, which: number): boolean {
    const s = node.successors[which];
    const pc = node.block.successors[which] as number;
    return (s === undefined ? this.#context.flagsReadAt(pc) : (this.#alive[s] as number)) !== 0;
  }

  #edge(node: GraphNode, which: number): void {
    const target = node.successors[which];
    if (target === undefined) {
      this.#goTo(node.block.successors[which] ?? node.block.end);
      return;
    }
    for (let i = this.#labels.length - 1; i >= 0; i--) {
      const label = this.#labels[i] as Label;
      if (label.order === target) {
        this.#f.br(this.#f.nesting - label.at);
        return;
      }
    }
    this.#tree(target);
  }

  /** Leaves where a jump target cannot be code; the interpreter does the jump again and faults. */
  #checkTarget(node: GraphNode, target: Value): void {
    const f = this.#f;
    f.ifUnlikely(i64.ge_u(i64.sub(target, i64.const(1)), i64.const(0xffff_ffff)));
    this.flush();
    stateStore(f, S.rip, i64.const((node.block.insns[node.block.insns.length - 1] as Insn).pc));
    f.return(call(I32, this.#context.core.wild, [ZERO, target]));
    f.end();
  }

  /**
   * An indirect jump: by a perfect hash of the target to the blocks it has gone to before, each of which checks
   * that it is meant; elsewhere out of the region.
   */
  #indirect(node: GraphNode, target: Value): void {
    const f = this.#f;
    const e = this.#emitter;
    const low = f.let(i32.wrap_i64(target));
    const before = e.mark();
    const known = node.successors
      .map((s, i) => ({ s, i, pc: node.block.successors[i] as number }))
      .filter((k) => k.s !== undefined);
    f.block();
    const miss = f.nesting;
    if (known.length > 0) {
      const hash = perfectHash(known.map((k) => k.pc));
      f.brIf(f.nesting - miss, i32.wrap_i64(i64.shr_u(target, i64.const(32))));
      for (const _ of known) f.block();
      const slots = Array.from({ length: 1 << hash.bits }, () => known.length);
      known.forEach((k, n) => {
        slots[hash.of(k.pc)] = n;
      });
      f.brTable(
        i32.shr_u(i32.mul(low, i32.const(hash.factor)), i32.const(32 - hash.bits)),
        slots,
        known.length,
      );
      for (const k of known) {
        f.end();
        f.brIf(f.nesting - miss, i32.ne(low, i32.const(k.pc)));
        e.rewind(before);
        if (this.#flagsOnEdge(node, k.i)) e.writeBackFlags();
        e.writeBack();
        this.#edge(node, k.i);
      }
      f.w.u8(0x00); // unreachable: an edge never comes back
    }
    f.end();
    e.rewind(before);
    e.writeBackFlags();
    e.writeBack();
    const beyond = i32.wrap_i64(i64.shr_u(target, i64.const(32)));
    f.ifUnlikely(i32.or(beyond, i32.eqz(low)));
    // No code there: the interpreter does the jump again and faults.
    this.leave((node.block.insns[node.block.insns.length - 1] as Insn).pc);
    f.end();
    f.set(this.#exitPc, low);
    f.set(this.#exitSlot, this.#cachedSlot(low));
    f.br(f.nesting - 1);
  }

  /** Table slot of what runs at `pc`, from the jump cache. */
  #cachedSlot(pc: Value): Value {
    const f = this.#f;
    const entry = f.let(jumpCacheEntry(pc));
    const hit = i32.eq(load(I32_LOAD, I32, entry, JUMP_CACHE), pc);
    return select(hit, load(I32_LOAD, I32, entry, JUMP_CACHE + 8), i32.const(SLOT.enter));
  }

  #call(node: GraphNode, target: Value): void {
    const f = this.#f;
    const { core } = this.#context;
    const direct = isConst(target);
    if (!direct) this.#checkTarget(node, target);
    this.flush(this.#dirtyAtEnd(node));
    f.ifUnlikely(i32.gt_s(DEPTH, i32.const(MAX_DEPTH)));
    f.return(i32.wrap_i64(target));
    f.end();
    stateStore(f, S.rip, target);
    const deeper = i32.add(DEPTH, i32.const(1));
    const result = direct
      ? f.callIndirect(
          core.regionType,
          [deeper],
          i32.const(this.#context.slotOf(Number(target.imm))),
          I32,
        )
      : f.callIndirect(
          core.regionType,
          [deeper],
          this.#cachedSlot(f.let(i32.wrap_i64(target))),
          I32,
        );
    f.ifUnlikely(i32.ne(result, i32.const(node.block.end)));
    f.return(result);
    f.end();
    this.reload();
    this.#edge(node, 0);
  }
}

/**
 * Puts the blocks of a region together into one Wasm function of type REGION: (depth) → next pc.
 *
 *   block $go            → rip = $exitPc, tail call of $exitSlot     jump out of the region
 *    block $leave        → rip = $exitPc, step                       the interpreter does the instruction there
 *     … structured code of the blocks (dominator tree) …             guest ret: return its pc
 *
 * Registers are loaded where they are first used and stored where control leaves: register-state.ts.
 *
 * Loop headers and the entry count the slice's fuel, so every loop leaves now and then: signals and
 * preemption are seen, and V8, which has no on-stack replacement for Wasm, can come in with better code.
 */
import {
  F64,
  f64x2,
  I32,
  I64,
  i32,
  i64,
  isConst,
  local,
  select,
  V128,
  type ValType,
  type Value,
} from "../emit/value.ts";
import {
  type CoreFunctions,
  jumpCacheEntry,
  MAX_DEPTH,
  SLOT,
  Stop,
  stateStore,
} from "../interp/core-module.ts";
import type { Insn } from "../isa/insn.ts";
import { JUMP, JUMP_CACHE, S, STATE } from "../state.ts";
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
import { accessesAhead } from "./ahead.ts";
import { type Checks, common, NOTHING, without } from "./checked.ts";
import { aliveAtEnd, aliveBefore, flagsAlive } from "./flag-liveness.ts";
import { flowOf, pcOf, type Region } from "./form.ts";
import { buildGraph, type GraphNode } from "./graph.ts";
import {
  type Dirty,
  RegionEmitter,
  type RegionFrame,
  type RegionLocals,
  wholeXmm,
} from "./region-emitter.ts";
import { isCut, loopOf, type RegisterState, registerStates } from "./register-state.ts";

const ZERO = i32.const(0);
const DEPTH: Value = i32Local(0);
const CLEAN: Dirty = { registers: 0, flags: false };

/** What a region's code needs to know of the engine. */
export interface RegionContext {
  readonly core: CoreFunctions;
  /** Table slot of the region at a pc. */
  readonly slotOf: (pc: number) => Value;
  /** Status flags that code at `pc` reads before it writes them. */
  readonly flagsReadAt: (pc: number) => number;
}

export interface BuiltRegion {
  readonly code: FunctionCode;
  /** Whether the status flags matter that it is entered with. */
  readonly readsFlags: boolean;
}

export function buildRegionFunction(region: Region, context: RegionContext): BuiltRegion {
  const built = new RegionFunction(region, context);
  return { code: built.build(), readsFlags: built.readsFlags };
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
  readonly #entry: number;
  readonly #nodes: readonly GraphNode[];
  readonly #f: FunctionBuilder = new FunctionBuilder(1);
  readonly #emitter: RegionEmitter;
  readonly #states: readonly RegisterState[];
  readonly #locals: RegionLocals;
  readonly #alive: readonly number[];
  readonly #exitPc: number;
  /** Table slot of what runs at #exitPc. */
  readonly #exitSlot: number;
  readonly #fuel: number;
  /** Without loops the fuel stays in the state block: it is spent once, on entry. */
  readonly #hasLoops: boolean;
  readonly #labels: Label[] = [];
  /** What has been checked at the end of each node that is done. */
  readonly #checksAtEnd: Checks[] = [];
  /** The block that is being translated. */
  #node: GraphNode;

  constructor(region: Region, context: RegionContext) {
    this.#context = context;
    this.#entry = region.entry;
    this.#nodes = buildGraph(region);
    this.#node = this.#nodes[0] as GraphNode;
    this.#alive = flagsAlive(this.#nodes, context.flagsReadAt);
    this.#states = registerStates(this.#nodes, this.#alive);
    const used = this.#states.reduce((mask, s) => mask | s.registers.touched, 0);
    const f = this.#f;
    const none = local(I64, 0xffff_ffff);
    const localOf = (bit: number, type: ValType): Value =>
      (used & (1 << bit)) === 0 ? none : local(type, f.newLocal(type));
    this.#locals = {
      gpr: Array.from({ length: 16 }, (_, i) => localOf(i, I64)),
      xmm: Array.from({ length: 16 }, (_, i) => localOf(i + 16, V128)),
      low: this.#lowHalves(),
      flagResult: local(I64, f.newLocal(I64)),
      flagVector: local(I64, f.newLocal(I64)),
    };
    this.#exitPc = f.newLocal(I32);
    this.#exitSlot = f.newLocal(I32);
    this.#fuel = f.newLocal(I32);
    this.#hasLoops = this.#nodes.some((n) => n.isLoopHeader);
    this.#emitter = new RegionEmitter(f, context.core, this.#locals, this);
  }

  get readsFlags(): boolean {
    return this.#alive[0] !== 0;
  }

  /** SSE registers that are doubles more often than vectors. */
  #lowHalves(): (Value | undefined)[] {
    return Array.from({ length: 16 }, (_, i) => {
      const votes = this.#states.reduce((n, s) => n + (s.registers.doubles[i] as number), 0);
      return votes > 0 ? local(F64, this.#f.newLocal(F64)) : undefined;
    });
  }

  build(): FunctionCode {
    const f = this.#f;
    this.loadFuel();
    this.load(this.#stateOf(0).valid);
    if (this.#alive[0] !== 0) this.loadFlags();
    f.block();
    f.block();
    this.#tree(0);
    f.w.u8(0x00); // unreachable: every path above has branched
    f.end();
    this.#storePc();
    f.returnCall(this.#context.core.step, [DEPTH]);
    f.end();
    this.#storePc();
    this.#storeSelf();
    f.returnCallIndirect(this.#context.core.regionType, [DEPTH], i32Local(this.#exitSlot));
    return f.finish();
  }

  #storePc(): void {
    stateStore(this.#f, S.rip, i64.extend_i32_u(i32Local(this.#exitPc)));
  }

  /** Says who is left, and what for: the region grows where it is left often. */
  #storeSelf(): void {
    stateStore(this.#f, S.leftRegion, i32.const(this.#entry));
    stateStore(this.#f, S.leftFor, i32Local(this.#exitPc));
  }

  #stateOf(order: number): RegisterState {
    return this.#states[order] as RegisterState;
  }

  load(registers: number): void {
    const f = this.#f;
    for (let r = 0; r < 16; r++) {
      if ((registers & (1 << r)) === 0) continue;
      f.set(
        (this.#locals.gpr[r] as Value).imm as number,
        load(I64_LOAD, I64, ZERO, STATE + S.gpr + 8 * r),
      );
    }
    for (let r = 0; r < 16; r++) {
      if ((registers & (1 << (r + 16))) === 0) continue;
      const whole = this.#locals.xmm[r] as Value;
      f.set(whole.imm as number, load(V128_LOAD, V128, ZERO, STATE + S.xmm + 16 * r));
      const low = this.#locals.low[r];
      if (low !== undefined) f.set(low.imm as number, f64x2.extract_lane(whole, 0));
    }
  }

  loadFlags(): void {
    const f = this.#f;
    f.set(this.#locals.flagResult.imm as number, load(I64_LOAD, I64, ZERO, STATE + S.flagResult));
    f.set(this.#locals.flagVector.imm as number, load(I64_LOAD, I64, ZERO, STATE + S.flagVector));
  }

  loadFuel(): void {
    if (!this.#hasLoops) return;
    this.#f.set(this.#fuel, load(I32_LOAD, I32, ZERO, STATE + S.fuel));
  }

  flush(dirty: Dirty): void {
    const f = this.#f;
    for (let r = 0; r < 16; r++) {
      if ((dirty.registers & (1 << r)) === 0) continue;
      f.store(I64_STORE, ZERO, STATE + S.gpr + 8 * r, this.#locals.gpr[r] as Value);
    }
    for (let r = 0; r < 16; r++) {
      if ((dirty.registers & (1 << (r + 16))) === 0) continue;
      f.store(V128_STORE, ZERO, STATE + S.xmm + 16 * r, wholeXmm(this.#locals, r));
    }
    if (dirty.flags) {
      stateStore(f, S.flagResult, this.#locals.flagResult);
      stateStore(f, S.flagVector, this.#locals.flagVector);
    }
    this.#storeFuel();
  }

  #storeFuel(): void {
    if (this.#hasLoops) stateStore(this.#f, S.fuel, i32Local(this.#fuel));
  }

  #dirtyAtEnd(node: GraphNode, withFlags: boolean): Dirty {
    const { dirtyEnd, flagsDirtyEnd } = this.#stateOf(node.order);
    return { registers: dirtyEnd, flags: withFlags && flagsDirtyEnd };
  }

  leave(pc: number, dirty: Dirty): void {
    this.flush(dirty);
    this.#f.set(this.#exitPc, i32.const(pc));
    this.#out(this.#node.exit, "step");
  }

  /** Goes on at `pc`, beyond the region. */
  #goTo(pc: number, dirty: Dirty, exit: number | undefined): void {
    this.flush(dirty);
    this.#f.set(this.#exitPc, i32.const(pc));
    this.#f.set(this.#exitSlot, this.#context.slotOf(pc));
    this.#out(exit, "go");
  }

  /**
   * Leaves for #exitPc. Out of the region there are two ways, the outermost blocks: 1 go, 2 leave. Out of the frame of a
   * call that is done in place there is one, its exit.
   */
  #out(exit: number | undefined, how: "go" | "step"): void {
    const f = this.#f;
    if (exit === undefined) {
      f.br(f.nesting - (how === "go" ? 1 : 2));
      return;
    }
    if (how === "step") f.set(this.#exitSlot, i32.const(SLOT.step));
    if (!this.#branchTo(exit)) throw new Error("the exit of a frame is not in scope");
  }

  #branchTo(order: number): boolean {
    for (let i = this.#labels.length - 1; i >= 0; i--) {
      const label = this.#labels[i] as Label;
      if (label.order !== order) continue;
      this.#f.br(this.#f.nesting - label.at);
      return true;
    }
    return false;
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
    const fuel = this.#hasLoops ? i32Local(this.#fuel) : load(I32_LOAD, I32, ZERO, STATE + S.fuel);
    f.tee(this.#fuel, i32.sub(fuel, i32.const(1)));
    f.push(ZERO);
    f.w.u8(0x48); // lt_s
    if (!this.#hasLoops) stateStore(f, S.fuel, i32Local(this.#fuel));
    f.ifTopUnlikely();
    const { dirty, flagsDirty } = this.#stateOf(node.order);
    this.flush({ registers: dirty, flags: flagsDirty });
    stateStore(f, S.rip, i64.const(node.block.pc));
    stateStore(f, S.stop, i32.const(Stop.preempted));
    f.return(ZERO);
    f.end();
  }

  #block(node: GraphNode): void {
    this.#node = node;
    if (node.block.isExit) {
      this.#exit(node);
      return;
    }
    const e = this.#emitter;
    const { insns } = node.block;
    const state = this.#stateOf(node.order);
    this.load(state.loads);
    const { frame } = node.block;
    const returnsTo = frame === undefined ? undefined : pcOf(frame.returnKey);
    const dirty = { registers: state.dirty, flags: state.flagsDirty };
    e.beginBlock(dirty, state.registers.touched, this.#checksAt(node), returnsTo);
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

  /** What has been checked on every way to a node. */
  #checksAt(node: GraphNode): Checks {
    let checks: Checks | undefined;
    for (const p of node.predecessors) {
      if (p >= node.order) continue;
      const before = isCut(this.#nodes[p] as GraphNode) ? NOTHING : this.#checksAtEnd[p];
      checks = checks === undefined ? before : common(checks, before ?? NOTHING);
    }
    if (checks === undefined || !node.isLoopHeader) return checks ?? NOTHING;
    const { written, isCut: forgets } = loopOf(this.#nodes, node, this.#states);
    return forgets ? NOTHING : without(checks, written & 0xffff);
  }

  #end(node: GraphNode): void {
    const e = this.#emitter;
    const f = this.#f;
    const { terminator } = e;
    e.closeWindows(accessesAhead(this.#nodes, this.#states, node));
    this.#checksAtEnd[node.order] = e.checks();
    if (terminator.kind === "left") return;
    const after = aliveAtEnd(node, this.#alive, this.#context.flagsReadAt);
    if (terminator.kind === "branch") {
      const values = e.mark();
      f.if(terminator.cond);
      this.#writeBackAndEdge(node, 0);
      f.else();
      e.rewind(values);
      this.#writeBackAndEdge(node, 1);
      f.end();
      return;
    }
    if (terminator.kind === "jump" && !isConst(terminator.target)) {
      this.#indirect(node, terminator.target);
      return;
    }
    if (terminator.kind === "call" && node.block.isInlined && flowOf(node.block) === "call*") {
      this.#inlinedCall(node, terminator.target);
      return;
    }
    if (terminator.kind === "call" && !node.block.isInlined) {
      this.#call(node, terminator.target, after !== 0);
      return;
    }
    const isInPlace = terminator.kind === "ret" && node.block.frame !== undefined;
    if (isInPlace ? this.#flagsOnEdge(node, 0) : after !== 0) e.writeBackFlags();
    e.writeBack();
    switch (terminator.kind) {
      case "next":
      case "jump":
        this.#edge(node, 0);
        return;
      case "ret":
        if (node.block.frame !== undefined) {
          this.#edge(node, 0);
          return;
        }
        this.flush(this.#dirtyAtEnd(node, true));
        f.return(i32.wrap_i64(terminator.target));
        return;
      case "call":
        this.#edge(node, 0);
        return;
      case "syscall":
        this.flush(this.#dirtyAtEnd(node, true));
        stateStore(f, S.rip, i64.const(node.block.end));
        f.if(i32.eqz(call(I32, this.#context.core.syscall, [])));
        f.return(ZERO);
        f.end();
        this.#comeBack(node);
        return;
      default:
        terminator satisfies never;
    }
  }

  /** An indirect call: the functions that it has called before are here; others are called through the frames' exit. */
  #inlinedCall(node: GraphNode, target: Value): void {
    const e = this.#emitter;
    const f = this.#f;
    const values = e.mark();
    const { successors } = node.block;
    const last = successors.length - 1;
    for (let i = 0; i < last; i++) {
      const entry = pcOf(successors[i] as number);
      f.if(i64.eq(target, i64.const(entry)));
      this.#writeBackAndEdge(node, i);
      f.end();
      e.rewind(values);
    }
    this.#goFar(node, target, node.successors[last]);
  }

  /** Out of a call that is done in place, to #exitPc: as a call of #exitSlot, which returns to where that returns. */
  #exit(node: GraphNode): void {
    this.#storeSelf();
    this.#callSlot(node, i64.extend_i32_u(i32Local(this.#exitPc)), i32Local(this.#exitSlot));
  }

  /** Whether somebody reads the flags where an edge leads. */
  #flagsOnEdge(node: GraphNode, which: number): boolean {
    const s = node.successors[which];
    const pc = pcOf(node.block.successors[which] as number);
    return (s === undefined ? this.#context.flagsReadAt(pc) : (this.#alive[s] as number)) !== 0;
  }

  #writeBackAndEdge(node: GraphNode, which: number): void {
    if (this.#flagsOnEdge(node, which)) this.#emitter.writeBackFlags();
    this.#emitter.writeBack();
    this.#edge(node, which);
  }

  #edge(node: GraphNode, which: number): void {
    const target = node.successors[which];
    if (target === undefined) {
      const flow = flowOf(node.block);
      // After a call everything is in the state block already.
      const isClean = isCut(node);
      const dirty = isClean ? CLEAN : this.#dirtyAtEnd(node, this.#flagsOnEdge(node, which));
      const to = node.block.successors[which];
      // A return leads to the caller's frame.
      const exit = flow === "ret" ? this.#nodes[node.exit ?? -1]?.exit : node.exit;
      this.#goTo(to === undefined ? node.block.end : pcOf(to), dirty, exit);
      return;
    }
    this.load(this.#stateOf(target).valid & ~this.#stateOf(node.order).validEnd);
    if (this.#branchTo(target)) return;
    const before = this.#node;
    this.#tree(target);
    this.#node = before;
  }

  /**
   * An indirect jump: by a perfect hash of the target to the blocks it has gone to before, each of which checks
   * that it is meant; elsewhere out of the region.
   */
  #indirect(node: GraphNode, target: Value): void {
    const f = this.#f;
    const e = this.#emitter;
    const before = e.mark();
    const known = node.successors
      .map((s, i) => ({ s, i, pc: pcOf(node.block.successors[i] as number) }))
      .filter((k) => k.s !== undefined);
    f.block();
    const miss = f.nesting;
    const [only] = known;
    if (known.length === 1 && only !== undefined) {
      f.brIf(f.nesting - miss, i64.ne(target, i64.const(only.pc)));
      this.#writeBackAndEdge(node, only.i);
    } else if (known.length > 0) {
      const hash = perfectHash(known.map((k) => k.pc));
      for (const _ of known) f.block();
      const slots = Array.from({ length: 1 << hash.bits }, () => known.length);
      known.forEach((k, n) => {
        slots[hash.of(k.pc)] = n;
      });
      f.brTable(
        i32.shr_u(i32.mul(i32.wrap_i64(target), i32.const(hash.factor)), i32.const(32 - hash.bits)),
        slots,
        known.length,
      );
      for (const k of known) {
        f.end();
        f.brIf(f.nesting - miss, i64.ne(target, i64.const(k.pc)));
        e.rewind(before);
        this.#writeBackAndEdge(node, k.i);
      }
      f.w.u8(0x00); // unreachable: an edge never comes back
    }
    f.end();
    e.rewind(before);
    this.#goFar(node, target, node.exit);
  }

  /** Goes on at `target`, which is known at run time only. */
  #goFar(node: GraphNode, target: Value, exit: number | undefined): void {
    this.#findFar(node, target);
    this.#emitter.writeBack();
    this.flush(this.#dirtyAtEnd(node, false));
    this.#f.set(this.#exitPc, i32.wrap_i64(target));
    this.#out(exit, "go");
  }

  /**
   * Sets #exitSlot to what runs at `target`, from the jump cache, and stores the flags, unless what runs there is known
   * to need none. Leaves where the target cannot be code, if that has not been checked.
   */
  #findFar(node: GraphNode, target: Value): void {
    const f = this.#f;
    const e = this.#emitter;
    const entry = f.let(jumpCacheEntry(f.let(i32.wrap_i64(target))));
    const field = (offset: number): Value => load(I32_LOAD, I32, entry, JUMP_CACHE + offset);
    const isHit = i64.eq(i64.extend_i32_u(field(JUMP.pc)), target);
    f.block(); // 1: found
    f.block(); // 0: not found, or flags are needed
    f.push(i32.eqz(isHit));
    f.brIfTop(0, false);
    f.push(i32.eqz(field(JUMP.quiet)));
    f.brIfTop(0, false);
    f.set(this.#exitSlot, field(JUMP.slot));
    f.br(1);
    f.end();
    if (flowOf(node.block) === "jump*") e.checkFarTarget(target);
    e.writeBackFlags();
    this.flush({ registers: 0, flags: this.#stateOf(node.order).flagsDirtyEnd });
    f.set(this.#exitSlot, select(isHit, field(JUMP.slot), i32.const(SLOT.enter)));
    f.end();
  }

  #call(node: GraphNode, target: Value, withFlags: boolean): void {
    if (isConst(target)) {
      if (withFlags) this.#emitter.writeBackFlags();
      this.#emitter.writeBack();
      this.flush(this.#dirtyAtEnd(node, withFlags));
      this.#callSlot(node, target, this.#context.slotOf(Number(target.imm)));
      return;
    }
    this.#findFar(node, target);
    this.#emitter.writeBack();
    this.flush(this.#dirtyAtEnd(node, false));
    this.#callSlot(node, target, i32Local(this.#exitSlot));
  }

  /** Calls what runs at `target`, with everything in the state block, and goes on where the node's call returns to. */
  #callSlot(node: GraphNode, target: Value, slot: Value): void {
    const f = this.#f;
    f.ifUnlikely(i32.gt_s(DEPTH, i32.const(MAX_DEPTH)));
    f.return(i32.wrap_i64(target));
    f.end();
    stateStore(f, S.rip, target);
    const deeper = i32.add(DEPTH, i32.const(1));
    const result = f.callIndirect(this.#context.core.regionType, [deeper], slot, I32);
    f.ifUnlikely(i32.ne(result, i32.const(node.block.end)));
    f.return(result);
    f.end();
    this.#comeBack(node);
  }

  /** After a call or a syscall: everything may have changed. */
  #comeBack(node: GraphNode): void {
    this.loadFuel();
    if (this.#flagsOnEdge(node, 0)) this.loadFlags();
    this.#edge(node, 0);
  }
}

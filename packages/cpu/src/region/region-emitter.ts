/**
 * Translates the instructions of one block at a time into a region's function. Registers are Wasm locals
 * between blocks; within a block they are whatever value was written last. region-function.ts puts the blocks
 * together.
 */
import type { AccessSize, ConditionCode, Emitter, FlagName } from "../emit/emitter.ts";
import {
  type CanonicalFlags,
  type FlagState,
  FlagValues,
  recordOfStatusBits,
} from "../emit/flag-values.ts";
import type { FlagRecord } from "../emit/flags.ts";
import {
  f32x4,
  f64x2,
  I32,
  I64,
  i32,
  i64,
  isConst,
  isFloatBits,
  isLeaf,
  isLowDouble,
  isScalarView,
  local,
  OP_LOCAL,
  OP_V128_CONST,
  SIMD,
  type ValType,
  type Value,
} from "../emit/value.ts";
import { helperId } from "../engine/helper-ids.ts";
import type { CoreFunctions } from "../interp/core-module.ts";
import { stateStore } from "../interp/core-module.ts";
import { memoryLoad, memoryStore } from "../interp/interpreter-emitter.ts";
import {
  type Insn,
  type MemOperand,
  NO_REGISTER,
  type Operand,
  type OperandSize,
  RIP_BASE,
} from "../isa/insn.ts";
import { EFLAGS, S, STATE } from "../state.ts";
import {
  call,
  type FunctionBuilder,
  I32_LOAD,
  I32_STORE16,
  I64_LOAD,
  I64_STORE,
  load,
} from "../wasm/function-builder.ts";
import type { AccessAhead } from "./ahead.ts";
import { BlockMemory, type MemoryAccess } from "./block-memory.ts";
import type { Checks } from "./checked.ts";

const ZERO = i32.const(0);
const STATUS = EFLAGS.CF | EFLAGS.PF | EFLAGS.AF | EFLAGS.ZF | EFLAGS.SF | EFLAGS.OF;

/** How a block ends, as its semantics said. */
export type Terminator =
  | { readonly kind: "next" }
  | { readonly kind: "jump"; readonly target: Value }
  | { readonly kind: "branch"; readonly cond: Value }
  | { readonly kind: "call"; readonly target: Value }
  | { readonly kind: "ret"; readonly target: Value }
  | { readonly kind: "syscall" }
  /** Leaves at this instruction for good; nothing after it is reached. */
  | { readonly kind: "left" };

/** The locals of a region's function. */
export interface RegionLocals {
  readonly gpr: readonly Value[];
  readonly xmm: readonly Value[];
  /**
   * An f64 local for each SSE register that the region mostly uses for doubles: it has the register's low half, and the
   * low half of the register's v128 local is nothing.
   */
  readonly low: readonly (Value | undefined)[];
  readonly flagResult: Value;
  readonly flagVector: Value;
}

/** Registers (a mask, see register-state.ts) and flags whose locals may differ from the state block. */
export interface Dirty {
  readonly registers: number;
  readonly flags: boolean;
}

/** What the emitter asks of the function it is part of. */
export interface RegionFrame {
  /** Stores `dirty` and goes on at `pc` in the interpreter. Dirty locals are up to date. */
  leave(pc: number, dirty: Dirty): void;
  /** Stores `dirty` to the state block. */
  flush(dirty: Dirty): void;
  /** Loads registers from the state block. */
  load(registers: number): void;
  loadFlags(): void;
  loadFuel(): void;
}

/** The values at a point of a block. */
export interface Mark {
  readonly gpr: readonly Value[];
  readonly xmm: readonly Value[];
  readonly flagState: FlagState;
  readonly temps: ReadonlyMap<ValType, number>;
  /** What `leaveHere` needs: the code in between belongs to other instructions. */
  readonly insn: Insn | undefined;
  readonly alive: number;
  readonly dirty: Dirty;
}

export class RegionEmitter implements Emitter {
  /** regionBody in core-module.ts enters no region while MXCSR's control bits are set. */
  readonly checksMxcsr = false;
  readonly #f: FunctionBuilder;
  readonly #core: CoreFunctions;
  readonly #locals: RegionLocals;
  readonly #frame: RegionFrame;
  readonly #flags: FlagValues;
  readonly #gpr: Value[];
  readonly #xmm: Value[];
  #flagState: FlagState;
  #dirty = 0;
  #flagsDirty = false;
  #touched = 0;
  /** Flags that somebody reads after the current instruction starts. */
  #alive = 0;
  #insn: Insn | undefined;
  #returnsTo: number | undefined;
  /** Zero-extended 32-bit values that were needed as 64-bit leaves. */
  readonly #leaves: Map<Value, Value> = new Map();
  readonly #memory: BlockMemory;
  /** Of the current instruction's memory operand. */
  #checked: MemoryAccess | undefined;
  terminator: Terminator = { kind: "next" };

  constructor(f: FunctionBuilder, core: CoreFunctions, locals: RegionLocals, frame: RegionFrame) {
    this.#f = f;
    this.#core = core;
    this.#locals = locals;
    this.#frame = frame;
    this.#flags = new FlagValues((v) => this.let(v));
    this.#memory = new BlockMemory(f, () => this.#leaveHere());
    this.#gpr = [...locals.gpr];
    this.#xmm = locals.xmm.map((_, i) => wholeXmm(locals, i));
    this.#flagState = this.#unknownFlags();
  }

  #unknownFlags(): CanonicalFlags {
    return { kind: "canonical", result: this.#locals.flagResult, vector: this.#locals.flagVector };
  }

  /**
   * @param touched registers that the block uses: what is loaded again after a helper
   * @param checks what has been checked on every way here
   * @param returnsTo in a call that is done in place: where its return leads; one to elsewhere is the interpreter's
   */
  beginBlock(dirty: Dirty, touched: number, checks: Checks, returnsTo: number | undefined): void {
    this.#returnsTo = returnsTo;
    this.#dirty = dirty.registers;
    this.#flagsDirty = dirty.flags;
    this.#touched = touched;
    this.#resetValues();
    this.#flagState = this.#unknownFlags();
    this.#leaves.clear();
    this.#memory.begin(checks, this.#locals.gpr);
    this.#f.freeTemps();
    this.terminator = { kind: "next" };
  }

  /** What the registers and flags are now, for the other way of a branch. */
  mark(): Mark {
    return {
      gpr: [...this.#gpr],
      xmm: [...this.#xmm],
      flagState: this.#flagState,
      temps: this.#f.markTemps(),
      insn: this.#insn,
      alive: this.#alive,
      dirty: this.#dirtyNow(true),
    };
  }

  /** Back to `mark`: code for other blocks has been emitted in between, on another path. */
  rewind(mark: Mark): void {
    mark.gpr.forEach((v, i) => {
      this.#gpr[i] = v;
    });
    mark.xmm.forEach((v, i) => {
      this.#xmm[i] = v;
    });
    this.#flagState = mark.flagState;
    this.#f.rewindTemps(mark.temps);
    this.#insn = mark.insn;
    this.#alive = mark.alive;
    this.#dirty = mark.dirty.registers;
    this.#flagsDirty = mark.dirty.flags;
  }

  #resetValues(): void {
    this.#locals.gpr.forEach((v, i) => {
      this.#gpr[i] = v;
    });
    this.#xmm.forEach((_, i) => {
      this.#xmm[i] = wholeXmm(this.#locals, i);
    });
  }

  /** @param alive status flags read by anything from this instruction on, before they are written */
  instruction(insn: Insn, alive: number): void {
    this.#insn = insn;
    this.#alive = alive;
    this.#checked = undefined;
    insn.operands.forEach((op, i) => {
      const access = insn.row.access[i];
      if (op.kind !== "mem" || op.size === 0 || access === "a" || access === "-") return;
      this.#checked = this.#checkOperand(op, access !== "r");
    });
    insn.row.semantics(this, insn);
  }

  /** @param ahead accesses of blocks that follow */
  closeWindows(ahead: readonly AccessAhead[]): void {
    this.#memory.widen(ahead, this.#leavesAtEnd());
    this.#memory.close();
  }

  /** What the block has checked or was told, by the registers' values at its end. Windows are closed. */
  checks(): Checks {
    return this.#memory.checks(this.#leavesAtEnd());
  }

  #leavesAtEnd(): (Value | undefined)[] {
    return this.#gpr.map((v) => (isLeaf(v) ? v : this.#leaves.get(v)));
  }

  /** Puts every register's current value into its local. The values stay valid for one more use (an exit). */
  writeBack(): void {
    const pending: { to: number; from: Value }[] = [];
    const put = (to: Value, from: Value): void => {
      if (from !== to) pending.push({ to: to.imm as number, from });
    };
    this.#locals.gpr.forEach((to, i) => {
      put(to, this.#gpr[i] as Value);
    });
    this.#locals.xmm.forEach((to, i) => {
      const value = this.#xmm[i] as Value;
      const low = this.#locals.low[i];
      if (low === undefined) {
        put(to, value);
        return;
      }
      const isSplit = isLowDouble(value);
      put(to, isSplit ? (value.args[0] as Value) : value);
      put(low, isSplit ? (value.args[1] as Value) : f64x2.extract_lane(value, 0));
    });
    const targets = new Set(pending.map((p) => p.to));
    // A value that reads another register's local must be read before that local changes.
    for (const p of pending)
      if (readsLocal(p.from, targets)) p.from = this.#f.let(copyOf(p.from, this.#f));
    for (const p of pending) this.#f.set(p.to, p.from);
  }

  /** Puts the flags into their locals. */
  writeBackFlags(): void {
    const c = this.#flags.canonical(this.#flagState);
    if (c.result === this.#locals.flagResult && c.vector === this.#locals.flagVector) return;
    const result = this.#f.let(c.result);
    const vector = this.#f.let(c.vector);
    this.#f.set(this.#locals.flagResult.imm as number, result);
    this.#f.set(this.#locals.flagVector.imm as number, vector);
  }

  /** Leaves at the current instruction, which has done nothing yet. Emitted inside an `if`. */
  #leaveHere(): void {
    const insn = this.#insn as Insn;
    if (this.#alive !== 0) this.writeBackFlags();
    this.writeBack();
    this.#frame.leave(insn.pc, this.#dirtyNow(this.#alive !== 0));
  }

  choose(cond: Value, then: () => Value, otherwise: () => Value): Value {
    // What one side puts into a local isn't there on the other.
    const onItsOwn = (side: () => Value) => (): Value => {
      const leaves = new Map(this.#leaves);
      const value = side();
      this.#leaves.clear();
      for (const [key, leaf] of leaves) this.#leaves.set(key, leaf);
      return value;
    };
    return this.#f.choose(cond, onItsOwn(then), onItsOwn(otherwise));
  }

  #dirtyNow(withFlags: boolean): Dirty {
    return { registers: this.#dirty, flags: withFlags && this.#flagsDirty };
  }

  let(v: Value): Value {
    if (isLeaf(v) || isScalarView(v) || isFloatBits(v)) return v;
    const leaf = this.#f.let(v);
    this.#memory.noteSum(leaf, v);
    return leaf;
  }

  stIndex(op: Operand): Value {
    if (op.kind !== "st") throw new Error("not an x87 register");
    return i32.const(op.index);
  }

  read(op: Operand): Value {
    switch (op.kind) {
      case "gpr":
        if (op.high) return this.let(i32.and(this.#low32(op.index, 8), i32.const(0xff)));
        return this.readGpr(op.index, op.size);
      case "xmm":
        return this.#xmm[op.index] as Value;
      case "mmx":
        return this.let(load(I64_LOAD, I64, ZERO, STATE + S.x87 + 16 * op.index));
      case "mem":
        return this.#readMemory(op.size);
      case "imm":
        return op.size === 8 ? i64.const(op.value64) : i32.const(op.value);
      case "rel":
        return i64.const(op.target);
      default:
        throw new Error(`cannot read a ${op.kind} operand`);
    }
  }

  #low32(index: number, shift: number): Value {
    const v = i32.wrap_i64(this.#gpr[index] as Value);
    return shift === 0 ? v : i32.shr_u(v, i32.const(shift));
  }

  readGpr(index: number, size: OperandSize): Value {
    const whole = this.#gpr[index] as Value;
    if (size === 8) return this.#whole(index);
    const low = i32.wrap_i64(whole);
    if (size === 4) return this.let(low);
    return this.let(i32.and(low, i32.const(size === 1 ? 0xff : 0xffff)));
  }

  write(op: Operand, v: Value): void {
    switch (op.kind) {
      case "gpr":
        if (op.high) this.#merge(op.index, v, 0xff, 8);
        else this.writeGpr(op.index, op.size, v);
        return;
      case "xmm":
        this.writeXmm(op.index, v);
        return;
      case "mmx":
        this.#f.store(I64_STORE, ZERO, STATE + S.x87 + 16 * op.index, v);
        this.#f.store(I32_STORE16, ZERO, STATE + S.x87 + 16 * op.index + 8, i32.const(0xffff));
        return;
      case "mem":
        this.#memory.store(this.#access(), op.size, v);
        return;
      default:
        throw new Error(`cannot write a ${op.kind} operand`);
    }
  }

  /** Replaces `mask` << shift of a register. */
  #merge(index: number, v: Value, mask: number, shift: number): void {
    this.#dirty |= 1 << index;
    const part = i64.extend_i32_u(i32.and(v, i32.const(mask)));
    const kept = i64.and(this.#gpr[index] as Value, i64.const(~(BigInt(mask) << BigInt(shift))));
    this.#gpr[index] = this.let(i64.or(kept, i64.shl(part, i64.const(shift))));
  }

  writeGpr(index: number, size: OperandSize, v: Value): void {
    this.#dirty |= 1 << index;
    if (size === 8) this.#gpr[index] = this.let(v);
    // The extension of a leaf costs nothing to repeat, and a 32-bit read of it folds away.
    else if (size === 4) this.#gpr[index] = i64.extend_i32_u(this.let(v));
    else this.#merge(index, v, size === 1 ? 0xff : 0xffff, 0);
  }

  readAh(): Value {
    return this.let(i32.and(this.#low32(0, 8), i32.const(0xff)));
  }

  writeAh(v: Value): void {
    this.#merge(0, v, 0xff, 8);
  }

  readXmm(index: number): Value {
    return this.#xmm[index] as Value;
  }

  writeXmm(index: number, v: Value): void {
    this.#dirty |= 1 << (index + 16);
    this.#xmm[index] = this.let(this.#scalarView(v));
  }

  /** A vector whose low lane was just replaced, with both parts in locals and nothing put together yet. */
  #scalarView(v: Value): Value {
    const make = v.op === REPLACE_F64 ? f64x2 : v.op === REPLACE_F32 ? f32x4 : undefined;
    if (make === undefined || v.imm !== 0) return v;
    const [whole, scalar] = v.args as [Value, Value];
    // What the low lane was before doesn't matter.
    const base = whole.op === v.op && whole.imm === 0 ? (whole.args[0] as Value) : whole;
    const leaf = base.op === OP_V128_CONST ? base : this.#f.let(base);
    return make.replace_lane(leaf, 0, this.#f.let(scalar));
  }

  /** All of a register as a leaf: the same one as long as the register keeps its value. */
  #whole(index: number): Value {
    const value = this.#gpr[index] as Value;
    if (isLeaf(value)) return value;
    let leaf = this.#leaves.get(value);
    if (leaf === undefined) {
      leaf = this.let(value);
      this.#leaves.set(value, leaf);
    }
    return leaf;
  }

  #checkOperand(op: MemOperand, write: boolean): MemoryAccess {
    const insn = this.#insn as Insn;
    const memory = this.#memory;
    if (op.addressSize === 4) return memory.checkAt(this.linearAddress(op), op.size, write);
    const end = insn.pc + insn.length;
    const { root, disp } = memory.addressOf(op, end, (register) => this.#whole(register));
    return memory.check(root, disp, op.size, write);
  }

  effectiveAddress(op: Operand): Value {
    if (op.kind !== "mem") throw new Error("not a memory operand");
    const insn = this.#insn as Insn;
    let sum: Value = i64.const(op.base === RIP_BASE ? op.disp + insn.pc + insn.length : op.disp);
    if (op.index !== NO_REGISTER) {
      const shift = { 1: 0, 2: 1, 4: 2, 8: 3 }[op.scale];
      sum = i64.add(i64.shl(this.#gpr[op.index] as Value, i64.const(shift)), sum);
    }
    if (op.base >= 0) {
      const base = this.#gpr[op.base] as Value;
      sum = isConst(sum) ? i64.add(base, sum) : i64.add(this.let(sum), base);
    }
    if (op.addressSize === 4) sum = i64.extend_i32_u(i32.wrap_i64(sum));
    return this.let(sum);
  }

  linearAddress(op: Operand): Value {
    const ea = this.effectiveAddress(op);
    if (op.kind !== "mem" || op.segment === "none") return ea;
    const base = load(I64_LOAD, I64, ZERO, STATE + (op.segment === "fs" ? S.fsBase : S.gsBase));
    return this.let(i64.add(ea, base));
  }

  /** Memory operands of SSE instructions are loaded as floats: a scalar load then needs no general register. */
  #readMemory(size: number): Value {
    const { operands } = this.#insn as Insn;
    const isFloat = (size === 4 || size === 8) && operands.some((o) => o.kind === "xmm");
    return isFloat
      ? this.#memory.loadFloat(this.#access(), size)
      : this.#memory.load(this.#access(), size);
  }

  #access(): MemoryAccess {
    if (this.#checked === undefined) throw new Error("memory operand is not checked");
    return this.#checked;
  }

  loadAt(size: AccessSize, addr: Value): Value {
    return this.#memory.load(this.#memory.checkAt(this.let(addr), size, false), size);
  }

  storeAt(size: AccessSize, addr: Value, v: Value): void {
    const leaf = this.let(v);
    this.#memory.store(this.#memory.checkAt(this.let(addr), size, true), size, leaf);
  }

  checkWrite(size: AccessSize, addr: Value): void {
    this.#memory.checkAt(this.let(addr), size, true);
  }

  setFlags(record: FlagRecord): void {
    this.#flagsDirty = true;
    this.#flagState = { kind: "record", record, before: this.#flagState };
    // A chain of partial records would be walked at every use.
    if (chainLength(this.#flagState) > 3) this.#flagState = this.#flags.canonical(this.#flagState);
  }

  flag(name: FlagName): Value {
    return this.let(this.#flags.flag(name, this.#flagState));
  }

  condition(cc: ConditionCode): Value {
    return this.let(this.#flags.condition(cc, this.#flagState));
  }

  readFlags(): Value {
    const other = load(I32_LOAD, I32, ZERO, STATE + S.flagsOther);
    return this.let(i64.extend_i32_u(i32.or(this.#flags.statusBits(this.#flagState), other)));
  }

  writeFlags(v: Value, mask: number): void {
    const bits = this.let(i32.wrap_i64(v));
    const status = mask & STATUS;
    if (status !== 0) {
      const old = status === STATUS ? i32.const(0) : this.#flags.statusBits(this.#flagState);
      const merged = i32.or(
        i32.and(bits, i32.const(status)),
        i32.and(old, i32.const(STATUS & ~status)),
      );
      const all = recordOfStatusBits(this.let(status === STATUS ? bits : merged));
      this.setFlags(mapBits(all, (b) => this.let(b)));
    }
    const others = mask & ~STATUS;
    if (others !== 0) {
      const kept = i32.and(load(I32_LOAD, I32, ZERO, STATE + S.flagsOther), i32.const(~others));
      stateStore(this.#f, S.flagsOther, i32.or(kept, i32.and(bits, i32.const(others))));
    }
  }

  readState(offset: number, type: ValType, size: 1 | 2 | 4 | 8): Value {
    const v = memoryLoad(ZERO, size, STATE + offset);
    if (type === I64 && v.type === I32) return this.let(i64.extend_i32_u(v));
    return this.let(v);
  }

  writeState(offset: number, size: 1 | 2 | 4 | 8, v: Value): void {
    memoryStore(this.#f, ZERO, STATE + offset, size, v);
  }

  /** The interpreter raises it: leave before the instruction. */
  raise(_vector: number, cond?: Value): void {
    if (cond !== undefined) {
      this.#f.if(cond);
      this.#leaveHere();
      this.#f.end();
      return;
    }
    this.#leaveHere();
    this.terminator = { kind: "left" };
  }

  /** Leaves also where only the interpreter can tell what comes of it: at 0, and above 4 GiB. */
  checkTarget(target: Value): void {
    const { flow } = (this.#insn as Insn).row;
    // A jump to a place that is known needs no check: checkFarTarget for others.
    if (flow === "jump*") return;
    if (flow !== "ret" || this.#returnsTo === undefined) {
      this.checkFarTarget(target);
      return;
    }
    this.#f.ifUnlikely(i64.ne(target, i64.const(this.#returnsTo)));
    this.#leaveHere();
    this.#f.end();
  }

  /** checkTarget of a jump's target that is none of those that are known. */
  checkFarTarget(target: Value): void {
    this.#f.ifUnlikely(i64.ge_u(i64.sub(target, i64.const(1)), i64.const(0xffff_ffff)));
    this.#leaveHere();
    this.#f.end();
  }

  nextPc(insn: Insn): Value {
    return i64.const(insn.pc + insn.length);
  }

  /** A target outlives the write-back of the registers: a register's own local won't do. */
  #target(v: Value): Value {
    return v.op === OP_LOCAL ? copyOf(v, this.#f) : this.let(v);
  }

  jump(target: Value): void {
    this.terminator = { kind: "jump", target: this.#target(target) };
  }

  branch(cond: Value, _target: Value): void {
    this.terminator = { kind: "branch", cond: this.let(cond) };
  }

  call(target: Value): void {
    this.terminator = { kind: "call", target: this.#target(target) };
  }

  ret(target: Value): void {
    this.terminator = { kind: "ret", target: this.#target(target) };
  }

  syscall(): void {
    this.terminator = { kind: "syscall" };
  }

  helper(name: string, args: readonly Value[]): void {
    const f = this.#f;
    const insn = this.#insn as Insn;
    this.#scratch(args);
    this.writeBackFlags();
    this.writeBack();
    this.#frame.flush(this.#dirtyNow(true));
    stateStore(f, S.rip, i64.const(insn.pc));
    const went = call(I32, this.#core.helper, [
      i32.const(helperId(name)),
      i32.const(insn.pc + insn.length),
    ]);
    f.if(i32.eqz(went));
    f.return(ZERO);
    f.end();
    this.#frame.load(this.#touched);
    this.#frame.loadFlags();
    this.#frame.loadFuel();
    this.#dirty = 0;
    this.#flagsDirty = false;
    this.#memory.forget();
    this.#leaves.clear();
    this.#resetValues();
    this.#flagState = this.#unknownFlags();
  }

  #scratch(args: readonly Value[]): void {
    args.forEach((a, i) => {
      stateStore(this.#f, S.scratch + 8 * i, a.type === I32 ? i64.extend_i32_u(a) : a);
    });
  }

  pureHelper(name: string, args: readonly Value[]): Value {
    this.#scratch(args);
    this.#f.drop(call(I32, this.#core.helper, [i32.const(helperId(name)), ZERO]));
    return this.let(load(I64_LOAD, I64, ZERO, STATE + S.scratch));
  }
}

function chainLength(state: FlagState): number {
  let n = 0;
  let at: FlagState = state;
  while (at.kind === "record") {
    const { kind } = at.record;
    // Records that set everything end the chain.
    if (kind !== "bits" && kind !== "if" && kind !== "inc" && kind !== "dec") return n;
    n++;
    at = at.before;
  }
  return n;
}

function mapBits(r: ReturnType<typeof recordOfStatusBits>, f: (v: Value) => Value): FlagRecord {
  const out: Record<string, Value | "bits"> = { kind: "bits" };
  for (const name of ["cf", "pf", "af", "zf", "sf", "of"] as const) out[name] = f(r[name] as Value);
  return out as unknown as FlagRecord;
}

/** What an SSE register's locals stand for. */
export function wholeXmm({ xmm, low }: RegionLocals, index: number): Value {
  const whole = xmm[index] as Value;
  const half = low[index];
  return half === undefined ? whole : f64x2.replace_lane(whole, 0, half);
}

function readsLocal(v: Value, locals: ReadonlySet<number>): boolean {
  if (v.op === OP_LOCAL) return locals.has(v.imm as number);
  return v.args.some((a) => readsLocal(a, locals));
}

/** A copy in a new temporary: `let` alone would hand back a leaf as it is. */
function copyOf(v: Value, f: FunctionBuilder): Value {
  const index = f.temp(v.type);
  f.set(index, v);
  return local(v.type, index);
}

const REPLACE_F32 = SIMD + 32;
const REPLACE_F64 = SIMD + 34;

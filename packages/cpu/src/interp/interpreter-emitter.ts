/**
 * The emitter that makes interpreter handlers: operands are fields of the decoded record, registers live in
 * the state block. See record.ts for the record and core-module.ts for the calling convention.
 */
import type { AccessSize, ConditionCode, Emitter, FlagName } from "../emit/emitter.ts";
import { type CanonicalFlags, FlagValues, recordOfStatusBits } from "../emit/flag-values.ts";
import type { FlagRecord } from "../emit/flags.ts";
import { I32, I64, i32, i64, local, V128, type ValType, type Value } from "../emit/value.ts";
import { helperId } from "../engine/helper-ids.ts";
import { needsAlignment } from "../isa/alignment.ts";
import type { GprOperand, Insn, MemOperand, Operand, OperandSize } from "../isa/insn.ts";
import { EFLAGS, PERMS, Perm, S, STATE, Vector } from "../state.ts";
import {
  call,
  FunctionBuilder,
  type FunctionCode,
  I32_LOAD,
  I32_LOAD8_U,
  I32_LOAD16_U,
  I32_STORE,
  I32_STORE8,
  I32_STORE16,
  I64_LOAD,
  I64_STORE,
  i32Local,
  load,
  V128_LOAD,
  V128_STORE,
} from "../wasm/function-builder.ts";
import {
  type CoreFunctions,
  dispatch,
  FAULT_ALIGNED,
  FAULT_WRITE,
  gotoLink,
  MAX_DEPTH,
  pcOf,
  recField,
  stateStore,
} from "./core-module.ts";
import { REC, RECORD_SIZE } from "./record.ts";

const ZERO = i32.const(0);
/** Telling the engine takes a call out of Wasm, some 50 ns. */
const NOTED_JUMPS = 256;
const STATUS = EFLAGS.CF | EFLAGS.PF | EFLAGS.AF | EFLAGS.ZF | EFLAGS.SF | EFLAGS.OF;

/** Generates the handler of `insn`'s shape. */
export function buildHandler(insn: Insn, core: CoreFunctions): FunctionCode {
  const e = new InterpreterEmitter({ ...insn, operands: insn.operands.map(distinct) }, core);
  return e.build();
}

/** Register operands are shared objects; a shape's operands are told apart by identity. */
function distinct(op: Operand): Operand {
  return op.kind === "imm" || op.kind === "mem" || op.kind === "rel" ? op : { ...op };
}

class InterpreterEmitter implements Emitter {
  readonly checksMxcsr = true;
  readonly #insn: Insn;
  readonly #core: CoreFunctions;
  readonly #f: FunctionBuilder = new FunctionBuilder(2);
  readonly #rec: Value = i32Local(0);
  readonly #depth: Value = i32Local(1);
  readonly #flags: FlagValues = new FlagValues((v) => this.#f.let(v));
  /** Checked 32-bit address of the explicit memory operand. */
  #checked: Value | undefined;
  #ended = false;

  constructor(insn: Insn, core: CoreFunctions) {
    this.#insn = insn;
    this.#core = core;
  }

  build(): FunctionCode {
    const { row, operands } = this.#insn;
    operands.forEach((op, i) => {
      const access = row.access[i];
      if (op.kind !== "mem" || op.size === 0 || access === "a" || access === "-") return;
      const addr = this.#f.let(this.linearAddress(op));
      this.#checked = this.#check(addr, op.size, access !== "r", needsAlignment(row, op));
    });
    row.semantics(this, this.#insn);
    if (!this.#ended) this.#next();
    return this.#f.finish();
  }

  #next(): void {
    const next = this.#f.let(i32.add(this.#rec, i32.const(RECORD_SIZE)));
    dispatch(this.#f, this.#core.handlerType, next, this.#depth);
    this.#ended = true;
  }

  let(v: Value): Value {
    return this.#f.let(v);
  }

  choose(cond: Value, then: () => Value, otherwise: () => Value): Value {
    return this.#f.choose(cond, then, otherwise);
  }

  /** Operand's register offset in the state block. */
  #register(op: Operand): Value {
    const i = this.#insn.operands.indexOf(op);
    return load(I32_LOAD16_U, I32, this.#rec, REC.op0 + 2 * i);
  }

  stIndex(op: Operand): Value {
    return this.#f.let(this.#register(op));
  }

  read(op: Operand): Value {
    return this.#f.let(this.#readNow(op));
  }

  #readNow(op: Operand): Value {
    switch (op.kind) {
      case "gpr":
        return stateLoad(this.#register(op), op.size);
      case "xmm":
        return load(V128_LOAD, V128, this.#register(op), STATE);
      case "mmx":
        return load(I64_LOAD, I64, this.#register(op), STATE);
      case "mem":
        return memoryLoad(this.#address(op), op.size);
      case "imm":
        return this.#immediate(op);
      case "rel":
        return i64.extend_i32_u(recField(REC.target));
      default:
        throw new Error(`cannot read a ${op.kind} operand`);
    }
  }

  #immediate(op: Operand & { kind: "imm" }): Value {
    if (this.#insn.row.staticImm === true) {
      return op.size === 8 ? i64.const(op.value64) : i32.const(op.value);
    }
    const first = this.#insn.operands.find((o) => o.kind === "imm") === op;
    if (!first) return recField(REC.target);
    return op.size === 8 ? load(I64_LOAD, I64, this.#rec, REC.imm) : recField(REC.imm);
  }

  #address(op: MemOperand): Value {
    if (this.#checked === undefined)
      throw new Error(`${this.#insn.row.mnemonic}: memory is not checked`);
    return op.size === 0 ? ZERO : this.#checked;
  }

  write(op: Operand, v: Value): void {
    switch (op.kind) {
      case "gpr":
        writeGprAt(this.#f, this.#register(op as GprOperand), op.size, v);
        return;
      case "xmm":
        this.#f.store(V128_STORE, this.#register(op), STATE, v);
        return;
      case "mmx": {
        const at = this.#f.let(this.#register(op));
        this.#f.store(I64_STORE, at, STATE, v);
        this.#f.store(I32_STORE16, at, STATE + 8, i32.const(0xffff));
        return;
      }
      case "mem":
        memoryStore(this.#f, this.#address(op), 0, op.size, v);
        return;
      default:
        throw new Error(`cannot write a ${op.kind} operand`);
    }
  }

  effectiveAddress(op: Operand): Value {
    if (op.kind !== "mem") throw new Error("not a memory operand");
    if (this.#isSecond(op)) {
      const base = load(I64_LOAD, I64, load(I32_LOAD16_U, I32, this.#rec, REC.op0 + 2), STATE);
      return this.#f.let(op.addressSize === 4 ? i64.extend_i32_u(i32.wrap_i64(base)) : base);
    }
    const reg = (field: number): Value =>
      load(I64_LOAD, I64, load(I32_LOAD8_U, I32, this.#rec, field), STATE);
    const scale = i64.extend_i32_u(load(I32_LOAD8_U, I32, this.#rec, REC.scale));
    const sum = i64.add(
      i64.add(reg(REC.base), i64.shl(reg(REC.index), scale)),
      load(I64_LOAD, I64, this.#rec, REC.disp),
    );
    const ea = op.addressSize === 4 ? i64.extend_i32_u(i32.wrap_i64(sum)) : sum;
    return this.#f.let(ea);
  }

  /** The second memory operand of a string instruction: a plain register, in op1; its segment is in op2. */
  #isSecond(op: Operand): boolean {
    return this.#insn.operands.find((o) => o.kind === "mem") !== op;
  }

  linearAddress(op: Operand): Value {
    if (this.#isSecond(op)) {
      const segment = load(I64_LOAD, I64, load(I32_LOAD16_U, I32, this.#rec, REC.op0 + 4), STATE);
      return this.#f.let(i64.add(this.effectiveAddress(op), segment));
    }
    const base = load(I64_LOAD, I64, load(I32_LOAD8_U, I32, this.#rec, REC.segment), STATE);
    return this.#f.let(i64.add(this.effectiveAddress(op), base));
  }

  readGpr(index: number, size: OperandSize): Value {
    return this.#f.let(stateLoad(ZERO, size, S.gpr + 8 * index));
  }

  writeGpr(index: number, size: OperandSize, v: Value): void {
    writeGprAt(this.#f, ZERO, size, v, S.gpr + 8 * index);
  }

  readAh(): Value {
    return this.#f.let(stateLoad(ZERO, 1, S.gpr + 1));
  }

  writeAh(v: Value): void {
    writeGprAt(this.#f, ZERO, 1, v, S.gpr + 1);
  }

  readXmm(index: number): Value {
    return this.#f.let(load(V128_LOAD, V128, ZERO, STATE + S.xmm + 16 * index));
  }

  writeXmm(index: number, v: Value): void {
    this.#f.store(V128_STORE, ZERO, STATE + S.xmm + 16 * index, v);
  }

  /**
   * Checks the permission of [addr, addr + size) and leaves for a fault where it is missing.
   * @param addr i64, a leaf
   * @returns the address as i32, a leaf
   */
  #check(addr: Value, size: number, write: boolean, aligned = false): Value {
    const f = this.#f;
    const low = f.let(i32.wrap_i64(addr));
    const high = i32.wrap_i64(i64.shr_u(addr, i64.const(32)));
    const perm = f.let(load(I32_LOAD8_U, I32, i32.shr_u(low, i32.const(12)), PERMS));
    const both = write ? Perm.NW2 : Perm.NR2;
    const one = write ? Perm.NW : Perm.NR;
    f.ifUnlikely(i32.or(i32.and(perm, i32.const(size === 1 ? one : both)), high));
    // Exactly: this page is fine, and the access doesn't leave it.
    const crosses = i32.gt_u(i32.and(low, i32.const(4095)), i32.const(4096 - size));
    f.ifUnlikely(i32.or(i32.or(i32.and(perm, i32.const(one)), crosses), high));
    const info = i32.const(size | (write ? FAULT_WRITE : 0) | (aligned ? FAULT_ALIGNED : 0));
    f.returnCall(this.#core.fault, [this.#rec, this.#depth, low, high, info]);
    f.end();
    f.end();
    return low;
  }

  loadAt(size: AccessSize, addr: Value): Value {
    const at = this.#check(this.#f.let(addr), size, false);
    return this.#f.let(memoryLoad(at, size));
  }

  storeAt(size: AccessSize, addr: Value, v: Value): void {
    const at = this.#check(this.#f.let(addr), size, true);
    memoryStore(this.#f, at, 0, size, v);
  }

  checkWrite(size: AccessSize, addr: Value): void {
    this.#check(this.#f.let(addr), size, true);
  }

  #canonical(): CanonicalFlags {
    return {
      kind: "canonical",
      result: load(I64_LOAD, I64, ZERO, STATE + S.flagResult),
      vector: load(I64_LOAD, I64, ZERO, STATE + S.flagVector),
    };
  }

  setFlags(record: FlagRecord): void {
    const c = this.#flags.canonical({ kind: "record", record, before: this.#canonical() });
    const result = this.#f.let(c.result);
    const vector = this.#f.let(c.vector);
    stateStore(this.#f, S.flagResult, result);
    stateStore(this.#f, S.flagVector, vector);
  }

  flag(name: FlagName): Value {
    return this.#f.let(this.#flags.flag(name, this.#canonical()));
  }

  condition(cc: ConditionCode): Value {
    return this.#f.let(this.#flags.condition(cc, this.#canonical()));
  }

  readFlags(): Value {
    const other = load(I32_LOAD, I32, ZERO, STATE + S.flagsOther);
    return this.#f.let(i64.extend_i32_u(i32.or(this.#flags.statusBits(this.#canonical()), other)));
  }

  writeFlags(v: Value, mask: number): void {
    const bits = this.#f.let(i32.wrap_i64(v));
    const status = mask & STATUS;
    if (status !== 0) {
      const old = this.#flags.statusBits(this.#canonical());
      const merged = i32.or(
        i32.and(bits, i32.const(status)),
        i32.and(old, i32.const(STATUS & ~status)),
      );
      const all = this.#f.let(status === STATUS ? bits : merged);
      this.setFlags(recordOfStatusBits(all));
    }
    const others = mask & ~STATUS;
    if (others !== 0) {
      const kept = i32.and(load(I32_LOAD, I32, ZERO, STATE + S.flagsOther), i32.const(~others));
      stateStore(this.#f, S.flagsOther, i32.or(kept, i32.and(bits, i32.const(others))));
    }
  }

  readState(offset: number, type: ValType, size: 1 | 2 | 4 | 8): Value {
    const v = stateLoad(ZERO, size, offset);
    if (type === I64 && v.type === I32) return this.#f.let(i64.extend_i32_u(v));
    return this.#f.let(v);
  }

  writeState(offset: number, size: 1 | 2 | 4 | 8, v: Value): void {
    memoryStore(this.#f, ZERO, STATE + offset, size, v);
  }

  raise(vector: number, cond?: Value, errorCode = 0): void {
    const f = this.#f;
    if (cond !== undefined) f.if(cond);
    const isTrap = vector === Vector.DB || vector === Vector.BP || vector === Vector.OF;
    f.push(call(I32, this.#core.raise, [this.#rec, i32.const(vector), i32.const(errorCode)]));
    f.w.u8(0x1a);
    if (isTrap) stateStore(f, S.rip, i64.extend_i32_u(recField(REC.next)));
    f.return(ZERO);
    if (cond !== undefined) f.end();
    else this.#ended = true;
  }

  nextPc(_insn: Insn): Value {
    return this.#f.let(i64.extend_i32_u(recField(REC.next)));
  }

  checkTarget(target: Value): void {
    const f = this.#f;
    const to = f.let(target);
    f.if(i64.ne(i64.shr_u(to, i64.const(32)), i64.const(0)));
    const sign = i64.shr_s(to, i64.const(47));
    const isCanonical = i64.lt_u(i64.add(sign, i64.const(1)), i64.const(2));
    this.raise(Vector.GP, i32.eqz(isCanonical));
    f.end();
  }

  jump(target: Value): void {
    if (this.#insn.row.flow === "jump") {
      gotoLink(this.#f, this.#core, 0);
    } else {
      this.#jumpIndirect(this.#f.let(target));
    }
    this.#ended = true;
  }

  /**
   * The record remembers where the jump went last; the engine, where it went at all, from the first NOTED_JUMPS
   * that went elsewhere than the one before.
   */
  #jumpIndirect(to: Value): void {
    const f = this.#f;
    this.#checkTarget(to);
    f.if(i32.eq(recField(REC.target), i32.wrap_i64(to)));
    const same = f.let(recField(REC.link));
    dispatch(f, this.#core.handlerType, same, this.#depth);
    f.end();
    stateStore(f, S.rip, to);
    const misses = f.let(recField(REC.count));
    f.if(i32.ge_u(misses, i32.const(NOTED_JUMPS)));
    f.returnCall(this.#core.enter, [this.#depth]);
    f.end();
    f.store(I32_STORE, this.#rec, REC.count, i32.add(misses, i32.const(1)));
    const rec = f.let(call(I32, this.#core.jumped, [this.#rec]));
    f.if(i32.eqz(rec));
    f.return(ZERO);
    f.end();
    f.store(I32_STORE, this.#rec, REC.target, i32.wrap_i64(to));
    f.store(I32_STORE, this.#rec, REC.link, rec);
    dispatch(f, this.#core.handlerType, rec, this.#depth);
  }

  branch(cond: Value, _target: Value): void {
    this.#f.if(cond);
    gotoLink(this.#f, this.#core, 0);
    this.#f.end();
    gotoLink(this.#f, this.#core, 1);
    this.#ended = true;
  }

  /** Leaves where `target` cannot be code: 0 (which means "stop" as a result) and everything above 4 GiB. */
  #checkTarget(target: Value): void {
    const f = this.#f;
    f.if(i64.ge_u(i64.sub(target, i64.const(1)), i64.const(0xffff_ffff)));
    f.returnCall(this.#core.wild, [this.#rec, target]);
    f.end();
  }

  call(target: Value): void {
    const f = this.#f;
    const core = this.#core;
    const next = f.let(recField(REC.next));
    const deeper = f.let(i32.add(this.#depth, i32.const(1)));
    const tooDeep = i32.gt_s(this.#depth, i32.const(MAX_DEPTH));
    const result = f.temp(I32);
    if (this.#insn.row.flow === "call") {
      f.if(tooDeep);
      f.return(recField(REC.target));
      f.end();
      const link = f.let(recField(REC.link));
      f.if(link);
      const got = f.callIndirect(
        core.handlerType,
        [link, deeper],
        recField(REC.handler, link),
        I32,
      );
      f.set(result, got);
      f.else();
      f.set(result, call(I32, core.link, [this.#rec, deeper, ZERO]));
      f.end();
    } else {
      const to = f.let(target);
      this.#checkTarget(to);
      f.if(tooDeep);
      f.return(i32.wrap_i64(to));
      f.end();
      this.#callIndirect(to, deeper, result);
    }
    const got = local(I32, result);
    f.if(i32.ne(got, next));
    f.return(got);
    f.end();
    gotoLink(f, core, 1);
    this.#ended = true;
  }

  /** Notes where the call goes, as #jumpIndirect. */
  #callIndirect(to: Value, deeper: Value, result: number): void {
    const f = this.#f;
    const core = this.#core;
    const rec = f.temp(I32);
    f.if(i32.eq(recField(REC.target), i32.wrap_i64(to)));
    f.set(rec, recField(REC.link));
    f.else();
    stateStore(f, S.rip, to);
    f.set(rec, ZERO);
    const misses = f.let(recField(REC.callees));
    f.if(i32.lt_u(misses, i32.const(NOTED_JUMPS)));
    f.store(I32_STORE, this.#rec, REC.callees, i32.add(misses, i32.const(1)));
    f.set(rec, call(I32, core.jumped, [this.#rec]));
    f.if(i32.eqz(local(I32, rec)));
    f.return(ZERO);
    f.end();
    f.store(I32_STORE, this.#rec, REC.target, i32.wrap_i64(to));
    f.store(I32_STORE, this.#rec, REC.link, local(I32, rec));
    f.end();
    f.end();
    const handler = recField(REC.handler, local(I32, rec));
    f.if(local(I32, rec));
    f.set(result, f.callIndirect(core.handlerType, [local(I32, rec), deeper], handler, I32));
    f.else();
    f.set(result, call(I32, core.enter, [deeper]));
    f.end();
  }

  ret(target: Value): void {
    const to = this.#f.let(target);
    this.#checkTarget(to);
    this.#f.return(i32.wrap_i64(to));
    this.#ended = true;
  }

  helper(name: string, args: readonly Value[]): void {
    const f = this.#f;
    args.forEach((a, i) => {
      const wide = a.type === I32 ? i64.extend_i32_u(a) : a;
      stateStore(f, S.scratch + 8 * i, wide);
    });
    stateStore(f, S.rip, pcOf(this.#rec));
    const went = call(I32, this.#core.helper, [i32.const(helperId(name)), recField(REC.next)]);
    f.if(i32.eqz(went));
    f.return(ZERO);
    f.end();
  }

  pureHelper(name: string, args: readonly Value[]): Value {
    const f = this.#f;
    args.forEach((a, i) => {
      stateStore(f, S.scratch + 8 * i, a.type === I32 ? i64.extend_i32_u(a) : a);
    });
    f.drop(call(I32, this.#core.helper, [i32.const(helperId(name)), ZERO]));
    return f.let(load(I64_LOAD, I64, ZERO, STATE + S.scratch));
  }

  syscall(): void {
    const f = this.#f;
    stateStore(f, S.rip, i64.extend_i32_u(recField(REC.next)));
    f.if(i32.eqz(call(I32, this.#core.syscall, [])));
    f.return(ZERO);
    f.end();
    gotoLink(f, this.#core, 1);
    this.#ended = true;
  }
}

/** Load of a state field at STATE + base + offset. */
function stateLoad(base: Value, size: OperandSize, offset = 0): Value {
  return memoryLoad(base, size, STATE + offset);
}

export function memoryLoad(at: Value, size: number, offset = 0): Value {
  switch (size) {
    case 1:
      return load(I32_LOAD8_U, I32, at, offset);
    case 2:
      return load(I32_LOAD16_U, I32, at, offset);
    case 4:
      return load(I32_LOAD, I32, at, offset);
    case 8:
      return load(I64_LOAD, I64, at, offset);
    case 16:
      return load(V128_LOAD, V128, at, offset);
    default:
      throw new Error(`cannot load ${size} bytes`);
  }
}

export function memoryStore(
  f: FunctionBuilder,
  at: Value,
  offset: number,
  size: number,
  v: Value,
): void {
  const narrow = v.type === I64 && size < 8 ? i32.wrap_i64(v) : v;
  switch (size) {
    case 1:
      f.store(I32_STORE8, at, offset, narrow);
      return;
    case 2:
      f.store(I32_STORE16, at, offset, narrow);
      return;
    case 4:
      f.store(I32_STORE, at, offset, narrow);
      return;
    case 8:
      f.store(I64_STORE, at, offset, v);
      return;
    case 16:
      f.store(V128_STORE, at, offset, v);
      return;
    default:
      throw new Error(`cannot store ${size} bytes`);
  }
}

function writeGprAt(
  f: FunctionBuilder,
  base: Value,
  size: OperandSize,
  v: Value,
  offset = 0,
): void {
  if (size === 4) f.store(I64_STORE, base, STATE + offset, i64.extend_i32_u(v));
  else memoryStore(f, base, STATE + offset, size, v);
}

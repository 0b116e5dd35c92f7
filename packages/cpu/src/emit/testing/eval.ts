/**
 * Runs the semantics of single instructions, for tests of rows: no records, no dispatch, no permission checks.
 * Registers, MXCSR and helpers' scratch are where state.ts puts them, in one 4 GiB memory.
 */
import type { Helper, Machine } from "../../engine/helper.ts";
import { StateView } from "../../engine/state-view.ts";
import type { Insn, MemOperand, Operand, OperandSize } from "../../isa/insn.ts";
import { NO_REGISTER } from "../../isa/insn.ts";
import { S, STATE } from "../../state.ts";
import {
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
  load,
  V128_LOAD,
  V128_STORE,
} from "../../wasm/function-builder.ts";
import { ModuleBuilder } from "../../wasm/module-builder.ts";
import type { AccessSize, Emitter, FlagName } from "../emitter.ts";
import { type CanonicalFlags, FlagValues } from "../flag-values.ts";
import type { FlagRecord } from "../flags.ts";
import { I32, I64, i32, i64, local, V128, type ValType, type Value } from "../value.ts";

const ZERO = i32.const(0);
const FLAG_BITS: readonly (readonly [FlagName, number])[] = [
  ["c", 0x1],
  ["p", 0x4],
  ["a", 0x10],
  ["z", 0x40],
  ["s", 0x80],
  ["o", 0x800],
];

/** Vector of the exception that an instruction raised, at this address; -1 for none. */
const RAISED = STATE + 1024;
/** EFLAGS status bits as an instruction left them. */
const FLAGS = STATE + 1028;

function loadSized(size: number, addr: Value, offset: number): Value {
  switch (size) {
    case 1:
      return load(I32_LOAD8_U, I32, addr, offset);
    case 2:
      return load(I32_LOAD16_U, I32, addr, offset);
    case 4:
      return load(I32_LOAD, I32, addr, offset);
    case 8:
      return load(I64_LOAD, I64, addr, offset);
    default:
      return load(V128_LOAD, V128, addr, offset);
  }
}

const STORES: Readonly<Record<number, number>> = {
  1: I32_STORE8,
  2: I32_STORE16,
  4: I32_STORE,
  8: I64_STORE,
  16: V128_STORE,
};

function unused(name: string): never {
  throw new Error(`${name} is not part of this test emitter`);
}

/** The part of `Emitter` that data instructions use. */
class EvalEmitter implements Emitter {
  readonly checksMxcsr = true;
  readonly f: FunctionBuilder = new FunctionBuilder(0);
  readonly #insn: Insn;
  readonly #helper: number;
  readonly #helperIds: string[];

  constructor(insn: Insn, helper: number, helperIds: string[]) {
    this.#insn = insn;
    this.#helper = helper;
    this.#helperIds = helperIds;
  }

  build(): FunctionCode {
    this.#store(4, ZERO, RAISED, i32.const(-1));
    this.#insn.row.semantics(this, this.#insn);
    return this.f.finish();
  }

  #store(size: number, addr: Value, offset: number, v: Value): void {
    const narrow = size === 4 && v.type === I64 ? i32.wrap_i64(v) : v;
    const opcode = narrow.type === I64 ? I64_STORE : STORES[size];
    if (opcode === undefined) throw new Error(`no store of ${size} bytes`);
    this.f.store(opcode, addr, offset, narrow);
  }

  let(v: Value): Value {
    return this.f.let(v);
  }

  choose(cond: Value, then: () => Value, otherwise: () => Value): Value {
    const { f } = this;
    f.if(cond);
    const a = then();
    const result = f.newLocal(a.type);
    f.set(result, a);
    f.else();
    f.set(result, otherwise());
    f.end();
    return local(a.type, result);
  }

  read(op: Operand): Value {
    switch (op.kind) {
      case "gpr":
        return this.let(loadSized(op.size, ZERO, STATE + S.gpr + 8 * op.index + (op.high ? 1 : 0)));
      case "xmm":
        return this.readXmm(op.index);
      case "mmx":
        return this.let(loadSized(8, ZERO, STATE + S.x87 + 16 * op.index));
      case "mem":
        return this.let(loadSized(op.size, i32.wrap_i64(this.linearAddress(op)), 0));
      case "imm":
        return op.size === 8 ? i64.const(op.value64) : i32.const(op.value);
      default:
        return unused(`read of ${op.kind}`);
    }
  }

  write(op: Operand, v: Value): void {
    if (op.kind === "gpr") this.writeGpr(op.index, op.size, v);
    else if (op.kind === "xmm") this.writeXmm(op.index, v);
    else if (op.kind === "mmx") this.#writeMmx(op.index, v);
    else if (op.kind === "mem") this.#store(op.size, i32.wrap_i64(this.linearAddress(op)), 0, v);
    else unused(`write of ${op.kind}`);
  }

  #writeMmx(index: number, v: Value): void {
    this.#store(8, ZERO, STATE + S.x87 + 16 * index, v);
    this.#store(2, ZERO, STATE + S.x87 + 16 * index + 8, i32.const(0xffff));
  }

  effectiveAddress(op: Operand): Value {
    const mem = op as MemOperand;
    if (mem.index !== NO_REGISTER || mem.segment !== "none") unused("indexed address");
    const base = loadSized(8, ZERO, STATE + S.gpr + 8 * mem.base);
    return this.let(i64.add(base, i64.const(mem.disp)));
  }

  linearAddress(op: Operand): Value {
    return this.effectiveAddress(op);
  }

  readGpr(index: number, size: OperandSize): Value {
    return this.let(loadSized(size, ZERO, STATE + S.gpr + 8 * index));
  }

  writeGpr(index: number, size: OperandSize, v: Value): void {
    const wide = size === 4 ? i64.extend_i32_u(v) : v;
    this.#store(size === 4 ? 8 : size, ZERO, STATE + S.gpr + 8 * index, wide);
  }

  readXmm(index: number): Value {
    return this.let(load(V128_LOAD, V128, ZERO, STATE + S.xmm + 16 * index));
  }

  writeXmm(index: number, v: Value): void {
    this.#store(16, ZERO, STATE + S.xmm + 16 * index, v);
  }

  loadAt(size: AccessSize, addr: Value): Value {
    return this.let(loadSized(size, i32.wrap_i64(addr), 0));
  }

  storeAt(size: AccessSize, addr: Value, v: Value): void {
    this.#store(size, i32.wrap_i64(addr), 0, v);
  }

  setFlags(record: FlagRecord): void {
    if (record.kind !== "bits" && record.kind !== "float") unused(`flags of kind ${record.kind}`);
    const values = new FlagValues((v) => this.let(v));
    const none: CanonicalFlags = { kind: "canonical", result: i64.const(1), vector: i64.const(0) };
    let all: Value = ZERO;
    for (const [name, bit] of FLAG_BITS) {
      const v = values.flag(name, { kind: "record", record, before: none });
      all = i32.or(all, i32.mul(v, i32.const(bit)));
    }
    this.#store(4, ZERO, FLAGS, all);
  }

  readState(offset: number, type: ValType, size: 1 | 2 | 4 | 8): Value {
    const v = loadSized(size, ZERO, STATE + offset);
    return this.let(type === I64 && v.type === I32 ? i64.extend_i32_u(v) : v);
  }

  writeState(offset: number, size: 1 | 2 | 4 | 8, v: Value): void {
    this.#store(size, ZERO, STATE + offset, v);
  }

  checkTarget(): void {}

  raise(vector: number, cond?: Value): void {
    this.f.if(cond ?? i32.const(1));
    this.#store(4, ZERO, RAISED, i32.const(vector));
    this.f.w.u8(0x0f); // return
    this.f.end();
  }

  helper(name: string, args: readonly Value[]): void {
    args.forEach((a, i) => {
      this.#store(8, ZERO, STATE + S.scratch + 8 * i, a.type === I32 ? i64.extend_i32_u(a) : a);
    });
    let id = this.#helperIds.indexOf(name);
    if (id < 0) id = this.#helperIds.push(name) - 1;
    this.f.push(i32.const(id));
    this.f.w.u8(0x10); // call
    this.f.w.u32(this.#helper);
  }

  pureHelper(name: string, args: readonly Value[]): Value {
    this.helper(name, args);
    return this.readState(S.scratch, I64, 8);
  }

  stIndex = (): Value => unused("stIndex");
  readAh = (): Value => unused("readAh");
  writeAh = (): void => unused("writeAh");
  checkWrite = (): void => unused("checkWrite");
  flag = (): Value => unused("flag");
  condition = (): Value => unused("condition");
  readFlags = (): Value => unused("readFlags");
  writeFlags = (): void => unused("writeFlags");
  jump = (): void => unused("jump");
  branch = (): void => unused("branch");
  call = (): void => unused("call");
  ret = (): void => unused("ret");
  nextPc = (): Value => unused("nextPc");
  syscall = (): void => unused("syscall");
}

/** A machine in which all memory is readable and writable. */
class EvalMachine extends StateView implements Machine {
  readonly u8: Uint8Array;
  readonly view: DataView;

  constructor(memory: WebAssembly.Memory) {
    super(new DataView(memory.buffer, STATE));
    this.u8 = new Uint8Array(memory.buffer);
    this.view = new DataView(memory.buffer);
  }

  ensureReadable = (): boolean => true;
  ensureWritable = (): boolean => true;
  timeStamp = (): bigint => 0n;

  raise(vector: number): false {
    this.view.setInt32(RAISED, vector, true);
    return false;
  }
}

/** Compiled instructions over one memory. */
export class Evaluator {
  readonly machine: EvalMachine;
  readonly #functions: (() => void)[];

  constructor(insns: readonly Insn[], helpers: Readonly<Record<string, Helper>>) {
    const m = new ModuleBuilder();
    const helper = m.importFunction("helper", [I32], []);
    const type = m.type([], []);
    const names: string[] = [];
    const indices = insns.map(() => m.declare(type));
    insns.forEach((insn, i) => {
      const index = indices[i] as number;
      m.define(index, new EvalEmitter(insn, helper, names).build());
      m.export(String(i), index);
    });
    const memory = new WebAssembly.Memory({ initial: 65536, maximum: 65536, shared: true });
    this.machine = new EvalMachine(memory);
    const table = new WebAssembly.Table({ element: "anyfunc", initial: 1 });
    const runHelper = (id: number): void => {
      const name = names[id] as string;
      const f = helpers[name];
      if (f === undefined) throw new Error(`helper ${name} is missing`);
      f(this.machine);
    };
    const instance = new WebAssembly.Instance(new WebAssembly.Module(m.build()), {
      env: { memory, table, helper: runHelper },
    });
    this.#functions = insns.map((_, i) => instance.exports[String(i)] as () => void);
  }

  /** Runs instruction `i`. @returns the vector of the exception that it raised, or -1. */
  run(i: number): number {
    this.#functions[i]?.();
    return this.machine.view.getInt32(RAISED, true);
  }

  get flags(): number {
    return this.machine.view.getInt32(FLAGS, true);
  }

  set flags(v: number) {
    this.machine.view.setInt32(FLAGS, v, true);
  }
}

/**
 * The functions that every handler and region shares: the dispatcher, block entry, linking, faults.
 *
 * Calling convention of everything that runs guest code:
 *   handler(rec: i32, depth: i32) → i32      table type HANDLER
 *   region(depth: i32) → i32                 table type REGION
 * The result is the guest pc to go on at, after the guest returned from the function that was entered: a caller
 * compares it with its own return address and goes on, or returns it further. 0 means: leave Wasm, the state says
 * why. `depth` counts nested guest calls, which are Wasm calls.
 */
import { I32, I64, i32, i64, local, type Value } from "../emit/value.ts";
import { MXCSR } from "../sse/soft-float.ts";
import { JUMP, JUMP_CACHE, JUMP_CACHE_ENTRIES, S, STATE } from "../state.ts";
import {
  call,
  FunctionBuilder,
  type FunctionCode,
  I32_LOAD,
  I32_STORE,
  I64_STORE,
  i32Local,
  load,
} from "../wasm/function-builder.ts";
import type { ModuleBuilder } from "../wasm/module-builder.ts";
import { REC, RECORD_SIZE } from "./record.ts";

/** Nested guest calls before the Wasm stack is unwound. */
export const MAX_DEPTH = 256;

/** Bits of what `fault` and `pageFault` are told besides the size: a store; an operand that must be 16-byte aligned. */
export const FAULT_WRITE = 0x1_0000;
export const FAULT_ALIGNED = 0x4_0000;

/** Why `run` came back: S.stop. */
export const Stop = { none: 0, preempted: 1, exception: 2, resume: 3 } as const;

/** Table slots with a fixed meaning. Slot 0 stays empty so that a zero handler traps. */
export const SLOT = { head: 1, region: 2, stale: 3, goto: 4, enter: 5, step: 6, first: 8 } as const;

/** Function indices inside a module, imported or defined. */
export interface CoreFunctions {
  readonly handlerType: number;
  readonly regionType: number;
  /** JS: (pc) → record of the block at S.rip, decoded on demand, or 0. */
  readonly lookup: number;
  /** JS: (addrLow, addrHigh, size and FAULT_ bits, rec) → record to go on with, or 0. */
  readonly pageFault: number;
  /** JS: () → 1 go on, 0 leave. */
  readonly syscall: number;
  /** JS: (helper id, next pc) → 1 go on, 0 leave. */
  readonly helper: number;
  /** JS: (pc, rec): the block was entered often. */
  readonly hot: number;
  /** (depth) → pc: goes on at S.rip. */
  readonly enter: number;
  /** (rec, depth, addrLow, addrHigh, info) → pc */
  readonly fault: number;
  /** (rec, vector, error code): always 0. */
  readonly raise: number;
  /** (rec, depth, which): resolves the link of a block end, 0 = target, 1 = fall-through, and goes there. */
  readonly link: number;
  /** JS: () → first instruction record of the block at S.rip, past its head, or 0. */
  readonly lookupBody: number;
  /** JS: (rec) → record of the block at S.rip, which the indirect jump `rec` has gone to, or 0. */
  readonly jumped: number;
  /** (depth) → pc: interprets the block at S.rip, even where a region begins, then goes on as `enter`. */
  readonly step: number;
  /** (rec, target i64): a jump to an address that cannot be code. Always 0. */
  readonly wild: number;
}

export const CORE_NAMES = ["enter", "fault", "raise", "link", "wild", "step"] as const;

/** Imports the JS side; shared by all modules. */
function importHost(m: ModuleBuilder): Omit<CoreFunctions, (typeof CORE_NAMES)[number]> {
  return {
    handlerType: m.type([I32, I32], [I32]),
    regionType: m.type([I32], [I32]),
    lookup: m.importFunction("lookup", [], [I32]),
    pageFault: m.importFunction("pageFault", [I32, I32, I32, I32], [I32]),
    syscall: m.importFunction("syscall", [], [I32]),
    helper: m.importFunction("helper", [I32, I32], [I32]),
    hot: m.importFunction("hot", [I32], []),
    jumped: m.importFunction("jumped", [I32], [I32]),
    lookupBody: m.importFunction("lookupBody", [], [I32]),
  };
}

/** Core functions imported from the core module's instance, for handler and region modules. */
export function importCore(m: ModuleBuilder): CoreFunctions {
  const host = importHost(m);
  return {
    ...host,
    enter: m.importFunction("enter", [I32], [I32]),
    fault: m.importFunction("fault", [I32, I32, I32, I32, I32], [I32]),
    raise: m.importFunction("raise", [I32, I32, I32], [I32]),
    link: m.importFunction("link", [I32, I32, I32], [I32]),
    wild: m.importFunction("wild", [I32, I64], [I32]),
    step: m.importFunction("step", [I32], [I32]),
  };
}

const ZERO = i32.const(0);

export function stateStore(f: FunctionBuilder, offset: number, v: Value): void {
  f.store(v.type === I32 ? I32_STORE : I64_STORE, ZERO, STATE + offset, v);
}

export const recField = (offset: number, rec: Value = i32Local(0)): Value =>
  load(I32_LOAD, I32, rec, offset);

/** Tail call of a record's handler. */
export function dispatch(f: FunctionBuilder, handlerType: number, rec: Value, depth: Value): void {
  f.returnCallIndirect(handlerType, [rec, depth], recField(REC.handler, rec));
}

export const pcOf = (rec: Value): Value => i64.extend_i32_u(recField(REC.pc, rec));

/** Defines the core functions in `m`, exports them and puts the fixed handlers into the table. */
export function defineCore(m: ModuleBuilder, hotThreshold: number): CoreFunctions {
  const host = importHost(m);
  const enter = m.declare(m.type([I32], [I32]));
  const fault = m.declare(m.type([I32, I32, I32, I32, I32], [I32]));
  const raise = m.declare(m.type([I32, I32, I32], [I32]));
  const link = m.declare(m.type([I32, I32, I32], [I32]));
  const wild = m.declare(m.type([I32, I64], [I32]));
  const step = m.declare(m.type([I32], [I32]));
  const core: CoreFunctions = { ...host, enter, fault, raise, link, wild, step };

  m.define(enter, enterBody(core));
  m.define(fault, faultBody(core));
  m.define(raise, raiseBody());
  m.define(link, linkBody(core));
  m.define(wild, wildBody());
  m.define(step, stepBody(core));
  const run = m.declare(m.type([], [I32]));
  m.define(run, runBody(core));
  for (const name of CORE_NAMES) m.export(name, core[name]);
  m.export("run", run);
  const resume = m.declare(m.type([I32], [I32]));
  m.define(resume, resumeBody(core, run));
  m.export("resume", resume);

  const head = m.declare(core.handlerType);
  const region = m.declare(core.handlerType);
  const stale = m.declare(core.handlerType);
  const goto = m.declare(core.handlerType);
  m.define(head, headBody(core, hotThreshold));
  m.define(region, regionBody(core, head));
  m.define(stale, staleBody(core));
  m.define(goto, gotoBody(core));
  m.element(SLOT.head, [head, region, stale, goto, enter, step]);
  return core;
}

/** run(): the dispatcher. Enters what S.rip names until something says stop. */
function runBody(core: CoreFunctions): FunctionCode {
  const f = new FunctionBuilder(0);
  f.loop();
  const pc = f.let(call(I32, core.enter, [ZERO]));
  f.if(i32.eqz(pc));
  f.return(ZERO);
  f.end();
  stateStore(f, S.rip, i64.extend_i32_u(pc));
  f.br(0);
  f.end();
  f.push(ZERO);
  return f.finish();
}

/** resume(rec): runs from a record, then as `run`. */
function resumeBody(core: CoreFunctions, run: number): FunctionCode {
  const f = new FunctionBuilder(1);
  const rec = i32Local(0);
  const pc = f.callIndirect(core.handlerType, [rec, ZERO], recField(REC.handler, rec), I32);
  f.if(i32.eqz(pc));
  f.return(ZERO);
  f.end();
  stateStore(f, S.rip, i64.extend_i32_u(pc));
  f.returnCall(run, []);
  return f.finish();
}

/** enter(depth): finds the record of S.rip in the jump cache, or asks for it. */
function enterBody(core: CoreFunctions): FunctionCode {
  return lookupBody(core, core.lookup, 0);
}

/** step(depth): as enter, but past the block's head, which may lead into a region. */
function stepBody(core: CoreFunctions): FunctionCode {
  return lookupBody(core, core.lookupBody, RECORD_SIZE);
}

function lookupBody(core: CoreFunctions, onMiss: number, past: number): FunctionCode {
  const f = new FunctionBuilder(1);
  const depth = i32Local(0);
  const pc = f.let(load(I32_LOAD, I32, ZERO, STATE + S.rip));
  const entry = f.let(jumpCacheEntry(pc));
  f.if(i32.eq(load(I32_LOAD, I32, entry, JUMP_CACHE + JUMP.pc), pc));
  const head = load(I32_LOAD, I32, entry, JUMP_CACHE + JUMP.record);
  dispatch(f, core.handlerType, f.let(i32.add(head, i32.const(past))), depth);
  f.end();
  const rec = f.let(call(I32, onMiss, []));
  f.if(i32.eqz(rec));
  f.return(ZERO);
  f.end();
  dispatch(f, core.handlerType, rec, depth);
  return f.finish();
}

/** Offset of pc's entry from JUMP_CACHE, as a value. */
export function jumpCacheEntry(pc: Value): Value {
  const mixed = i32.xor(pc, i32.shr_u(pc, i32.const(14)));
  return i32.shl(i32.and(mixed, i32.const(JUMP_CACHE_ENTRIES - 1)), i32.const(4));
}

/** The same in JavaScript. */
export function jumpCacheIndex(pc: number): number {
  return (pc ^ (pc >>> 14)) & (JUMP_CACHE_ENTRIES - 1);
}

function faultBody(core: CoreFunctions): FunctionCode {
  const f = new FunctionBuilder(5);
  const rec = i32Local(0);
  stateStore(f, S.rip, pcOf(rec));
  const next = f.let(call(I32, core.pageFault, [i32Local(2), i32Local(3), i32Local(4), rec]));
  f.if(i32.eqz(next));
  f.return(ZERO);
  f.end();
  dispatch(f, core.handlerType, next, i32Local(1));
  return f.finish();
}

function raiseBody(): FunctionCode {
  const f = new FunctionBuilder(3);
  const rec = i32Local(0);
  stateStore(f, S.rip, pcOf(rec));
  stateStore(f, S.stop, i32.const(Stop.exception));
  stateStore(f, S.stopVector, i32Local(1));
  stateStore(f, S.stopError, i32Local(2));
  stateStore(f, S.stopAddress, i64.const(0));
  f.push(ZERO);
  return f.finish();
}

/** wild(rec, target): rip becomes the target, then an instruction fetch fault there. */
function wildBody(): FunctionCode {
  const f = new FunctionBuilder(2);
  const target = local(I64, 1);
  stateStore(f, S.rip, target);
  stateStore(f, S.stop, i32.const(Stop.exception));
  // A non-canonical address raises #GP, any other #PF; both on the fetch.
  const sign = i64.shr_s(target, i64.const(47));
  f.if(i32.or(i64.eqz(sign), i64.eqz(i64.xor(sign, i64.const(-1)))));
  stateStore(f, S.stopVector, i32.const(14));
  stateStore(f, S.stopError, i32.const(20));
  f.else();
  stateStore(f, S.stopVector, i32.const(13));
  stateStore(f, S.stopError, ZERO);
  f.end();
  stateStore(f, S.stopAddress, target);
  f.push(ZERO);
  return f.finish();
}

function linkBody(core: CoreFunctions): FunctionCode {
  const f = new FunctionBuilder(3);
  const rec = i32Local(0);
  const which = i32Local(2);
  f.if(which);
  stateStore(f, S.rip, i64.extend_i32_u(recField(REC.next)));
  f.else();
  stateStore(f, S.rip, i64.extend_i32_u(recField(REC.target)));
  f.end();
  const to = f.let(call(I32, core.lookup, []));
  f.if(i32.eqz(to));
  f.return(ZERO);
  f.end();
  f.if(which);
  f.store(I32_STORE, rec, REC.fallThrough, to);
  f.else();
  f.store(I32_STORE, rec, REC.link, to);
  f.end();
  dispatch(f, core.handlerType, to, i32Local(1));
  return f.finish();
}

/** Goes to the target (0) or fall-through (1) of the block end `rec`. */
export function gotoLink(f: FunctionBuilder, core: CoreFunctions, which: 0 | 1): void {
  const rec = i32Local(0);
  const depth = i32Local(1);
  const to = f.let(recField(which === 0 ? REC.link : REC.fallThrough));
  f.if(to);
  dispatch(f, core.handlerType, to, depth);
  f.end();
  f.returnCall(core.link, [rec, depth, i32.const(which)]);
}

/** Counts entries of the block and the slice's fuel. */
function headBody(core: CoreFunctions, hotThreshold: number): FunctionCode {
  const f = new FunctionBuilder(2);
  const rec = i32Local(0);
  const depth = i32Local(1);
  const fuel = f.let(i32.sub(load(I32_LOAD, I32, ZERO, STATE + S.fuel), i32.const(1)));
  stateStore(f, S.fuel, fuel);
  f.if(i32.lt_s(fuel, ZERO));
  stateStore(f, S.rip, pcOf(rec));
  stateStore(f, S.stop, i32.const(Stop.preempted));
  f.return(ZERO);
  f.end();
  const count = f.let(i32.add(recField(REC.count), i32.const(1)));
  f.store(I32_STORE, rec, REC.count, count);
  f.if(i32.eq(count, i32.const(hotThreshold)));
  f.push(rec);
  f.w.u8(0x10);
  f.w.u32(core.hot);
  // The block may have a region now: its handler says so.
  f.if(i32.ne(recField(REC.handler), i32.const(SLOT.head)));
  dispatch(f, core.handlerType, rec, depth);
  f.end();
  f.end();
  dispatch(f, core.handlerType, f.let(i32.add(rec, i32.const(RECORD_SIZE))), depth);
  return f.finish();
}

/**
 * The block has a region. Regions round to nearest and keep denormals, as Wasm does: while MXCSR says otherwise, the
 * block is interpreted. No region is on the Wasm stack then either: Engine's helper call unwinds when the bits change.
 */
function regionBody(core: CoreFunctions, head: number): FunctionCode {
  const f = new FunctionBuilder(2);
  f.if(i32.and(load(I32_LOAD, I32, ZERO, STATE + S.mxcsr), i32.const(MXCSR.CONTROL)));
  f.returnCall(head, [i32Local(0), i32Local(1)]);
  f.end();
  f.returnCallIndirect(core.regionType, [i32Local(1)], recField(REC.slot));
  return f.finish();
}

/** The block was forgotten (its code changed): look its pc up again. */
function staleBody(core: CoreFunctions): FunctionCode {
  const f = new FunctionBuilder(2);
  stateStore(f, S.rip, pcOf(i32Local(0)));
  f.returnCall(core.enter, [i32Local(1)]);
  return f.finish();
}

/** The end of a block that was cut: goes on at REC.target. */
function gotoBody(core: CoreFunctions): FunctionCode {
  const f = new FunctionBuilder(2);
  gotoLink(f, core, 0);
  return f.finish();
}

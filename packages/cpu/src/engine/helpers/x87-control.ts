/**
 * x87 control.
 *
 *   x87.fninit, x87.fnclex, x87.fincstp, x87.fdecstp, x87.ffree (i, pops)
 *   x87.fldcw (addr), x87.fldenv .fnstenv .frstor .fnsave (addr, isShort)
 * `isShort`: the 16-bit formats of a 66 prefix. FNSTCW, FNSTSW, FWAIT and FNOP need no helper.
 */
import { S } from "../../state.ts";
import {
  environmentSize,
  initialize,
  loadEnvironment,
  loadRegisters,
  setControlWord,
  setStatusWord,
  storeEnvironment,
  storeRegisters,
} from "../../x87/environment.ts";
import { argument, begin, C1, popTimes, setEmpty, setTop, top } from "../../x87/stack.ts";
import type { Helper, Machine } from "../helper.ts";

/** Bytes of a register in FNSAVE's image. */
const REGISTER_SIZE = 10;

function fninit(m: Machine): boolean {
  initialize(m);
  return true;
}

/** Clears the exceptions, SF, ES and B. */
function fnclex(m: Machine): boolean {
  m.setU16(S.fsw, m.getU16(S.fsw) & 0x7f00);
  return true;
}

/** fincstp, fdecstp: turns the stack; tags and contents stay. */
function rotate(by: number): Helper {
  return (m) => {
    if (!begin(m)) return false;
    m.setU16(S.fsw, m.getU16(S.fsw) & ~C1);
    setTop(m, top(m) + by);
    return true;
  };
}

/** ffree, and ffreep with a pop after it. */
function ffree(m: Machine): boolean {
  if (!begin(m)) return false;
  setEmpty(m, argument(m, 0));
  popTimes(m, argument(m, 1));
  return true;
}

function fldcw(m: Machine): boolean {
  if (!begin(m)) return false;
  setControlWord(m, m.view.getUint16(argument(m, 0), true));
  return true;
}

/** Stores the environment, then masks all exceptions. */
function fnstenv(m: Machine): boolean {
  storeEnvironment(m, argument(m, 0), argument(m, 1) !== 0);
  m.setU16(S.fcw, m.getU16(S.fcw) | 0x3f);
  setStatusWord(m, m.getU16(S.fsw));
  return true;
}

function fldenv(m: Machine): boolean {
  if (!begin(m)) return false;
  loadEnvironment(m, argument(m, 0), argument(m, 1) !== 0);
  return true;
}

function fnsave(m: Machine): boolean {
  const addr = argument(m, 0);
  const isShort = argument(m, 1) !== 0;
  storeEnvironment(m, addr, isShort);
  storeRegisters(m, m.view, addr + environmentSize(isShort), REGISTER_SIZE);
  initialize(m);
  return true;
}

function frstor(m: Machine): boolean {
  if (!begin(m)) return false;
  const addr = argument(m, 0);
  const isShort = argument(m, 1) !== 0;
  loadEnvironment(m, addr, isShort);
  loadRegisters(m, m.view, addr + environmentSize(isShort), REGISTER_SIZE);
  return true;
}

// biome-ignore format: one helper per line.
export const x87ControlHelpers: Record<string, Helper> = {
  "x87.fninit": fninit,
  "x87.fnclex": fnclex,
  "x87.fincstp": rotate(1),
  "x87.fdecstp": rotate(-1),
  "x87.ffree": ffree,
  "x87.fldcw": fldcw,
  "x87.fldenv": fldenv,
  "x87.fnstenv": fnstenv,
  "x87.fnsave": fnsave,
  "x87.frstor": frstor,
};

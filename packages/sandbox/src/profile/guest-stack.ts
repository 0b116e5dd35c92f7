/**
 * A task's calls, found in its registers and on its stack: by the tables of the code where it has some, by frame pointers
 * in code that was made at run time.
 */
import { type AddressSpace, PAGE_R, Reg, type Task } from "@kernelet/kernel";
import { DWARF_RBP, DWARF_RSP, type FrameRule } from "./call-frames.ts";
import type { CodeMap, CodePlace } from "./code-map.ts";
import { CodeObject } from "./code-object.ts";

/** Deeper calls are cut off at the outer end: a frame says so. */
const MAX_FRAMES = 512;
const CUT_OFF: CodePlace = { object: new CodeObject("[cut off]"), off: 0 };

/** Where the task is, then its callers. */
export function walkStack(task: Task, map: CodeMap): CodePlace[] {
  const { registers } = task;
  const { space } = task.mm;
  const frames: CodePlace[] = [];
  let pc = registers.rip;
  let rsp = registers.get(Reg.rsp);
  let rbp = registers.get(Reg.rbp);
  while (frames.length < MAX_FRAMES) {
    // A return address may be the first of the next function, if what was called never returns.
    const at = frames.length === 0 ? pc : pc - 1;
    const place = map.find(at);
    if (place === undefined) break;
    frames.push(place);
    const caller = callerOf(space, place, rsp, rbp);
    // Stacks grow down: who called has its frame above.
    if (caller === undefined || caller.rsp <= rsp) break;
    ({ pc, rsp, rbp } = caller);
  }
  if (frames.length === MAX_FRAMES) frames.push(CUT_OFF);
  return frames;
}

interface Caller {
  readonly pc: number;
  readonly rsp: number;
  readonly rbp: number;
}

function callerOf(
  space: AddressSpace,
  { object, off }: CodePlace,
  rsp: number,
  rbp: number,
): Caller | undefined {
  const addr = object.addrOf(off);
  const rule = addr === undefined ? undefined : object.callFrames?.ruleAt(addr);
  if (rule === "outermost") return undefined;
  return rule === undefined ? byFramePointer(space, rbp) : byRule(space, rule, rsp, rbp);
}

function byRule(
  space: AddressSpace,
  rule: FrameRule,
  rsp: number,
  rbp: number,
): Caller | undefined {
  const register = rule.register === DWARF_RSP ? rsp : rule.register === DWARF_RBP ? rbp : 0;
  const base = register + rule.offset;
  const frame = rule.isMemory ? load(space, base) : base;
  if (frame === undefined) return undefined;
  const pc = load(space, frame + rule.returnAt);
  const saved = rule.rbpAt === undefined ? rbp : load(space, frame + rule.rbpAt);
  return pc === undefined || saved === undefined ? undefined : { pc, rsp: frame, rbp: saved };
}

function byFramePointer(space: AddressSpace, rbp: number): Caller | undefined {
  const saved = load(space, rbp);
  const pc = load(space, rbp + 8);
  return saved === undefined || pc === undefined ? undefined : { pc, rsp: rbp + 16, rbp: saved };
}

/** A word of the guest's, if its page is there. */
function load(space: AddressSpace, addr: number): number | undefined {
  if (!(addr >= space.start && addr + 8 <= space.end)) return undefined;
  if ((addr & 7) !== 0 || (space.protection(addr) & PAGE_R) === 0) return undefined;
  return space.view.getUint32(addr, true) + space.view.getUint32(addr + 4, true) * 2 ** 32;
}

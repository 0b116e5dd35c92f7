/**
 * Random sequences of instructions, with branches over some of them and loops around all: what single instructions
 * don't show is how the translator carries registers, flags and checks from one to the next.
 *
 *   pointers   rbx rbp r12 r13 r15, never written; rsp for push and pop
 *   counter    r14, of the loop
 *   operands   the other general registers; all xmm, mmx and x87 registers
 */
import { DATA_BASE, RO_BASE, RW_LEN, SLOT_SIZE, SLOT_START, slotPc } from "./arena.ts";
import type { Case } from "./case.ts";
import { ALL_FLAGS, C, type Row } from "./cpu.ts";
import type { Roles } from "./draft.ts";
import { generateInSequence, opcodeRegister } from "./generate.ts";
import { toleranceOf } from "./left-out.ts";
import { hashText, Prng } from "./prng.ts";
import { fillRegisters } from "./random-state.ts";
import { R, Registers } from "./registers.ts";
import { factsOf } from "./row-facts.ts";
import { testedRows } from "./rows.ts";
import { fillLanes, type Lens } from "./values.ts";

const OPERANDS: readonly number[] = [0, 1, 2, 6, 7, 8, 9, 10, 11];
const POINTERS: readonly number[] = [3, 5, 12, 13, 15];
const COUNTER = 14;
/** Bytes of code: recorder.c's CODE_MAX. */
const MAX_CODE = 128;
const MXCSR_DEFAULT = 0x1f80;
const MAX_INSTRUCTIONS = 12;

/** Instructions that would leave the frame: other control words, pointers moved, addresses from operands. */
const UNFIT =
  /^(popf|leave|enter|ldmxcsr|fxrstor|fxrstor64|fldcw|fldenv|frstor|stmxcsr|maskmov.*|xlat|xlatb)$/;

function fits(row: Row): boolean {
  const facts = factsOf(row);
  if (
    row.flow !== "next" ||
    facts.isString ||
    UNFIT.test(row.mnemonic) ||
    toleranceOf(row) !== undefined
  )
    return false;
  if (/S[wv]|[FG]S/.test(row.form)) return false;
  // A bit offset in a register reaches anywhere.
  if (/^bt[src]?$/.test(row.mnemonic) && row.form === "Ev,Gv" && row.mod !== "reg") return false;
  // Its result is undefined for some counts.
  if (/^sh[lr]d$/.test(row.mnemonic)) return false;
  const hasOpcodeRegister = /\bZ[bvw]/.test(row.form);
  if (!hasOpcodeRegister) return true;
  const isByte = row.form.startsWith("Zb");
  return (
    [false, true].some((b) => OPERANDS.includes(opcodeRegister(row, b))) &&
    (!isByte || (row.opcode & 7) < 3)
  );
}

let fitting: readonly Row[] | undefined;
let branches: readonly Row[] | undefined;

function fittingRows(): readonly Row[] {
  fitting ??= testedRows().filter(fits);
  return fitting;
}

function branchRows(): readonly Row[] {
  branches ??= testedRows().filter(
    (row) => row.flow === "branch" && row.opcode >= 0x70 && row.opcode < 0x80,
  );
  return branches;
}

/** Status flags undefined behind `row`. `isCertain`: it runs, and writes what its row says whatever its operands. */
function undefinedAfter(before: number, row: Row, isCertain: boolean): number {
  const kept = isCertain && !isConditional(row) ? before & ~row.writes : before;
  return kept | row.undefinedFlags;
}

/** Writes flags for some operands only. */
function isConditional(row: Row): boolean {
  return /^(shl|sal|shr|sar|rol|ror|rcl|rcr|div|idiv)$/.test(row.mnemonic);
}

/** Integer instructions half of the time: they are what flags and addresses are about. */
function chooseRow(prng: Prng, undefinedFlags: number): Row {
  const rows = fittingRows();
  for (;;) {
    const row = prng.pick(rows);
    if (row.opcode > 0xff && row.writes === 0 && row.reads === 0 && prng.chance(0.5)) continue;
    if ((row.reads & undefinedFlags) !== 0) continue;
    if (/^i?div$/.test(row.mnemonic) && prng.chance(0.8)) continue;
    return row;
  }
}

/** Mostly in the middle of the read-write pages, now and then where displacements reach beyond them. */
function pointerTarget(prng: Prng): number {
  if (prng.chance(0.06)) return DATA_BASE + 16 * prng.below(12);
  if (prng.chance(0.06)) return RO_BASE + 16 * prng.between(-12, 12);
  return (DATA_BASE + 0x1000 + prng.below(RW_LEN - 0x2000)) & ~15;
}

function setUp(prng: Prng, registers: Registers, lens: Lens): { roles: Roles; memory: Uint8Array } {
  const pointers = new Map<number, number>();
  for (const register of POINTERS) {
    const addr = pointerTarget(prng);
    pointers.set(register, addr);
    registers.setGpr(register, BigInt(addr));
  }
  const memory = new Uint8Array(RW_LEN);
  // Only what displacements reach is filled; the rest of the arena is background.
  const view = new DataView(memory.buffer);
  for (const addr of pointers.values()) {
    for (let off = addr - DATA_BASE - 0x40; off < addr - DATA_BASE + 0x40; off += 16) {
      if (off >= 0 && off < RW_LEN) fillLanes(prng, view, off, 16, lens);
    }
  }
  return { roles: { operands: OPERANDS, pointers }, memory };
}

/** Makes runs of instructions and keeps track of the flags that are undefined behind them. */
class Writer {
  readonly #prng: Prng;
  readonly #registers: Registers;
  readonly #roles: Roles;
  readonly #pc: number;
  undefinedFlags: number;

  constructor(prng: Prng, registers: Registers, roles: Roles, pc: number, undefinedFlags: number) {
    this.#prng = prng;
    this.#registers = registers;
    this.#roles = roles;
    this.#pc = pc;
    this.undefinedFlags = undefinedFlags;
  }

  /** Up to `count` instructions, with branches over some of them; not more bytes than `room`. */
  body(count: number, room: number, mayMoveStack: boolean): number[] {
    const prng = this.#prng;
    const code: number[] = [];
    /** Where the displacement of a branch is whose target isn't reached yet, and how many instructions it still skips. */
    let pending: { at: number; left: number } | undefined;
    for (let i = 0; i < count && code.length + LONGEST < room; i++) {
      if (pending !== undefined && pending.left-- === 0) {
        code[pending.at] = code.length - pending.at - 1;
        pending = undefined;
      }
      if (pending === undefined && i > 0 && prng.chance(0.15)) {
        const branch = this.#branch();
        if (branch !== undefined) {
          code.push(branch.opcode, 0);
          pending = { at: code.length - 1, left: prng.between(1, 3) };
        }
      }
      const row = this.#row(mayMoveStack);
      const { code: bytes } = generateInSequence(row, prng, this.#pc, this.#registers, this.#roles);
      code.push(...bytes);
      this.undefinedFlags = undefinedAfter(this.undefinedFlags, row, pending === undefined);
    }
    if (pending !== undefined) code[pending.at] = code.length - pending.at - 1;
    return code;
  }

  #branch(): Row | undefined {
    return branchRows().find(
      (row) => (row.reads & this.undefinedFlags) === 0 && this.#prng.chance(0.2),
    );
  }

  #row(mayMoveStack: boolean): Row {
    for (;;) {
      const row = chooseRow(this.#prng, this.undefinedFlags);
      if (mayMoveStack || !/^(push|pop)/.test(row.mnemonic)) return row;
    }
  }

  /** body; dec r14; jnz to the start. */
  loop(): number[] {
    const code = this.body(this.#prng.between(2, MAX_INSTRUCTIONS), MAX_CODE - 5, true);
    code.push(0x49, 0xff, 0xce, 0x75, -(code.length + 5));
    this.undefinedFlags &= C;
    return code;
  }

  /** body; call f; body; jmp end; f: body; ret; end: */
  call(): number[] {
    const some = (room: number): number[] => this.body(this.#prng.between(1, 3), room, false);
    const before = some(MAX_CODE / 3);
    const called = some(MAX_CODE / 3);
    const after = some(MAX_CODE / 3 - CALL_BYTES);
    const toFunction = after.length + 2;
    return [
      ...before,
      0xe8,
      toFunction,
      0,
      0,
      0,
      ...after,
      0xeb,
      called.length + 1,
      ...called,
      0xc3,
    ];
  }
}

/** call, jmp and ret. */
const CALL_BYTES = 8;
const LONGEST = 15;
/** A few sequences go across the end of a page. */
const SLOTS_PER_PAGE = 8;
const TO_PAGE_END = 0x1000 - 20 - (SLOTS_PER_PAGE - 1) * SLOT_SIZE - SLOT_START;

/** Sequence `index` of the source `key` under a seed. */
export function generateSequence(key: string, seed: number, index: number): Case {
  const prng = new Prng(hashText(`${key}#${seed}#${index}`));
  const registers = new Registers();
  const model = chooseRow(prng, 0);
  fillRegisters(prng, registers, factsOf(model));
  const rounding = prng.chance(0.05) ? prng.below(4) << 13 : 0;
  registers.view.setUint32(R.mxcsr, MXCSR_DEFAULT | rounding, true);
  const { roles, memory } = setUp(prng, registers, factsOf(model).lens);
  const isLastOfPage = index % SLOTS_PER_PAGE === SLOTS_PER_PAGE - 1;
  const pc = slotPc(index) + (isLastOfPage ? TO_PAGE_END : 0);
  registers.rip = pc;
  const kind = prng.pick(["straight", "straight", "loop", "call"] as const);
  if (kind === "loop") registers.setGpr(COUNTER, BigInt(prng.between(1, 4)));
  // The start of a loop has the flags of its end.
  const writer = new Writer(prng, registers, roles, pc, kind === "loop" ? ALL_FLAGS : 0);
  const code =
    kind === "loop"
      ? writer.loop()
      : kind === "call"
        ? writer.call()
        : writer.body(prng.between(2, MAX_INSTRUCTIONS), MAX_CODE, true);
  return {
    row: {
      ...model,
      mnemonic: "sequence",
      form: "",
      prefix: 0,
      undefinedFlags: writer.undefinedFlags,
    },
    rowKey: key,
    index,
    code: Uint8Array.from(code),
    pc,
    registers,
    windows: windowsOf(memory),
    // Flags that nobody reads any more may be stale in a region (region/flag-liveness.ts).
    undefinedOnFault: ALL_FLAGS,
    target: undefined,
    usesSegmentBases: false,
  };
}

/** Runs of 16 bytes that aren't all zero. */
function windowsOf(memory: Uint8Array): { addr: number; bytes: Uint8Array }[] {
  const windows: { addr: number; bytes: Uint8Array }[] = [];
  for (let off = 0; off < memory.length; off += 16) {
    const bytes = memory.subarray(off, off + 16);
    if (bytes.some((b) => b !== 0)) windows.push({ addr: DATA_BASE + off, bytes });
  }
  return windows;
}

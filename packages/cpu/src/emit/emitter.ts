/**
 * What the semantics of an instruction are written against.
 *
 * One semantics function per instruction serves both tiers: the interpreter generator (operands are fields
 * of a decoded record, registers live in the state block) and the region translator (operands are known,
 * registers live in Wasm locals). Semantics therefore never look at a register number, and look at an
 * immediate's value only in rows marked `staticImm`.
 *
 * Rules:
 * 1. Instructions are atomic towards faults: everything that can fault or raise comes before the first write of a
 *    register, flag or memory. Explicit memory operands are checked for the row's `access` before the
 *    semantics run, so `read` and `write` of an operand cannot fault. `loadAt` and `storeAt` (implicit
 *    operands: stack, strings) check themselves; `checkWrite` moves a store's check forward where a load and
 *    a store at different addresses must both be known good first.
 * 2. A value used twice, or used after something it depends on has been written, goes through `let`.
 *    `read` of a register gives the value of now; `loadAt`/`read` of memory is loaded now.
 * 3. Integers of size 1 and 2 are i32 values, zero-extended when read; writers ignore the bits above the
 *    size. Size 4 is i32, size 8 i64. Vectors are v128; scalar views go through `f64x2.extract_lane` etc.
 * 4. LOCK needs nothing: all tasks of a sandbox run on one thread and preemption is at block ends only.
 */
import type { Insn, Operand, OperandSize } from "../isa/insn.ts";
import type { FlagRecord } from "./flags.ts";
import type { ValType, Value } from "./value.ts";

/** Jcc/SETcc/CMOVcc condition, the low 4 bits of the opcode: o no b ae e ne be a s ns p np l ge le g. */
export type ConditionCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15;

export type FlagName = "c" | "p" | "a" | "z" | "s" | "o";

/** A memory access's width: bytes, or a vector. f32/f64 are loaded as integers and reinterpreted, or through v128. */
export type AccessSize = 1 | 2 | 4 | 8 | 16;

export interface Emitter {
  /**
   * true: MXCSR's rounding, FTZ and DAZ bits may have any value where this code runs, so floating-point semantics
   * look at them (interpreter). false: they are at their defaults (0) whenever this code runs: a region is entered
   * only then, and left for good when they change.
   */
  readonly checksMxcsr: boolean;

  /** Puts `v` into a local now (unless it is a leaf) and returns the local. */
  let(v: Value): Value;
  /**
   * A value computed on one of two ways: `then` runs if cond (i32) ≠ 0, else `otherwise`, as a Wasm `if` with a result.
   * Both callbacks run at emission. They only compute: values, `let` (its locals die with the arm), `pureHelper`,
   * `readState`; no writes, no raise. The result is in a local.
   */
  choose(cond: Value, then: () => Value, otherwise: () => Value): Value;

  /** Reads an explicit operand: gpr, mem, imm (sign-extended to insn size), xmm (v128), mmx (i64). A mem operand of 16 bytes is a v128; of 4 or 8 an i32/i64. */
  read(op: Operand): Value;
  /** Writes an explicit operand. A 4-byte gpr write zeroes the upper half; 1 and 2 leave the rest. An xmm takes a v128, mmx an i64; memory takes the type that `read` gives. */
  write(op: Operand, v: Value): void;
  /** The i of an st(i) operand, 0–7, as i32: what x87 helpers get (a field of the record in the interpreter). */
  stIndex(op: Operand): Value;
  /** Effective address of a memory operand without its segment base (lea), i64. */
  effectiveAddress(op: Operand): Value;
  /** Linear address (segment base added) of a memory operand, i64. Not checked beyond the row's access. */
  linearAddress(op: Operand): Value;

  /** A general register by number, for implicit operands. `size` 1 means the low byte. */
  readGpr(index: number, size: OperandSize): Value;
  writeGpr(index: number, size: OperandSize, v: Value): void;
  /** AH, for lahf, sahf, mul r/m8, div r/m8. i32, zero-extended. */
  readAh(): Value;
  writeAh(v: Value): void;
  /** An SSE register by number, for implicit operands (blendv's xmm0, pcmpistrm's xmm0). */
  readXmm(index: number): Value;
  writeXmm(index: number, v: Value): void;

  /** Loads `size` bytes at a linear address (i64), checked. i32 zero-extended, i64 or v128. */
  loadAt(size: AccessSize, addr: Value): Value;
  /** Stores at a linear address (i64), checked. */
  storeAt(size: AccessSize, addr: Value, v: Value): void;
  /** Raises the fault that a store of `size` bytes would raise. */
  checkWrite(size: AccessSize, addr: Value): void;

  /** Records who set the status flags. Values in the record must be leaves. */
  setFlags(record: FlagRecord): void;
  /** One status flag as i32 0 or 1. */
  flag(name: FlagName): Value;
  /** A condition as i32, 0 or 1 (any non-zero when used for branching). */
  condition(cc: ConditionCode): Value;
  /** The whole RFLAGS as i64 (bit 1 set, RF and VM clear). */
  readFlags(): Value;
  /** Sets status flags and those of flagsOther in `mask` (a constant) from an i64. */
  writeFlags(v: Value, mask: number): void;

  /** A field of the state block by its offset in `S`, loaded as `type` (I32, I64) with `size` bytes. */
  readState(offset: number, type: ValType, size: 1 | 2 | 4 | 8): Value;
  writeState(offset: number, size: 1 | 2 | 4 | 8, v: Value): void;

  /** Raises an exception (`Vector`), always or when `cond` (i32) is non-zero. State is as before the instruction, except the traps #DB, #BP and #OF: after it. */
  raise(vector: number, cond?: Value, errorCode?: number): void;

  /**
   * Raises #GP where the target of an indirect jump, call or return is not canonical. Comes before the instruction's
   * first write.
   */
  checkTarget(target: Value): void;
  /** Unconditional end of block: a constant goes direct, any other i64 value is an indirect jump. */
  jump(target: Value): void;
  /** Conditional end of block: `cond` (i32) ≠ 0 goes to `target` (constant i64), else to the next instruction. */
  branch(cond: Value, target: Value): void;
  /** Near call: the return address has been pushed already by the semantics; tells the target for return prediction. */
  call(target: Value): void;
  /** Near return to `target` (i64, already popped). */
  ret(target: Value): void;
  /** Address of the next instruction as an i64 value. */
  nextPc(insn: Insn): Value;

  /**
   * Calls a named helper outside Wasm (engine/helpers/): all registers are in the state block while it runs
   * and are read back after. `args` are i32 or i64 values, handed over in `S.scratch` (8 bytes each; i32
   * zero-extended). The helper may change any state, may fault in the middle (string operations), and decides
   * whether the guest goes on.
   */
  helper(name: string, args: readonly Value[]): void;
  /** As `helper`, for one that only maps arguments to a result in `S.scratch + 0` (and + 8): no register is touched, nothing faults. Returns the i64 at scratch[0]. */
  pureHelper(name: string, args: readonly Value[]): Value;
  /** The syscall instruction: rcx and r11 are already set by the semantics; enters the kernel. */
  syscall(): void;
}

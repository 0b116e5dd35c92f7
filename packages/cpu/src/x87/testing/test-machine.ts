/** A machine without Wasm, for tests: runs the semantics of x87 rows on constants and calls their helpers. */
import type { ConditionCode, Emitter } from "../../emit/emitter.ts";
import { constI32, constI64, I32, i32, i64, type ValType, type Value } from "../../emit/value.ts";
import type { Machine } from "../../engine/helper.ts";
import { x87Helpers } from "../../engine/helpers/x87.ts";
import { StateView } from "../../engine/state-view.ts";
import type { Insn, Operand, Row } from "../../isa/insn.ts";
import { x87Rows } from "../../isa/rows/x87.ts";
import { S, STATE_SIZE } from "../../state.ts";

const MEMORY_SIZE = 4096;

/** A register file and a page of memory. */
export class TestMachine extends StateView implements Machine {
  readonly u8: Uint8Array = new Uint8Array(MEMORY_SIZE);
  readonly view: DataView = new DataView(this.u8.buffer);
  readonly state: DataView;
  /** The exception raised last. */
  raised: number | undefined;

  constructor(state: DataView = new DataView(new ArrayBuffer(STATE_SIZE))) {
    super(state);
    this.state = state;
  }

  ensureReadable(): boolean {
    return true;
  }
  ensureWritable(): boolean {
    return true;
  }
  raise(vector: number): false {
    this.raised = vector;
    return false;
  }
  timeStamp(): bigint {
    return 0n;
  }

  /** Calls a helper with these arguments. */
  call(name: string, args: readonly number[] = []): boolean {
    const helper = x87Helpers[name];
    if (helper === undefined) throw new Error(`no helper ${name}`);
    args.forEach((arg, i) => {
      this.setU64(S.scratch + 8 * i, BigInt(arg));
    });
    return helper(this);
  }

  /** The status flags in EFLAGS, from their canonical form (emit/flags.ts). */
  get flags(): number {
    const result = this.state.getBigInt64(S.flagResult, true);
    const vector = this.getU64(S.flagVector);
    const bit = (n: bigint) => Number((vector >> n) & 1n);
    let parity = 1 ^ bit(0n);
    for (let i = 0n; i < 8n; i++) parity ^= Number((result >> i) & 1n);
    const sign = (result < 0n ? 1 : 0) ^ bit(1n);
    const overflow = bit(63n) ^ bit(62n);
    const zero = result === 0n ? 1 : 0;
    return bit(63n) | (parity << 2) | (bit(3n) << 4) | (zero << 6) | (sign << 7) | (overflow << 11);
  }

  /**
   * Runs one x87 instruction given by its bytes, whose memory operand is `addr`.
   * @param flags EFLAGS for conditional moves
   */
  run(bytes: Uint8Array, addr: number, flags: number): void {
    const opcode = bytes[0] as number;
    const modrm = bytes[1] ?? 0;
    const found = x87Rows.find((candidate) => matches(candidate, opcode, modrm));
    if (found === undefined)
      throw new Error(`no row for ${opcode.toString(16)} ${modrm.toString(16)}`);
    const operands = found.form === "" ? [] : found.form.split(",").map((f) => operand(f, modrm));
    const insn: Insn = {
      row: found,
      pc: 0,
      length: bytes.length,
      size: 4,
      addressSize: 8,
      lock: false,
      rep: 0,
      operands,
    };
    found.semantics(fakeEmitter(this, addr, flags), insn);
  }
}

function matches(candidate: Row, opcode: number, modrm: number): boolean {
  const form = modrm >= 0xc0 ? "reg" : "mem";
  return (
    candidate.opcode === opcode &&
    (candidate.mod ?? form) === form &&
    (candidate.digit ?? (modrm >>> 3) & 7) === ((modrm >>> 3) & 7) &&
    (candidate.rm ?? modrm & 7) === (modrm & 7) &&
    (candidate.prefix ?? 0) === 0
  );
}

function operand(form: string, modrm: number): Operand {
  if (form === "STi") return { kind: "st", index: modrm & 7 };
  if (form === "ST") return { kind: "st", index: 0 };
  if (form === "AX") return { kind: "gpr", index: 0, size: 2, high: false };
  return {
    kind: "mem",
    size: Number(form.slice(1)) || 8,
    base: 6,
    index: -1,
    scale: 1,
    disp: 0,
    segment: "none",
    addressSize: 8,
  };
}

/** Only what x87 semantics use; all values are constants, so what is "emitted" happens at once. */
function fakeEmitter(m: TestMachine, addr: number, flags: number): Emitter {
  const partial: Partial<Emitter> = {
    let: (v: Value) => v,
    stIndex: (op: Operand) => i32.const(op.kind === "st" ? op.index : 0),
    linearAddress: () => i64.const(addr),
    readState: (offset: number, type: ValType, size: number) => {
      if (type !== I32 || size !== 2) throw new Error("unexpected state access");
      return i32.const(m.getU16(offset));
    },
    write(op: Operand, v: Value) {
      if (op.kind === "mem") m.view.setUint16(addr, constI32(v) as number, true);
    },
    raise(vector: number, cond?: Value) {
      if (cond === undefined || constI32(cond) !== 0) m.raise(vector);
    },
    condition: (cc: ConditionCode) => i32.const(holds(cc, flags) ? 1 : 0),
    helper(name: string, args: readonly Value[]) {
      m.call(
        name,
        args.map((v) => constI32(v) ?? Number(constI64(v))),
      );
    },
  };
  return partial as Emitter;
}

/** The conditions that fcmov has: b, e, be, p and their opposites. */
function holds(cc: ConditionCode, flags: number): boolean {
  const masks: Readonly<Record<number, number>> = { 2: 0x1, 4: 0x40, 6: 0x41, 10: 0x4 };
  const isSet = (flags & (masks[cc & ~1] as number)) !== 0;
  return isSet === ((cc & 1) === 0);
}

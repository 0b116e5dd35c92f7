/**
 * Classic BPF as seccomp(2) uses it: programs that read one struct seccomp_data and return a number. What is allowed is
 * Linux's bpf_check_classic() and seccomp_check_filter(). Jumps go forward only, so that every program ends.
 */
import { BPF_MAXINSNS, EINVAL, type Errno, SECCOMP_DATA, SOCK_FILTER } from "@kernelet/abi";

/** Words of scratch memory: BPF_MEMWORDS. */
const MEMORY_WORDS = 16;

// Opcodes, whole: class | size or operation | mode or source (linux/bpf_common.h).
const LD_W_ABS = 0x20;
const LD_W_LEN = 0x80;
const LD_IMM = 0x00;
const LD_MEM = 0x60;
const LDX_W_LEN = 0x81;
const LDX_IMM = 0x01;
const LDX_MEM = 0x61;
const ST = 0x02;
const STX = 0x03;
const JA = 0x05;
const RET_K = 0x06;
const RET_A = 0x16;
const TAX = 0x07;
const TXA = 0x87;
const NEG = 0x84;

const CLASS_MASK = 0x07;
const CLASS_ALU = 0x04;
const CLASS_JMP = 0x05;
const OPERATION_MASK = 0xf0;
/** The operand is the index register. */
const SOURCE_X = 0x08;

const Alu = { ADD: 0x00, SUB: 0x10, MUL: 0x20, DIV: 0x30, OR: 0x40, AND: 0x50, LSH: 0x60, RSH: 0x70, XOR: 0xa0 } as const; // biome-ignore format: one group a line
const Jump = { EQ: 0x10, GT: 0x20, GE: 0x30, SET: 0x40 } as const;

const ALU_OPERATIONS: ReadonlySet<number> = new Set(Object.values(Alu));
const JUMP_OPERATIONS: ReadonlySet<number> = new Set(Object.values(Jump));
const PLAIN: ReadonlySet<number> = new Set([
  ...[LD_W_ABS, LD_W_LEN, LD_IMM, LD_MEM, LDX_W_LEN, LDX_IMM, LDX_MEM],
  ...[ST, STX, JA, RET_K, RET_A, TAX, TXA, NEG],
]);

export interface Instruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

/** Reads struct sock_filter's; EINVAL if the program is not one that Linux would take. */
export function parseProgram(bytes: Uint8Array): readonly Instruction[] | Errno {
  const length = bytes.length / SOCK_FILTER.size;
  if (length === 0 || length > BPF_MAXINSNS) return EINVAL;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const program: Instruction[] = [];
  for (let at = 0; at < bytes.length; at += SOCK_FILTER.size) {
    program.push({
      code: view.getUint16(at + SOCK_FILTER.code, true),
      jt: view.getUint8(at + SOCK_FILTER.jt),
      jf: view.getUint8(at + SOCK_FILTER.jf),
      k: view.getUint32(at + SOCK_FILTER.k, true),
    });
  }
  const isValid = program.every((insn, pc) => isAllowed(insn, pc, length));
  const last = program.at(-1)?.code;
  const ends = last === RET_K || last === RET_A;
  return isValid && ends && readsOnlyWhatIsWritten(program) ? program : EINVAL;
}

function isAllowed({ code, jt, jf, k }: Instruction, pc: number, length: number): boolean {
  const operation = code & OPERATION_MASK;
  if (PLAIN.has(code)) {
    if (code === LD_W_ABS) return k % 4 === 0 && k < SECCOMP_DATA.size;
    if (code === LD_MEM || code === LDX_MEM || code === ST || code === STX) return k < MEMORY_WORDS;
    return code !== JA || k < length - pc - 1;
  }
  if (code > 0xff) return false;
  const isConstant = (code & SOURCE_X) === 0;
  if ((code & CLASS_MASK) === CLASS_ALU) {
    if (!ALU_OPERATIONS.has(operation)) return false;
    if (isConstant && operation === Alu.DIV) return k !== 0;
    return !isConstant || (operation !== Alu.LSH && operation !== Alu.RSH) || k < 32;
  }
  if ((code & CLASS_MASK) !== CLASS_JMP || !JUMP_OPERATIONS.has(operation)) return false;
  return pc + jt + 1 < length && pc + jf + 1 < length;
}

/** check_load_and_stores(): on every way to a load from scratch memory there is a store. */
function readsOnlyWhatIsWritten(program: readonly Instruction[]): boolean {
  const written = new Uint16Array(program.length).fill(0xffff);
  let valid = 0;
  const meet = (target: number) => {
    written[target] = (written[target] as number) & valid;
  };
  for (const [pc, { code, jt, jf, k }] of program.entries()) {
    valid &= written[pc] as number;
    if (code === ST || code === STX) valid |= 1 << k;
    else if (code === LD_MEM || code === LDX_MEM) {
      if ((valid & (1 << k)) === 0) return false;
    } else if ((code & CLASS_MASK) === CLASS_JMP) {
      if (code === JA) meet(pc + 1 + k);
      else {
        meet(pc + 1 + jt);
        meet(pc + 1 + jf);
      }
      valid = 0xffff;
    }
  }
  return true;
}

/** Runs a program that `parseProgram` has taken. @param data struct seccomp_data as words. */
export function runProgram(program: readonly Instruction[], data: Uint32Array): number {
  const memory = new Uint32Array(MEMORY_WORDS);
  let a = 0;
  let x = 0;
  for (let pc = 0; ; pc++) {
    const { code, jt, jf, k } = program[pc] as Instruction;
    switch (code) {
      case LD_W_ABS:
        a = data[k >>> 2] as number;
        continue;
      case LD_W_LEN:
        a = SECCOMP_DATA.size;
        continue;
      case LDX_W_LEN:
        x = SECCOMP_DATA.size;
        continue;
      case LD_IMM:
        a = k;
        continue;
      case LDX_IMM:
        x = k;
        continue;
      case LD_MEM:
        a = memory[k] as number;
        continue;
      case LDX_MEM:
        x = memory[k] as number;
        continue;
      case ST:
        memory[k] = a;
        continue;
      case STX:
        memory[k] = x;
        continue;
      case TAX:
        x = a;
        continue;
      case TXA:
        a = x;
        continue;
      case NEG:
        a = -a >>> 0;
        continue;
      case JA:
        pc += k;
        continue;
      case RET_K:
        return k;
      case RET_A:
        return a;
    }
    const operand = (code & SOURCE_X) !== 0 ? x : k;
    const operation = code & OPERATION_MASK;
    if ((code & CLASS_MASK) === CLASS_JMP) pc += holds(operation, a, operand) ? jt : jf;
    else {
      if (operation === Alu.DIV && operand === 0) return 0; // As Linux: the program ends.
      a = compute(operation, a, operand);
    }
  }
}

function holds(operation: number, a: number, operand: number): boolean {
  switch (operation) {
    case Jump.EQ:
      return a === operand;
    case Jump.GT:
      return a > operand;
    case Jump.GE:
      return a >= operand;
    default:
      return (a & operand) !== 0;
  }
}

/** Unsigned 32-bit arithmetic; shift counts are taken modulo 32, as the processor does. */
function compute(operation: number, a: number, operand: number): number {
  switch (operation) {
    case Alu.ADD:
      return (a + operand) >>> 0;
    case Alu.SUB:
      return (a - operand) >>> 0;
    case Alu.MUL:
      return Math.imul(a, operand) >>> 0;
    case Alu.DIV:
      return Math.floor(a / operand);
    case Alu.OR:
      return (a | operand) >>> 0;
    case Alu.AND:
      return (a & operand) >>> 0;
    case Alu.LSH:
      return (a << operand) >>> 0;
    case Alu.RSH:
      return a >>> operand;
    default:
      return (a ^ operand) >>> 0;
  }
}

/** A case in the making: what generate.ts fills in and special.ts adjusts. */
import { BACKGROUND, DATA_BASE, RW_LEN } from "./arena.ts";
import type { Window } from "./case.ts";
import type { Row } from "./cpu.ts";
import type { Prng } from "./prng.ts";
import type { Registers } from "./registers.ts";
import type { RowFacts } from "./row-facts.ts";

/** In a sequence registers have roles, so that one instruction doesn't send the next one's address astray. */
export interface Roles {
  /** General registers that may be operands. */
  readonly operands: readonly number[];
  /** General registers that point into the arena, and where to. */
  readonly pointers: ReadonlyMap<number, number>;
}

export class Draft {
  readonly row: Row;
  readonly facts: RowFacts;
  readonly prng: Prng;
  readonly pc: number;
  readonly registers: Registers;
  readonly windows: Window[] = [];

  /** Effective operand size in bytes of v operands (1 only where the row says so itself). */
  size: 2 | 4 | 8 = 4;
  rexW = false;
  addressSize: 4 | 8 = 8;
  rep: 0 | 0xf2 | 0xf3 = 0;
  lock = false;
  segment: "none" | "fs" | "gs" = "none";
  /** The instruction's ModRM operand is memory, at `target` (linear), `memorySize` bytes. */
  isMemory = false;
  target = 0n;
  memorySize = 0;
  /** General registers that the address is made of. */
  addressRegisters: readonly number[] = [];
  /** ModRM.rm as a register, ModRM.reg. */
  rm = 0;
  reg = 0;
  roles: Roles | undefined;
  /** First immediate operand if special.ts wants a certain one. */
  immediate: bigint | undefined;

  constructor(row: Row, facts: RowFacts, prng: Prng, pc: number, registers: Registers) {
    this.row = row;
    this.facts = facts;
    this.prng = prng;
    this.pc = pc;
    this.registers = registers;
  }

  /** Whether changing this register would change where the memory operand is. */
  usesRegister(index: number): boolean {
    return this.addressRegisters.includes(index);
  }

  /** Puts bytes in memory before the instruction; what lies outside the read-write pages is dropped. */
  setMemory(addr: number | bigint, bytes: Uint8Array): void {
    const start = typeof addr === "bigint" ? clampAddress(addr) : addr;
    const from = Math.max(start, DATA_BASE);
    const to = Math.min(start + bytes.length, DATA_BASE + RW_LEN);
    if (from >= to) return;
    this.windows.push({ addr: from, bytes: bytes.slice(from - start, to - start) });
  }

  /** What a read of the arena gives now. */
  peek(addr: number, len: number): Uint8Array {
    const out = new Uint8Array(len);
    for (let i = 0; i < len; i++) out[i] = BACKGROUND[addr + i - DATA_BASE] ?? 0;
    for (const w of this.windows) {
      for (let i = 0; i < w.bytes.length; i++) {
        const at = w.addr + i - addr;
        if (at >= 0 && at < len) out[at] = w.bytes[i] as number;
      }
    }
    return out;
  }
}

function clampAddress(addr: bigint): number {
  const unsigned = BigInt.asUintN(64, addr);
  return unsigned > 0xffff_ffffn ? 0 : Number(unsigned);
}

/**
 * A processor with one address space and no kernel: pages are mapped by hand, `syscall` and page faults go to
 * callbacks, and a run ends where the test wants it to. The same test runs in each tier.
 */
import type { ArchiveStore } from "../archive/archives.ts";
import { Engine, type EngineStop } from "../engine/engine.ts";
import type { GuestSpace } from "../engine/guest-space.ts";
import { registerAllHelpers } from "../engine/helpers/index.ts";
import type { CpuRegisters } from "../engine/registers.ts";
import { RSP, S } from "../state.ts";
import { fxState } from "../x87/fx-state.ts";

export const R = 1;
export const W = 2;
export const X = 4;

/** "interpreter": nothing is translated. "translator": after a few entries. */
export type Tier = "interpreter" | "translator";
export const TIERS: readonly Tier[] = ["interpreter", "translator"];

/** Entries of a block before it is hot, in tests. */
const HOT = 4;

/** Where tests put things, unless they have a reason not to. */
export const CODE = 0x40_0000;
export const DATA = 0x60_0000;
export const STACK_TOP = 0x7f_0000;
const STACK_SIZE = 0x1_0000;
const FUEL = 10_000_000;

export interface Snapshot {
  readonly rip: number;
  readonly gprs: readonly bigint[];
}

/** A run's end: an exception as the engine gives it, a refused page fault, a system call, or fuel used up. */
export type Stop =
  | EngineStop
  | { readonly kind: "syscall" }
  | { readonly kind: "fault"; readonly address: number; readonly access: number };

export function createEngine(
  tier: Tier,
  hotThreshold: number = HOT,
  archives?: ArchiveStore,
): Engine {
  registerAllHelpers();
  return new Engine({
    fx: fxState,
    timeStamp: () => 0n,
    translate: tier === "translator",
    hotThreshold,
    ...(archives !== undefined && { archives }),
  });
}

export class Guest {
  readonly engine: Engine;
  readonly space: GuestSpace;
  readonly registers: CpuRegisters;
  /** The kernel's part of a page fault: true when the page is there now. */
  onFault: (address: number, access: 1 | 2 | 4) => boolean = () => false;
  /** The kernel: true to go on behind the instruction. */
  onSyscall: () => boolean = () => false;

  constructor(tier: Tier, engine: Engine = createEngine(tier)) {
    this.engine = engine;
    this.space = engine.createAddressSpace();
    this.registers = engine.createRegisters();
    this.registers.attach(this.space);
    this.registers.set(RSP, STACK_TOP - 64);
    this.map(STACK_TOP - STACK_SIZE, STACK_SIZE, R | W);
  }

  map(addr: number, length: number, access: number): void {
    this.space.protect(addr, addr + length, access);
  }

  /** Puts bytes where they are told to be, as a kernel does: code there is forgotten. */
  write(addr: number, bytes: Uint8Array): void {
    this.space.willWrite(addr, addr + bytes.length);
    this.space.bytes.set(bytes, addr);
  }

  /** Maps `code` at CODE, executable, and two pages of DATA. */
  load(code: Uint8Array, at: number = CODE): void {
    const start = at & ~4095;
    this.map(start, Math.ceil((at + code.length - start) / 4096) * 4096, R | X);
    this.map(DATA, 0x2000, R | W);
    this.write(at, code);
    this.registers.rip = at;
  }

  u64(addr: number): bigint {
    return this.space.view.getBigUint64(addr, true);
  }

  snapshot(): Snapshot {
    return {
      rip: this.registers.rip,
      gprs: Array.from({ length: 16 }, (_, i) => this.registers.getBig(i)),
    };
  }

  /** The register file as bytes, flags as their EFLAGS bits: equal exactly when a guest sees no difference. */
  state(): Uint8Array {
    const bytes = this.registers.save();
    bytes.fill(0, S.flagResult, S.flagResult + 16);
    // Not the guest's: what is left of the slice, and details of the stop.
    bytes.fill(0, S.fuel, S.fcw);
    bytes.fill(0, S.leftRegion, S.xmm);
    new DataView(bytes.buffer).setUint32(S.flagResult, this.registers.rflags, true);
    return bytes;
  }

  run(fuel: number = FUEL): Stop {
    let stopped: Stop | undefined;
    const stop = this.engine.run(
      this.registers,
      this.space,
      {
        syscall: () => {
          const goesOn = this.onSyscall();
          if (!goesOn) stopped = { kind: "syscall" };
          return goesOn;
        },
        pageFault: (address, access) => {
          const isResolved = this.onFault(address, access);
          if (!isResolved) stopped = { kind: "fault", address, access };
          return isResolved;
        },
      },
      fuel,
    );
    return stopped ?? stop;
  }
}

/** Bytes of a hex string; blanks and line ends are nothing. */
export function hex(text: string): Uint8Array {
  const digits = text.replaceAll(/\s/g, "");
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
}

/**
 * Machine code with its source beside it: `as -msyntax=intel -mnaked-reg`, linked at CODE, DATA = 0x600000. No test needs
 * an assembler; whoever changes the source pastes the new bytes.
 */
export function asm(_source: string, bytes: string): Uint8Array {
  return hex(bytes);
}

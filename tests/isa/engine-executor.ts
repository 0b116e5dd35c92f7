/** The executor over packages/cpu's engine: the arena in one address space, each case run to its int3. */
import {
  BACKGROUND,
  CODE_BASE,
  CODE_LEN,
  DATA_BASE,
  INT3,
  RO_BASE,
  RO_LEN,
  RW_LEN,
} from "./arena.ts";
import { COMPLETED } from "./case.ts";
import { Engine, type GuestSpace, registerAllHelpers, S, Vector } from "./cpu.ts";
import type { EngineCase, EngineResult, Executor, Tier } from "./executor.ts";

const READ = 1;
const WRITE = 2;
const EXEC = 4;
/** Error code bits of #PF: page present, write, user, instruction fetch. */
const PF_P = 1;
const PF_W = 2;
const PF_U = 4;
const PF_I = 16;
/** More than any case needs: rep with a count beyond the arena faults long before. */
const FUEL = 1_000_000;
/** Calls that an engine serves: it keeps every region it ever made, which a real program makes few of. */
const USES = 24;

export class EngineExecutor implements Executor {
  readonly #engines: Map<Tier, TierEngine> = new Map();
  /** Cases that got a region, and those whose row the translator leaves to the interpreter. */
  translated = 0;
  untranslated = 0;

  execute(
    tier: Tier,
    cases: readonly EngineCase[],
    onResult: (index: number, result: EngineResult) => void,
  ): void {
    let engine = this.#engines.get(tier);
    if (engine === undefined || engine.uses >= USES) {
      engine = new TierEngine(tier);
      this.#engines.set(tier, engine);
    }
    engine.execute(cases, onResult);
    if (tier === "translator") {
      this.translated += engine.translated;
      this.untranslated += cases.length - engine.translated;
    }
  }
}

/** An engine of its own per tier, so that one can't lean on what the other has prepared. */
class TierEngine {
  readonly #tier: Tier;
  readonly #engine: Engine;
  readonly #space: GuestSpace;
  readonly #data: Uint8Array;
  readonly #state: Uint8Array;
  uses = 0;
  /** Regions made for the last call. */
  translated = 0;
  #fault: { address: number; errorCode: number } | undefined;

  constructor(tier: Tier) {
    this.#tier = tier;
    registerAllHelpers();
    this.#engine = new Engine({
      fx: { save: () => {}, restore: () => {} },
      timeStamp: () => 0n,
      translate: tier === "translator",
    });
    const space = this.#engine.createAddressSpace();
    this.#space = space;
    space.protect(CODE_BASE, CODE_BASE + CODE_LEN, READ | EXEC);
    space.protect(DATA_BASE, DATA_BASE + RW_LEN, READ | WRITE);
    space.protect(RO_BASE, RO_BASE + RO_LEN, READ);
    space.bytes.fill(INT3, CODE_BASE, CODE_BASE + CODE_LEN);
    space.bytes.set(BACKGROUND, DATA_BASE);
    this.#data = space.bytes.subarray(DATA_BASE, DATA_BASE + RW_LEN);
    this.#state = space.stateBytes;
  }

  execute(
    cases: readonly EngineCase[],
    onResult: (index: number, result: EngineResult) => void,
  ): void {
    const space = this.#space;
    const { bytes } = space;
    this.uses++;
    space.willWrite(CODE_BASE, CODE_BASE + CODE_LEN);
    for (const c of cases) bytes.set(c.code, c.pc);
    try {
      if (this.#tier === "translator") {
        const pcs = cases.map((c) => c.pc);
        this.#engine.translateNow(space, pcs);
        this.translated = space.regionSlots.size;
      }
      cases.forEach((c, i) => {
        onResult(i, this.#runOne(c));
        this.#data.set(BACKGROUND.subarray(0, RW_LEN));
      });
    } finally {
      this.#data.set(BACKGROUND.subarray(0, RW_LEN));
      space.willWrite(CODE_BASE, CODE_BASE + CODE_LEN);
      for (const c of cases) bytes.fill(INT3, c.pc, c.pc + c.code.length);
    }
  }

  #runOne(c: EngineCase): EngineResult {
    const space = this.#space;
    for (const w of c.memory) space.bytes.set(w.bytes, w.addr);
    const registers = this.#engine.createRegisters();
    registers.attach(space);
    this.#state.set(c.state);
    this.#fault = undefined;
    const stop = this.#engine.run(
      registers,
      space,
      { syscall: () => false, pageFault: (a, access) => this.#pageFault(a, access) },
      FUEL,
    );
    registers.detach();
    const view = new DataView(this.#state.buffer, this.#state.byteOffset, S.end);
    const result = { state: this.#state.slice(0, S.end), memory: this.#data };
    if (this.#fault !== undefined) {
      const { address, errorCode } = this.#fault as { address: number; errorCode: number };
      return { ...result, vector: Vector.PF, errorCode, address };
    }
    if (stop.kind !== "exception") return { ...result, vector: -2, errorCode: 0, address: 0 };
    // #BP is a trap: rip is behind the int3.
    const int3 = view.getUint32(S.rip, true) - 1;
    if (stop.vector === Vector.BP && (int3 < c.pc || int3 >= c.pc + c.code.length)) {
      new DataView(result.state.buffer).setUint32(S.rip, int3, true);
      return { ...result, vector: COMPLETED, errorCode: 0, address: 0 };
    }
    return { ...result, vector: stop.vector, errorCode: stop.errorCode, address: stop.address };
  }

  /** The kernel's part: nothing is ever mapped in, so the fault stands. */
  #pageFault(address: number, access: 1 | 2 | 4): boolean {
    const isPresent = this.#space.protection(address) !== 0;
    const errorCode =
      (isPresent ? PF_P : 0) | (access === WRITE ? PF_W : 0) | PF_U | (access === EXEC ? PF_I : 0);
    this.#fault = { address, errorCode };
    return false;
  }
}

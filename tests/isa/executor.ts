/**
 * What the tests need of the engine: run single instructions in one tier. `engine-executor.ts` gives it from
 * packages/cpu.
 */
import type { Window } from "./case.ts";

export type Tier = "interpreter" | "translator";
export const TIERS: readonly Tier[] = ["interpreter", "translator"];

export interface EngineCase {
  /** The instruction; around it, in the whole code range, is int3. */
  readonly code: Uint8Array;
  readonly pc: number;
  /** State block (packages/cpu/src/state.ts), S.end bytes, flags in canonical form. */
  readonly state: Uint8Array;
  /** Bytes of the data pages that differ from BACKGROUND. */
  readonly memory: readonly Window[];
}

export interface EngineResult {
  /** COMPLETED when an int3 of the padding was reached (rip is its address), else the exception vector. */
  readonly vector: number;
  readonly errorCode: number;
  /** Faulting address of #PF. */
  readonly address: number;
  /** State block after; valid during the callback. */
  readonly state: Uint8Array;
  /** The read-write data pages after (RW_LEN bytes); valid during the callback. */
  readonly memory: Uint8Array;
}

export interface Executor {
  /**
   * Runs each case from its own state and memory, in order, and calls back with what came of it. Cases of one call have
   * different pcs, so a tier may load and translate them together.
   */
  execute(
    tier: Tier,
    cases: readonly EngineCase[],
    onResult: (index: number, result: EngineResult) => void,
  ): void;
}

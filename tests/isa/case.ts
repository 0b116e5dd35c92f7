/** What one test of one instruction is made of, and what it can come to. */
import type { Row } from "./cpu.ts";
import type { Registers } from "./registers.ts";

/** Bytes of the data arena that differ from its background before, or from the case's memory after. */
export interface Window {
  readonly addr: number;
  readonly bytes: Uint8Array;
}

export interface Case {
  readonly row: Row;
  readonly rowKey: string;
  readonly index: number;
  readonly code: Uint8Array;
  readonly pc: number;
  readonly registers: Registers;
  /** In order; later ones win. */
  readonly windows: readonly Window[];
  /** Status flags that may be undefined when it faults: an instruction alone leaves none, a sequence may. */
  readonly undefinedOnFault?: number;
  /** Linear address of the ModRM memory operand, where there is one below 4 GiB. */
  readonly target: number | undefined;
  /** fs or gs base matters, so the recorder must load them. */
  readonly usesSegmentBases: boolean;
}

/** The instruction went through. */
export const COMPLETED = -1;

export interface Outcome {
  /** Exception vector, or COMPLETED: then rip is where the next instruction is. */
  readonly vector: number;
  readonly errorCode: number;
  /** Faulting address of #PF, else 0; above 2^53 as a number rounds it. */
  readonly address: number;
  readonly registers: Registers;
  /** Memory that changed against the case's input, runs of whole 8-byte words. */
  readonly changes: readonly Window[];
}

/** A row's name in recordings and reports: everything that tells it from its neighbours. */
export function rowKey(row: Row): string {
  const parts = [row.opcode.toString(16).padStart(2, "0"), row.mnemonic];
  if (row.form !== "") parts.push(row.form);
  if (row.prefix !== undefined) parts.push(`p${row.prefix.toString(16)}`);
  if (row.digit !== undefined) parts.push(`/${row.digit}`);
  if (row.rm !== undefined) parts.push(`rm${row.rm}`);
  if (row.mod !== undefined) parts.push(row.mod);
  if (row.rexW !== undefined) parts.push(`w${row.rexW}`);
  return parts.join(" ");
}

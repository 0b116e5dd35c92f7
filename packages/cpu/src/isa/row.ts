/** Builders of instruction rows: one line per encoding. */
import { type Access, ALL_FLAGS, type Flow, type Row, type Semantics } from "./insn.ts";

/** The columns that most rows leave at their defaults. */
export interface RowOptions {
  readonly prefix?: 0 | 0x66 | 0xf2 | 0xf3;
  readonly digit?: number;
  readonly rm?: number;
  readonly mod?: "reg" | "mem";
  readonly rexW?: 0 | 1;
  readonly default64?: boolean;
  readonly lock?: boolean;
  readonly flow?: Flow;
  readonly staticImm?: boolean;
  readonly feature?: string;
  readonly reads?: number;
  /** Flags written, undefined ones included. */
  readonly writes?: number;
  readonly undef?: number;
}

/**
 * A row. `access` has a letter group per operand, "rw,r"; "" for none.
 * @throws Error when the number of operands and of accesses differ: a slip in a table, found at load.
 */
export function row(
  opcode: number,
  mnemonic: string,
  form: string,
  access: string,
  semantics: Semantics,
  options: RowOptions = {},
): Row {
  const accesses = access === "" ? [] : (access.split(",") as Access[]);
  const operands = form === "" ? 0 : form.split(",").length;
  if (accesses.length !== operands)
    throw new Error(`row ${mnemonic} ${form}: ${operands} operands`);
  const { reads = 0, writes = 0, undef = 0, flow = "next", ...rest } = options;
  return {
    opcode,
    mnemonic,
    form,
    semantics,
    access: accesses,
    reads,
    writes: writes | undef,
    undefinedFlags: undef,
    flow,
    ...rest,
  };
}

/** Shorthand for rows that write all status flags. */
export const ARITH: RowOptions = { writes: ALL_FLAGS };
export const ARITH_LOCK: RowOptions = { writes: ALL_FLAGS, lock: true };

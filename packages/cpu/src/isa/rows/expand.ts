/** Families of rows that differ in the low bits of the opcode only. */
import type { ConditionCode } from "../../emit/emitter.ts";
import { type Access, C, O, P, type Row, type Semantics, SF_, Z } from "../insn.ts";
import { type RowOptions, row } from "../row.ts";

type AccessList = Access | `${Access},${Access}`;

/** `opcode + r`: eight rows whose Z operand is the register in the low three bits. */
export function perRegister(
  opcode: number,
  mnemonic: string,
  form: string,
  access: AccessList,
  semantics: Semantics,
  options: RowOptions = {},
): Row[] {
  return [0, 1, 2, 3, 4, 5, 6, 7].map((r) =>
    row(opcode + r, mnemonic, form, access, semantics, options),
  );
}

/** Suffixes of Jcc, SETcc and CMOVcc as objdump spells them, and the flags that each condition reads. */

const CONDITIONS: readonly (readonly [suffix: string, reads: number])[] = [
  ["o", O],
  ["no", O],
  ["b", C],
  ["ae", C],
  ["e", Z],
  ["ne", Z],
  ["be", C | Z],
  ["a", C | Z],
  ["s", SF_],
  ["ns", SF_],
  ["p", P],
  ["np", P],
  ["l", SF_ | O],
  ["ge", SF_ | O],
  ["le", SF_ | O | Z],
  ["g", SF_ | O | Z],
];

/** `opcode + cc`: sixteen rows, one per condition. */
export function perCondition(
  opcode: number,
  stem: string,
  form: string,
  access: AccessList,
  semantics: (cc: ConditionCode) => Semantics,
  options: RowOptions = {},
): Row[] {
  return CONDITIONS.map(([suffix, reads], cc) =>
    row(opcode + cc, stem + suffix, form, access, semantics(cc as ConditionCode), {
      ...options,
      reads,
    }),
  );
}

/** Which memory operands must lie on a multiple of their natural size. */
import type { Operand, Row } from "./insn.ts";

/** 16-byte operands that may lie anywhere (SDM vol. 1, 4.1.1; vol. 2, table 2-21 type 4 without VEX). */
const UNALIGNED: ReadonlySet<string> = new Set([
  "movups",
  "movupd",
  "movdqu",
  "lddqu",
  "pcmpestrm",
  "pcmpestri",
  "pcmpistrm",
  "pcmpistri",
]);

/**
 * Whether `op` raises #GP(0) off a 16-byte boundary. The processor looks at that before it looks at the page, so the
 * way of a failing access asks this; semantics test what is accessible themselves (`checkAligned`).
 */
export function needsAlignment(row: Row, op: Operand): boolean {
  if (op.kind !== "mem") return false;
  return (op.size === 16 && !UNALIGNED.has(row.mnemonic)) || op.size === 512;
}

/** Every row of the instruction table. A family's file holds its rows; here they are only joined. */
import type { Row } from "../insn.ts";
import { arithmeticRows } from "./arithmetic.ts";
import { controlRows } from "./control.ts";
import { logicRows } from "./logic.ts";
import { moveRows } from "./move.ts";
import { stackRows } from "./stack.ts";

export const allRows: readonly Row[] = [
  ...arithmeticRows,
  ...logicRows,
  ...moveRows,
  ...stackRows,
  ...controlRows,
];

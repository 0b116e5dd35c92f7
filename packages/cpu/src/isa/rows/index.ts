/** Every row of the instruction table. A family's file holds its rows; here they are only joined. */
import type { Row } from "../insn.ts";
import { arithmeticRows } from "./arithmetic.ts";
import { atomicRows } from "./atomic.ts";
import { bitRows } from "./bit.ts";
import { controlRows } from "./control.ts";
import { flagRows } from "./flags.ts";
import { fxstateRows } from "./fxstate.ts";
import { logicRows } from "./logic.ts";
import { mmxRows } from "./mmx.ts";
import { moveRows } from "./move.ts";
import { multiplyRows } from "./multiply.ts";
import { segmentRows } from "./segment.ts";
import { shiftRows } from "./shift.ts";
import { sseBlendRows } from "./sse-blend.ts";
import { sseCompareRows } from "./sse-compare.ts";
import { sseControlRows } from "./sse-control.ts";
import { sseConvertRows } from "./sse-convert.ts";
import { sseFloatRows } from "./sse-float.ts";
import { sseHorizontalRows } from "./sse-horizontal.ts";
import { sseIntegerRows } from "./sse-integer.ts";
import { sseLaneRows } from "./sse-lane.ts";
import { sseLogicRows } from "./sse-logic.ts";
import { sseMoveRows } from "./sse-move.ts";
import { sseMultiplyRows } from "./sse-multiply.ts";
import { ssePackRows } from "./sse-pack.ts";
import { sseShiftRows } from "./sse-shift.ts";
import { sseShuffleRows } from "./sse-shuffle.ts";
import { sse42Rows } from "./sse42.ts";
import { stackRows } from "./stack.ts";
import { stringRows } from "./string.ts";
import { systemRows } from "./system.ts";
import { x87Rows } from "./x87.ts";

export const allRows: readonly Row[] = [
  ...arithmeticRows,
  ...logicRows,
  ...moveRows,
  ...stackRows,
  ...controlRows,
  ...systemRows,
  ...stringRows,
  ...shiftRows,
  ...segmentRows,
  ...multiplyRows,
  ...flagRows,
  ...bitRows,
  ...atomicRows,
  ...sseCompareRows,
  ...sseConvertRows,
  ...sseFloatRows,
  ...sseIntegerRows,
  ...sseLogicRows,
  ...sseMoveRows,
  ...ssePackRows,
  ...sseShiftRows,
  ...sseShuffleRows,
  ...sseBlendRows,
  ...sseControlRows,
  ...sseHorizontalRows,
  ...sseLaneRows,
  ...sseMultiplyRows,
  ...sse42Rows,
  ...x87Rows,
  ...fxstateRows,
  ...mmxRows,
];

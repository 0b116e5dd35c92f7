/** All x87 helpers, by name. What each takes stands at the head of its file. */
import type { Helper } from "../helper.ts";
import { x87ArithmeticHelpers } from "./x87-arithmetic.ts";
import { x87CompareHelpers } from "./x87-compare.ts";
import { x87ControlHelpers } from "./x87-control.ts";
import { x87LoadStoreHelpers } from "./x87-load-store.ts";
import { x87TranscendentalHelpers } from "./x87-transcendental.ts";

export const x87Helpers: Record<string, Helper> = {
  ...x87LoadStoreHelpers,
  ...x87ArithmeticHelpers,
  ...x87CompareHelpers,
  ...x87ControlHelpers,
  ...x87TranscendentalHelpers,
};

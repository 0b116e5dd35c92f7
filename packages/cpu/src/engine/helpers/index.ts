/** All helpers, registered by name. */
import { registerHelpers } from "../helper-ids.ts";
import { cpuidHelpers } from "./cpuid.ts";
import { divideHelpers } from "./divide.ts";
import { fxstateHelpers } from "./fxstate.ts";
import { sseHelpers } from "./sse.ts";
import { stringHelpers } from "./string.ts";
import { systemHelpers } from "./system.ts";
import { x87Helpers } from "./x87.ts";

const FAMILIES = [
  cpuidHelpers,
  divideHelpers,
  fxstateHelpers,
  sseHelpers,
  stringHelpers,
  systemHelpers,
  x87Helpers,
];

/** Registers every family, always in the same order: generated code carries the numbers. */
export function registerAllHelpers(): void {
  for (const family of FAMILIES) registerHelpers(family);
}

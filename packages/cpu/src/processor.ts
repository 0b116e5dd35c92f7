/** The processor as the kernel sees it: an engine with everything registered. */
import { Engine } from "./engine/engine.ts";
import { registerAllHelpers } from "./engine/helpers/index.ts";
import { fxState } from "./x87/fx-state.ts";

export interface ProcessorOptions {
  /** Nanoseconds of a monotonic clock: the time-stamp counter. */
  readonly monotonicNs: () => number;
  /** false: everything is interpreted. */
  readonly translate?: boolean;
}

/** A processor; it implements `Processor` of the kernel's arch/x86/processor.ts. */
export function createProcessor(options: ProcessorOptions): Engine {
  registerAllHelpers();
  return new Engine({
    fx: fxState,
    timeStamp: () => BigInt(Math.floor(options.monotonicNs())),
    translate: options.translate ?? true,
  });
}

/** The processor as the kernel sees it: an engine with everything registered. */
import type { ArchiveStore } from "./archive/archives.ts";
import { Engine, HOT_THRESHOLD } from "./engine/engine.ts";
import { buildFirstModule, type Example, type FirstModule } from "./engine/handlers.ts";
import { registerAllHelpers } from "./engine/helpers/index.ts";
import { COMMON_INSTRUCTIONS } from "./interp/common-instructions.ts";
import { decode } from "./isa/decoder.ts";
import { fxState } from "./x87/fx-state.ts";

export interface ProcessorOptions {
  /** Nanoseconds of a monotonic clock: the time-stamp counter. */
  readonly monotonicNs: () => number;
  /** false: everything is interpreted. */
  readonly translate?: boolean;
  /** Keeps what was decoded and translated from one run to the next. */
  readonly archives?: ArchiveStore;
}

/** Decodes the list; what no longer decodes (a row was removed) is passed over. */
function commonInstructions(): Example[] {
  const examples: Example[] = [];
  for (const hex of COMMON_INSTRUCTIONS) {
    const bytes = Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
      Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
    );
    const insn = decode(bytes, 0, bytes.length, 0);
    if (insn.row !== undefined) examples.push({ insn, bytes });
  }
  return examples;
}

/** Made on first use, or for a start image before there is a processor: it is the same in every process. */
let firstModule: FirstModule | undefined;

/** Does what does not depend on the process that will run: the interpreter's first module is built. */
export function prepareProcessor(): FirstModule {
  if (firstModule === undefined) {
    registerAllHelpers();
    firstModule = buildFirstModule(commonInstructions(), HOT_THRESHOLD);
  }
  return firstModule;
}

/** Makes again what `prepareProcessor` makes, for nothing but V8's sake. */
export function rehearseProcessor(): void {
  prepareProcessor();
  buildFirstModule(commonInstructions(), HOT_THRESHOLD);
}

/** A processor; it implements `Processor` of the kernel's arch/x86/processor.ts. */
export function createProcessor(options: ProcessorOptions): Engine {
  return new Engine({
    fx: fxState,
    timeStamp: () => BigInt(Math.floor(options.monotonicNs())),
    translate: options.translate ?? true,
    firstModule: prepareProcessor(),
    ...(options.archives !== undefined && { archives: options.archives }),
  });
}

/** @kernelet/cpu: an x86-64 processor that runs guest code as WebAssembly. */

export type { ArchiveStore, CodeFile, CompiledFunction } from "./archive/archives.ts";
export { readCode } from "./archive/code-piece.ts";
export { type ArchiveBytes, ArchiveReader } from "./archive/reader.ts";
export { Engine, type EngineEvents, type EngineStop, INTERPRETER } from "./engine/engine.ts";
export { type DecodeFailure, decode } from "./isa/decoder.ts";
export type { Insn } from "./isa/insn.ts";
export {
  createProcessor,
  type ProcessorOptions,
  prepareProcessor,
  rehearseProcessor,
} from "./processor.ts";
export { assembleRegions, type RegionCode } from "./region/region-module.ts";
export { type StandInCode, type StandInMachine, standInMemory, withStandIn } from "./stand-in.ts";

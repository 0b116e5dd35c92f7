/**
 * Modules of regions. A region's function is in no module until somebody wants to compile it: alone, when it has just been
 * translated, or together with others that are kept from earlier runs. So nothing in it depends on the others. All import the
 * same functions; which slots a function uses is said beside it.
 */
import { importCore } from "../interp/core-module.ts";
import { ByteWriter } from "../wasm/byte-writer.ts";
import type { FunctionCode } from "../wasm/function-builder.ts";
import { ModuleBuilder } from "../wasm/module-builder.ts";

/** The module that regions import slots from, by the name of a pc. */
export const SLOTS = "slot";

export interface RegionCode {
  readonly pc: number;
  /** Its globals are numbers in `slots`. */
  readonly code: FunctionCode;
  /** Pcs of the regions whose slots it uses. */
  readonly slots: readonly number[];
}

/** What a module exports its `i`-th region as. */
export const regionName = (i: number): string => `r${i}`;

/** A module of these regions, in their order. */
export function assembleRegions(regions: readonly RegionCode[]): Uint8Array<ArrayBuffer> {
  const m = new ModuleBuilder();
  const { regionType } = importCore(m);
  regions.forEach(({ pc, code, slots }, i) => {
    const globals = slots.map((slot) => m.importConstant(SLOTS, `${slot}`));
    const index = m.declare(regionType);
    m.define(index, withGlobals(code, globals));
    m.name(index, `guest 0x${pc.toString(16)}`);
    m.export(regionName(i), index);
  });
  return m.build();
}

/** The code with the numbers that globals have in its module. */
function withGlobals(code: FunctionCode, globals: readonly number[]): FunctionCode {
  const w = new ByteWriter(code.bytes.length);
  w.bytes(code.bytes);
  for (const at of code.globals) w.patchU32(at, globals[paddedAt(code.bytes, at)] as number);
  return { ...code, bytes: w.take() };
}

/** What `ByteWriter.u32Padded` has written there. */
export function paddedAt(bytes: Uint8Array, at: number): number {
  let n = 0;
  for (let i = 4; i >= 0; i--) n = n * 0x80 + ((bytes[at + i] as number) & 0x7f);
  return n;
}

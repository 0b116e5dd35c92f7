/** Guest code as regions: formed, translated, and compiled by V8. */
import { global, type Value } from "../emit/value.ts";
import { importCore } from "../interp/core-module.ts";
import { ALL_FLAGS } from "../isa/insn.ts";
import { aliveBefore } from "../region/flag-liveness.ts";
import { type Fetch, formRegion, type Profile, type Region } from "../region/form.ts";
import { buildRegionFunction } from "../region/region-function.ts";
import { assembleRegions, type RegionCode } from "../region/region-module.ts";
import { ModuleBuilder } from "../wasm/module-builder.ts";
import { fetchInsn } from "./block.ts";
import type { GuestSpace } from "./guest-space.ts";

/** How far behind a jump it is looked for who reads or writes the flags. */
const FLAG_LOOKAHEAD = 16;

export interface TranslatedRegion {
  readonly region: Region;
  readonly code: RegionCode;
  readonly readsFlags: boolean;
  /** Code behind the exits whose not reading flags the region relies on: start → end. */
  readonly beyond: ReadonlyMap<number, number>;
}

export interface Translation {
  readonly module: WebAssembly.Module;
  readonly wasmBytes: number;
  /** At least one; in the module in this order. */
  readonly regions: readonly TranslatedRegion[];
}

/**
 * Regions that begin at `pcs`, in one module.
 * @param isWanted false: the region is left out
 * @returns undefined where there is none
 */
export function translate(
  space: GuestSpace,
  pcs: readonly number[],
  profile: Profile,
  isWanted: (region: Region) => boolean,
): Translation | undefined {
  const fetch = fetchOnce(space);
  const regions: TranslatedRegion[] = [];
  for (const pc of pcs) {
    const region = formRegion(pc, fetch, profile);
    if (region !== undefined && isWanted(region)) regions.push(translateRegion(region, fetch));
  }
  if (regions.length === 0) return undefined;
  const wasm = assembleRegions(regions.map(({ code }) => code));
  return { module: new WebAssembly.Module(wasm), wasmBytes: wasm.length, regions };
}

function translateRegion(region: Region, fetch: Fetch): TranslatedRegion {
  // Its functions have the same numbers in all modules of regions.
  const core = importCore(new ModuleBuilder());
  const slots = new Map<number, number>();
  const slotOf = (target: number): Value => {
    const known = slots.get(target) ?? slots.size;
    slots.set(target, known);
    return global(known);
  };
  const beyond = new Map<number, number>();
  const readAt = (at: number): number => {
    const { flags, end } = flagsReadAt(at, fetch);
    if (flags !== ALL_FLAGS) beyond.set(at, end);
    return flags;
  };
  const built = buildRegionFunction(region, { core, slotOf, flagsReadAt: readAt });
  const code = { pc: region.entry, code: built.code, slots: [...slots.keys()] };
  return { region, code, beyond, readsFlags: built.readsFlags };
}

/** Decodes each instruction once. */
function fetchOnce(space: GuestSpace): Fetch {
  const fetched = new Map<number, ReturnType<Fetch>>();
  return (at) => {
    let insn = fetched.get(at);
    if (insn === undefined) {
      insn = fetchInsn(space, at);
      fetched.set(at, insn);
    }
    return insn;
  };
}

/**
 * Status flags that code at `pc` reads before it writes them; all, where that isn't plain.
 * @returns also where the code ends that says so
 */
function flagsReadAt(pc: number, fetch: Fetch): { readonly flags: number; readonly end: number } {
  let at = pc;
  let read = 0;
  let open = ALL_FLAGS;
  for (let i = 0; i < FLAG_LOOKAHEAD && open !== 0; i++) {
    const insn = fetch(at);
    if (insn.row === undefined) break;
    read |= aliveBefore(insn, 0) & open;
    open &= ~insn.row.writes;
    at += insn.length;
    if (insn.row.flow !== "next") break;
  }
  return { flags: read | open, end: at };
}

/** Guest code as a module of regions: formed, put together, and compiled by V8. */
import { global, type Value } from "../emit/value.ts";
import { importCore } from "../interp/core-module.ts";
import { ALL_FLAGS } from "../isa/insn.ts";
import { aliveBefore } from "../region/flag-liveness.ts";
import { type Fetch, formRegion, type Profile, type Region } from "../region/form.ts";
import { buildRegionFunction } from "../region/region-function.ts";
import { ModuleBuilder } from "../wasm/module-builder.ts";
import { fetchInsn } from "./block.ts";
import type { GuestSpace } from "./guest-space.ts";
import { SLOTS } from "./slots.ts";

/** What a module exports its region as; further ones have a number behind it. */
export const REGION_NAME = "r";

/** How far behind a jump it is looked for who reads or writes the flags. */
const FLAG_LOOKAHEAD = 16;

export interface TranslatedRegion {
  readonly region: Region;
  readonly name: string;
  readonly readsFlags: boolean;
  /** Code behind the exits whose not reading flags the region relies on: start → end. */
  readonly beyond: ReadonlyMap<number, number>;
}

export interface Translation {
  readonly module: WebAssembly.Module;
  readonly wasm: Uint8Array;
  /** At least one. */
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
  const m = new ModuleBuilder();
  const slotOf = (target: number): Value => global(m.importConstant(SLOTS, `${target}`));
  const core = importCore(m);
  const regions: TranslatedRegion[] = [];
  for (const pc of pcs) {
    const region = formRegion(pc, fetch, profile);
    if (region === undefined || !isWanted(region)) continue;
    const index = m.declare(core.regionType);
    const beyond = new Map<number, number>();
    const readAt = (at: number): number => {
      const { flags, end } = flagsReadAt(at, fetch);
      if (flags !== ALL_FLAGS) beyond.set(at, end);
      return flags;
    };
    const built = buildRegionFunction(region, { core, slotOf, flagsReadAt: readAt });
    m.define(index, built.code);
    m.name(index, `guest 0x${pc.toString(16)}`);
    const name = regions.length === 0 ? REGION_NAME : `${REGION_NAME}${regions.length}`;
    m.export(name, index);
    regions.push({ region, name, beyond, readsFlags: built.readsFlags });
  }
  if (regions.length === 0) return undefined;
  const wasm = m.build();
  return { module: new WebAssembly.Module(wasm), wasm, regions };
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

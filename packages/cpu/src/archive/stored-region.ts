/** Regions on their way into an archive and out of it: table slots are an engine's own, guest addresses are not. */
import type { Slots } from "../engine/slots.ts";
import type { Region } from "../region/form.ts";
import { ByteWriter } from "../wasm/byte-writer.ts";
import type { SlotUse } from "../wasm/function-builder.ts";
import type { Archives } from "./archives.ts";
import type { StoredRegion, StoredSource } from "./format.ts";

/** What is known of a region when it has been translated. */
export interface FreshRegion {
  readonly region: Region;
  readonly sources: readonly StoredSource[];
  /** The blocks of its own function. */
  readonly blocks: readonly number[];
  readonly wasm: Uint8Array;
  /** Where slots stand in `wasm`. */
  readonly slotUses: readonly SlotUse[];
  readonly readsFlags: boolean;
}

/** @param targetsOf where the indirect jump at a pc has gone to, if it is one and has gone anywhere */
export function toStored(
  { region, sources, blocks, wasm, slotUses, readsFlags }: FreshRegion,
  slots: Slots,
  targetsOf: (pc: number) => readonly number[] | undefined,
  archives: Archives,
): StoredRegion {
  const ends = [...region.blocks.values()].flatMap(
    ({ insns }) => insns[insns.length - 1]?.pc ?? [],
  );
  const sites = [...new Set(ends)].flatMap((pc) => {
    const targets = targetsOf(pc);
    return targets === undefined ? [] : [{ pc, targets: [...targets] }];
  });
  return {
    pc: region.entry,
    packed: archives.pack(wasm),
    length: wasm.length,
    slots: slotUses.map(({ at, slot }) => ({ at, pc: slots.pcOf(slot) })),
    sources,
    blocks,
    sites,
    readsFlags,
  };
}

/** The module, with the slots of this engine in it; undefined where it is none. */
export function compileStored(
  { packed, length, slots: uses }: StoredRegion,
  slots: Slots,
  archives: Archives,
): WebAssembly.Module | undefined {
  const bytes = archives.unpack(packed, length);
  if (bytes === undefined) return undefined;
  const w = ByteWriter.over(bytes);
  for (const { at, pc } of uses) {
    if (!w.isS32Padded(at)) return undefined;
    w.patchS32(at, slots.ofPc(pc));
  }
  try {
    return new WebAssembly.Module(bytes);
  } catch {
    return undefined;
  }
}

/** Regions on their way into an archive. */
import type { Region } from "../region/form.ts";
import type { RegionCode } from "../region/region-module.ts";
import type { Archives } from "./archives.ts";
import { writeCode } from "./code-piece.ts";
import type { StoredRegion } from "./format.ts";
import type { StoredSource } from "./region-piece.ts";

/** What is known of a region when it has been translated. */
export interface FreshRegion {
  readonly region: Region;
  readonly sources: readonly StoredSource[];
  /** The blocks of its own function. */
  readonly blocks: readonly number[];
  readonly code: RegionCode;
  readonly readsFlags: boolean;
}

/** @param targetsOf where the indirect jump at a pc has gone to, if it is one and has gone anywhere */
export function toStored(
  { region, sources, blocks, code, readsFlags }: FreshRegion,
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
  const bytes = writeCode(code);
  const packed = archives.pack(bytes);
  return {
    pc: region.entry,
    packed,
    key: archives.hash(packed),
    length: bytes.length,
    sources,
    blocks,
    sites,
    readsFlags,
  };
}

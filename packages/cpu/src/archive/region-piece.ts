/**
 * What an archive says of a region, beside its code:
 *
 *   reads flags, number of sources, of blocks, of sites
 *   sources   start, length, bytes
 *   blocks    pc
 *   sites     pc, number of targets, targets
 */
import { Damaged, WordReader, WordWriter } from "./words.ts";

/** Guest code that something relies on. */
export interface StoredSource {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** Where an indirect jump has gone to. */
export interface StoredSite {
  readonly pc: number;
  readonly targets: readonly number[];
}

export interface RegionFacts {
  readonly sources: readonly StoredSource[];
  /** The blocks of its own function. */
  readonly blocks: readonly number[];
  readonly sites: readonly StoredSite[];
  /** Whether the status flags matter that it is entered with. */
  readonly readsFlags: boolean;
}

export function writeFacts({ sources, blocks, sites, readsFlags }: RegionFacts): Int32Array {
  const w = new WordWriter();
  w.push(readsFlags ? 1 : 0);
  w.push(sources.length, blocks.length, sites.length);
  for (const { start, bytes } of sources) {
    w.push(start, bytes.length);
    w.bytes(bytes);
  }
  w.push(...blocks);
  for (const { pc, targets } of sites) w.push(pc, targets.length, ...targets);
  return w.take();
}

/** @returns undefined where a number leads out of it */
export function readFacts(words: Int32Array): RegionFacts | undefined {
  try {
    const r = new WordReader(words);
    const readsFlags = r.u32() !== 0;
    const [sources, blocks, sites] = [r.count(2), r.count(1), r.count(2)];
    return {
      readsFlags,
      sources: r.many(sources, () => ({ start: r.u32(), bytes: r.bytes(r.u32()) })),
      blocks: r.many(blocks, () => r.u32()),
      sites: r.many(sites, () => {
        return { pc: r.u32(), targets: r.many(r.count(1), () => r.u32()) };
      }),
    };
  } catch (error) {
    if (error instanceof Damaged) return undefined;
    throw error;
  }
}

/**
 * Decoded blocks by pc and bytes, across address spaces: a forked child, and the next process that runs the same
 * program, has the same code at the same place, so its records are copied instead of decoded again.
 */
import { PAGE_SHIFT, PAGE_SIZE, Perm } from "../state.ts";
import type { GuestSpace } from "./guest-space.ts";

export interface CachedBlock {
  /** The guest's bytes that it was decoded from. */
  readonly bytes: Uint8Array;
  /** Head and instruction records, as they were before they ran. */
  readonly words: Int32Array;
  /** Modules with the handlers that the records name. */
  readonly units: readonly number[];
}

/** What is kept at the most, 128 MiB; beyond, everything is forgotten. */
const MAX_WORDS = 32 * 1024 * 1024;
/** Words that a block costs beside its records: its arrays and their buffers. */
const OVERHEAD_WORDS = 200;
/** Blocks of one pc; the oldest goes. A compiler of guest code makes new ones at the same places without end. */
const MAX_VERSIONS = 8;

export class BlockCache {
  readonly #byPc: Map<number, CachedBlock[]> = new Map();
  #words = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The block at `pc`, if `space` has the bytes of a known one there. */
  find(space: GuestSpace, pc: number): CachedBlock | undefined {
    return this.#byPc.get(pc)?.find((block) => hasBytes(space, pc, block.bytes));
  }

  add(pc: number, block: CachedBlock): void {
    if (this.#words > MAX_WORDS) {
      this.#byPc.clear();
      this.#words = 0;
      this.#size = 0;
    }
    this.#count(block, 1);
    const list = this.#byPc.get(pc);
    if (list === undefined) {
      this.#byPc.set(pc, [block]);
      return;
    }
    if (list.length >= MAX_VERSIONS) this.#count(list.shift() as CachedBlock, -1);
    list.push(block);
  }

  #count(block: CachedBlock, by: 1 | -1): void {
    this.#size += by;
    this.#words += by * (block.words.length + OVERHEAD_WORDS);
  }
}

/**
 * Whether the bytes at `pc` can be fetched and are those of `bytes` from `from` on. A block lies in two pages at the most.
 * @param length of the block
 */
export function hasBytes(
  space: GuestSpace,
  pc: number,
  bytes: Uint8Array,
  from = 0,
  length: number = bytes.length,
): boolean {
  const page = pc >>> PAGE_SHIFT;
  const last = (pc + length - 1) >>> PAGE_SHIFT;
  if (((space.perms[page] as number) & (space.perms[last] as number) & Perm.X) === 0) return false;
  const now = space.codeBytes(page);
  const offset = pc & (PAGE_SIZE - 1);
  for (let i = 0; i < length; i++) if (now[offset + i] !== bytes[from + i]) return false;
  return true;
}

/**
 * Bounds what is kept of names that could be looked up again: Linux's LRU of unused dentries, fs/dcache.c. It is a
 * clock: a name that was walked through since the hand last passed is left alone for another round.
 *
 * Names of tmpfs and the like are not in here, they are all that there is of a file. What lies over the host is, and
 * may be forgotten while nobody uses it and nothing was changed. A name goes after those below it, never before.
 */
import type { Dentry } from "./dentry.ts";
import type { Inode } from "./inode.ts";

/** Some 3 KB each, with inodes and what the layers below keep. */
export const DENTRY_LIMIT = 32_768;
/** Rounds of the hand at most: the first one finds what was used a moment ago. */
const ROUNDS = 2;

/** A filesystem that keeps inodes beside the dentries. */
export interface Shrinker {
  shrink(): void;
}

export class DentryCache {
  /** Under the hand first. */
  #queue: Dentry[] = [];
  /** The next round of the hand begins when there are more. Grows with what is in use, so that rounds stay rare. */
  #threshold: number = DENTRY_LIMIT * 1.25;
  readonly #crowded: Set<Shrinker> = new Set();

  get size(): number {
    return this.#queue.length;
  }

  add(dentry: Dentry): void {
    this.#queue.push(dentry);
  }

  /** `filesystem` keeps more inodes than it should. */
  crowded(filesystem: Shrinker): void {
    this.#crowded.add(filesystem);
  }

  /** Preconditions: those of `shrink`. */
  shrinkIfCrowded(): void {
    if (this.#queue.length > this.#threshold) this.shrink(DENTRY_LIMIT);
    if (this.#crowded.size === 0) return;
    for (const filesystem of this.#crowded) filesystem.shrink();
    this.#crowded.clear();
  }

  /**
   * Forgets names until there are no more than `limit`, or none that may go.
   * Preconditions: between two slices, when no call holds a path that `isInUse` does not know of.
   */
  shrink(limit: number): void {
    for (let round = 0; round < ROUNDS && this.#queue.length > limit; round++) this.#goRound(limit);
    this.#threshold = Math.max(DENTRY_LIMIT, this.#queue.length) * 1.25;
  }

  #goRound(limit: number): void {
    const kept: Dentry[] = [];
    let left = this.#queue.length;
    let at = 0;
    for (; at < this.#queue.length && left > limit; at++) {
      const dentry = this.#queue[at] as Dentry;
      if (this.#mayGo(dentry)) left--;
      else kept.push(dentry);
    }
    this.#queue = this.#queue.slice(at).concat(kept);
  }

  /** @returns whether it is no longer here. */
  #mayGo(dentry: Dentry): boolean {
    const { parent, name } = dentry;
    if (parent?.child(name) !== dentry) return true; // Removed.
    if (dentry.isReferenced) {
      dentry.isReferenced = false;
      return false;
    }
    return !dentry.isInUse && parent.inode?.forget(name) === true && parent.forgetChild(name);
  }
}

/** Whether somebody has the file open, works in it or watches it. */
export function isInodeInUse(inode: Inode): boolean {
  return inode.openCount > 0 || inode.pins > 0 || (inode.marks?.watches.size ?? 0) > 0;
}

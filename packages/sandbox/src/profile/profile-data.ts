/** A profile as the sandbox sends it and the page shows it. Plain data; times in microseconds of processor time unless said otherwise. */

/** Whose time a frame is. */
export const FrameKind = { process: 0, guest: 1, kernel: 2, translation: 3, sandbox: 4 } as const;
export type FrameKindId = (typeof FrameKind)[keyof typeof FrameKind];

export interface ProfileFrame {
  readonly kind: FrameKindId;
  readonly name: string;
  /** The file that the code is of, as the guest sees it; empty for what is no guest code. */
  readonly object: string;
}

/** Node 0 is the root. A parent comes before its children. */
export interface ProfileTree {
  /** Number in `ProfileData.frames`. */
  readonly frame: readonly number[];
  readonly parent: readonly number[];
  readonly self: readonly number[];
}

export interface ProfileShare {
  readonly name: string;
  readonly us: number;
}

/** A translated piece of a function that took time itself. */
export interface ProfileBlock extends ProfileShare {
  readonly object: string;
}

export interface ProfileData {
  readonly version: 1;
  readonly command: string;
  readonly samples: number;
  /** Wall clock from the start of the kernel to its end. */
  readonly wallUs: number;
  /** Of that, nothing could run: programs waited, and with them the process. */
  readonly idleUs: number;
  /** Processor time of the thread that runs the sandbox: what the tree is of. */
  readonly threadUs: number;
  /** Of all other threads: V8's compilers and collectors. */
  readonly otherThreadsUs: number;
  readonly frames: readonly ProfileFrame[];
  readonly tree: ProfileTree;
  /** By what executed it, largest first. */
  readonly tiers: readonly ProfileShare[];
  /** By the helper that did what Wasm does not have. */
  readonly helpers: readonly ProfileShare[];
  readonly blocks: readonly ProfileBlock[];
  /** What the translator made, by the name of the figure. */
  readonly translation: Readonly<Record<string, number>>;
}

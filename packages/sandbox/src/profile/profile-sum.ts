/** Samples brought together with looks, and added up. */
import { CallTree } from "./call-tree.ts";
import type { CodePlace } from "./code-map.ts";
import type { CodeObject } from "./code-object.ts";
import { joinCalls } from "./join-calls.ts";
import {
  FrameKind,
  type ProfileBlock,
  type ProfileData,
  type ProfileShare,
} from "./profile-data.ts";
import type { Look } from "./profiler.ts";
import { Classifier, type StackClass } from "./stack-class.ts";
import type { Sample } from "./v8-profile.ts";

/** Rows of a table. */
const MAX_ROWS = 60;
/** Places that have been named are remembered, up to so many of an object. */
const MAX_NAMES = 65_536;
/** Blocks that time is kept of. */
const MAX_BLOCKS = 50_000;

type Sums = Pick<
  ProfileData,
  "samples" | "idleUs" | "frames" | "tree" | "tiers" | "helpers" | "blocks"
>;

export class ProfileSum {
  readonly #tree = new CallTree({ kind: FrameKind.process, name: "all", object: "" });
  readonly #classifier = new Classifier();
  readonly #names: Map<CodeObject, Map<number, number>> = new Map();
  readonly #tiers: Map<string, number> = new Map();
  readonly #helpers: Map<string, number> = new Map();
  readonly #blocks: Map<string, { object: string; name: string; us: number }> = new Map();
  readonly #isInRegion: (entry: number, pc: number) => boolean;
  #samples = 0;
  #idleUs = 0;

  /** @param isInRegion whether the code at `pc` is part of a region that begins at `entry` */
  constructor(isInRegion: (entry: number, pc: number) => boolean) {
    this.#isInRegion = isInRegion;
  }

  /**
   * @param times of the looks, in order
   * @param cpuUs processor time of the thread: each sample that was not idle stands for an equal part of it. So a machine
   *   that is busy with other things does not make the guest look slower.
   */
  add(
    samples: readonly Sample[],
    times: readonly number[],
    looks: readonly Look[],
    cpuUs: number,
  ): void {
    const busy = samples.filter(({ stack }) => !this.#classifier.of(stack).isIdle);
    const us = busy.length === 0 ? 0 : cpuUs / busy.length;
    this.#samples += busy.length;
    const timeOf = (i: number): number => times[i] ?? Number.POSITIVE_INFINITY;
    let at = 0;
    for (const { stack, timeUs, deltaUs } of samples) {
      const found = this.#classifier.of(stack);
      if (found.isIdle) {
        this.#idleUs += deltaUs;
        continue;
      }
      while (timeOf(at + 1) <= timeUs) at++;
      const near = [looks[at], looks[at + 1]].filter((look) => look !== undefined);
      const isNextNearer = timeOf(at + 1) - timeUs < timeUs - timeOf(at);
      this.#count(found, near, isNextNearer, us);
    }
  }

  /** @param near the look before the sample, and the one after it if there is one */
  #count(found: StackClass, near: readonly Look[], isNextNearer: boolean, us: number): void {
    const { tier, helper, tail, isGuest } = found;
    addTo(this.#tiers, tier, us);
    if (helper !== undefined) addTo(this.#helpers, helper, us);
    const ours = tail.map(({ kind, label }) => this.#tree.frameId(kind, label));
    const [look] = near;
    if (!isGuest || look === undefined) {
      const root = this.#tree.frameId(FrameKind.process, "sandbox");
      this.#tree.add([root, ...ours], us);
      return;
    }
    const program = this.#tree.frameId(FrameKind.process, look.program);
    const looks = near.filter((one) => one.program === look.program);
    if (isNextNearer) looks.reverse();
    this.#tree.add([program, ...this.#callsOf(found, looks), ...ours], us);
    const region = found.regions.at(-1);
    if (tail.length === 0 && !found.isInterpretedAbove && region !== undefined) {
      this.#countBlock(region, looks, us);
    }
  }

  #callsOf(found: StackClass, looks: readonly Look[]): readonly number[] {
    const { isInterpretedBelow, isInterpretedAbove } = found;
    const last = found.regions.at(-1);
    return joinCalls({
      looks: looks.map(({ stack, pc }) => ({
        calls: stack.map((place) => this.#nameOf(place)).reverse(),
        isInRegion: last !== undefined && !isInterpretedAbove && this.#isInRegion(last, pc),
      })),
      regions: found.regions.map((pc) => this.#regionName(pc, looks)),
      isInterpretedBelow,
      isInterpretedAbove,
      interpreted: this.#tree.frameId(FrameKind.guest, "[interpreted]"),
    });
  }

  #regionName(pc: number, looks: readonly Look[]): number {
    const place = findPlace(pc, looks);
    if (place === undefined) return this.#tree.frameId(FrameKind.guest, "[unknown]");
    return this.#nameOf(place);
  }

  #nameOf({ object, off }: CodePlace): number {
    let names = this.#names.get(object);
    if (names === undefined) {
      names = new Map();
      this.#names.set(object, names);
    }
    let id = names.get(off);
    if (id === undefined) {
      id = this.#tree.frameId(FrameKind.guest, object.nameOf(off).name, object.name);
      if (names.size < MAX_NAMES) names.set(off, id);
    }
    return id;
  }

  #countBlock(pc: number, looks: readonly Look[], us: number): void {
    const place = findPlace(pc, looks);
    const object = place?.object.name ?? "[unknown]";
    const { name, into } = place?.object.nameOf(place.off) ?? { name: "[unknown]", into: pc };
    const title = `${name}+0x${into.toString(16)}`;
    const key = `${object}\0${title}`;
    const known = this.#blocks.get(key);
    if (known !== undefined) known.us += us;
    else if (this.#blocks.size < MAX_BLOCKS) this.#blocks.set(key, { object, name: title, us });
  }

  result(): Sums {
    const blocks: readonly ProfileBlock[] = [...this.#blocks.values()];
    return {
      samples: this.#samples,
      idleUs: Math.round(this.#idleUs),
      frames: this.#tree.frames,
      tree: this.#tree.tree,
      tiers: largest(asShares(this.#tiers)),
      helpers: largest(asShares(this.#helpers)),
      blocks: largest(blocks),
    };
  }
}

/** What code is at `pc`, by the nearest look that knows. */
function findPlace(pc: number, looks: readonly Look[]): CodePlace | undefined {
  for (const { map } of looks) {
    const place = map.find(pc);
    if (place !== undefined) return place;
  }
  return undefined;
}

function addTo(sums: Map<string, number>, name: string, us: number): void {
  sums.set(name, (sums.get(name) ?? 0) + us);
}

function asShares(sums: ReadonlyMap<string, number>): ProfileShare[] {
  return [...sums].map(([name, us]) => ({ name, us }));
}

function largest<T extends ProfileShare>(shares: readonly T[]): T[] {
  return [...shares]
    .sort((a, b) => b.us - a.us)
    .slice(0, MAX_ROWS)
    .map((share) => ({ ...share, us: Math.round(share.us) }));
}

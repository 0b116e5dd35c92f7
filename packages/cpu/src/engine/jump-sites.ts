/** Where indirect jumps and calls have gone to, as the interpreter has noted it. */
import type { CompiledRegion } from "./regions.ts";

/** Targets of an indirect jump that a region takes in. */
const MAX_TARGETS = 48;

/** Targets of an indirect jump that are always taken in. */
const FEW_TARGETS = 3;

/** An indirect jump: where it has gone, and which regions know of how many of these. */
export interface JumpSite {
  readonly targets: number[];
  regions: CompiledRegion[];
}

export class JumpSites {
  readonly #sites: Map<number, JumpSite> = new Map();
  /** From how many indirect jumps each target has been reached. */
  readonly #sources: Map<number, number> = new Map();

  /** The site at `pc`, if the jump there has gone anywhere. */
  get(pc: number): JumpSite | undefined {
    return this.#sites.get(pc);
  }

  /**
   * Where the jump or call at `pc` has gone to, as far as a region takes that in. Threaded code (an interpreter that
   * jumps from each operation to the next) goes from everywhere to everywhere: each operation is a region of its own
   * there, since no structured code holds them all.
   */
  targetsOf(pc: number): readonly number[] {
    const targets = this.#sites.get(pc)?.targets ?? [];
    if (targets.length <= FEW_TARGETS) return targets;
    const shared = targets.filter((t) => (this.#sources.get(t) ?? 0) > 1).length;
    return 2 * shared > targets.length ? [] : targets;
  }

  /** Takes over what an earlier run has noted. */
  merge(pc: number, targets: readonly number[]): JumpSite {
    const site = this.#at(pc);
    for (const target of targets) this.#add(site, target);
    return site;
  }

  /**
   * The indirect jump at `from` has gone to `target`.
   * @returns regions that should be made anew, since the jump goes to many more places than they know
   */
  note(from: number, target: number): readonly CompiledRegion[] {
    const site = this.#at(from);
    if (!this.#add(site, target)) return [];
    const { targets } = site;
    if (site.regions.length === 0 || (targets.length & (targets.length - 1)) !== 0) return [];
    const outdated = site.regions;
    site.regions = [];
    return outdated;
  }

  #at(pc: number): JumpSite {
    let site = this.#sites.get(pc);
    if (site === undefined) {
      site = { targets: [], regions: [] };
      this.#sites.set(pc, site);
    }
    return site;
  }

  /** @returns whether the site did not know it */
  #add({ targets }: JumpSite, target: number): boolean {
    if (targets.length >= MAX_TARGETS || targets.includes(target)) return false;
    targets.push(target);
    this.#sources.set(target, (this.#sources.get(target) ?? 0) + 1);
    return true;
  }
}

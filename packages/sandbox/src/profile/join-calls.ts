/**
 * The path of calls of a sample. V8 knows the regions that run, exactly and now, but only calls since the slice began, and
 * nothing of functions that a region has taken in. The guest's stack tells all calls, but of a moment before or after.
 * The first region on V8's stack is one of the functions on the guest's, nearly always: its callers go below.
 */

/** The guest's stack when it was looked at. */
export interface LookedAt {
  /** Frames as numbers, from the outermost call. */
  readonly calls: readonly number[];
  /** Where the guest was then lies in the region that the sample has seen. */
  readonly isInRegion: boolean;
}

export interface Calls {
  /** The nearest in time first; at least one. */
  readonly looks: readonly LookedAt[];
  /** Functions that the regions on V8's stack begin in, from the outermost call. */
  readonly regions: readonly number[];
  /** Interpreted code called the first of these. */
  readonly isInterpretedBelow: boolean;
  /** The last of them has called interpreted code. */
  readonly isInterpretedAbove: boolean;
  /** Stands for interpreted code that nobody has looked at. */
  readonly interpreted: number;
}

export function joinCalls(facts: Calls): readonly number[] {
  const { looks, regions, isInterpretedBelow, isInterpretedAbove } = facts;
  const nearest = looks[0]?.calls ?? [];
  const [first] = regions;
  if (first === undefined) return nearest;
  for (const { calls, isInRegion } of looks) {
    const { matched, depth } = depthOf(calls, regions);
    const isWithin = isInterpretedAbove ? calls.length > depth : isInRegion;
    if (isWithin && matched === regions.length) return calls;
  }
  const above = isInterpretedAbove ? [facts.interpreted] : [];
  for (const { calls } of looks) {
    const { matched, depth } = depthOf(calls, regions);
    if (matched > 0) return [...calls.slice(0, depth), ...regions.slice(matched), ...above];
  }
  // Called by the interpreted code that was seen last, or gone to with a jump.
  const callers = isInterpretedBelow ? nearest : nearest.slice(0, -1);
  return [...callers, ...regions, ...above];
}

/** How many of the regions are among the calls in this order, and how many calls that makes. */
function depthOf(
  calls: readonly number[],
  regions: readonly number[],
): { readonly matched: number; readonly depth: number } {
  let depth = 0;
  let matched = 0;
  for (const region of regions) {
    const at = matched === 0 ? calls.lastIndexOf(region) : calls.indexOf(region, depth);
    if (at < 0) break;
    depth = at + 1;
    matched++;
  }
  return { matched, depth };
}

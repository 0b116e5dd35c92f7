import { expect, test } from "vitest";
import { joinCalls } from "./join-calls.ts";

const [START, MAIN, F, G, H, INTERPRETED] = [1, 2, 3, 4, 5, 99] as const;

test.each([
  {
    title: "without regions the guest's stack is all there is",
    before: [START, MAIN, F],
    regions: [],
    want: [START, MAIN, F],
  },
  {
    title: "the callers of the first region come from the guest's stack",
    before: [START, MAIN, F],
    regions: [F, G],
    want: [START, MAIN, F, G],
  },
  {
    title: "what has returned since is not there any more",
    before: [START, MAIN, F, G],
    regions: [MAIN, H],
    want: [START, MAIN, H],
  },
  {
    title: "of calls of itself the innermost counts",
    before: [START, F, F, F],
    regions: [F, F],
    want: [START, F, F, F, F],
  },
  {
    title: "a later look tells of what was called since",
    before: [START, MAIN],
    after: [START, MAIN, F, G],
    regions: [G],
    want: [START, MAIN, F, G],
  },
  {
    title: "interpreted code calls a region",
    before: [START, MAIN],
    regions: [G],
    isInterpretedBelow: true,
    want: [START, MAIN, G],
  },
  {
    title: "a jump into another function takes the place of the one before",
    before: [START, MAIN, F],
    regions: [G],
    want: [START, MAIN, G],
  },
  {
    title: "interpreted code that a region has called was looked at later",
    before: [START, MAIN, F],
    after: [START, MAIN, F, H],
    regions: [F],
    isInterpretedAbove: true,
    want: [START, MAIN, F, H],
  },
  {
    title: "interpreted code that nobody has looked at is named as that",
    before: [START, MAIN, F],
    after: [START, MAIN, G, H],
    regions: [F],
    isInterpretedAbove: true,
    want: [START, MAIN, F, INTERPRETED],
  },
  {
    title: "a function that the region has taken in is where the guest was",
    before: [START, MAIN, F, G],
    isInRegion: true,
    regions: [F],
    want: [START, MAIN, F, G],
  },
  {
    title: "a function between two regions was taken in by the first",
    before: [START, MAIN, F, G],
    regions: [MAIN, G, H],
    want: [START, MAIN, F, G, H],
  },
])("$title", ({ before, after, isInRegion, regions, ...rest }) => {
  const { isInterpretedBelow, isInterpretedAbove, want } = rest;
  const looks = [before, ...(after === undefined ? [] : [after])].map((calls) => ({
    calls,
    isInRegion: isInRegion === true,
  }));
  const calls = joinCalls({
    looks,
    regions,
    isInterpretedBelow: isInterpretedBelow === true,
    isInterpretedAbove: isInterpretedAbove === true,
    interpreted: INTERPRETED,
  });
  expect(calls).toEqual(want);
});

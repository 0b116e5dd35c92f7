import { expect, test } from "vitest";
import { type MemoryUse, MemoryWatch, residentLimit } from "./memory-watch.ts";

const MIB = 1024 * 1024;
const small: MemoryUse = { resident: 200 * MIB, heap: 50 * MIB, heapLimit: 4000 * MIB };

function watch(
  uses: MemoryUse[],
  activity = { busyMs: 0, lastMs: 0 },
  collectionMs = 0,
): { watch: MemoryWatch; collections: () => number; shrinks: () => number } {
  let collections = 0;
  let shrinks = 0;
  return {
    watch: new MemoryWatch({
      memoryLimit: 256 * MIB,
      machineBytes: 16_000 * MIB,
      use: () => (uses.length > 1 ? (uses.shift() as MemoryUse) : (uses[0] as MemoryUse)),
      collectGarbage: () => {
        collections++;
        return collectionMs;
      },
      shrink: () => {
        shrinks++;
      },
      activity: () => activity,
    }),
    collections: () => collections,
    shrinks: () => shrinks,
  };
}

test("the limit is the machine's at most", () => {
  expect(residentLimit(256 * MIB, 16_000 * MIB)).toBe(1536 * MIB);
  expect(residentLimit(12_000 * MIB, 16_000 * MIB)).toBe(12_800 * MIB);
  expect(residentLimit(undefined, 16_000 * MIB)).toBe(12_800 * MIB);
});

test("leaves a small process alone", () => {
  const { watch: one, collections } = watch([small]);
  expect(one.look(0)).toBeNull();
  expect(collections()).toBe(0);
});

test("gives memory back once when there is nothing to do after work", () => {
  const activity = { busyMs: 400, lastMs: 1000 };
  const { watch: one, shrinks } = watch([small], activity);
  one.look(2900);
  expect(shrinks()).toBe(0);
  one.look(3000);
  one.look(9000);
  expect(shrinks()).toBe(1);
  // A clock that ticks is no work.
  Object.assign(activity, { busyMs: 410, lastMs: 9500 });
  one.look(12_000);
  expect(shrinks()).toBe(1);
  Object.assign(activity, { busyMs: 500, lastMs: 12_500 });
  one.look(14_500);
  expect(shrinks()).toBe(2);
});

test("collects garbage now and then before it ends anything", () => {
  const { watch: one, collections } = watch([{ ...small, resident: 1200 * MIB }]);
  for (const nowMs of [0, 250, 500, 999]) expect(one.look(nowMs)).toBeNull();
  expect(collections()).toBe(1);
  one.look(1000);
  expect(collections()).toBe(2);
});

test("a collection that takes long has the next one wait", () => {
  const { watch: one, collections } = watch([{ ...small, heap: 2500 * MIB }], undefined, 3000);
  for (const nowMs of [0, 3250, 8999]) expect(one.look(nowMs)).toBeNull();
  expect(collections()).toBe(1);
  one.look(9000);
  expect(collections()).toBe(2);
});

test("garbage is no reason", () => {
  const large = { ...small, resident: 2000 * MIB };
  const { watch: one, collections } = watch([large, large, small, large, large, small]);
  for (let nowMs = 0; nowMs < 2000; nowMs += 250) expect(one.look(nowMs)).toBeNull();
  expect(collections()).toBe(4);
});

test("says what is too large, when it has stayed so", () => {
  const look = (use: MemoryUse): (string | null)[] => {
    const { watch: one } = watch([use]);
    return [0, 250, 500].map((nowMs) => one.look(nowMs));
  };
  expect(look({ ...small, resident: 2000 * MIB })).toEqual([
    null,
    null,
    "its process uses 2000 MiB of this machine's memory, more than 1536",
  ]);
  expect(look({ ...small, heap: 3500 * MIB })[2]).toBe(
    "its kernel's objects use 3500 MiB, more than 3400",
  );
});

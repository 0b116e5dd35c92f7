import { S_IFDIR, S_IFREG } from "@kernelet/abi";
import { expect, test } from "vitest";
import type { HostStat } from "../../host.ts";
import { numberBelow, numberFor } from "./inode-number.ts";

const TIMES = { atimeSec: 0, atimeNsec: 0, mtimeSec: 0, mtimeNsec: 0, ctimeSec: 0, ctimeNsec: 0 };
const FILE: HostStat = {
  ...{ ino: 7, dev: 1, mode: S_IFREG, nlink: 1, uid: 0, gid: 0, rdev: 0, size: 0, blocks: 0 },
  ...TIMES,
};

test("all numbers are whole, exact, and different", () => {
  const numbers = new Set<number>();
  for (let folder = 0; folder < 300; folder++) {
    const parent = numberBelow(2, `d${folder}`);
    numbers.add(parent);
    for (let file = 0; file < 300; file++) numbers.add(numberBelow(parent, `${file}`));
    // A name of one directory against another's: where one number goes, another begins.
    numbers.add(
      numberBelow(parent, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    );
  }
  expect(numbers.size).toBe(300 * 302);
  const unfit = [...numbers].filter((n) => !Number.isSafeInteger(n) || n <= 1);
  expect(unfit).toEqual([]);
});

test("both halves depend on the name and on the parent", () => {
  const halves = (n: number) => [n >>> 0, Math.floor(n / 2 ** 32)];
  const numbers = [numberBelow(2, "a"), numberBelow(2, "b"), numberBelow(2 + 2 ** 32, "a")];
  for (const half of [0, 1]) expect(new Set(numbers.map((n) => halves(n)[half])).size).toBe(3);
});

test("one name: by the path; several, or the folder itself: by the host's file", () => {
  expect(numberFor(FILE, 5, "f")).toBe(numberBelow(5, "f"));
  const linked = { ...FILE, nlink: 2 };
  expect(numberFor(linked, 5, "f")).toBe(numberFor(linked, 6, "g"));
  expect(numberFor({ ...linked, dev: 2 }, 5, "f")).not.toBe(numberFor(linked, 5, "f"));
  const folder = { ...FILE, mode: S_IFDIR, nlink: 2 };
  expect(numberFor(folder, 5, "f")).toBe(numberBelow(5, "f"));
  expect(numberFor(folder, null, "")).toBe(numberFor(folder, null, ""));
});

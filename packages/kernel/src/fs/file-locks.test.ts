import { expect, test } from "vitest";
import { Random } from "../testing/random.ts";
import { FdTable } from "./fd-table.ts";
import { FileLocks, type RecordLock } from "./file-locks.ts";

const A = new FdTable();
const B = new FdTable();

function lock(owner: FdTable, isExclusive: boolean, start: number, end: number): RecordLock {
  return { owner, isExclusive, start, end, pid: owner === A ? 1 : 2 };
}

test("readers share, writers do not, and one does not bar oneself", () => {
  const locks = new FileLocks();
  locks.set(lock(A, false, 0, 10));
  expect(locks.conflict(lock(B, false, 5, 6))).toBeUndefined();
  expect(locks.conflict(lock(B, true, 5, 6))?.pid).toBe(1);
  expect(locks.conflict(lock(B, true, 10, 12))).toBeUndefined();
  expect(locks.conflict(lock(A, true, 0, 10))).toBeUndefined();
});

test("locks split, change and merge as a byte-by-byte model says", () => {
  const random = new Random(5);
  const locks = new FileLocks();
  const model: ("" | "r" | "w")[] = new Array(40).fill("");
  for (let i = 0; i < 500; i++) {
    const start = random.below(40);
    const end = Math.min(40, start + 1 + random.below(12));
    const kind = random.pick(["", "r", "w"] as const);
    if (kind === "") locks.unlock(A, start, end);
    else locks.set(lock(A, kind === "w", start, end));
    model.fill(kind, start, end);
    const seen: string[] = new Array(40).fill("");
    for (const l of locks.records) seen.fill(l.isExclusive ? "w" : "r", l.start, l.end);
    expect(seen).toEqual(model);
    const runs = model.filter((kind, at) => kind !== "" && kind !== model[at - 1]).length;
    expect(locks.records.length).toBe(runs);
  }
});

import { expect, test } from "vitest";
import { explain, firstDifference, signature } from "./compare.ts";
import { minimise } from "./minimise.ts";
import { parseAnswer, type Sequence } from "./sequence.ts";

const steps = Array.from({ length: 40 }, (_, i) => i);

test("finds the steps that a difference needs, and no others", async () => {
  const needed = [3, 17, 31];
  const differs = async (some: readonly number[]): Promise<boolean> =>
    needed.every((step) => some.includes(step));
  expect(await minimise(steps, differs)).toEqual(needed);
  expect(await minimise(steps, async () => true)).toEqual([]);
});

const sequence: Sequence = {
  seed: 1,
  family: "files",
  uid: 0,
  capabilities: "0",
  steps: [0, 1, 2],
};

test("tells the first step that differs, and how a process ended before it", () => {
  const host = parseAnswer("0 dup(1) = 3\n1 close(3) = 0\n2 getpid() = self\nended with 0");
  expect(firstDifference(sequence, host, host)).toBeNull();
  const guest = parseAnswer("0 dup(1) = 3\n1 close(3) = EBADF\n2 getpid() = self\nended with 0");
  const difference = firstDifference(sequence, host, guest);
  expect(difference).toEqual({
    step: 1,
    host: "close(3) = 0",
    guest: "close(3) = EBADF",
    earlier: ["dup(1) = 3"],
  });
  expect(difference && signature(difference)).toBe("close: host 0, guest EBADF");
  const dead = parseAnswer("0 dup(1) = 3\n\nended by SEGV");
  expect(firstDifference(sequence, host, dead)?.guest).toBe("(not reached) ended by SEGV");
});

test("an explanation fits both lines or does not explain", () => {
  const row = { host: /^close\(.* = 0$/, guest: / = EBADF$/, why: "for the test" };
  const difference = { step: 1, host: "close(3) = 0", guest: "close(3) = EBADF", earlier: [] };
  expect(explain(difference, [row])).toBe(row);
  expect(explain({ ...difference, guest: "close(3) = EIO" }, [row])).toBeUndefined();
  expect(explain(difference, [{ ...row, after: /^dup/ }])).toBeUndefined();
  const later = { ...difference, earlier: ["dup(1) = 3"] };
  expect(explain(later, [{ ...row, after: /^dup/ }])?.why).toBe("for the test");
  expect(explain(difference, [{ ...row, isBytesOnly: true }])).toBeUndefined();
  const read = { host: /^read/, guest: /^read/, isBytesOnly: true, why: "for the test" } as const;
  const bytes = {
    ...difference,
    host: "read(3) = 1 bytes 00000001",
    guest: "read(3) = 1 bytes 00000002",
  };
  expect(explain(bytes, [read])).toBe(read);
});

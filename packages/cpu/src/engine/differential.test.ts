/**
 * Random programs in the interpreter and in the translator, which must agree in every register, flag and byte of memory
 * at the end, and in every page fault on the way.
 *
 * The tests run a few hundred. For longer: DIFFERENTIAL_SECONDS=600 npx vitest run …/differential.test.ts, with
 * DIFFERENTIAL_SEED=n to begin elsewhere. A failing program is made smaller and shown with its seed.
 */
import process from "node:process";
import { beforeAll, expect, test } from "vitest";
import { compareTiers, describeDifference, Successors } from "../testing/differential.ts";
import { minimize } from "../testing/minimize.ts";
import { registerAllHelpers } from "./helpers/index.ts";

const seconds = Number(process.env.DIFFERENTIAL_SECONDS ?? 0);
const first = Number(process.env.DIFFERENTIAL_SEED ?? 1);
const PROGRAMS = 240;
const PER_TEST = 40;

beforeAll(registerAllHelpers);

test.each(Array.from({ length: PROGRAMS / PER_TEST }, (_, i) => first + i * PER_TEST))(
  "both tiers agree on random programs from %i on",
  { timeout: 60_000 },
  (from) => {
    for (let seed = from; seed < from + PER_TEST; seed++) {
      const difference = compareTiers(seed);
      if (difference !== undefined) expect.fail(describeDifference(minimize(difference)));
    }
  },
);

test("what another engine has translated and kept does the same", { timeout: 60_000 }, () => {
  const engines = new Successors();
  for (let seed = first; seed < first + PER_TEST; seed++) {
    const difference = engines.compare(seed);
    if (difference !== undefined) expect.fail(describeDifference(difference));
  }
  expect(engines.found).toBeGreaterThan(PER_TEST / 2);
});

test("both tiers agree for long", { timeout: 1000 * seconds + 60_000 }, (context) => {
  if (seconds === 0) context.skip("long; DIFFERENTIAL_SECONDS=600 runs it");
  const end = Date.now() + 1000 * seconds;
  let seed = first + PROGRAMS;
  for (; Date.now() < end; seed++) {
    const difference = compareTiers(seed);
    if (difference !== undefined) expect.fail(describeDifference(minimize(difference)));
  }
  console.log(`${seed - first} programs`);
});

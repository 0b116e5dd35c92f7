/**
 * CPython's own tests of what depends most on a kernel. Exactly the tests of python/failures.ts may fail: one more is a
 * defect, one less is a row to be removed. `npm run suites` runs all of every module.
 */
import { describe, test } from "vitest";
import { needHost, needSlowSet } from "../e2e/needs.ts";
import { FAILURES, TIMED } from "./python/failures.ts";
import { MODULES, type Module } from "./python/modules.ts";
import { runModule, runTest, whyNoSuite } from "./python/run.ts";
import { isWholeSet, Slots } from "./slots.ts";

const noSuite = await whyNoSuite();
/** Much of the time the tests sleep, so two modules run at a time. */
const slots = new Slots(2);

describe.concurrent("CPython's tests", () => {
  for (const module of MODULES) {
    test(module.name, { timeout: 3_600_000 }, async (context) => {
      needHost(context);
      needSlowSet(context);
      if (noSuite !== null) context.skip(noSuite);
      const part = isWholeSet ? undefined : module.part;
      const verdict = await slots.use(() => runModule(module, part?.classes ?? []));
      const { ran, skipped, text } = verdict;
      const failed = await withoutChance(module, verdict.failed);
      const { expect } = context;
      expect({ ran, end: ran === null ? text.slice(-3000) : "" }).toEqual({
        ran: (part ?? module).ran,
        end: "",
      });
      expect({ failed, text: tracebacks(text) }).toEqual({
        failed: expectedFailures(module, part?.classes),
        text: expect.any(String),
      });
      expect(skipped).toBe((part ?? module).skipped);
    });
  }
});

function expectedFailures(module: Module, classes?: readonly string[]): readonly string[] {
  return FAILURES.map(({ test: name }) => name)
    .filter((name) => name.startsWith(`test.${module.name}.`))
    .filter((name) => classes?.some((one) => name.includes(`.${one}.`)) ?? true)
    .sort();
}

/** Without those of `TIMED` that pass in one of three runs of their own. */
async function withoutChance(module: Module, failed: readonly string[]): Promise<string[]> {
  const kept: string[] = [];
  for (const name of failed) {
    let isChance = false;
    for (let i = 0; i < 3 && TIMED.includes(name) && !isChance; i++) {
      isChance = await slots.use(() => runTest(module, name));
    }
    if (!isChance) kept.push(name);
  }
  return kept;
}

/** What unittest says at the end of each failure. */
function tracebacks(text: string): string {
  return text.slice(text.indexOf("\n=====")).slice(0, 10_000);
}

/**
 * The end of `npm test`: which tests were skipped and why, which passed only when run again, then the counts alone
 * on the last line, in the form that continuous integration reads.
 */

import type { Reporter, TestCase, TestModule } from "vitest/node";

interface Skipped {
  readonly name: string;
  readonly why: string;
}

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    // An error outside any test, or a file that cannot be loaded, is a failure too.
    let failed = errors.length;
    const skipped: Skipped[] = [];
    const flaky: string[] = [];
    for (const module of modules) {
      failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        const name = `${module.relativeModuleId}: ${test.fullName}`;
        if (test.diagnostic()?.flaky) flaky.push(name);
        if (state === "passed") passed++;
        else if (state === "failed") failed++;
        else skipped.push({ name, why: why(test) });
      }
    }
    for (const [reason, tests] of Map.groupBy(skipped, (test) => test.why)) {
      console.log(`skipped, ${reason}:`);
      for (const test of tests.slice(0, 10)) console.log(`  ${test.name}`);
      if (tests.length > 10) console.log(`  and ${tests.length - 10} more`);
    }
    if (flaky.length > 0) {
      console.log("failed at first, and passed in a second run:");
      for (const name of flaky) console.log(`  ${name}`);
    }
    // After whatever the other reporters print.
    process.once("exit", () => {
      console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
    });
  }
}

/** The text given to `context.skip("…")`. */
function why(test: TestCase): string {
  const result = test.result();
  return (result.state === "skipped" ? result.note : undefined) ?? "no reason given";
}

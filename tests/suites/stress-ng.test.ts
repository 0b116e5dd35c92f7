/**
 * stress-ng's stressors, a second each, verified. Exactly those with a reason in stress-ng/stressors.ts may fail: one more is
 * a defect, one less is a reason to be removed. `npm run suites` gives each five seconds, and runs the long ones.
 */
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { needHost, needSlowSet, which } from "../e2e/needs.ts";
import { isWholeSet } from "./slots.ts";
import { complaint, type Outcome, runStressors, wasTooSlow } from "./stress-ng/run.ts";
import { LEFT_OUT, STRESSORS, type Stressor } from "./stress-ng/stressors.ts";

const SECONDS = isWholeSet ? 5 : 1;
/** For one that got nothing done in that time. */
const MORE_SECONDS = 15;
/** For one that lost a race with its own child. */
const MORE_TRIES = 8;
/** So many share a sandbox: its start takes as long as a stressor, and a crash costs its neighbours their verdict. */
const PER_SANDBOX = 20;
/** For a sandbox: the first test of it waits for all. */
const TIMEOUT_MS = 1_800_000;

const known = knownStressors();
const list = STRESSORS.filter(({ name, isLong }) => known.has(name) && (isWholeSet || !isLong));

/** Stressors that the stress-ng here has; none without one. */
function knownStressors(): ReadonlySet<string> {
  const path = which("stress-ng");
  if (path === undefined) return new Set(STRESSORS.map(({ name }) => name));
  const text = execFileSync(path, ["--stressors"], { encoding: "utf8" });
  return new Set(text.trim().split(/\s+/));
}

for (let first = 0; first < list.length; first += PER_SANDBOX) {
  const group = list.slice(first, first + PER_SANDBOX);
  describe(`stress-ng ${group[0]?.name} to ${group.at(-1)?.name}`, () => {
    let outcomes: Promise<ReadonlyMap<string, Outcome>> | undefined;
    for (const stressor of group) {
      test(stressor.name, { timeout: TIMEOUT_MS }, async (context) => {
        needHost(context, "stress-ng");
        needSlowSet(context);
        outcomes ??= runStressors(group, SECONDS);
        let outcome = (await outcomes).get(stressor.name) as Outcome;
        const tries = stressor.isRace === true ? MORE_TRIES : 1;
        const seconds = stressor.isRace === true ? SECONDS : MORE_SECONDS;
        for (let i = 0; i < tries && stressor.mayCountNothing !== true; i++) {
          if (!wasTooSlow(outcome)) break;
          outcome = (await runStressors([stressor], seconds)).get(stressor.name) as Outcome;
        }
        check(stressor, outcome);
      });
    }
  });
}

function check(stressor: Stressor, outcome: Outcome): void {
  const found = complaint(outcome, stressor.mayCountNothing === true);
  if (stressor.fails === undefined) expect(found).toBeNull();
  else expect(found, `passes now, so it needs no excuse: "${stressor.fails}"`).not.toBeNull();
}

test("every stressor of Debian 12's stress-ng has a row", (context) => {
  needHost(context, "stress-ng");
  const version = execFileSync("stress-ng", ["--version"], { encoding: "utf8" });
  if (!version.includes("version 0.15.06"))
    context.skip(`the rows are 0.15.06's, here is ${version}`);
  const rows = new Set([...STRESSORS.map(({ name }) => name), ...Object.keys(LEFT_OUT)]);
  expect([...known].filter((name) => !rows.has(name))).toEqual([]);
});

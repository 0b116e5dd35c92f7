/** Runs cases in a tier and compares with what the processor did. */
import type { Case, Outcome } from "./case.ts";
import { compare, type Difference } from "./compare.ts";
import type { EngineCase, Executor, Tier } from "./executor.ts";
import { isUndefined } from "./left-out.ts";
import { hashText } from "./prng.ts";
import { fromStateBlock, toStateBlock } from "./state-block.ts";

export interface Failure {
  readonly tier: Tier;
  readonly case: Case;
  readonly expected: Outcome;
  readonly differences: readonly Difference[];
}

export function toEngineCase(c: Case): EngineCase {
  return {
    code: c.code,
    pc: c.pc,
    state: toStateBlock(c.registers, hashText(`${c.rowKey}${c.index}`)),
    memory: c.windows,
  };
}

/** Cases of one call have different indexes. Stops collecting at `limit` failures, not running. */
export function check(
  executor: Executor,
  tier: Tier,
  cases: readonly Case[],
  expected: readonly Outcome[],
  limit = Number.POSITIVE_INFINITY,
): Failure[] {
  const failures: Failure[] = [];
  executor.execute(tier, cases.map(toEngineCase), (i, result) => {
    const c = cases[i] as Case;
    const outcome = expected[i] as Outcome;
    if (isUndefined(c)) return;
    const got = { ...result, registers: fromStateBlock(result.state) };
    const differences = compare(c, outcome, got);
    if (differences.length > 0 && failures.length < limit)
      failures.push({ tier, case: c, expected: outcome, differences });
  });
  return failures;
}

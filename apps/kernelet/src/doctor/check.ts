/** One thing that Kernelet needs or is the better for, and whether it is here. */

/** "warn": it works, but less well. "fail": it does not work. */
export type CheckStatus = "ok" | "warn" | "fail";

export interface Finding {
  readonly status: CheckStatus;
  /** What was found. */
  readonly found: string;
  /** What follows from it and what would help; for "ok" only if it is worth knowing. */
  readonly advice?: string;
}

export interface Check {
  /** One word for programs, the key in JSON. */
  readonly id: string;
  /** A few for people. */
  readonly title: string;
  run(): Finding | Promise<Finding>;
}

export interface CheckResult extends Finding {
  readonly id: string;
  readonly title: string;
}

/** A check that throws has failed, and the others are still made. */
export async function runChecks(checks: readonly Check[]): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    const { id, title } = check;
    try {
      results.push({ id, title, ...(await check.run()) });
    } catch (error) {
      const found = error instanceof Error ? error.message : String(error);
      results.push({ id, title, status: "fail", found });
    }
  }
  return results;
}

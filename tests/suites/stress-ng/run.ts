/** Runs stressors one after another in one sandbox, as root inside, and reads what stress-ng says of each. */
import { kernelet } from "../../e2e/run.ts";
import type { Stressor } from "./stressors.ts";

export interface Outcome {
  /** Of stress-ng: 0 passed, 2 a stressor failed, 3 no resources, 4 not implemented; 124 and more: our time limit. */
  readonly code: number;
  /** Bogus operations, 0 if it did none. */
  readonly operations: number;
  /** All that it printed. */
  readonly text: string;
}

/** Begins the line after each stressor's output. */
const MARK = "=====";
/** For one stressor: some end what they have begun, however short they were told to run. */
const LIMIT_SECONDS = 60;

/** An empty folder for each, and nothing left in it for the next. */
function script(list: readonly Stressor[], seconds: number): string {
  const one = (stressor: Stressor): string => {
    const options = [`--${stressor.name}`, "1", "-t", String(seconds), ...(stressor.args ?? [])];
    const limit = ["timeout", "-s", "KILL", String(LIMIT_SECONDS)];
    const command = [...limit, ...AS_USER[stressor.as], "env", stressor.env ?? ""].filter(Boolean);
    return [
      "rm -rf /tmp/stress && mkdir -m 777 /tmp/stress && cd /tmp/stress",
      stressor.before ?? ":",
      `${[...command, "stress-ng", "--verify", "--metrics-brief", ...options].join(" ")} 2>&1`,
      `echo "${MARK} ${stressor.name} $?"`,
    ].join("\n");
  };
  return list.map(one).join("\n");
}

const AS_USER: Readonly<Record<Stressor["as"], readonly string[]>> = {
  root: [],
  nobody: ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
};

export async function runStressors(
  list: readonly Stressor[],
  seconds: number,
): Promise<ReadonlyMap<string, Outcome>> {
  const limitMs = (20 + list.length * (LIMIT_SECONDS + 5)) * 1000;
  const args = ["do", "-u", "0:0", "-m", "2g", "--", "sh", "-c", script(list, seconds)];
  const { stdout, stderr, code } = await kernelet(args, { timeoutMs: limitMs });
  const outcomes = new Map<string, Outcome>();
  let rest = stdout;
  for (const { name } of list) {
    const at = rest.indexOf(`${MARK} ${name} `);
    // The sandbox ended before this stressor did.
    const text = at < 0 ? `${rest}${stderr}(exit ${code})` : rest.slice(0, at);
    const end = at < 0 ? rest.length : rest.indexOf("\n", at);
    const status = at < 0 ? code : Number(rest.slice(at, end).split(" ")[2]);
    outcomes.set(name, { code: status, operations: operationsOf(name, text), text });
    rest = rest.slice(end);
  }
  return outcomes;
}

/** From the line `stress-ng: metrc: [2] NAME OPERATIONS …`. */
function operationsOf(name: string, text: string): number {
  const line = new RegExp(`metrc: \\[\\d+\\] ${name} +(\\d+) `).exec(text);
  return Number(line?.[1] ?? 0);
}

/** What stands against this having been a success, or null. */
export function complaint(outcome: Outcome, mayDoNothing: boolean): string | null {
  const said = /stress-ng: (?:fail|error): .*/.exec(outcome.text)?.[0];
  if (outcome.code !== 0) return `exit ${outcome.code}: ${said ?? outcome.text}`;
  if (said !== undefined) return said;
  return outcome.operations > 0 || mayDoNothing ? null : `did nothing: ${outcome.text}`;
}

/** No failure, and no reason given for having done nothing: a busy machine, or too short a time. */
export function wasTooSlow(outcome: Outcome): boolean {
  const { code, operations, text } = outcome;
  return code === 0 && operations === 0 && !/skip|fail|error|not |cannot/.test(text);
}

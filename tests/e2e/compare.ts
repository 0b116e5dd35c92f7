/** A table of commands, each of which must print and return in the sandbox what it does on the host. */
import { expect, type TestContext, test } from "vitest";
import { needHost, needSlowSet } from "./needs.ts";
import { kernelet, onHost, type RunOptions } from "./run.ts";

export interface Case {
  readonly title?: string;
  readonly argv: readonly string[];
  readonly input?: string | Uint8Array;
  /** Programs of the host's besides argv[0]. */
  readonly needs?: readonly string[];
  readonly isSlow?: true;
}

/** A line for sh. */
export function sh(script: string, more: Omit<Case, "argv"> = {}): Case {
  return { title: script, argv: ["sh", "-c", script], ...more };
}

/** A script for bash. */
export function bash(script: string, more: Omit<Case, "argv"> = {}): Case {
  return { title: script, argv: ["bash", "-c", script], ...more };
}

/** Lines for bash in an empty folder below the working folder; what it prints as error counts too. */
export function script(
  title: string,
  lines: string,
  more: Omit<Case, "argv" | "title"> = {},
): Case {
  const whole = `exec 2>&1; cd "$(mktemp -d -p .)" || exit\n${lines}`;
  return { title, argv: ["bash", "-c", whole], ...more };
}

/** @param options a function, for what is known only when tests run. */
export function compareAll(cases: readonly Case[], options: () => RunOptions = () => ({})): void {
  for (const one of cases) {
    test(one.title ?? one.argv.join(" "), (context) => compare(context, one, options()));
  }
}

export async function compare(context: TestContext, one: Case, options: RunOptions): Promise<void> {
  needHost(context, one.argv[0] as string, ...(one.needs ?? []));
  if (one.isSlow) needSlowSet(context);
  const input = one.input === undefined ? options : { ...options, input: one.input };
  // The sandbox first: what it writes is gone when the host's turn comes, not the other way round.
  const variables = Object.entries(options.env ?? {}).flatMap(([name, value]) => [
    "-e",
    `${name}=${value}`,
  ]);
  const guest = await kernelet(["do", ...variables, "--", ...one.argv], input);
  const host = await onHost(one.argv, input);
  const hint = guest.stderr === host.stderr ? "" : guest.stderr;
  expect({ code: guest.code, stdout: guest.stdout }, hint).toEqual({
    code: host.code,
    stdout: host.stdout,
  });
}

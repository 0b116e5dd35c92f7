/** Runs modules of CPython's own test suite in the sandbox and reads unittest's verdicts. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { kernelet } from "../../e2e/run.ts";
import type { Module } from "./modules.ts";

/** Debian's: the first python3 of PATH may be another, without this library's tests. */
const PYTHON = "/usr/bin/python3";

export interface Verdict {
  /** Tests that unittest ran, skipped ones included; null if the module did not get to its end. */
  readonly ran: number | null;
  readonly skipped: number;
  /** Names of tests that failed or raised an error, "setUpClass (test.test_os.Tests)" among them; sorted. */
  readonly failed: readonly string[];
  readonly text: string;
}

/** Why the suite cannot be run here, or null. The lists are of the tests that Debian 12 has. */
export async function whyNoSuite(): Promise<string | null> {
  const code = "import sys, test.test_json; print(*sys.version_info[:2])";
  try {
    const { stdout } = await promisify(execFile)(PYTHON, ["-c", code]);
    return stdout === "3 11\n" ? null : `the lists are of Python 3.11's tests, here is ${stdout}`;
  } catch {
    return "not on this machine: libpython3.11-testsuite";
  }
}

/** @param classes only these test classes of it. */
export function runModule(module: Module, classes: readonly string[]): Promise<Verdict> {
  return run(
    module,
    classes.map((name) => `*.${name}.*`),
  );
}

/** Whether one test of the module, by its whole name, passes when it runs alone. */
export async function runTest(module: Module, name: string): Promise<boolean> {
  const { ran, failed } = await run(module, [name]);
  return ran === 1 && failed.length === 0;
}

async function run(module: Module, patterns: readonly string[]): Promise<Verdict> {
  const only = patterns.flatMap((pattern) => ["-m", pattern]);
  const argv = [PYTHON, "-m", "test", "-v", ...only, module.name];
  const args = ["do", "-u", "0:0", "-w", "/tmp", "--", ...argv];
  const { stdout, stderr } = await kernelet(args, { timeoutMs: module.limitSeconds * 1000 });
  return readVerdict(stdout + stderr);
}

function readVerdict(text: string): Verdict {
  const ran = /^Ran (\d+) tests? in/m.exec(text);
  const skipped = /^(?:OK|FAILED) \(.*\bskipped=(\d+)/m.exec(text);
  const failed = new Set<string>();
  for (const [, test, where] of text.matchAll(
    /^(?:ERROR|FAIL|UNEXPECTED SUCCESS): (\S+) \(([\w.]+)\)/gm,
  )) {
    failed.add(where?.endsWith(`.${test}`) ? where : `${test} (${where})`);
  }
  return {
    ran: ran === null ? null : Number(ran[1]),
    skipped: Number(skipped?.[1] ?? 0),
    failed: [...failed].sort(),
    text,
  };
}

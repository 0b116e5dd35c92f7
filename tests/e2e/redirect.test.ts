/** The caller's shell gives files as stdin, stdout and stderr: to the guest they are files, with positions that others share. */
import { expect, type TestContext, test } from "vitest";
import { useFolder } from "./folder.ts";
import { needHost } from "./needs.ts";
import { LAUNCHER, onHost } from "./run.ts";

const folder = useFolder();

/** Lines for the caller's shell, where $K is nothing or `kernelet do --`. They may write `in` and `out`. */
const CASES: readonly (readonly [title: string, lines: string])[] = [
  ["programs that give back what they read too much", `$K sh -c 'head -n1; head -n1; cat' <in`],
  [
    "a file is a file",
    `$K sh -c 'stat -L -c "%F %s" /dev/stdin; test -f /dev/stdout && echo out >&2' <in >out`,
  ],
  ["sizes and places", `$K sh -c 'tail -c +8 | head -n1; tail -n1' <in; $K sort -r <in`],
  [
    "what is written between others' lines",
    `(echo a; $K sh -c 'echo b; echo c'; echo d) >out; cat out`,
  ],
  [
    "one file for stdout and stderr",
    `(echo a; $K sh -c 'echo b; echo c >&2; echo d'; echo e) >out 2>&1; cat out`,
  ],
  ["appending", `echo a >out; $K sh -c 'echo b; echo c' >>out; echo d >>out; cat out`],
  ["what the caller has read is gone", `(read line; $K head -n1) <in`],
  [
    "reading byte by byte leaves the rest to the caller",
    `($K dd bs=1 count=7 status=none; cat) <in`,
  ],
  ["opened again by /dev/stdin", `$K sh -c 'cat </dev/stdin; cat' <in`],
  [
    "going back and cutting off",
    `$K dd if=/dev/zero bs=1 count=1 conv=notrunc status=none >out; wc -c <out`,
  ],
];

for (const [title, lines] of CASES) test(title, (context) => compareLines(context, lines));

async function compareLines(context: TestContext, lines: string): Promise<void> {
  needHost(context, "sh", "seq", "dd");
  const prepare = `cd "$0" && rm -f out && seq -f 'line %g' 6 >in\n`;
  const outputs: string[] = [];
  for (const prefix of ["", `${process.execPath} ${LAUNCHER} do --`]) {
    const script = `K='${prefix}'\n${prepare}${lines}`;
    const { stdout, stderr, code } = await onHost(["sh", "-c", script, folder.path]);
    outputs.push(`${code}\n${stdout}\n${stderr}`);
  }
  expect(outputs[1]).toBe(outputs[0]);
}

/** On a terminal: script(1) of util-linux makes one and passes our input on. */

import type { TestContext } from "vitest";
import { describe, expect, test } from "vitest";
import { needHost } from "./needs.ts";
import { LAUNCHER, run } from "./run.ts";

const KERNELET = `'${process.execPath}' '${LAUNCHER}'`;

/** When the output ends with `after`, `type` is typed. Each step happens once, in order. */
interface Step {
  readonly after: string | RegExp;
  readonly type: string;
}

async function onTerminal(context: TestContext, command: string, steps: readonly Step[] = []) {
  needHost(context, "script", "stty");
  let next = 0;
  let seen = 0;
  const outcome = await run("script", ["-qec", command, "/dev/null"], {
    env: { TERM: "xterm" },
    timeoutMs: 60_000,
    onOutput: (output, child) => {
      const step = steps[next];
      if (step === undefined) return;
      const rest = output.slice(seen);
      if (typeof step.after === "string" ? !rest.includes(step.after) : !step.after.test(rest))
        return;
      seen = output.length;
      next++;
      child.stdin?.write(step.type, "latin1");
    },
  });
  return { ...outcome, stdout: outcome.stdout.replaceAll("\r\n", "\n") };
}

describe("on a terminal", () => {
  test("the program has one too, of the same size", async (context) => {
    const inner = "test -t 0 && test -t 1 && test -t 2 && stty size && tty";
    const { code, stdout } = await onTerminal(
      context,
      `stty rows 33 cols 77; ${KERNELET} do -- sh -c '${inner}'`,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^33 77\n\/dev\/(console|pts\/\d+|tty\d*)\n$/);
  });

  test("lines are edited, echoed and read", async (context) => {
    const { code, stdout } = await onTerminal(
      context,
      `${KERNELET} do -- sh -c 'echo ready; read line; echo "<$line>"'`,
      [{ after: "ready", type: "helxx\x7f\x7flo\r" }],
    );
    expect(code).toBe(0);
    expect(stdout).toContain("<hello>");
  });

  test("Ctrl-C interrupts the program, not the shell that waits for it", async (context) => {
    // The program itself says that it runs: a Ctrl-C for the shell alone would wait for its end.
    const script = `trap "echo caught" INT; sh -c "echo ready; exec sleep 60"; echo code $?`;
    const { code, stdout } = await onTerminal(context, `${KERNELET} do -- bash -c '${script}'`, [
      { after: "ready", type: "\x03" },
    ]);
    expect(stdout).toContain("caught");
    expect(stdout).toContain("code 130");
    expect(code).toBe(0);
  });

  test("Ctrl-D ends the input", async (context) => {
    const { code, stdout } = await onTerminal(
      context,
      `${KERNELET} do -- sh -c 'echo ready; cat; echo end'`,
      [
        { after: "ready", type: "text\r" },
        { after: /text\r\ntext/, type: "\x04" },
      ],
    );
    expect(code).toBe(0);
    expect(stdout).toContain("end\n");
  });

  test("an interactive shell has job control", async (context) => {
    const { code, stdout } = await onTerminal(
      context,
      `${KERNELET} do -e 'PS1=prompt> ' -- bash --norc --noprofile -i`,
      [
        { after: "prompt> ", type: "sh -c 'echo ready; exec sleep 50'\r" },
        // Not the echo of what was typed: only a program that runs can be stopped.
        { after: "ready\r\n", type: "\x1a" },
        { after: /Stopped[\s\S]*prompt> /, type: "kill %1; wait; echo done $((40+2))\r" },
        { after: "done 42", type: "exit 5\r" },
      ],
    );
    expect(stdout).toContain("done 42");
    expect(code).toBe(5);
  });

  const endings = [
    { title: "the program exits", args: "", program: "sh -c 'stty raw -echo'" },
    { title: "a signal ends it", args: "", program: "sh -c 'stty raw -echo; kill -9 $$'" },
    { title: "the time is up", args: "--timeout 2s", program: "sh -c 'stty raw -echo; sleep 60'" },
    { title: "there is no such program", args: "", program: "nosuch" },
  ];
  for (const { title, args, program } of endings) {
    test(`it is as before when ${title}`, async (context) => {
      const inner = `stty -g; ${KERNELET} do ${args} -- ${program} 2>/dev/null; stty -g`;
      const { stdout } = await onTerminal(context, `${inner}`);
      const [before, after, ...more] = stdout.trim().split("\n");
      expect(more).toEqual([]);
      expect(after).toBe(before);
    });
  }
});

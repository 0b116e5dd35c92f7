/** What people look into other programs with: strace and gdb, inside. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useFolder } from "./folder.ts";
import { needHost, needSlowSet } from "./needs.ts";
import { kernelet } from "./run.ts";

const folder = useFolder();

describe("strace", () => {
  test("follows children, and says of each call what it gave", async (context) => {
    needHost(context, "strace");
    const script = "cat /nowhere; (exit 3); kill -USR1 $$";
    const trace = ["strace", "-f", "-e", "trace=execve,openat,exit_group,kill", "sh", "-c", script];
    const { stderr, code } = await kernelet(["do", "--", ...trace]);
    expect(code).toBe(128 + 10);
    expect(stderr).toMatch(/execve\("\/usr\/bin\/sh", \["sh", "-c", .*\], 0x.* = 0\n/);
    expect(stderr).toMatch(/\[pid +\d+\] execve\(".*\/cat", \["cat", "\/nowhere"\]/);
    expect(stderr).toMatch(/openat\(AT_FDCWD, "\/nowhere", O_RDONLY\) = -1 ENOENT/);
    expect(stderr).toMatch(/\[pid +\d+\] \+\+\+ exited with 1 \+\+\+/);
    expect(stderr).toMatch(/\[pid +\d+\] \+\+\+ exited with 3 \+\+\+/);
    expect(stderr).toContain("SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED");
    expect(stderr).toContain("+++ killed by SIGUSR1 +++");
  });
});

const SOURCE = `
#include <pthread.h>
#include <stdio.h>
static int counter;
static void *thread(void *arg) { counter++; return arg; }
int inner(int x) { counter += x; return x * 2; }
int outer(int x) { return inner(x) + 1; }
int main(void) {
  pthread_t t;
  pthread_create(&t, 0, thread, 0);
  pthread_join(t, 0);
  for (int i = 0; i < 5; i++) outer(i);
  printf("counter %d\\n", counter);
}
`;

describe("gdb", () => {
  test("breakpoints, stacks, steps, calls", { timeout: 300_000 }, async (context) => {
    needHost(context, "gdb");
    needHost(context, "gcc");
    needSlowSet(context);
    const source = join(folder.path, "debugged.c");
    const program = join(folder.path, "debugged");
    writeFileSync(source, SOURCE);
    execFileSync("gcc", ["-g", "-O0", "-static", "-pthread", source, "-o", program]);
    const commands = ["break inner if x==3", "run", "bt", "next", "print counter", "finish"];
    const rest = ["print inner(10)", "continue"];
    const asked = [...commands, ...rest].flatMap((command) => ["-ex", command]);
    const { stdout } = await kernelet(["do", "--", "gdb", "-nx", "-batch", ...asked, program], {
      timeoutMs: 280_000,
    });
    expect(stdout).toMatch(/Breakpoint 1, inner \(x=3\)/);
    expect(stdout).toMatch(/#0 {2}inner \(x=3\).*\n#1 .* in outer \(x=3\).*\n#2 .* in main \(\)/);
    expect(stdout).toContain("$1 = 7");
    expect(stdout).toContain("Value returned is $2 = 7");
    expect(stdout).toContain("$3 = 20");
    expect(stdout).toContain("counter 21\n");
    expect(stdout).toMatch(/exited normally/);
  });
});

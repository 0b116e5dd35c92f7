/** Each program prints in the sandbox what it printed on Linux, to the errno. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { END, type Outputs, runInSandbox, runOnHost } from "./batch.ts";
import { build, whyNoCompiler } from "./build.ts";
import { programs, readRecording } from "./programs.ts";

const CAP_SYS_ADMIN = 21n;
const AGAIN = 2;
const list = programs();
const noCompiler = await whyNoCompiler();
const noHost = noCompiler ?? whyNotOnHost();

/** The recordings are root's. */
function whyNotOnHost(): string | null {
  const status = readFileSync("/proc/self/status", "latin1");
  const effective = BigInt(`0x${/CapEff:\s*(\w+)/.exec(status)?.[1] ?? "0"}`);
  const isRoot = process.getuid?.() === 0 && ((effective >> CAP_SYS_ADMIN) & 1n) === 1n;
  return isRoot ? null : "not root with its capabilities";
}

let folder = "";
beforeAll(async () => {
  if (noCompiler !== null) return;
  folder = mkdtempSync(join(tmpdir(), "kernelet-syscalls-"));
  await build(list, folder);
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("system calls in the sandbox", () => {
  compare(runInSandbox, noCompiler);
});

describe("system calls on this machine's kernel", () => {
  compare(runOnHost, noHost);
});

/** @param why the reason for leaving all out, or null. */
function compare(
  runAll: (folder: string, programs: typeof list) => Promise<Outputs>,
  why: string | null,
): void {
  let outputs: Outputs;
  beforeAll(async () => {
    if (why === null) outputs = await runAll(folder, list);
  }, 600_000);
  test("the shell that ran them ends well, and leaves nothing in the kernel", (context) => {
    if (why !== null) context.skip(why);
    expect(outputs.get(END)).toBe("0");
  });
  for (const program of list) {
    test(program.name, { timeout: 60_000 }, async (context) => {
      if (why !== null) context.skip(why);
      let output = outputs.get(program.name);
      // Some wait for one another by the clock: what a busy machine has upset is tried again, alone.
      for (let i = 0; i < AGAIN && output !== readRecording(program); i++) {
        output = (await runAll(folder, [program])).get(program.name);
      }
      expect(output).toBe(readRecording(program));
    });
  }
}

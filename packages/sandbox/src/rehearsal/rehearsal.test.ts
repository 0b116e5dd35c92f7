import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ENOENT, ENOTTY } from "@kernelet/abi";
import { ScriptedProcessor } from "@kernelet/kernel";
import { expect, onTestFinished, test } from "vitest";
import { rehearse } from "./rehearsal.ts";
import { writeRoots } from "./root.ts";

test("the program of the rehearsal does what it is for, and ends, in both roots", () => {
  const folder = mkdtempSync(join(tmpdir(), "kernelet-rehearsal-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const root of writeRoots(folder)) {
    const { status, results } = rehearse(new ScriptedProcessor(), root);
    expect(status).toBe(0);
    // A file that is not there, and a device that is no terminal.
    expect(results.filter((result) => result < 0)).toEqual([ENOENT, ENOTTY]);
  }
});

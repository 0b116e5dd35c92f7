import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ENOENT, ENOTTY } from "@kernelet/abi";
import { standInMemory } from "@kernelet/cpu";
import { expect, onTestFinished, test } from "vitest";
import { ARCHIVE_SUFFIX } from "../host/code-store.ts";
import { onEngine, rehearse } from "./rehearsal.ts";
import { writeRoots } from "./root.ts";

test("the program does what it is for on both roots; its code is kept, and found again", () => {
  const folder = mkdtempSync(join(tmpdir(), "kernelet-rehearsal-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const archives = (): string[] =>
    readdirSync(folder).filter((name) => name.endsWith(ARCHIVE_SUFFIX));
  for (const root of writeRoots(folder)) {
    const before = archives().length;
    for (const _ of ["decodes", "finds"]) {
      const memory = standInMemory() as ArrayBuffer;
      const { status, results } = onEngine(folder, memory, (stage) => rehearse(stage, root));
      expect(status).toBe(0);
      // A file that is not there, and a device that is no terminal.
      expect(results.filter((result) => result < 0)).toEqual([ENOENT, ENOTTY]);
      expect(archives().length).toBeGreaterThan(before);
    }
  }
  expect(typeof WebAssembly.Module).toBe("function");
});

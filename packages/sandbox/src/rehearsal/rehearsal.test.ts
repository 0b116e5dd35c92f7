import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ENOENT, ENOTTY } from "@kernelet/abi";
import { ScriptedProcessor } from "@kernelet/kernel";
import { expect, onTestFinished, test } from "vitest";
import { ARCHIVE_SUFFIX } from "../host/code-store.ts";
import { onEngine, rehearse, type Stage, scriptedStage } from "./rehearsal.ts";
import { type Root, writeRoots } from "./root.ts";

function checkOn(stage: Stage, root: Root): void {
  const { status, results } = rehearse(stage, root);
  expect(status).toBe(0);
  // A file that is not there, and a device that is no terminal.
  expect(results.filter((result) => result < 0)).toEqual([ENOENT, ENOTTY]);
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "kernelet-rehearsal-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("the program of the rehearsal does what it is for, and ends, in both roots", () => {
  for (const root of writeRoots(newFolder())) checkOn(scriptedStage(new ScriptedProcessor()), root);
});

test("it does so on our processor too, which keeps its code and finds it again", () => {
  const folder = newFolder();
  const roots = writeRoots(folder);
  const onBoth = (): void =>
    onEngine(folder, (stage) => {
      for (const root of roots) checkOn(stage, root);
    });
  onBoth();
  const archives = readdirSync(folder).filter((name) => name.endsWith(ARCHIVE_SUFFIX));
  expect(archives.length).toBeGreaterThan(0);
  onBoth();
  expect(typeof WebAssembly.Module).toBe("function");
});

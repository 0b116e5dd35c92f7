/** A folder of a test file's own, on the host, which the sandbox sees at the same place. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";

export interface Folder {
  path: string;
}

/** The path is there when tests run. */
export function useFolder(): Folder {
  const folder: Folder = { path: "" };
  beforeAll(() => {
    folder.path = mkdtempSync(join(tmpdir(), "kernelet-e2e-"));
  });
  // Where a cache is, something may still be compiled in the background.
  afterAll(() => rmSync(folder.path, { recursive: true, force: true, maxRetries: 20 }));
  return folder;
}

/** For tests of what sources don't have: start images and machine code belong to a bundle. */
import { dirname, join } from "node:path";
import type { TestContext } from "vitest";
import { LAUNCHER } from "./run.ts";

export async function needBundle(context: TestContext): Promise<void> {
  const entry: { chooseEntry(): string } = await import(join(dirname(LAUNCHER), "entry.js"));
  if (!entry.chooseEntry().endsWith("/cli.js"))
    context.skip("kernelet is not built: it runs from source");
}

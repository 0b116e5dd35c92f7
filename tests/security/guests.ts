/** Builds the guests; static, so that nothing of the host's is in the way. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "vitest";
import { needHost } from "../e2e/needs.ts";

const SOURCES = join(import.meta.dirname, "guests");
const FLAGS = ["-O1", "-std=gnu17", "-D_GNU_SOURCE", "-static", "-w", "-pthread"];

/** @returns the program's path in `folder`. Skips the test where there is no compiler. */
export function buildGuest(context: TestContext, folder: string, name: string): string {
  needHost(context, "gcc");
  const output = join(folder, name);
  if (existsSync(output)) return output;
  try {
    execFileSync("gcc", [...FLAGS, "-o", output, join(SOURCES, `${name}.c`)], {
      stdio: ["ignore", "ignore", "pipe"],
    });
  } catch (error) {
    const why = (error as { stderr?: Buffer }).stderr?.toString() ?? String(error);
    context.skip(`gcc cannot build: ${why.split("\n")[0]}`);
  }
  return output;
}

/** What a test needs of this machine, and the reasons for leaving it out. */
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "vitest";
import { ENVIRONMENT } from "./run.ts";

/** `KERNELET_TESTS=slow` adds the long tests; continuous integration sets it. */
export const isSlowSet: boolean = process.env.KERNELET_TESTS === "slow";

/** Path of a program of the host's, as the tests' PATH has it. */
export function which(name: string): string | undefined {
  const folders = name.includes("/") ? [""] : (ENVIRONMENT.PATH ?? "").split(":");
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Skips the test where the programs of the host are not those of a sandbox, or one is missing. */
export function needHost(context: TestContext, ...programs: readonly string[]): void {
  if (process.platform !== "linux" || process.arch !== "x64") {
    context.skip("the host's programs are not for Linux on x86-64");
  }
  const missing = programs.filter((name) => which(name) === undefined);
  if (missing.length > 0) context.skip(`not on this machine: ${missing.join(", ")}`);
}

export function needSlowSet(context: TestContext): void {
  if (!isSlowSet) context.skip("long; KERNELET_TESTS=slow runs it");
}

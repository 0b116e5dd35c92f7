/** Builds the guest programs with the host's compiler, once per test file. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "vitest";
import { needHost } from "./needs.ts";

const SOURCES = join(import.meta.dirname, "programs");

export interface Build {
  /** Of programs/, without ".c". */
  readonly source: string;
  readonly compiler?: "gcc" | "musl-gcc";
  readonly flags?: readonly string[];
}

/** @returns the program's path in `folder`. Skips the test where there is no compiler. */
export function compile(context: TestContext, folder: string, build: Build): string {
  const { source, compiler = "gcc", flags = [] } = build;
  needHost(context, compiler);
  const output = join(folder, [source, compiler, ...flags].join("").replace(/[^\w.-]/g, "_"));
  if (existsSync(output)) return output;
  const args = ["-O2", "-Wall", "-o", output, join(SOURCES, `${source}.c`), ...flags];
  try {
    execFileSync(compiler, args, { stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    // gcc is often installed without the C library's headers or its static form.
    const why = (error as { stderr?: Buffer }).stderr?.toString() ?? String(error);
    context.skip(`${compiler} ${flags.join(" ")} cannot build: ${why.split("\n")[0]}`);
  }
  return output;
}

/** Builds the benchmark programs with the host's compiler. */
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { buildFolder, find } from "./peers.ts";
import { BadRun } from "./sample.ts";

const SOURCES = join(import.meta.dirname, "programs");

function isNewer(path: string, than: string): boolean {
  const built = statSync(path, { throwIfNoEntry: false });
  return built !== undefined && built.mtimeMs > statSync(than).mtimeMs;
}

export interface CProgram {
  /** Paths below programs/, or absolute. */
  readonly sources: readonly string[];
  /** x86-64 without extensions, as a distribution builds. */
  readonly flags?: readonly string[];
}

/** @returns the program's path. */
export function buildC(name: string, { sources, flags = ["-O2"] }: CProgram): string {
  const output = join(buildFolder(), name);
  const paths = sources.map((source) => (source.startsWith("/") ? source : join(SOURCES, source)));
  if (paths.every((path) => isNewer(output, path))) return output;
  if (find("gcc") === undefined) throw new BadRun("needs gcc, which is not here");
  try {
    execFileSync("gcc", [...flags, "-o", output, ...paths, "-lm", "-pthread"], { stdio: "pipe" });
  } catch (error) {
    throw new BadRun(`gcc: ${String((error as { stderr?: Buffer }).stderr).split("\n")[0]}`);
  }
  return output;
}

export function programPath(name: string): string {
  return join(SOURCES, name);
}

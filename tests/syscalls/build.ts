/** Compiles the programs, static: one binary for the host's kernel and for ours. */
import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Program } from "./programs.ts";

const FLAGS = ["-O1", "-std=gnu17", "-D_GNU_SOURCE", "-static"];

/** Whoever changes a program hears the compiler's warnings, except of arguments that are wrong on purpose; another compiler's tests nobody. */
export const WARNINGS: readonly string[] =
  "-Wall -Wextra -Werror -Wno-nonnull -Wno-stringop-overflow -Wno-stringop-overread".split(" ");

/** @throws the compiler's words if it refuses a program. */
export async function build(
  list: readonly Program[],
  folder: string,
  flags: readonly string[] = [],
): Promise<void> {
  const left = [...list];
  const worker = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const output = join(folder, next.name);
      mkdirSync(dirname(output), { recursive: true });
      await promisify(execFile)("gcc", [
        ...FLAGS,
        ...flags,
        "-o",
        output,
        next.source,
        "-pthread",
        "-lm",
      ]);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/** Why programs cannot be built here, or null: there is a compiler, and a static C library with it. */
export async function whyNoCompiler(): Promise<string | null> {
  if (process.platform !== "linux" || process.arch !== "x64") return "not Linux on x86-64";
  try {
    const { stdout } = await promisify(execFile)("gcc", ["-print-file-name=libc.a"]);
    return stdout.startsWith("/") ? null : "gcc has no static C library";
  } catch {
    return "no gcc";
  }
}

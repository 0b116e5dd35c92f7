/** The guest, static: one binary for both kernels. */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

const SOURCES = join(import.meta.dirname, "guest");
const FLAGS = ["-O1", "-std=gnu17", "-D_GNU_SOURCE", "-static", "-Wall", "-Wextra", "-Wno-nonnull"];

/** @throws with the compiler's words. */
export function buildGuest(output: string): void {
  const sources = readdirSync(SOURCES).filter((name) => name.endsWith(".c"));
  execFileSync("gcc", [...FLAGS, "-o", output, ...sources.map((name) => join(SOURCES, name))], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

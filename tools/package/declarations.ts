/**
 * Types of the published package: the declarations that the SDK's reach, as tsc has written them, with the parts as folders
 * beside each other instead of packages.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const SPECIFIER = /((?:from|import)\s*\(?\s*)"([^"]+)"/g;
const PART = "@kernelet/";

/** @param folder gets a folder per part. @returns the file that all begins with, relative to `folder`. */
export function copyDeclarations(repository: string, folder: string): string {
  const done = new Set<string>();
  const start = "sdk/index.d.ts";
  const waiting = [start];
  for (;;) {
    const name = waiting.pop();
    if (name === undefined) return start;
    if (done.has(name)) continue;
    done.add(name);
    const [part = "", ...rest] = name.split("/");
    const text = readFileSync(join(repository, "packages", part, "out-types", ...rest), "utf8");
    const moved = text.replaceAll(SPECIFIER, (_, before: string, specifier: string) => {
      const target = targetOf(name, specifier);
      if (target === null) return `${before}"${specifier}"`;
      waiting.push(target);
      const way = relative(dirname(name), target).replace(/\.d\.ts$/, ".js");
      return `${before}"${way.startsWith(".") ? way : `./${way}`}"`;
    });
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, moved);
  }
}

/** @returns null for what is none of ours. */
function targetOf(from: string, specifier: string): string | null {
  if (specifier.startsWith(PART)) return `${specifier.slice(PART.length)}/index.d.ts`;
  if (!specifier.startsWith(".")) return null;
  return join(dirname(from), specifier).replace(/\.ts$/, ".d.ts");
}

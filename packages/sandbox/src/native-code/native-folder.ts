/**
 * The folder of machine code that belongs to one folder of archives, and who fills it.
 *
 * An archive is worth compiling when a second run has used it: a sandbox says at its end how many modules it has had to
 * compile by itself, and then make-native-code.ts is started, at low priority.
 */
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import process from "node:process";
import { openVersion } from "../code-folder.ts";
import { buildFacts, imageKey } from "../start-image.ts";
import { isClaimed } from "./claim.ts";

/** Modules that are worth starting a process for. */
const WORTH = 16;

export interface CodeFolders {
  readonly code: string;
  readonly native: string;
}

/** Its name in the cache's `native`: V8 refuses the code of another Node, machine or set of options. */
export function nativeName(codeFolder: string, flags: readonly string[]): string {
  return imageKey(path.basename(codeFolder), flags);
}

/** The folder for the archives in `codeFolder`, made if need be. undefined where `main` is no bundle, or it cannot be made. */
export function openNativeFolder(
  cacheFolder: string,
  codeFolder: string,
  main: string,
  flags: readonly string[],
): string | undefined {
  if (buildFacts(main) === undefined) return undefined;
  try {
    return openVersion(path.join(cacheFolder, "native"), nativeName(codeFolder, flags));
  } catch {
    return undefined;
  }
}

/** @param missing modules that a run found no code for */
export function isWorthCompiling({ native }: CodeFolders, missing: number): boolean {
  return missing >= WORTH && !isClaimed(native);
}

/** @param isAwaited the caller waits for all to be done: it comes back when others are done as well */
export function startCompiling(
  { code, native }: CodeFolders,
  main: string,
  flags: readonly string[],
  isAwaited: boolean,
): ChildProcess {
  const own = path.dirname(main);
  const script = path.join(own, "make-native-code.cjs");
  const rights = [
    "--permission",
    ...[own, code, native].map((folder) => `--allow-fs-read=${folder}`),
    `--allow-fs-write=${native}`,
  ];
  const args = [...rights, ...flags, script, code, native, ...(isAwaited ? ["wait"] : [])];
  // In the caller's session: only there a low priority counts for anything.
  return spawn(process.execPath, args, { env: {}, stdio: "ignore" });
}

/**
 * Where V8's compilation of the command line is kept from run to run: in the cache folder, once a sandbox has made that.
 * Node's own default lies below /tmp, where anybody may have put something that V8 would take for its own.
 */

import { statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import process from "node:process";

/** The same folder as packages/sandbox/src/cache-folder.ts finds, and as there the person's alone; undefined: none. */
export function compileCacheFolder() {
  const { NODE_COMPILE_CACHE: wanted, XDG_CACHE_HOME: xdg, HOME: home } = process.env;
  if (wanted) return wanted;
  const caches = [xdg, home && join(home, ".cache")].find((path) => path && isAbsolute(path));
  if (caches === undefined) return undefined;
  const folder = join(caches, "kernelet");
  let stat;
  try {
    stat = statSync(folder);
  } catch {
    // It is not there, or HOME is somebody else's and closed to us.
    return undefined;
  }
  const isOurs =
    process.geteuid === undefined || (stat.uid === process.geteuid() && (stat.mode & 0o022) === 0);
  return isOurs ? join(folder, "compile") : undefined;
}

/**
 * The folder where what makes the next start quicker is kept: start images (`start`) and translations (`code`).
 *
 * What lies there is run as our own code, so the folder must be the person's alone: with `sudo` HOME may be somebody
 * else's, and then there is no cache.
 */
import fs from "node:fs";
import path from "node:path";
import process from "node:process";

type Environment = Readonly<Record<string, string | undefined>>;

/** By the XDG base directory specification: a relative path is to be ignored. */
export function cacheFolderOf(env: Environment): string | undefined {
  const { XDG_CACHE_HOME: xdg, HOME: home } = env;
  if (xdg !== undefined && path.isAbsolute(xdg)) return path.join(xdg, "kernelet");
  if (home !== undefined && path.isAbsolute(home)) return path.join(home, ".cache", "kernelet");
  return undefined;
}

/** The folder, made if need be; undefined where there can be none that is safe to use. */
export function openCacheFolder(env: Environment): string | undefined {
  const folder = cacheFolderOf(env);
  if (folder === undefined) return undefined;
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Not on a file system that is read-only: each start would try to leave something.
    fs.accessSync(folder, fs.constants.W_OK);
    const { uid, mode } = fs.statSync(folder);
    const isOurs =
      process.geteuid === undefined || (uid === process.geteuid() && (mode & 0o022) === 0);
    return isOurs ? fs.realpathSync(folder) : undefined;
  } catch {
    return undefined;
  }
}

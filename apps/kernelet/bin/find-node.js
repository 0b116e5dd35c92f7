/** Finds a Node new enough, nearest first: a package beside us, node_modules/.bin, the PATH. */

import { execFileSync } from "node:child_process";
import { accessSync, constants, readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { isFitting } from "./needed-node.js";

const EXECUTABLE = process.platform === "win32" ? "node.exe" : "node";

/** The packages that hold a Node for this platform; the second name is for the one that is named otherwise. */
function packageNames() {
  const platform = process.platform === "win32" ? "win" : process.platform;
  return [`node-${platform}-${process.arch}`, `node-bin-${platform}-${process.arch}`];
}

/** Every directory from ours up to the root, which is where npm may have put things. */
function* directoriesUpward() {
  const here = dirname(realpathSync(fileURLToPath(import.meta.url)));
  for (let dir = here; ; dir = dirname(dir)) {
    yield dir;
    if (dir === dirname(dir)) return;
  }
}

/** The version of a package's manifest tells what running the binary would, in a hundredth of the time. */
function fromPackage(directory, name) {
  try {
    const root = join(directory, "node_modules", name);
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const path = join(root, "bin", EXECUTABLE);
    return isFitting(version) && isExecutable(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

function fromDirectory(directory) {
  const path = join(directory, EXECUTABLE);
  if (!isExecutable(path)) return undefined;
  try {
    const version = execFileSync(path, ["--version"], { encoding: "utf8", timeout: 10_000 });
    return isFitting(version.replace(/^v/, "")) ? path : undefined;
  } catch {
    return undefined;
  }
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function findNode() {
  const directories = [...directoriesUpward()];
  for (const directory of directories) {
    for (const name of packageNames()) {
      const found = fromPackage(directory, name);
      if (found !== undefined) return found;
    }
  }
  const bins = directories.map((directory) => join(directory, "node_modules", ".bin"));
  const path = (process.env.PATH ?? "").split(delimiter).filter((entry) => entry !== "");
  for (const directory of [...bins, ...path]) {
    const found = fromDirectory(directory);
    if (found !== undefined) return found;
  }
  return undefined;
}

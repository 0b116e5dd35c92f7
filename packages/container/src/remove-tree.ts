/** Removes folders whatever rights somebody has taken from them: programs in containers do that to their own. */
import fs from "node:fs";
import path from "node:path";

export function removeTree(folder: string): void {
  try {
    fs.rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EACCES" && code !== "EPERM") throw error;
    open(folder);
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function open(folder: string): void {
  fs.chmodSync(folder, 0o700);
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) open(path.join(folder, entry.name));
  }
}

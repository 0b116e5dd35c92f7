/** How much room folders take on the disk. */
import fs from "node:fs";
import path from "node:path";

/** st_blocks counts these, whatever the file system's own are. */
const BLOCK = 512;

/** Of all that is below `folder`; a file with several names counts once. What goes meanwhile, or may not be read, counts nothing. */
export function diskUse(folder: string, seen: Set<string> = new Set()): number {
  let bytes = 0;
  for (const entry of entriesOf(folder)) {
    const at = path.join(folder, entry.name);
    bytes += sizeOf(at, seen);
    if (entry.isDirectory()) bytes += diskUse(at, seen);
  }
  return bytes;
}

function entriesOf(folder: string): fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function sizeOf(file: string, seen: Set<string>): number {
  let stat: fs.Stats | undefined;
  try {
    stat = fs.lstatSync(file, { throwIfNoEntry: false });
  } catch {
    // In a folder that may be listed, but not entered.
  }
  if (stat === undefined) return 0;
  const key = `${stat.dev}:${stat.ino}`;
  if (seen.has(key)) return 0;
  if (stat.nlink > 1 && !stat.isDirectory()) seen.add(key);
  // Windows counts no blocks.
  return Math.max(stat.blocks ?? 0, 0) * BLOCK || stat.size;
}

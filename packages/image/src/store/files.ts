/**
 * Files of the store. A file that others can see is whole: it is written elsewhere, brought to the disk (fsync), and
 * renamed. Whatever moment the machine or we die at, there is the old file, the new one or none, and perhaps something in
 * `tmp/` that nobody reads and the next one sweeps.
 */
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { storeError } from "../errors.ts";

export function temporaryName(folder: string): string {
  return path.join(folder, `${process.pid}-${randomBytes(8).toString("hex")}`);
}

/** Makes the name last. */
function syncFolder(folder: string): void {
  // Windows opens no folders; its renames are journalled.
  if (process.platform === "win32") return;
  const fd = fs.openSync(folder, "r");
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

export function writeWhole(target: string, bytes: Uint8Array | string, tmp: string): void {
  const temporary = temporaryName(tmp);
  try {
    const fd = fs.openSync(temporary, "wx", 0o644);
    try {
      fs.writeFileSync(fd, bytes);
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    moveInto(temporary, target);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw storeError("writing", target, error);
  }
}

/** Gives a file that is complete and on the disk its name. */
export function moveInto(temporary: string, target: string): void {
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.renameSync(temporary, target);
  syncFolder(path.dirname(target));
}

/** Without waiting on this thread: such files may be large. */
export async function syncFile(file: string): Promise<void> {
  const handle = await open(file, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Names in a folder that may not be there. */
export function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw storeError("reading", folder, error);
  }
}

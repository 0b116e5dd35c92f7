/**
 * One process at a time compiles for a folder of machine code: it has a file there with its number while it does. Two would
 * do no harm, but the same work.
 */
import fs from "node:fs";
import path from "node:path";
import process from "node:process";

/** Nobody goes that long without a sign. */
const ABANDONED_MS = 10 * 60 * 1000;

const fileIn = (folder: string): string => path.join(folder, "all.part");

/** Whether somebody is at it. */
export function isClaimed(folder: string): boolean {
  try {
    const file = fileIn(folder);
    if (Date.now() - fs.statSync(file).mtimeMs > ABANDONED_MS) return false;
    return isAlive(Number(fs.readFileSync(file, "latin1")));
  } catch {
    return false;
  }
}

/** 0: whoever has made the file is about to write its number. */
function isAlive(pid: number): boolean {
  try {
    return pid === 0 || process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** @returns false where somebody else is at it */
export function claim(folder: string): boolean {
  if (isClaimed(folder)) return false;
  try {
    fs.rmSync(fileIn(folder), { force: true });
    fs.writeFileSync(fileIn(folder), `${process.pid}`, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** A sign that we are still at it. */
export function renewClaim(folder: string): void {
  const now = new Date();
  fs.utimesSync(fileIn(folder), now, now);
}

export function releaseClaim(folder: string): void {
  fs.rmSync(fileIn(folder), { force: true });
}

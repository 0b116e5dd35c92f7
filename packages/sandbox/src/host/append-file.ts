/** Files that were opened for appending before this process was: the log and the journal of a detached sandbox. */
import fs from "node:fs";
import type { Errno } from "@kernelet/abi";
import { attempt, errnoOf } from "./node-errno.ts";

/** @returns how many bytes: all of them; or why not, and then perhaps some were written. */
export function appendTo(fd: number, bytes: Uint8Array): number | Errno {
  try {
    for (let at = 0; at < bytes.length; ) at += fs.writeSync(fd, bytes, at);
    return bytes.length;
  } catch (error) {
    return errnoOf(error);
  }
}

export function sizeOf(fd: number): number {
  return fs.fstatSync(fd).size;
}

export function truncateTo(fd: number, size: number): 0 | Errno {
  return attempt(() => fs.ftruncateSync(fd, size));
}

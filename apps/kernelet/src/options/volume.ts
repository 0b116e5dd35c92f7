/** `-v host:guest[:ro|rw]`: a folder or file of the host's at a place in the sandbox. */
import { statSync } from "node:fs";
import { isAbsolute, posix, resolve } from "node:path";
import { badOption } from "../errors.ts";

export interface Volume {
  /** Absolute path of a folder or file of the host's. */
  readonly host: string;
  /** Absolute path in the sandbox. */
  readonly guest: string;
  readonly writable: boolean;
}

const FLAG = "-v";
/** A drive letter's colon separates nothing. */
const DRIVE = /^[A-Za-z]:[\\/]/;

/** @param cwd what a relative host path is relative to. */
export function parseVolume(text: string, cwd: string): Volume {
  const drive = DRIVE.test(text) ? text.slice(0, 2) : "";
  const parts = text.slice(drive.length).split(":");
  const [hostPart, guest, mode = "ro"] = parts;
  if (!hostPart || !guest || parts.length > 3) {
    throw badOption(FLAG, `'${text}' is not host:guest[:ro|rw]`);
  }
  if (mode !== "ro" && mode !== "rw") {
    throw badOption(FLAG, `'${text}': the mode is '${mode}' and may be ro or rw`);
  }
  if (!posix.isAbsolute(guest)) {
    throw badOption(FLAG, `'${text}': '${guest}' must be an absolute path in the sandbox`);
  }
  const host = drive + hostPart;
  const path = isAbsolute(host) ? host : resolve(cwd, host);
  requireSource(FLAG, path);
  return { host: path, guest: posix.normalize(guest), writable: mode === "rw" };
}

/** What can be shown at a place inside. */
export function requireSource(flag: string, path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw badOption(flag, `${path}: no such file or folder`);
  if (!stat.isDirectory() && !stat.isFile()) {
    throw badOption(flag, `${path} is neither a folder nor a file`);
  }
}

/** A folder that exists; another error than the sandbox's, which would know only its number. */
export function requireFolder(flag: string, path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw badOption(flag, `${path}: no such folder`);
  if (!stat.isDirectory()) throw badOption(flag, `${path} is not a folder`);
}

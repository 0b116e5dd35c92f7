/** What a grant leads to: a folder, or one file. */
import fs from "node:fs";
import { EINVAL, ENOENT, type Errno } from "@kernelet/abi";
import type { HostFolder } from "@kernelet/kernel";
import type { FolderGrant } from "../protocol.ts";
import type { HostLog } from "./host-log.ts";
import { errnoOf } from "./node-errno.ts";
import { NodeFile } from "./node-file.ts";
import { NodeFolder } from "./node-folder.ts";

export function openGrant(
  { path, writable, descriptor }: FolderGrant,
  isStatic: boolean,
  log: HostLog,
): HostFolder | Errno {
  const folder = (): NodeFolder => new NodeFolder(path, { writable, isStatic, descriptor }, log);
  if (descriptor !== undefined) return folder();
  try {
    const stat = fs.lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return ENOENT;
    if (stat.isDirectory()) return folder();
    return stat.isFile() ? NodeFile.open(path, writable, log) : EINVAL;
  } catch (error) {
    return errnoOf(error);
  }
}

/** The options of mount(2) for an overlay: lowerdir=a:b,upperdir=c,workdir=d. */
import { AT_FDCWD, EINVAL, ENOTDIR, type Errno, isErrno } from "@kernelet/abi";
import type { Task } from "../../kernel/task.ts";
import { lookupAt } from "../at.ts";
import type { Path } from "../path.ts";
import { LOOKUP_FOLLOW } from "../path-walk.ts";
import { UnionFs } from "./union.ts";

/** Options that change nothing here, with the values that are taken. */
const IGNORED =
  /^(index|metacopy|nfs_export|xino|redirect_dir|uuid)=(off|on|nofollow|auto|null)$|^(volatile|userxattr)$/;

export interface OverlayOptions {
  readonly lowers: readonly string[];
  readonly upper: string | null;
  readonly work: string | null;
}

export function parseOverlayOptions(data: string): OverlayOptions | Errno {
  const values: Map<string, string> = new Map();
  for (const option of data.split(",")) {
    const equals = option.indexOf("=");
    const key = equals < 0 ? option : option.slice(0, equals);
    if (key === "lowerdir" || key === "upperdir" || key === "workdir") {
      const value = option.slice(equals + 1);
      if (equals < 0 || value === "") return EINVAL;
      values.set(key, value);
    } else if (option !== "" && !IGNORED.test(option)) return EINVAL;
  }
  const lowers = values.get("lowerdir")?.split(":") ?? [];
  if (lowers.includes("")) return EINVAL;
  return { lowers, upper: values.get("upperdir") ?? null, work: values.get("workdir") ?? null };
}

function directory(task: Task, name: string): Path | Errno {
  const path = lookupAt(task, AT_FDCWD, name, LOOKUP_FOLLOW);
  if (isErrno(path)) return path;
  return path.inode.isDirectory ? path : ENOTDIR;
}

export function newUnion(task: Task, data: string): UnionFs | Errno {
  const options = parseOverlayOptions(data);
  if (isErrno(options)) return options;
  const { lowers: names, upper: upperName, work: workName } = options;
  if (names.length === 0 || (upperName === null && names.length < 2)) return EINVAL;
  let upper: Path | null = null;
  if (upperName !== null) {
    if (workName === null) return EINVAL;
    const found = directory(task, upperName);
    if (isErrno(found)) return found;
    const work = directory(task, workName);
    if (isErrno(work)) return work;
    // The work directory must be apart, but where a rename can reach.
    if (found.mount !== work.mount || found.mount.isReadOnly) return EINVAL;
    if (work.dentry.isWithin(found.dentry) || found.dentry.isWithin(work.dentry)) return EINVAL;
    upper = found;
  }
  const lowers: Path[] = [];
  for (const name of names) {
    const lower = directory(task, name);
    if (isErrno(lower)) return lower;
    lowers.push(lower);
  }
  const shown = upperName === null ? "" : `,upperdir=${upperName},workdir=${workName}`;
  const layers = { upper: upper?.inode ?? null, lowers: lowers.map((path) => path.inode) };
  const text = `lowerdir=${names.join(":")}${shown}`;
  return new UnionFs(task.kernel.vfs, layers, upper?.dentry ?? null, text);
}

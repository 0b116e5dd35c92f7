/** /proc/[pid]/mounts, mountinfo and mountstats: proc_pid_mounts(5), proc_pid_mountinfo(5). */
import {
  EINVAL,
  type Errno,
  MS_NOATIME,
  MS_NODEV,
  MS_NODIRATIME,
  MS_NOEXEC,
  MS_NOSUID,
  MS_NOSYMFOLLOW,
  MS_RDONLY,
  MS_RELATIME,
  major,
  minor,
} from "@kernelet/abi";
import type { Task } from "../../kernel/task.ts";
import { pathName } from "../d-path.ts";
import type { Mount } from "../mount.ts";
import { Path } from "../path.ts";

const FLAG_NAMES: readonly (readonly [number, string])[] = [
  [MS_NOSUID, "nosuid"],
  [MS_NODEV, "nodev"],
  [MS_NOEXEC, "noexec"],
  [MS_NOATIME, "noatime"],
  [MS_NODIRATIME, "nodiratime"],
  [MS_RELATIME, "relatime"],
  [MS_NOSYMFOLLOW, "nosymfollow"],
];

function flagText(mount: Mount): string {
  const names = FLAG_NAMES.filter(([flag]) => (mount.flags & flag) !== 0).map(([, name]) => name);
  return [(mount.flags & MS_RDONLY) !== 0 ? "ro" : "rw", ...names].join(",");
}

function superblockOptions(mount: Mount): string {
  const own = mount.superblock.options();
  const access = mount.superblock.isReadOnly ? "ro" : "rw";
  return own === "" ? access : `${access},${own}`;
}

function octal(c: string): string {
  return `\\${c.charCodeAt(0).toString(8).padStart(3, "0")}`;
}

/** Space, tab, newline and backslash as octal: getmntent(3). */
function escapePath(text: string): string {
  return text.replace(/[ \t\n\\]/g, octal);
}

/** Sources also without "#", which begins a comment in fstab(5). */
function escapeField(text: string): string {
  return text.replace(/[ \t\n\\#]/g, octal);
}

/** Mounts that the task can see, with their places. */
function* visibleMounts(task: Task): IterableIterator<[Mount, string]> {
  const { root, namespace } = task.fs;
  for (const mount of namespace.mounts) {
    const { name, isReachable } = pathName(new Path(mount, mount.root), root);
    if (isReachable) yield [mount, name];
  }
}

export function mountTable(task: Task): string | Errno {
  if (!task.isAlive) return EINVAL;
  let text = "";
  for (const [mount, place] of visibleMounts(task)) {
    const own = mount.superblock.options();
    const options = `${mount.isReadOnly ? flagText(mount).replace(/^rw/, "ro") : flagText(mount)}${own === "" ? "" : `,${own}`}`;
    text += `${escapeField(mount.source)} ${escapePath(place)} ${mount.superblock.type} ${options} 0 0\n`;
  }
  return text;
}

export function mountInfo(task: Task): string | Errno {
  if (!task.isAlive) return EINVAL;
  let text = "";
  for (const [mount, place] of visibleMounts(task)) {
    const { dev, type } = mount.superblock;
    const top = rootName(mount);
    const parent = mount.parent?.id ?? mount.id;
    text += `${mount.id} ${parent} ${major(dev)}:${minor(dev)} ${escapePath(top)} ${escapePath(place)} ${flagText(mount)}`;
    text += `${propagation(mount)} - ${type} ${escapeField(mount.source)} ${superblockOptions(mount)}\n`;
  }
  return text;
}

export function mountStats(task: Task): string | Errno {
  if (!task.isAlive) return EINVAL;
  let text = "";
  for (const [mount, place] of visibleMounts(task)) {
    text += `device ${escapeField(mount.source)} mounted on ${escapePath(place)} with fstype ${mount.superblock.type}\n`;
  }
  return text;
}

/** The optional fields: proc_pid_mountinfo(5), mount_namespaces(7). */
function propagation({ peers, master, isUnbindable }: Mount): string {
  let text = "";
  if (peers !== null) text += ` shared:${peers.id}`;
  if (master !== null) text += ` master:${master.id}`;
  if (isUnbindable) text += " unbindable";
  return text;
}

/** The part of the filesystem that the mount shows. */
function rootName(mount: Mount): string {
  // Files of nsfs have no directory above.
  if (mount.superblock.type === "nsfs") return mount.root.name;
  let name = "";
  for (let d = mount.root; d.parent !== null; d = d.parent) name = `/${d.name}${name}`;
  if (mount.root.isUnlinked) return `${name}//deleted`;
  return name === "" ? "/" : name;
}

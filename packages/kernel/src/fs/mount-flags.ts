/** Flags of mounts in their three spellings: mount(2), mount_setattr(2), statfs(2). */
import {
  EINVAL,
  type Errno,
  MOUNT_ATTR__ATIME,
  MOUNT_ATTR_NOATIME,
  MOUNT_ATTR_NODEV,
  MOUNT_ATTR_NODIRATIME,
  MOUNT_ATTR_NOEXEC,
  MOUNT_ATTR_NOSUID,
  MOUNT_ATTR_NOSYMFOLLOW,
  MOUNT_ATTR_RDONLY,
  MOUNT_ATTR_RELATIME,
  MOUNT_ATTR_STRICTATIME,
  MS_NOATIME,
  MS_NODEV,
  MS_NODIRATIME,
  MS_NOEXEC,
  MS_NOSUID,
  MS_NOSYMFOLLOW,
  MS_RDONLY,
  MS_RELATIME,
  MS_STRICTATIME,
} from "@kernelet/abi";
import { ATIME_FLAGS } from "./mount-tree.ts";

/** Flags that belong to a mount, not to its filesystem. */
const PLAIN_FLAGS = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NODIRATIME | MS_NOSYMFOLLOW;

/** Mount::flags of mount(2)'s flags: path_mount(). @param kept those of the mount that is remounted. */
export function flagsOfMount(flags: number, kept: number | null): number {
  const own = flags & PLAIN_FLAGS;
  if (kept !== null && (flags & ATIME_FLAGS) === 0) return own | (kept & ATIME_FLAGS);
  if ((flags & MS_STRICTATIME) !== 0) return own | MS_STRICTATIME;
  return own | ((flags & MS_NOATIME) !== 0 ? MS_NOATIME : MS_RELATIME);
}

const ATTRIBUTES: readonly (readonly [attribute: number, flag: number])[] = [
  [MOUNT_ATTR_RDONLY, MS_RDONLY],
  [MOUNT_ATTR_NOSUID, MS_NOSUID],
  [MOUNT_ATTR_NODEV, MS_NODEV],
  [MOUNT_ATTR_NOEXEC, MS_NOEXEC],
  [MOUNT_ATTR_NODIRATIME, MS_NODIRATIME],
  [MOUNT_ATTR_NOSYMFOLLOW, MS_NOSYMFOLLOW],
];

export const ALL_ATTRIBUTES: number =
  ATTRIBUTES.reduce((all, [attribute]) => all | attribute, 0) | MOUNT_ATTR__ATIME;

/** MOUNT_ATTR_* but those of access times. */
export function flagsOfAttributes(attributes: number): number {
  let flags = 0;
  for (const [attribute, flag] of ATTRIBUTES) if ((attributes & attribute) !== 0) flags |= flag;
  return flags;
}

/** The MS_* flag that the access time bits mean. They are a number, not flags. */
export function atimeOfAttributes(attributes: number): number | Errno {
  switch (attributes & MOUNT_ATTR__ATIME) {
    case MOUNT_ATTR_RELATIME:
      return MS_RELATIME;
    case MOUNT_ATTR_NOATIME:
      return MS_NOATIME;
    case MOUNT_ATTR_STRICTATIME:
      return MS_STRICTATIME;
    default:
      return EINVAL;
  }
}

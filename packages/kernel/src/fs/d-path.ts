/** From a place to its path: fs/d_path.c. For getcwd(2), /proc/self/fd, /proc/self/maps, /proc/mounts. */
import type { Path } from "./path.ts";

export interface PathName {
  readonly name: string;
  /** False where the place is not below `root` (after chroot, umount -l): the name is from its own mount's top. */
  readonly isReachable: boolean;
}

/** The path of `path` as seen from `root`, without " (deleted)". */
export function pathName(path: Path, root: Path): PathName {
  let { mount, dentry } = path;
  let name = "";
  for (;;) {
    if (dentry === root.dentry && mount === root.mount) {
      return { name: name === "" ? "/" : name, isReachable: true };
    }
    if (dentry === mount.root) {
      if (mount.parent === null || mount.mountpoint === null) {
        return { name: name === "" ? "/" : name, isReachable: false };
      }
      dentry = mount.mountpoint;
      mount = mount.parent;
      continue;
    }
    if (dentry.parent === null) {
      // Pipes, sockets and their kind: the name is all there is.
      return { name: `${dentry.name}${name}`, isReachable: true };
    }
    name = `/${dentry.name}${name}`;
    dentry = dentry.parent;
  }
}

/** As shown by links of /proc: removed files say so. */
export function displayPath(path: Path, root: Path): string {
  const { name } = pathName(path, root);
  return path.dentry.isUnlinked ? `${name} (deleted)` : name;
}

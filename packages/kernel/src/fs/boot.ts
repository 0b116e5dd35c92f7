/**
 * The mounts that a sandbox starts with:
 *
 *   /         overlay over an image or a read-only folder of the host; a tmpfs if there is neither
 *   /proc     procfs        /sys      sysfs
 *   /dev      devtmpfs      /dev/pts  devpts      /dev/shm  tmpfs
 *   volumes   hostfs, at the places that were asked for
 */
import {
  type Errno,
  isErrno,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_RDONLY,
  MS_RELATIME,
  S_IFDIR,
} from "@kernelet/abi";
import type { HostFolder } from "../host.ts";
import { Credentials } from "../kernel/credentials.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { DevPts } from "./devpts/devpts.ts";
import { FsContext } from "./fs-context.ts";
import { openHostFolder } from "./hostfs/hostfs.ts";
import { ImageFs, type ImageSource } from "./imagefs/imagefs.ts";
import type { Inode } from "./inode.ts";
import { MountNamespace } from "./mount.ts";
import { OverlayFs } from "./overlayfs/overlay.ts";
import { Path } from "./path.ts";
import { LOOKUP_DIRECTORY, LOOKUP_FOLLOW, lookupChild, walkPath } from "./path-walk.ts";
import { ProcFs } from "./procfs/procfs.ts";
import type { Superblock } from "./superblock.ts";
import { Tmpfs } from "./tmpfs/tmpfs.ts";
import type { Walker } from "./walker.ts";

/** A folder of the host that the guest sees at `target`. */
export interface Volume {
  readonly folder: HostFolder;
  /** Absolute path in the guest; missing directories are made. */
  readonly target: string;
  /** Shown as the mount's source. */
  readonly source: string;
}

export interface RootOptions {
  /** Folders that are layers of the root, the uppermost first. */
  readonly layers: readonly HostFolder[];
  /** An image below them. */
  readonly image?: ImageSource | undefined;
  readonly volumes?: readonly Volume[];
}

/** Mounts everything. @returns the context of the first process: "/" as root and working directory. */
export function mountRoot(kernel: Kernel, options: RootOptions): FsContext | Errno {
  const { vfs, host } = kernel;
  const root = newRoot(kernel, options);
  if (isErrno(root)) return root;
  // As in Linux, "/" is mounted on a rootfs that nobody sees, so that pivot_root(2) can take it off.
  const rootfs = new Tmpfs(vfs, { type: "rootfs", mode: 0o755 });
  const bottom = vfs.newMount(rootfs.root, "rootfs", 0);
  const namespace = new MountNamespace(bottom);
  vfs.newMount(root.root, root.type, MS_RELATIME).attach(namespace.rootPath);
  const at = namespace.rootPath;
  const context = new FsContext(namespace, at, at);
  const walker: Walker = { fs: context, credentials: Credentials.root() };

  const plain = MS_NOSUID | MS_NOEXEC | MS_RELATIME;
  const mounts: readonly (readonly [string, string, number, Superblock])[] = [
    ["/proc", "proc", plain | MS_NODEV, new ProcFs(kernel, kernel.initPidNamespace)],
    ["/sys", "sysfs", plain | MS_NODEV, kernel.sysFs],
    ["/sys/fs/cgroup", "cgroup2", plain | MS_NODEV, kernel.cgroupFs],
    ["/dev", "devtmpfs", MS_NOSUID | MS_RELATIME, kernel.devtmpfs],
    [
      "/dev/pts",
      "devpts",
      MS_NOSUID | MS_NOEXEC | MS_RELATIME,
      new DevPts(vfs, { gid: 5, mode: 0o620, ptmxMode: 0o666 }),
    ],
    ["/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV | MS_RELATIME, new Tmpfs(vfs)],
  ];
  for (const [target, source, flags, fs] of mounts) {
    const result = mountAt(kernel, walker, target, source, flags, fs);
    if (isErrno(result)) return result;
  }
  for (const { folder, target, source } of options.volumes ?? []) {
    const fs = openHostFolder(vfs, host, folder, { isStatic: false });
    if (isErrno(fs)) return fs;
    const flags = MS_NOSUID | MS_NODEV | MS_RELATIME | (folder.writable ? 0 : MS_RDONLY);
    const result = mountAt(kernel, walker, target, source, flags, fs);
    if (isErrno(result)) return result;
  }
  return context;
}

function newRoot(kernel: Kernel, { layers, image }: RootOptions): Superblock | Errno {
  const { vfs, host } = kernel;
  const lowers: Inode[] = [];
  for (const folder of layers) {
    const fs = openHostFolder(vfs, host, folder, { isStatic: true });
    if (isErrno(fs)) return fs;
    lowers.push(fs.root.inode as Inode);
  }
  if (image !== undefined) lowers.push(new ImageFs(vfs, host, image).root.inode as Inode);
  return lowers.length === 0 ? new Tmpfs(vfs, { mode: 0o755 }) : new OverlayFs(vfs, lowers);
}

function mountAt(
  kernel: Kernel,
  walker: Walker,
  target: string,
  source: string,
  flags: number,
  fs: Superblock,
): 0 | Errno {
  const at = makeDirectories(walker, target);
  if (isErrno(at)) return at;
  kernel.vfs.newMount(fs.root, source, flags).attach(at);
  return 0;
}

/** The directory `path`, made with its parents if it is not there. */
function makeDirectories(walker: Walker, path: string): Path | Errno {
  let at: Path = walker.fs.root;
  for (const name of path.split("/")) {
    if (name === "") continue;
    const next = walkPath(walker, at, name, LOOKUP_FOLLOW | LOOKUP_DIRECTORY);
    if (!isErrno(next)) {
      at = next;
      continue;
    }
    const made = at.inode.mkdir(name, { mode: S_IFDIR | 0o755, uid: 0, gid: 0 });
    if (isErrno(made)) return made;
    const dentry = lookupChild(at, name);
    if (isErrno(dentry)) return dentry;
    at = new Path(at.mount, dentry);
  }
  return at;
}

/**
 * The mounts that a sandbox starts with:
 *
 *   /         overlay over an image or a read-only folder of the host; a tmpfs if there is neither
 *   /proc     procfs        /sys      sysfs
 *   /dev      devtmpfs      /dev/pts  devpts      /dev/shm  tmpfs
 *   volumes   hostfs, tmpfs and single small files, at the places that were asked for
 */
import {
  EISDIR,
  ELOOP,
  type Errno,
  isErrno,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_RDONLY,
  MS_RELATIME,
  S_IFDIR,
  S_IFREG,
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
import { parseTmpfsOptions, Tmpfs } from "./tmpfs/tmpfs.ts";
import type { Walker } from "./walker.ts";

/** As a path walk of Linux: MAXSYMLINKS. */
const MOST_LINKS = 40;

/** A folder of the host that the guest sees at `target`; or a file, and then `folder` is that itself. */
export interface Volume {
  readonly folder: HostFolder;
  /** Absolute path in the guest; made with its parents if it is not there. */
  readonly target: string;
  /** Shown as the mount's source. */
  readonly source: string;
}

export interface TmpfsVolume {
  readonly target: string;
  /** As mount(2)'s data. */
  readonly options: string;
}

/** A text file of its own at `target`, as /etc/hosts: it can be written, but not be replaced. */
export interface FileVolume {
  readonly target: string;
  readonly content: string;
}

export interface RootOptions {
  /** Folders that are layers of the root, the uppermost first. */
  readonly layers: readonly HostFolder[];
  /** An image below them. */
  readonly image?: ImageSource | undefined;
  readonly volumes?: readonly Volume[];
  readonly tmpfs?: readonly TmpfsVolume[];
  readonly files?: readonly FileVolume[];
  /** Made if they are not there. */
  readonly folders?: readonly string[];
  /** Nothing can be written to "/" itself. */
  readonly isReadOnly?: boolean;
}

/** What could not be mounted. */
export interface MountFailure {
  readonly target: string;
  readonly errno: Errno;
}

/** Mounts everything. @returns the context of the first process: "/" as root and working directory. */
export function mountRoot(kernel: Kernel, options: RootOptions): FsContext | MountFailure {
  const { vfs } = kernel;
  const root = newRoot(kernel, options);
  if (isErrno(root)) return { target: "/", errno: root };
  // As in Linux, "/" is mounted on a rootfs that nobody sees, so that pivot_root(2) can take it off.
  const rootfs = new Tmpfs(vfs, { type: "rootfs", mode: 0o755 });
  const bottom = vfs.newMount(rootfs.root, "rootfs", 0);
  const namespace = new MountNamespace(bottom);
  const rootMount = vfs.newMount(root.root, root.type, MS_RELATIME);
  rootMount.attach(namespace.rootPath);
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
    if (isErrno(result)) return { target, errno: result };
  }
  const failed = mountExtras(kernel, walker, options);
  if (failed !== null) return failed;
  for (const folder of options.folders ?? []) {
    const made = makeDirectories(walker, folder);
    if (isErrno(made)) return { target: folder, errno: made };
  }
  // Last: the places for the mounts had to be made.
  if (options.isReadOnly === true) rootMount.flags |= MS_RDONLY;
  return context;
}

/** Those nearer to the root first, so that none hides another. */
function mountExtras(kernel: Kernel, walker: Walker, options: RootOptions): MountFailure | null {
  const extras = [
    ...(options.volumes ?? []).map((volume) => ({
      target: volume.target,
      mount: () => mountVolume(kernel, walker, volume),
    })),
    ...(options.tmpfs ?? []).map((volume) => ({
      target: volume.target,
      mount: () => mountTmpfs(kernel, walker, volume),
    })),
    ...(options.files ?? []).map((volume) => ({
      target: volume.target,
      mount: () => mountFile(kernel, walker, volume),
    })),
  ];
  const depth = (path: string): number => path.split("/").filter((name) => name !== "").length;
  extras.sort((a, b) => depth(a.target) - depth(b.target));
  for (const { target, mount } of extras) {
    const result = mount();
    if (result !== 0) return { target, errno: result };
  }
  return null;
}

function mountVolume(kernel: Kernel, walker: Walker, volume: Volume): 0 | Errno {
  const { folder, target, source } = volume;
  const fs = openHostFolder(kernel.vfs, kernel.host, folder, { isStatic: false });
  if (isErrno(fs)) return fs;
  const flags = MS_NOSUID | MS_NODEV | MS_RELATIME | (folder.writable ? 0 : MS_RDONLY);
  return mountAt(kernel, walker, target, source, flags, fs);
}

function mountTmpfs(kernel: Kernel, walker: Walker, { target, options }: TmpfsVolume): 0 | Errno {
  const parsed = parseTmpfsOptions(options, kernel.memory.memory.limitPages);
  if (isErrno(parsed)) return parsed;
  const flags = MS_NOSUID | MS_NODEV | MS_RELATIME;
  return mountAt(kernel, walker, target, "tmpfs", flags, new Tmpfs(kernel.vfs, parsed));
}

function mountFile(kernel: Kernel, walker: Walker, { target, content }: FileVolume): 0 | Errno {
  const fs = new Tmpfs(kernel.vfs, { mode: 0o755 });
  const made = { mode: S_IFREG | 0o644, uid: 0, gid: 0 };
  const name = target.slice(target.lastIndexOf("/") + 1);
  const inode = (fs.root.inode as Inode).mknod(name, made, 0);
  if (isErrno(inode)) return inode;
  const written = inode.pages?.write(0, new TextEncoder().encode(content)) ?? 0;
  if (isErrno(written)) return written;
  const at = makeFile(walker, target);
  if (isErrno(at)) return at;
  const dentry = fs.root.addChild(name, inode);
  kernel.vfs.newMount(dentry, "tmpfs", MS_RELATIME).attach(at);
  return 0;
}

/** The file that is mounted over: an empty one is made if there is none, and where a link to nowhere leads. */
function makeFile(walker: Walker, asked: string, links = MOST_LINKS): Path | Errno {
  const target = asked.replace(/\/+$/, "");
  const there = walkPath(walker, walker.fs.root, target, LOOKUP_FOLLOW);
  if (!isErrno(there)) return there.inode.isDirectory ? EISDIR : there;
  const slash = target.lastIndexOf("/");
  const folder = target.slice(0, slash);
  const link = walkPath(walker, walker.fs.root, target, 0);
  if (!isErrno(link) && link.inode.isSymlink) {
    if (links === 0) return ELOOP;
    const to = link.inode.readlink(walker);
    if (isErrno(to)) return to;
    return makeFile(walker, to.startsWith("/") ? to : `${folder}/${to}`, links - 1);
  }
  const parent = makeDirectories(walker, folder);
  if (isErrno(parent)) return parent;
  const name = target.slice(slash + 1);
  const made = parent.inode.mknod(name, { mode: S_IFREG | 0o644, uid: 0, gid: 0 }, 0);
  if (isErrno(made)) return made;
  const dentry = lookupChild(parent, name);
  return isErrno(dentry) ? dentry : new Path(parent.mount, dentry);
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
  const { inode } = fs.root;
  const at = inode?.isDirectory ? makeDirectories(walker, target) : makeFile(walker, target);
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

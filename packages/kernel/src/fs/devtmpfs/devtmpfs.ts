/** /dev: the nodes and links that programs take for granted (and that udev would make). */
import {
  isErrno,
  MEM_MAJOR,
  makedev,
  S_IFCHR,
  S_IFDIR,
  S_IFLNK,
  TTYAUX_MAJOR,
} from "@kernelet/abi";
import { nullDriver } from "../../drivers/null.ts";
import { randomDriver } from "../../drivers/random.ts";
import { controllingTtyDriver } from "../../drivers/tty/open-tty.ts";
import { fullDriver, zeroDriver } from "../../drivers/zero.ts";
import { KernelBug } from "../../kernel/bug.ts";
import type { Inode } from "../inode.ts";
import { Tmpfs } from "../tmpfs/tmpfs.ts";
import type { Vfs } from "../vfs.ts";

// biome-ignore format: one node per line.
const NODES: readonly (readonly [name: string, rdev: number, mode: number, gid: number])[] = [
  ["null",    makedev(MEM_MAJOR, 3),    0o666, 0],
  ["zero",    makedev(MEM_MAJOR, 5),    0o666, 0],
  ["full",    makedev(MEM_MAJOR, 7),    0o666, 0],
  ["random",  makedev(MEM_MAJOR, 8),    0o666, 0],
  ["urandom", makedev(MEM_MAJOR, 9),    0o666, 0],
  ["tty",     makedev(TTYAUX_MAJOR, 0), 0o666, 5],
  ["console", makedev(TTYAUX_MAJOR, 1), 0o620, 5],
];

const LINKS: readonly (readonly [name: string, target: string])[] = [
  ["fd", "/proc/self/fd"],
  ["stdin", "/proc/self/fd/0"],
  ["stdout", "/proc/self/fd/1"],
  ["stderr", "/proc/self/fd/2"],
  ["ptmx", "pts/ptmx"],
];

const DIRECTORIES: readonly string[] = ["pts", "shm", "mqueue"];

/** The drivers that need no state of their own. The console registers itself. */
export function registerDevices(vfs: Vfs): void {
  vfs.registerDevice(makedev(MEM_MAJOR, 3), nullDriver);
  vfs.registerDevice(makedev(MEM_MAJOR, 5), zeroDriver);
  vfs.registerDevice(makedev(MEM_MAJOR, 7), fullDriver);
  vfs.registerDevice(makedev(MEM_MAJOR, 8), randomDriver);
  vfs.registerDevice(makedev(MEM_MAJOR, 9), randomDriver);
  vfs.registerDevice(makedev(TTYAUX_MAJOR, 0), controllingTtyDriver);
}

export function newDevtmpfs(vfs: Vfs): Tmpfs {
  const fs = new Tmpfs(vfs, { type: "devtmpfs", mode: 0o755 });
  const root = fs.root.inode as Inode;
  const owner = { uid: 0, gid: 0 };
  for (const [name, rdev, mode, gid] of NODES) {
    made(root.mknod(name, { mode: S_IFCHR | mode, uid: 0, gid }, rdev));
  }
  for (const [name, target] of LINKS) {
    made(root.symlink(name, target, { mode: S_IFLNK | 0o777, ...owner }));
  }
  for (const name of DIRECTORIES) made(root.mkdir(name, { mode: S_IFDIR | 0o755, ...owner }));
  return fs;
}

function made(result: unknown): void {
  if (isErrno(result)) throw new KernelBug(`devtmpfs: errno ${result}`);
}

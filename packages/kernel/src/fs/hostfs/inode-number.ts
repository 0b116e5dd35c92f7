/**
 * Inode numbers in a static folder. The host's readdir tells none, and to look at each name for one was most of what reading
 * a directory took. Here a file's number follows from its path, so it is the same whenever somebody asks, whatever
 * has been forgotten meanwhile, and files of two of the host's filesystems cannot have the same.
 *
 * A file with several names has one number for all, which follows from the host's. Who only reads a directory has not
 * seen that there are more, and is told a number by the name: overlayfs knows such differences, too (Linux'
 * Documentation/filesystems/overlayfs.rst, "Inode properties").
 */

import { S_IFDIR, S_IFMT } from "@kernelet/abi";
import type { HostStat } from "../../host.ts";

const HIGH_BITS = 21;
const TWO_32 = 2 ** 32;

/** 53 bits: among a million files two are alike once in ten thousand times. */
function mixed(low: number, high: number): number {
  const a = finish(low ^ Math.imul(high, 0x9e37_79b1));
  const b = finish(high ^ a);
  // 0 is no number, and 1 is often a filesystem's root.
  return (b >>> (32 - HIGH_BITS)) * TWO_32 + (a >>> 0) + 2;
}

/** MurmurHash3's last step: each bit of `n` has a say in each of the result. */
function finish(n: number): number {
  let h = Math.imul(n ^ (n >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return h ^ (h >>> 16);
}

/** Of `name` in the directory with the number `parent`. */
export function numberBelow(parent: number, name: string): number {
  let low = parent | 0;
  let high = Math.floor(parent / TWO_32);
  // FNV-1a, twice: from different beginnings, with different factors.
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    low = Math.imul(low ^ c, 0x0100_0193);
    high = Math.imul(high ^ c, 0x01b7_5e4d);
  }
  return mixed(low, high);
}

/** Of what has other names, or none below the folder: its root. */
function numberOfFile({ dev, ino }: HostStat): number {
  return mixed((ino | 0) ^ Math.imul(dev, 0x85eb_ca77), Math.floor(ino / TWO_32) ^ dev);
}

/** Of what was seen at `name`. @param parent null: it is the folder itself */
export function numberFor(stat: HostStat, parent: number | null, name: string): number {
  const hasOthers = stat.nlink > 1 && (stat.mode & S_IFMT) !== S_IFDIR;
  return parent === null || hasOthers ? numberOfFile(stat) : numberBelow(parent, name);
}

/** Node's stat results as the Host interface has them. */
import type { BigIntStats, Dirent } from "node:fs";
import {
  DT_BLK,
  DT_CHR,
  DT_DIR,
  DT_FIFO,
  DT_LNK,
  DT_REG,
  DT_SOCK,
  DT_UNKNOWN,
} from "@kernelet/abi";
import type { HostStat } from "@kernelet/kernel";

const NSEC_PER_SEC = 1_000_000_000n;

export function hostStat(s: BigIntStats): HostStat {
  return {
    ino: Number(s.ino),
    dev: Number(s.dev),
    mode: Number(s.mode),
    nlink: Number(s.nlink),
    uid: Number(s.uid),
    gid: Number(s.gid),
    rdev: Number(s.rdev),
    size: Number(s.size),
    blocks: Number(s.blocks),
    atimeSec: seconds(s.atimeNs),
    atimeNsec: nanoseconds(s.atimeNs),
    mtimeSec: seconds(s.mtimeNs),
    mtimeNsec: nanoseconds(s.mtimeNs),
    ctimeSec: seconds(s.ctimeNs),
    ctimeNsec: nanoseconds(s.ctimeNs),
  };
}

function nanoseconds(ns: bigint): number {
  const rest = ns % NSEC_PER_SEC;
  return Number(rest < 0n ? rest + NSEC_PER_SEC : rest);
}

function seconds(ns: bigint): number {
  return Number((ns - BigInt(nanoseconds(ns))) / NSEC_PER_SEC);
}

/** DT_* of a directory entry. */
export function direntType(entry: Dirent): number {
  if (entry.isFile()) return DT_REG;
  if (entry.isDirectory()) return DT_DIR;
  if (entry.isSymbolicLink()) return DT_LNK;
  if (entry.isFIFO()) return DT_FIFO;
  if (entry.isSocket()) return DT_SOCK;
  if (entry.isCharacterDevice()) return DT_CHR;
  return entry.isBlockDevice() ? DT_BLK : DT_UNKNOWN;
}

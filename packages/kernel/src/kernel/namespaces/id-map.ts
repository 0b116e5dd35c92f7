/**
 * Maps of user and group numbers between a user namespace and the kernel's own numbers: user_namespaces(7),
 * "User and group ID mappings". Kernel numbers (Linux's kuid_t) are those of the first namespace; credentials and
 * inodes hold nothing else.
 */
import { EINVAL, type Errno } from "@kernelet/abi";

/** A line of uid_map with its second number as a kernel number. */
export interface IdExtent {
  readonly first: number;
  readonly lowerFirst: number;
  readonly count: number;
}

/** What an unmapped number shows as: kernel.overflowuid. */
export const OVERFLOW_ID = 65534;
/** (uid_t)-1: no number. */
export const INVALID_ID = 0xffffffff;
/** UID_GID_MAP_MAX_EXTENTS. */
const MAX_EXTENTS = 340;

export class IdMap {
  readonly extents: readonly IdExtent[];

  constructor(extents: readonly IdExtent[]) {
    this.extents = extents;
  }

  /** make_kuid(): INVALID_ID if nothing maps it. */
  toKernel(id: number): number {
    for (const { first, lowerFirst, count } of this.extents) {
      if (id >= first && id - first < count) return lowerFirst + (id - first);
    }
    return INVALID_ID;
  }

  /** from_kuid(): INVALID_ID if it has no number here. */
  fromKernel(kid: number): number {
    for (const { first, lowerFirst, count } of this.extents) {
      if (kid >= lowerFirst && kid - lowerFirst < count) return first + (kid - lowerFirst);
    }
    return INVALID_ID;
  }

  /** from_kuid_munged(): what programs see. */
  shown(kid: number): number {
    const id = this.fromKernel(kid);
    return id === INVALID_ID ? OVERFLOW_ID : id;
  }

  get isEmpty(): boolean {
    return this.extents.length === 0;
  }
}

/** All numbers, each its own. */
export const IDENTITY_MAP: IdMap = new IdMap([{ first: 0, lowerFirst: 0, count: 0xffffffff }]);

function parseLine(line: string): IdExtent | null {
  const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s*$/.exec(line);
  if (match === null) return null;
  const [first, lowerFirst, count] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const fits = (n: number): boolean => n < INVALID_ID && n + count <= 2 ** 32;
  if (count === 0 || !fits(first) || !fits(lowerFirst)) return null;
  // The last number stands for "none".
  if (first + count - 1 >= INVALID_ID || lowerFirst + count - 1 >= INVALID_ID) return null;
  return { first, lowerFirst, count };
}

function overlaps(a: IdExtent, b: IdExtent): boolean {
  const meet = (x: number, y: number): boolean => x < y + b.count && y < x + a.count;
  return meet(a.first, b.first) || meet(a.lowerFirst, b.lowerFirst);
}

/** The text written to uid_map, second numbers still those of the parent: map_write(). */
export function parseIdMap(text: string): readonly IdExtent[] | Errno {
  if (text.length >= 4096) return EINVAL;
  const extents: IdExtent[] = [];
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (const line of lines) {
    const extent = parseLine(line);
    if (extent === null || extents.length >= MAX_EXTENTS) return EINVAL;
    if (extents.some((other) => overlaps(extent, other))) return EINVAL;
    extents.push(extent);
  }
  return extents.length === 0 ? EINVAL : extents;
}

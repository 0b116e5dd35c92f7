/**
 * Locks on one inode: POSIX record locks (fcntl F_SETLK), open file description locks (F_OFD_SETLK) and flock(2).
 * fs/locks.c.
 *
 * A record lock is a range [start, end) with an owner: the FdTable for POSIX locks, the FileDescription for the
 * others. Leases wait here too: leases.ts. Invariant: the ranges of one owner do not overlap, neighbours of one type are merged.
 */
import { F_RDLCK } from "@kernelet/abi";
import { WaitQueue } from "../kernel/wait-queue.ts";
import type { FdTable } from "./fd-table.ts";
import type { FileDescription } from "./file-description.ts";
import type { Lease } from "./leases.ts";

export type LockOwner = FdTable | FileDescription;

export interface RecordLock {
  readonly owner: LockOwner;
  readonly isExclusive: boolean;
  readonly start: number;
  /** First byte after the range; Infinity for "to the end". */
  readonly end: number;
  /** Process that took it: F_GETLK's l_pid; -1 for open file description locks. */
  readonly pid: number;
}

/** Ranges on one file; then ENOLCK. Linux's own limit is the memory that the locks take. */
const MAX_RECORDS = 65536;

export class FileLocks {
  /** Owners in the order of their first lock, each one's locks together and by start: the order that F_GETLK tells. */
  #records: RecordLock[] = [];
  #flocks: { owner: FileDescription; isExclusive: boolean; pid: number }[] = [];
  /** F_SETLEASE: at most one of each open file. */
  readonly leases: Lease[] = [];
  readonly queue: WaitQueue = new WaitQueue();
  /** The first lock of another owner that bars `wanted`. */
  conflict(wanted: RecordLock): RecordLock | undefined {
    return this.#records.find(
      (l) =>
        l.owner !== wanted.owner &&
        (l.isExclusive || wanted.isExclusive) &&
        l.start < wanted.end &&
        wanted.start < l.end,
    );
  }

  /** The first lock that the owner of `wanted` has in its range. */
  held(wanted: RecordLock): RecordLock | undefined {
    return this.#records.find(
      (l) => l.owner === wanted.owner && l.start < wanted.end && wanted.start < l.end,
    );
  }

  /** Sets a lock that nothing bars, in place of what its owner held there. */
  set(wanted: RecordLock): void {
    let { start, end } = wanted;
    const own = this.#without(wanted.owner, start, end).filter((l) => {
      if (l.isExclusive !== wanted.isExclusive || l.end < start || l.start > end) return true;
      start = Math.min(start, l.start);
      end = Math.max(end, l.end);
      return false;
    });
    own.push({ ...wanted, start, end });
    own.sort((a, b) => a.start - b.start);
    this.#replace(wanted.owner, own);
  }

  unlock(owner: LockOwner, start: number, end: number): void {
    this.#replace(owner, this.#without(owner, start, end));
  }

  get isFull(): boolean {
    return this.#records.length >= MAX_RECORDS;
  }

  /** What `owner` has outside of [start, end). */
  #without(owner: LockOwner, start: number, end: number): RecordLock[] {
    return this.#records.flatMap((l) => {
      if (l.owner !== owner) return [];
      if (l.end <= start || l.start >= end) return [l];
      const rest: RecordLock[] = [];
      if (l.start < start) rest.push({ ...l, end: start });
      if (l.end > end) rest.push({ ...l, start: end });
      return rest;
    });
  }

  #replace(owner: LockOwner, own: readonly RecordLock[]): void {
    const first = this.#records.findIndex((l) => l.owner === owner);
    const others = this.#records.filter((l) => l.owner !== owner);
    others.splice(first < 0 ? others.length : first, 0, ...own);
    this.#records = others;
    this.queue.wake();
  }

  /** close(2) by the owner of POSIX locks, or the last close of a description. */
  removeOwner(owner: LockOwner): void {
    const lease = this.leases.find((l) => l.file === owner);
    if (lease !== undefined) this.removeLease(lease);
    const before = this.#records.length + this.#flocks.length;
    this.#records = this.#records.filter((l) => l.owner !== owner);
    this.#flocks = this.#flocks.filter((l) => l.owner !== owner);
    if (this.#records.length + this.#flocks.length !== before) this.queue.wake();
  }

  /** lease_modify(): whom the file told, and how, ends with it. */
  removeLease(lease: Lease): void {
    lease.file.owner = null;
    lease.file.ownerSignal = 0;
    this.leases.splice(this.leases.indexOf(lease), 1);
    this.queue.wake();
  }

  /** Its holder did not answer in time. */
  endLease(lease: Lease): void {
    if (lease.breaking?.to === F_RDLCK) {
      lease.type = F_RDLCK;
      lease.breaking = null;
      this.queue.wake();
    } else this.removeLease(lease);
  }

  /** flock(2). @returns whether the lock is held now. A lock of the other kind is given up first, as Linux does. */
  flock(owner: FileDescription, isExclusive: boolean, pid: number): boolean {
    const held = this.#flocks.find((l) => l.owner === owner);
    if (held?.isExclusive === isExclusive) return true;
    if (held !== undefined) this.funlock(owner);
    if (this.#flocks.some((l) => isExclusive || l.isExclusive)) return false;
    this.#flocks.push({ owner, isExclusive, pid });
    return true;
  }

  funlock(owner: FileDescription): void {
    this.#flocks = this.#flocks.filter((l) => l.owner !== owner);
    this.queue.wake();
  }

  get records(): readonly RecordLock[] {
    return this.#records;
  }
  get flocks(): readonly { owner: FileDescription; isExclusive: boolean; pid: number }[] {
    return this.#flocks;
  }
}

/**
 * Objects of one kind by identifier and by key: struct ipc_ids, ipc/util.c.
 *
 *   identifier = sequence number × 32768 + index
 *
 * Indexes are given in turn, so that an identifier comes back late.
 */
import {
  EEXIST,
  EINVAL,
  ENOENT,
  ENOSPC,
  type Errno,
  IPC_CREAT,
  IPC_EXCL,
  IPC_PRIVATE,
  isErrno,
} from "@kernelet/abi";
import type { Credentials } from "../kernel/credentials.ts";
import type { IpcObject } from "./ipc-object.ts";

/** IPCMNI: indexes of a kind, and where the sequence number begins. */
const INDEXES = 32768;
/** The least that indexes go up before they begin again. */
const MIN_CYCLE = 64;

export class IpcTable<T extends IpcObject> {
  readonly #limit: number;
  readonly #objects: Map<number, T> = new Map();
  readonly #keys: Map<number, T> = new Map();
  #lastIndex = -1;
  #sequence = 0;

  /** @param limit the most objects. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get count(): number {
    return this.#objects.size;
  }

  /** The highest index in use; 0 for none, as IPC_INFO says it. */
  get maxIndex(): number {
    let highest = 0;
    for (const index of this.#objects.keys()) highest = Math.max(highest, index);
    return highest;
  }

  /** In the order of indexes, as /proc/sysvipc lists them. */
  list(): T[] {
    return [...this.#objects].sort(([a], [b]) => a - b).map(([, object]) => object);
  }

  /** Adds a new object. ENOSPC: there are too many. */
  add(object: T): number | Errno {
    if (this.#objects.size >= this.#limit) return ENOSPC;
    const index = this.#nextIndex();
    if (index <= this.#lastIndex) this.#sequence = (this.#sequence + 1) % 65536;
    this.#lastIndex = index;
    object.sequence = this.#sequence;
    object.id = this.#sequence * INDEXES + index;
    this.#objects.set(index, object);
    if (object.key !== IPC_PRIVATE) this.#keys.set(object.key, object);
    return object.id;
  }

  #nextIndex(): number {
    const count = this.#objects.size;
    const cycle = Math.min(Math.max(Math.floor((count * 3) / 2), MIN_CYCLE), INDEXES);
    let index = (this.#lastIndex + 1) % cycle;
    while (this.#objects.has(index)) index = (index + 1) % INDEXES;
    return index;
  }

  /** The object of an identifier: EINVAL if there is none, or another one has its index by now. */
  get(id: number): T | Errno {
    if (id < 0) return EINVAL;
    const object = this.#objects.get(id % INDEXES);
    if (object === undefined) return EINVAL;
    return object.id === id ? object : EINVAL;
  }

  /** The object at an index: SHM_STAT and its kind. */
  at(index: number): T | Errno {
    return this.#objects.get(index % INDEXES) ?? EINVAL;
  }

  /**
   * shmget(2), semget(2), msgget(2): ipcget().
   *
   * @param suits whether an object that is there is what the caller asks for.
   * @param create makes one; `full` is what it gives, once the arguments are found good, if the table has no room.
   */
  obtain(
    key: number,
    flags: number,
    cred: Credentials,
    suits: (found: T) => 0 | Errno,
    create: (full: 0 | Errno) => T | Errno,
  ): number | Errno {
    const found = key === IPC_PRIVATE ? undefined : this.#keys.get(key);
    if (found === undefined) {
      if (key !== IPC_PRIVATE && (flags & IPC_CREAT) === 0) return ENOENT;
      const made = create(this.#objects.size >= this.#limit ? ENOSPC : 0);
      return isErrno(made) ? made : this.add(made);
    }
    if ((flags & IPC_CREAT) !== 0 && (flags & IPC_EXCL) !== 0) return EEXIST;
    const unfit = suits(found);
    if (unfit !== 0) return unfit;
    const refused = found.permits(cred, flags);
    return refused !== 0 ? refused : found.id;
  }

  /** No longer found by its key: a segment that is to go with its last attachment. */
  hideKey(object: T): void {
    if (this.#keys.get(object.key) === object) this.#keys.delete(object.key);
    object.key = IPC_PRIVATE;
  }

  remove(object: T): void {
    object.isRemoved = true;
    if (this.#keys.get(object.key) === object) this.#keys.delete(object.key);
    this.#objects.delete(object.id % INDEXES);
  }
}

/**
 * What namespaces of all kinds have in common: namespaces(7), Linux's struct ns_common. A namespace lives as long as
 * somebody holds a reference: a task (through its NsProxy, FsContext, credentials or pids), a file of nsfs, a mount of
 * that file, or a child namespace.
 */
import {
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWTIME,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
  ENOSPC,
  type Errno,
} from "@kernelet/abi";
import type { UserNamespace } from "./user-namespace.ts";

export type NamespaceKind = "cgroup" | "ipc" | "mnt" | "net" | "pid" | "time" | "user" | "uts";

/** The CLONE_NEW* flag of each kind: what NS_GET_NSTYPE tells. */
export const NAMESPACE_FLAGS: Readonly<Record<NamespaceKind, number>> = {
  cgroup: CLONE_NEWCGROUP,
  ipc: CLONE_NEWIPC,
  mnt: CLONE_NEWNS,
  net: CLONE_NEWNET,
  pid: CLONE_NEWPID,
  time: CLONE_NEWTIME,
  user: CLONE_NEWUSER,
  uts: CLONE_NEWUTS,
};

/** Inode numbers of the first namespace of each kind: include/linux/proc_ns.h. */
const INITIAL_INUM: Readonly<Record<NamespaceKind, number>> = {
  time: 4026531834,
  cgroup: 4026531835,
  pid: 4026531836,
  user: 4026531837,
  uts: 4026531838,
  ipc: 4026531839,
  net: 4026531840,
  mnt: 4026531841,
};

/** user.max_*_namespaces. A guest must not fill the kernel's own memory with them. */
export const MAX_NAMESPACES = 4096;

/** Gives out inode numbers and counts what there is. One for each kernel. */
export class NamespaceRegistry {
  #nextInum = 4026532176;
  readonly #counts: Map<NamespaceKind, number> = new Map();

  /** @returns the inode number of a new namespace. The first ones of a kernel are not counted. */
  allocate(kind: NamespaceKind): number | Errno {
    const count = this.#counts.get(kind) ?? 0;
    if (count >= MAX_NAMESPACES) return ENOSPC;
    this.#counts.set(kind, count + 1);
    return this.#nextInum++;
  }

  free(kind: NamespaceKind): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 1) - 1);
  }

  /** All that are alive besides the first ones. */
  get count(): number {
    let sum = 0;
    for (const count of this.#counts.values()) sum += count;
    return sum;
  }
}

/** What a new namespace is made with; null for the first one of its kind. */
export interface NamespaceOrigin {
  readonly inum: number;
  readonly owner: UserNamespace;
  readonly registry: NamespaceRegistry;
}

export abstract class Namespace {
  readonly kind: NamespaceKind;
  /** Inode number in nsfs. */
  readonly inum: number;
  /** Whose capabilities count here. Null: the first user namespace. */
  readonly owner: UserNamespace | null;
  readonly #registry: NamespaceRegistry | null;
  #refs = 0;

  constructor(kind: NamespaceKind, origin: NamespaceOrigin | null) {
    this.kind = kind;
    this.inum = origin?.inum ?? INITIAL_INUM[kind];
    this.owner = origin?.owner ?? null;
    this.#registry = origin?.registry ?? null;
    this.owner?.get();
  }

  get refs(): number {
    return this.#refs;
  }

  get(): this {
    this.#refs++;
    return this;
  }

  put(): void {
    if (--this.#refs > 0) return;
    // The first namespaces stay for as long as the kernel.
    if (this.#registry === null) return;
    this.#registry.free(this.kind);
    this.released();
    this.owner?.put();
  }

  /** Nobody is here any more. */
  protected released(): void {}
}

/**
 * The namespaces of a task besides those that other objects hold: its mount namespace is in FsContext, its user
 * namespace in its credentials, and its own PID namespace goes with its number (Linux's struct nsproxy). Never
 * changed in place; tasks share it until one unshares. There are no time namespaces.
 */
import type { IpcNamespace } from "../../ipc/ipc-namespace.ts";
import type { CgroupNamespace } from "./cgroup-namespace.ts";
import type { NetNamespace } from "./net-namespace.ts";
import type { PidNamespace } from "./pid-namespace.ts";
import type { UtsNamespace } from "./uts-namespace.ts";

export interface NsProxyParts {
  readonly uts: UtsNamespace;
  readonly ipc: IpcNamespace;
  readonly net: NetNamespace;
  readonly cgroup: CgroupNamespace;
  /** Where children will be. */
  readonly pidForChildren: PidNamespace;
}

export class NsProxy implements NsProxyParts {
  readonly uts: UtsNamespace;
  readonly ipc: IpcNamespace;
  readonly net: NetNamespace;
  readonly cgroup: CgroupNamespace;
  readonly pidForChildren: PidNamespace;
  /** Tasks that use this. */
  #refs = 0;

  constructor(parts: NsProxyParts) {
    this.uts = parts.uts;
    this.ipc = parts.ipc;
    this.net = parts.net;
    this.cgroup = parts.cgroup;
    this.pidForChildren = parts.pidForChildren;
    for (const ns of this.#all()) ns.get();
  }

  #all() {
    return [this.uts, this.ipc, this.net, this.cgroup, this.pidForChildren];
  }

  get(): this {
    this.#refs++;
    return this;
  }

  put(): void {
    if (--this.#refs > 0) return;
    for (const ns of this.#all()) ns.put();
  }
}

/** Cgroup namespaces: cgroup_namespaces(7). What "/" is in /proc/[pid]/cgroup and in mounts of cgroup2. */
import type { Cgroup } from "../cgroup/cgroup.ts";
import { Namespace, type NamespaceOrigin } from "./namespace.ts";

export class CgroupNamespace extends Namespace {
  readonly root: Cgroup;

  constructor(root: Cgroup, origin: NamespaceOrigin | null = null) {
    super("cgroup", origin);
    this.root = root;
  }
}

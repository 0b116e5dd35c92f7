/**
 * Who gets what is mounted elsewhere: the states of Documentation/filesystems/sharedsubtree.rst, and do_make_slave()
 * and change_mnt_propagation() of fs/pnode.c. What is sent along is in propagation.ts.
 *
 *   shared     one of a peer group: what is mounted on one member appears on all
 *   slave      receives from a peer group (its master) and sends nothing back; may be shared as well, further down
 *   private    neither
 *   unbindable private, and not to be copied by a bind mount
 */
import { MS_PRIVATE, MS_SHARED, MS_SLAVE, MS_UNBINDABLE } from "@kernelet/abi";
import type { Mount } from "./mount.ts";
import type { Vfs } from "./vfs.ts";

/** Numbers of peer groups, which are used again as soon as they are free. */
export class PeerGroupIds {
  readonly #used: Set<number> = new Set();
  /** No number below is free. */
  #lowest = 1;

  allocate(): number {
    while (this.#used.has(this.#lowest)) this.#lowest++;
    this.#used.add(this.#lowest);
    return this.#lowest++;
  }

  free(id: number): void {
    this.#used.delete(id);
    this.#lowest = Math.min(this.#lowest, id);
  }
}

/** "shared:N" of mountinfo. Invariant: has members. */
export class PeerGroup {
  readonly id: number;
  readonly ids: PeerGroupIds;
  readonly members: Set<Mount> = new Set();
  /** Mounts that receive from this group and send nothing back: "master:N". */
  readonly slaves: Set<Mount> = new Set();

  constructor(ids: PeerGroupIds) {
    this.id = ids.allocate();
    this.ids = ids;
  }
}

export function joinPeers(mount: Mount, group: PeerGroup): void {
  mount.peers = group;
  group.members.add(mount);
}

export function becomeSlave(mount: Mount, master: PeerGroup | null): void {
  mount.master?.slaves.delete(mount);
  mount.master = master;
  master?.slaves.add(mount);
}

/** A peer group of its own, if it has none. */
export function makeShared(vfs: Vfs, mount: Mount): void {
  mount.isUnbindable = false;
  if (mount.peers === null) joinPeers(mount, new PeerGroup(vfs.peerGroupIds));
}

/** Slave of its former peers; where it was the last one, its slaves get its own master. */
function makeSlave(mount: Mount): void {
  const group = mount.peers;
  if (group === null) return;
  mount.peers = null;
  group.members.delete(mount);
  if (group.members.size > 0) {
    becomeSlave(mount, group);
    return;
  }
  group.ids.free(group.id);
  for (const slave of [...group.slaves]) becomeSlave(slave, mount.master);
}

export function makePrivate(mount: Mount): void {
  makeSlave(mount);
  becomeSlave(mount, null);
}

/** `type` is one of MS_SHARED, MS_SLAVE, MS_PRIVATE, MS_UNBINDABLE. */
export function changePropagation(vfs: Vfs, mount: Mount, type: number): void {
  switch (type) {
    case MS_SHARED:
      makeShared(vfs, mount);
      return;
    case MS_SLAVE:
      makeSlave(mount);
      mount.isUnbindable = false;
      return;
    case MS_PRIVATE:
    case MS_UNBINDABLE:
      makePrivate(mount);
      mount.isUnbindable = type === MS_UNBINDABLE;
  }
}

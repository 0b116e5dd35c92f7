/** Sending mounts along, and taking them off again: propagate_mnt() and propagate_umount() of fs/pnode.c. */
import type { Mount } from "./mount.ts";
import { copyTree } from "./mount-copy.ts";
import { Path } from "./path.ts";
import type { PeerGroup } from "./peer-group.ts";
import type { Vfs } from "./vfs.ts";

/** Whether something mounted on `at` would show in `mount`, a relative of `at.mount`. */
function covers(mount: Mount, at: Path): boolean {
  return mount.namespace !== null && at.dentry.isWithin(mount.root);
}

/**
 * Copies `source`, whose mounts are shared already, to everywhere that `at` propagates to: propagate_mnt().
 * @returns the tops of the copies with their places; nothing is attached yet.
 */
export function propagateMount(vfs: Vfs, at: Path, source: Mount): [Mount, Path][] {
  const copies: [Mount, Path][] = [];
  const group = at.mount.peers;
  if (group === null) return copies;
  for (const peer of group.members) {
    if (peer !== at.mount && covers(peer, at)) copies.push(copyFor(vfs, peer, at, source, "peer"));
  }
  propagateToSlaves(vfs, group, at, source, copies);
  return copies;
}

function propagateToSlaves(
  vfs: Vfs,
  group: PeerGroup,
  at: Path,
  source: Mount,
  copies: [Mount, Path][],
): void {
  const done: Set<PeerGroup> = new Set();
  for (const slave of [...group.slaves]) {
    const { peers } = slave;
    if (peers === null) {
      if (covers(slave, at)) copies.push(copyFor(vfs, slave, at, source, "slave"));
      continue;
    }
    if (done.has(peers)) continue;
    done.add(peers);
    // Slaves that are peers of each other: the first one's copy is the others' source.
    let first: Mount = source;
    for (const peer of peers.members) {
      if (!covers(peer, at)) continue;
      const kind = first === source ? "shared slave" : "peer";
      const copy = copyFor(vfs, peer, at, first, kind);
      copies.push(copy);
      if (first === source) first = copy[0];
    }
    propagateToSlaves(vfs, peers, at, first, copies);
  }
}

function copyFor(
  vfs: Vfs,
  to: Mount,
  at: Path,
  source: Mount,
  relation: "peer" | "slave" | "shared slave",
): [Mount, Path] {
  const copy = copyTree(vfs, source, source.root, { relation, keepsUnbindable: true });
  // What comes from a more privileged namespace stays as it is.
  if (to.namespace?.owner !== at.mount.namespace?.owner) {
    for (const mount of copy.tree()) {
      mount.lockedFlags = mount.flags;
      if (mount !== copy) mount.isLocked = true;
    }
    copy.isLocked = true;
  }
  return [copy, new Path(to, at.dentry)];
}

/** Every mount that a mount on `at` would propagate to, `at.mount` not counted. */
function* receivers(at: Path): IterableIterator<Mount> {
  const groups = at.mount.peers === null ? [] : [at.mount.peers];
  const seen: Set<PeerGroup> = new Set(groups);
  for (const group of groups) {
    for (const peer of group.members) if (peer !== at.mount && covers(peer, at)) yield peer;
    for (const slave of group.slaves) {
      if (slave.peers === null) {
        if (covers(slave, at)) yield slave;
      } else if (!seen.has(slave.peers)) {
        seen.add(slave.peers);
        groups.push(slave.peers);
      }
    }
  }
}

/** How many copies of a mount on `at` there would be. */
export function countReceivers(at: Path): number {
  let count = 0;
  for (const _ of receivers(at)) count++;
  return count;
}

/** The mounts that stand where `mount`'s place propagates to: they go when it goes. */
export function propagatedMounts(mount: Mount): Mount[] {
  const { parent, mountpoint } = mount;
  if (parent === null || mountpoint === null) return [];
  const found: Mount[] = [];
  for (const receiver of receivers(new Path(parent, mountpoint))) {
    const child = receiver.children.get(mountpoint);
    if (child !== undefined) found.push(child);
  }
  return found;
}

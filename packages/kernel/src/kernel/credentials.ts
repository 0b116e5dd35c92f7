/**
 * Who a task is: credentials(7), capabilities(7). Never changed in place: a system call makes a copy,
 * changes it and puts it on the task (Linux's prepare_creds and commit_creds), so tasks share objects.
 */
import { CAP_LAST_CAP } from "@kernelet/abi";
import { BitSet64 } from "./bit-set.ts";
import { INVALID_ID } from "./namespaces/id-map.ts";
import { INIT_USER_NAMESPACE, type UserNamespace } from "./namespaces/user-namespace.ts";

/** Every capability there is. */
export function allCapabilities(): BitSet64 {
  const set = new BitSet64();
  for (let cap = 0; cap <= CAP_LAST_CAP; cap++) set.add(cap);
  return set;
}

export class Credentials {
  /** Real, effective, saved and file system user. */
  uid = 0;
  euid = 0;
  suid = 0;
  fsuid = 0;
  gid = 0;
  egid = 0;
  sgid = 0;
  fsgid = 0;
  /** Supplementary groups, ascending, without duplicates removed (as setgroups gave them, sorted). */
  groups: readonly number[] = [];
  inheritable: BitSet64 = new BitSet64();
  permitted: BitSet64 = new BitSet64();
  effective: BitSet64 = new BitSet64();
  bounding: BitSet64 = allCapabilities();
  ambient: BitSet64 = new BitSet64();
  /** SECBIT_*. */
  securebits = 0;
  /** PR_SET_NO_NEW_PRIVS: execve grants nothing. Linux keeps this on the task; nothing tells the difference. */
  noNewPrivs = false;
  /** Where the capabilities count. */
  userNamespace: UserNamespace = INIT_USER_NAMESPACE;

  /** Root with all capabilities. */
  static root(): Credentials {
    const credentials = new Credentials();
    credentials.permitted = allCapabilities();
    credentials.effective = allCapabilities();
    return credentials;
  }

  /** A user as login leaves it: no capabilities unless uid is 0. */
  static user(uid: number, gid: number, groups: readonly number[] = []): Credentials {
    const credentials = uid === 0 ? Credentials.root() : new Credentials();
    credentials.uid = credentials.euid = credentials.suid = credentials.fsuid = uid;
    credentials.gid = credentials.egid = credentials.sgid = credentials.fsgid = gid;
    credentials.groups = [...groups].sort((a, b) => a - b);
    return credentials;
  }

  /** Neither now nor by execve(2) has it more than these. For credentials that are not in use yet. */
  limitTo(capabilities: readonly number[]): void {
    const allowed = BitSet64.of(...capabilities);
    for (const set of [this.bounding, this.permitted, this.effective]) set.intersect(allowed);
  }

  copy(): Credentials {
    const copy = Object.assign(new Credentials(), this);
    copy.inheritable = this.inheritable.copy();
    copy.permitted = this.permitted.copy();
    copy.effective = this.effective.copy();
    copy.bounding = this.bounding.copy();
    copy.ambient = this.ambient.copy();
    return copy;
  }

  /** Whether capability `cap` is effective over the whole machine: capable(). */
  has(cap: number): boolean {
    return this.userNamespace === INIT_USER_NAMESPACE && this.effective.has(cap);
  }

  /** Whether `cap` is effective in one's own user namespace. */
  hasHere(cap: number): boolean {
    return this.effective.has(cap);
  }

  /** Whether `cap` is effective in `target`: ns_capable(). Who made a user namespace has all of them in it. */
  hasIn(target: UserNamespace, cap: number): boolean {
    for (let ns = target; ; ns = ns.parent) {
      if (ns === this.userNamespace) return this.effective.has(cap);
      if (ns.level <= this.userNamespace.level || ns.parent === null) return false;
      if (ns.parent === this.userNamespace && ns.ownerUid === this.euid) return true;
    }
  }

  /** Whether `cap` is effective over a file of this owner and group: capable_wrt_inode_uidgid(). */
  hasOver(owner: { readonly uid: number; readonly gid: number }, cap: number): boolean {
    if (!this.effective.has(cap)) return false;
    const ns = this.userNamespace;
    if (ns === INIT_USER_NAMESPACE) return true;
    return (
      ns.uidMap.fromKernel(owner.uid) !== INVALID_ID &&
      ns.gidMap.fromKernel(owner.gid) !== INVALID_ID
    );
  }

  /** Whether `gid` is the file system group or a supplementary one: in_group_p(). */
  inGroup(gid: number): boolean {
    return this.fsgid === gid || this.groups.includes(gid);
  }

  /** The same with the effective group: in_egroup_p(). */
  inEffectiveGroup(gid: number): boolean {
    return this.egid === gid || this.groups.includes(gid);
  }
}

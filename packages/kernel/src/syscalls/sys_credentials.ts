/** Users and groups: setuid(2) and its family, setgroups(2). kernel/sys.c. */
import {
  CAP_SETGID,
  CAP_SETUID,
  EFAULT,
  EINVAL,
  EPERM,
  type Errno,
  isErrno,
  NGROUPS_MAX,
} from "@kernelet/abi";
import {
  fixCapabilitiesAfterSetfsuid,
  fixCapabilitiesAfterSetuid,
} from "../kernel/capabilities.ts";
import type { Credentials } from "../kernel/credentials.ts";
import { type IdMap, INVALID_ID } from "../kernel/namespaces/id-map.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

/** -1 in a set*id call: leave it. */
const KEEP = 0xffffffff;

/** How the task's user namespace numbers users and groups. */
function uids(task: Task): IdMap {
  return task.credentials.userNamespace.uidMap;
}

function gids(task: Task): IdMap {
  return task.credentials.userNamespace.gidMap;
}

/** The first `count` arguments as the kernel's numbers; EINVAL for one that is not mapped. */
function kernelIds(map: IdMap, args: SyscallArgs, count: number): number[] | Errno {
  const ids: number[] = [];
  for (let i = 0; i < count; i++) {
    const id = args.uint(i);
    const kernelId = id === KEEP ? KEEP : map.toKernel(id);
    if (id !== KEEP && kernelId === INVALID_ID) return EINVAL;
    ids.push(kernelId);
  }
  return ids;
}

/** Puts new credentials on the task: commit_creds(). */
function commit(task: Task, next: Credentials): 0 {
  const old = task.credentials;
  const isSameUser = next.euid === old.euid && next.fsuid === old.fsuid;
  const isSameGroup = next.egid === old.egid && next.fsgid === old.fsgid;
  if (!isSameUser || !isSameGroup || !next.permitted.isSubsetOf(old.permitted)) {
    task.threadGroup.dumpable = 0;
    task.parentDeathSignal = 0;
  }
  task.credentials = next;
  return 0;
}

function commitUser(task: Task, next: Credentials): 0 {
  fixCapabilitiesAfterSetuid(task.credentials, next);
  return commit(task, next);
}

export function getuid(task: Task): SyscallResult {
  return uids(task).shown(task.credentials.uid);
}

export function geteuid(task: Task): SyscallResult {
  return uids(task).shown(task.credentials.euid);
}

export function getgid(task: Task): SyscallResult {
  return gids(task).shown(task.credentials.gid);
}

export function getegid(task: Task): SyscallResult {
  return gids(task).shown(task.credentials.egid);
}

export function setuid(task: Task, args: SyscallArgs): SyscallResult {
  const uid = uids(task).toKernel(args.uint(0));
  if (uid === INVALID_ID) return EINVAL;
  const old = task.credentials;
  const next = old.copy();
  if (old.hasHere(CAP_SETUID)) next.uid = next.suid = uid;
  else if (uid !== old.uid && uid !== old.suid) return EPERM;
  next.euid = next.fsuid = uid;
  return commitUser(task, next);
}

export function setgid(task: Task, args: SyscallArgs): SyscallResult {
  const gid = gids(task).toKernel(args.uint(0));
  if (gid === INVALID_ID) return EINVAL;
  const old = task.credentials;
  const next = old.copy();
  if (old.hasHere(CAP_SETGID)) next.gid = next.sgid = gid;
  else if (gid !== old.gid && gid !== old.sgid) return EPERM;
  next.egid = next.fsgid = gid;
  return commit(task, next);
}

export function setreuid(task: Task, args: SyscallArgs): SyscallResult {
  const ids = kernelIds(uids(task), args, 2);
  if (isErrno(ids)) return ids;
  const [ruid = KEEP, euid = KEEP] = ids;
  const old = task.credentials;
  const next = old.copy();
  const privileged = old.hasHere(CAP_SETUID);
  if (ruid !== KEEP) {
    if (ruid !== old.uid && ruid !== old.euid && !privileged) return EPERM;
    next.uid = ruid;
  }
  if (euid !== KEEP) {
    if (euid !== old.uid && euid !== old.euid && euid !== old.suid && !privileged) return EPERM;
    next.euid = euid;
  }
  if (ruid !== KEEP || (euid !== KEEP && euid !== old.uid)) next.suid = next.euid;
  next.fsuid = next.euid;
  return commitUser(task, next);
}

export function setregid(task: Task, args: SyscallArgs): SyscallResult {
  const ids = kernelIds(gids(task), args, 2);
  if (isErrno(ids)) return ids;
  const [rgid = KEEP, egid = KEEP] = ids;
  const old = task.credentials;
  const next = old.copy();
  const privileged = old.hasHere(CAP_SETGID);
  if (rgid !== KEEP) {
    if (rgid !== old.gid && rgid !== old.egid && !privileged) return EPERM;
    next.gid = rgid;
  }
  if (egid !== KEEP) {
    if (egid !== old.gid && egid !== old.egid && egid !== old.sgid && !privileged) return EPERM;
    next.egid = egid;
  }
  if (rgid !== KEEP || (egid !== KEEP && egid !== old.gid)) next.sgid = next.egid;
  next.fsgid = next.egid;
  return commit(task, next);
}

export function setresuid(task: Task, args: SyscallArgs): SyscallResult {
  const ids = kernelIds(uids(task), args, 3);
  if (isErrno(ids)) return ids;
  const [ruid = KEEP, euid = KEEP, suid = KEEP] = ids;
  const old = task.credentials;
  // With nothing to change, the file system's user stays, too (since Linux 6.1.26).
  const keepsEffective = euid === KEEP || (euid === old.euid && euid === old.fsuid);
  if ([KEEP, old.uid].includes(ruid) && keepsEffective && [KEEP, old.suid].includes(suid)) return 0;
  const known = [old.uid, old.euid, old.suid, KEEP];
  if (![ruid, euid, suid].every((id) => known.includes(id)) && !old.hasHere(CAP_SETUID))
    return EPERM;
  const next = old.copy();
  if (ruid !== KEEP) next.uid = ruid;
  if (euid !== KEEP) next.euid = euid;
  if (suid !== KEEP) next.suid = suid;
  next.fsuid = next.euid;
  return commitUser(task, next);
}

export function setresgid(task: Task, args: SyscallArgs): SyscallResult {
  const ids = kernelIds(gids(task), args, 3);
  if (isErrno(ids)) return ids;
  const [rgid = KEEP, egid = KEEP, sgid = KEEP] = ids;
  const old = task.credentials;
  const keepsEffective = egid === KEEP || (egid === old.egid && egid === old.fsgid);
  if ([KEEP, old.gid].includes(rgid) && keepsEffective && [KEEP, old.sgid].includes(sgid)) return 0;
  const known = [old.gid, old.egid, old.sgid, KEEP];
  if (![rgid, egid, sgid].every((id) => known.includes(id)) && !old.hasHere(CAP_SETGID))
    return EPERM;
  const next = old.copy();
  if (rgid !== KEEP) next.gid = rgid;
  if (egid !== KEEP) next.egid = egid;
  if (sgid !== KEEP) next.sgid = sgid;
  next.fsgid = next.egid;
  return commit(task, next);
}

function copyOutIds(
  task: Task,
  args: SyscallArgs,
  map: IdMap,
  ids: readonly number[],
): SyscallResult {
  for (const [i, id] of ids.entries()) {
    const stored = task.mm.writeUint32(args.pointer(i), map.shown(id));
    if (isErrno(stored)) return stored;
  }
  return 0;
}

export function getresuid(task: Task, args: SyscallArgs): SyscallResult {
  const { uid, euid, suid } = task.credentials;
  return copyOutIds(task, args, uids(task), [uid, euid, suid]);
}

export function getresgid(task: Task, args: SyscallArgs): SyscallResult {
  const { gid, egid, sgid } = task.credentials;
  return copyOutIds(task, args, gids(task), [gid, egid, sgid]);
}

/** setfsuid(2): always gives the old one; -1 only asks. */
export function setfsuid(task: Task, args: SyscallArgs): SyscallResult {
  const uid = uids(task).toKernel(args.uint(0));
  const old = task.credentials;
  const mine = [old.uid, old.euid, old.suid, old.fsuid].includes(uid);
  if (uid !== KEEP && uid !== old.fsuid && (mine || old.hasHere(CAP_SETUID))) {
    const next = old.copy();
    next.fsuid = uid;
    fixCapabilitiesAfterSetfsuid(old, next);
    commit(task, next);
  }
  return uids(task).shown(old.fsuid);
}

export function setfsgid(task: Task, args: SyscallArgs): SyscallResult {
  const gid = gids(task).toKernel(args.uint(0));
  const old = task.credentials;
  const mine = [old.gid, old.egid, old.sgid, old.fsgid].includes(gid);
  if (gid !== KEEP && gid !== old.fsgid && (mine || old.hasHere(CAP_SETGID))) {
    const next = old.copy();
    next.fsgid = gid;
    commit(task, next);
  }
  return gids(task).shown(old.fsgid);
}

export function getgroups(task: Task, args: SyscallArgs): SyscallResult {
  const size = args.int(0);
  const { groups } = task.credentials;
  if (size < 0) return EINVAL;
  if (size === 0) return groups.length;
  if (size < groups.length) return EINVAL;
  const words = Uint32Array.from(groups, (gid) => gids(task).shown(gid));
  const stored = task.mm.copyOut(args.pointer(1), new Uint8Array(words.buffer));
  return isErrno(stored) ? stored : groups.length;
}

export function setgroups(task: Task, args: SyscallArgs): SyscallResult {
  const size = args.uint(0);
  const { credentials } = task;
  if (!credentials.hasHere(CAP_SETGID) || !credentials.userNamespace.maySetgroups) return EPERM;
  if (size > NGROUPS_MAX) return EINVAL;
  // One after the other (groups_from_user): a wrong number before a place that cannot be read counts.
  const groups: number[] = [];
  for (let i = 0; i < size; i++) {
    const gid = task.mm.readInt32(args.pointer(1) + 4 * i);
    if (gid === null) return EFAULT;
    const group = gids(task).toKernel(gid >>> 0);
    if (group === INVALID_ID) return EINVAL;
    groups.push(group);
  }
  const next = task.credentials.copy();
  next.groups = groups.sort((a, b) => a - b);
  task.credentials = next;
  return 0;
}

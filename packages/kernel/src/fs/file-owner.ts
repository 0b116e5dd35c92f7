/**
 * Whom a file tells that it is ready, or that a directory changed: fcntl(2), "Managing signals";
 * fs/fcntl.c, struct fown_struct and send_sigio().
 */
import {
  EINVAL,
  type Errno,
  ESRCH,
  F_OWNER_PGRP,
  F_OWNER_PID,
  F_OWNER_TID,
  POLL_ERR,
  POLL_HUP,
  POLL_IN,
  POLL_MSG,
  POLL_OUT,
  POLL_PRI,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLMSG,
  POLLOUT,
  POLLPRI,
  POLLRDBAND,
  POLLRDNORM,
  POLLWRBAND,
  POLLWRNORM,
  SI_SIGIO,
  SIGBUS,
  SIGCHLD,
  SIGFPE,
  SIGILL,
  SIGIO,
  SIGSEGV,
  SIGSYS,
  SIGTRAP,
} from "@kernelet/abi";
import type { PidNamespace } from "../kernel/namespaces/pid-namespace.ts";
import { ProcessGroup } from "../kernel/session.ts";
import { kernelInfo, type SigInfo } from "../kernel/siginfo.ts";
import { sendToProcess, sendToThread } from "../kernel/signal.ts";
import { Task } from "../kernel/task.ts";
import type { ThreadGroup } from "../kernel/thread-group.ts";
import type { FileDescription } from "./file-description.ts";

export interface FileOwner {
  /** F_OWNER_*. */
  readonly type: number;
  /** null: nobody, or what the number named is no target of this type. */
  readonly target: Task | ThreadGroup | ProcessGroup | null;
  /** Of the task that set the owner: what it may send signals to. */
  readonly uid: number;
  readonly euid: number;
}

/** What `id` names as an owner of `type`; null for a number that is of something else; undefined for a free one. */
function findOwner(pids: PidNamespace, type: number, id: number): FileOwner["target"] | undefined {
  if (!pids.isUsed(id)) return undefined;
  if (type === F_OWNER_TID) return pids.task(id) ?? null;
  if (type === F_OWNER_PID) return pids.threadGroup(id) ?? null;
  return pids.processGroup(id) ?? null;
}

/** The owner's number; 0 for none, or one that is gone. */
export function ownerId(owner: FileOwner | null): number {
  const target = owner?.target ?? null;
  if (target === null) return 0;
  if (target instanceof Task) return target.state === "dead" ? 0 : target.tid;
  if (target instanceof ProcessGroup) return target.members.size === 0 ? 0 : target.id;
  return target.isReaped ? 0 : target.tgid;
}

/** @param id 0: nobody from now on. */
export function nameOwner(task: Task, file: FileDescription, type: number, id: number): 0 | Errno {
  const target = id === 0 ? null : findOwner(task.pids, type, id);
  if (target === undefined) return ESRCH;
  const { uid, euid } = task.credentials;
  file.owner = { type, target, uid, euid };
  return 0;
}

/** F_GETOWN, SIOCGPGRP: the process, or minus the group. */
export function ownerNumber(task: Task, file: FileDescription): number {
  const id = task.pids.show(ownerId(file.owner));
  return file.owner?.type === F_OWNER_PGRP ? -id : id;
}

/** F_SETOWN, SIOCSPGRP. */
export function setOwnerNumber(task: Task, file: FileDescription, id: number): 0 | Errno {
  if (id === -(2 ** 31)) return EINVAL;
  return nameOwner(task, file, id < 0 ? F_OWNER_PGRP : F_OWNER_PID, Math.abs(id));
}

/** si_band of each POLL_* reason (band_table). */
const BANDS: ReadonlyMap<number, number> = new Map([
  [POLL_IN, POLLIN | POLLRDNORM],
  [POLL_OUT, POLLOUT | POLLWRNORM | POLLWRBAND],
  [POLL_MSG, POLLIN | POLLRDNORM | POLLMSG],
  [POLL_ERR, POLLERR],
  [POLL_PRI, POLLPRI | POLLRDBAND],
  [POLL_HUP, POLLHUP | POLLERR],
]);

/** Signals whose own codes would be taken for POLL_*: they say SI_SIGIO. */
const HAVE_CODES: ReadonlySet<number> = new Set([
  SIGILL,
  SIGFPE,
  SIGSEGV,
  SIGBUS,
  SIGTRAP,
  SIGCHLD,
  SIGSYS,
]);

export interface Readiness {
  /** F_SETSIG; 0: SIGIO without more to say. */
  readonly signal: number;
  /** The descriptor that asked. */
  readonly fd: number;
  /** POLL_*. */
  readonly reason: number;
}

/** Sends the owner its signal: send_sigio(). */
export function signalOwner(owner: FileOwner | null, readiness: Readiness): void {
  const target = owner?.target ?? null;
  if (owner === null || target === null) return;
  if (target instanceof Task) {
    if (target.isAlive && maySignal(owner, target))
      sendEither(readiness, (i) => sendToThread(target, i));
    return;
  }
  const groups = target instanceof ProcessGroup ? [...target.members] : [target];
  for (const group of groups) {
    if (group.isDead || !maySignal(owner, group.leader)) continue;
    sendEither(readiness, (info) => sendToProcess(group, info));
  }
}

/** sigio_perm(). */
function maySignal(owner: FileOwner, task: Task): boolean {
  const { uid, suid } = task.credentials;
  const own = [owner.uid, owner.euid];
  return owner.euid === 0 || own.includes(uid) || own.includes(suid);
}

/** The signal that was asked for; SIGIO where none was, or where its queue is full. */
function sendEither(readiness: Readiness, send: (info: SigInfo) => number): void {
  const { signal: signo, fd, reason } = readiness;
  if (signo !== 0) {
    const code = HAVE_CODES.has(signo) ? SI_SIGIO : reason;
    if (send({ signo, code, band: BANDS.get(reason) ?? -1, fd }) === 0) return;
  }
  send(kernelInfo(SIGIO));
}

/** Sending signals: kill(2), tkill(2), tgkill(2), rt_sigqueueinfo(2), pidfd_send_signal(2). */
import {
  CAP_KILL,
  EFAULT,
  EINVAL,
  EPERM,
  type Errno,
  ESRCH,
  isErrno,
  isValidSignal,
  SI_TKILL,
  SI_USER,
  SIGINFO,
} from "@kernelet/abi";
import { pidfdTarget } from "../fs/pidfd.ts";
import { processOfDirectory } from "../fs/procfs/process.ts";
import { isKernelReaper } from "../kernel/reaper.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { ProcessGroup } from "../kernel/session.ts";
import { readSigInfo, type SigInfo, userInfo } from "../kernel/siginfo.ts";
import { mayKill, sendToProcess, sendToThread } from "../kernel/signal.ts";
import type { Task } from "../kernel/task.ts";
import type { ThreadGroup } from "../kernel/thread-group.ts";
import type { SyscallArgs } from "./args.ts";

/** Signal 0 asks only whether one could be sent. */
function isValidOrZero(signo: number): boolean {
  return signo === 0 || isValidSignal(signo);
}

function fromUser(task: Task, signo: number): SigInfo {
  return userInfo(signo, task.threadGroup.tgid, task.credentials.uid);
}

function sendChecked(task: Task, target: ThreadGroup, info: SigInfo): 0 | Errno {
  const refused = mayKill(task, target, info.signo);
  if (refused !== 0 || info.signo === 0) return refused;
  return sendToProcess(target, info);
}

export function kill(task: Task, args: SyscallArgs): SyscallResult {
  const pid = args.int(0);
  const signo = args.int(1);
  if (!isValidOrZero(signo)) return EINVAL;
  const info = fromUser(task, signo);
  if (pid > 0) {
    const target = task.pids.threadGroup(pid) ?? task.pids.task(pid)?.threadGroup;
    if (target !== undefined) return sendChecked(task, target, info);
    return isKernelReaper(task, pid) ? killReaper(task) : ESRCH;
  }
  if (pid === -1) return killAll(task, info);
  if (pid === -(2 ** 31)) return ESRCH;
  const own = task.threadGroup.processGroup;
  return killGroup(task, pid === 0 ? own : task.pids.processGroup(-pid), info);
}

function killReaper(task: Task): 0 | Errno {
  const { uid, euid } = task.credentials;
  return uid === 0 || euid === 0 || task.credentials.has(CAP_KILL) ? 0 : EPERM;
}

/** One success is success; else the last refusal. */
function killGroup(task: Task, group: ProcessGroup | undefined, info: SigInfo): 0 | Errno {
  let result: 0 | Errno = ESRCH;
  let succeeded = false;
  for (const member of [...(group?.members ?? [])]) {
    result = sendChecked(task, member, info);
    succeeded ||= result === 0;
  }
  return succeeded ? 0 : result;
}

/** Everybody in the PID namespace but its pid 1 and the caller's own process. */
function killAll(task: Task, info: SigInfo): 0 | Errno {
  let count = 0;
  let result: 0 | Errno = 0;
  for (const target of task.pids.threadGroups) {
    if (target === task.threadGroup || task.pids.show(target.tgid) === 1) continue;
    count++;
    const sent = sendChecked(task, target, info);
    if (sent !== EPERM) result = sent;
  }
  return count === 0 ? ESRCH : result;
}

export function tkill(task: Task, args: SyscallArgs): SyscallResult {
  return killThread(task, 0, args.int(0), args.int(1));
}

export function tgkill(task: Task, args: SyscallArgs): SyscallResult {
  const tgid = args.int(0);
  if (tgid <= 0) return EINVAL;
  return killThread(task, tgid, args.int(1), args.int(2));
}

function killThread(task: Task, tgid: number, tid: number, signo: number): SyscallResult {
  if (tid <= 0) return EINVAL;
  return sendToTid(task, tgid, tid, { ...fromUser(task, signo), code: SI_TKILL });
}

/** `tgid` 0: whatever process the thread belongs to. */
function sendToTid(task: Task, tgid: number, tid: number, info: SigInfo): 0 | Errno {
  const target = task.pids.task(tid);
  const isOther = tgid !== 0 && target?.threadGroup !== task.pids.threadGroup(tgid);
  if (target === undefined || isOther) return ESRCH;
  if (!isValidOrZero(info.signo)) return EINVAL;
  const refused = mayKill(task, target.threadGroup, info.signo);
  if (refused !== 0 || info.signo === 0) return refused;
  return sendToThread(target, info);
}

/** A siginfo that a program made. It may not pretend to be kill(2) or the kernel towards others. */
function readUserInfo(task: Task, addr: number, signo: number): SigInfo | Errno {
  const bytes = task.mm.copyIn(addr, SIGINFO.size);
  return isErrno(bytes) ? bytes : readSigInfo(bytes, signo);
}

function isForged(info: SigInfo): boolean {
  return info.code >= SI_USER || info.code === SI_TKILL;
}

export function rtSigqueueinfo(task: Task, args: SyscallArgs): SyscallResult {
  const tgid = args.int(0);
  const signo = args.int(1);
  const info = readUserInfo(task, args.pointer(2), signo);
  if (isErrno(info)) return info;
  const target = task.pids.threadGroup(tgid);
  if (isForged(info) && target !== task.threadGroup) return EPERM;
  if (target === undefined) return ESRCH;
  if (!isValidOrZero(signo)) return EINVAL;
  return sendChecked(task, target, info);
}

export function rtTgsigqueueinfo(task: Task, args: SyscallArgs): SyscallResult {
  const tgid = args.int(0);
  const tid = args.int(1);
  const signo = args.int(2);
  const info = readUserInfo(task, args.pointer(3), signo);
  if (isErrno(info)) return info;
  if (tgid <= 0 || tid <= 0) return EINVAL;
  if (isForged(info) && tid !== task.pids.show(task.tid)) return EPERM;
  return sendToTid(task, tgid, tid, info);
}

/** What a pidfd names, or a descriptor of /proc/[pid]. */
function signalTarget(task: Task, fd: number): ThreadGroup | Errno {
  const file = task.fdTable.file(fd);
  if (isErrno(file)) return file;
  return processOfDirectory(file.inode) ?? pidfdTarget(task, fd);
}

export function pidfdSendSignal(task: Task, args: SyscallArgs): SyscallResult {
  const signo = args.int(1);
  const infoAddr = args.pointer(2);
  if (args.uint(3) !== 0) return EINVAL;
  const target = signalTarget(task, args.fd(0));
  if (isErrno(target)) return target;
  if (target.isReaped) return ESRCH;
  if (infoAddr === 0) {
    return isValidOrZero(signo) ? sendChecked(task, target, fromUser(task, signo)) : EINVAL;
  }
  const bytes = task.mm.copyIn(infoAddr, SIGINFO.size);
  if (isErrno(bytes)) return EFAULT;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (view.getInt32(SIGINFO.si_signo, true) !== signo || !isValidOrZero(signo)) return EINVAL;
  const info = readSigInfo(bytes, signo);
  if (isForged(info) && target !== task.threadGroup) return EPERM;
  return sendChecked(task, target, info);
}

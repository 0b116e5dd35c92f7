/** Sending signals: kill(2), tkill(2), tgkill(2), rt_sigqueueinfo(2), pidfd_send_signal(2). */
import {
  CAP_KILL,
  E2BIG,
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
import {
  hasKnownLayout,
  KERNEL_SIGINFO_SIZE,
  readSigInfo,
  type SigInfo,
  userInfo,
} from "../kernel/siginfo.ts";
import { mayKill, sendToProcess, sendToThread } from "../kernel/signal.ts";
import type { Task } from "../kernel/task.ts";
import type { ThreadGroup } from "../kernel/thread-group.ts";
import type { SyscallArgs } from "./args.ts";

/** Signal 0 asks only whether one could be sent. */
function isValidOrZero(signo: number): boolean {
  return signo === 0 || isValidSignal(signo);
}

/** check_kill_permission(): whether the number is one is asked only once there is somebody to send it to. */
function checkKill(task: Task, target: ThreadGroup, signo: number): 0 | Errno {
  return isValidOrZero(signo) ? mayKill(task, target, signo) : EINVAL;
}

function fromUser(task: Task, signo: number): SigInfo {
  return userInfo(signo, task.threadGroup.tgid, task.credentials.uid);
}

function sendChecked(task: Task, target: ThreadGroup, info: SigInfo): 0 | Errno {
  const refused = checkKill(task, target, info.signo);
  if (refused !== 0 || info.signo === 0) return refused;
  return sendToProcess(target, info);
}

export function kill(task: Task, args: SyscallArgs): SyscallResult {
  const pid = args.int(0);
  const signo = args.int(1);
  const info = fromUser(task, signo);
  if (pid > 0) {
    const target = processOf(task, pid);
    if (target !== undefined) return sendChecked(task, target, info);
    return isKernelReaper(task, pid) ? killReaper(task, signo) : ESRCH;
  }
  if (pid === -1) return killAll(task, info);
  if (pid === -(2 ** 31)) return ESRCH;
  const own = task.threadGroup.processGroup;
  return killGroup(task, pid === 0 ? own : task.pids.processGroup(-pid), info);
}

/** The process of any of its threads. */
function processOf(task: Task, tid: number): ThreadGroup | undefined {
  return task.pids.threadGroup(tid) ?? task.pids.task(tid)?.threadGroup;
}

function killReaper(task: Task, signo: number): 0 | Errno {
  if (!isValidOrZero(signo)) return EINVAL;
  const { uid, euid } = task.credentials;
  return uid === 0 || euid === 0 || task.credentials.has(CAP_KILL) ? 0 : EPERM;
}

/** One success is success; else the last refusal. */
function killGroup(task: Task, group: ProcessGroup | undefined, info: SigInfo): 0 | Errno {
  let result: 0 | Errno = ESRCH;
  let succeeded = false;
  for (const member of group?.newestFirst ?? []) {
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
  const refused = checkKill(task, target.threadGroup, info.signo);
  if (refused !== 0 || info.signo === 0) return refused;
  return sendToThread(target, info);
}

/**
 * A siginfo that a program made, copy_siginfo_from_user(): the kernel's part of the 128 bytes. Of a code that it does not
 * know, the rest must be there and zero. @param signo null: as it stands there.
 */
function readUserInfo(task: Task, addr: number, signo: number | null): SigInfo | Errno {
  const bytes = new Uint8Array(SIGINFO.size);
  const known = task.mm.copyIn(addr, KERNEL_SIGINFO_SIZE);
  if (isErrno(known)) return known;
  bytes.set(known);
  const view = new DataView(bytes.buffer);
  const number = signo ?? view.getInt32(SIGINFO.si_signo, true);
  if (!hasKnownLayout(number, view.getInt32(SIGINFO.si_code, true))) {
    const rest = task.mm.copyIn(addr + known.length, SIGINFO.size - known.length);
    if (isErrno(rest)) return rest;
    if (rest.some((byte) => byte !== 0)) return E2BIG;
  }
  return readSigInfo(bytes, number);
}

/** It may not pretend to be kill(2) or the kernel towards others. */
function isForged(info: SigInfo): boolean {
  return info.code >= SI_USER || info.code === SI_TKILL;
}

export function rtSigqueueinfo(task: Task, args: SyscallArgs): SyscallResult {
  const tgid = args.int(0);
  const signo = args.int(1);
  const info = readUserInfo(task, args.pointer(2), signo);
  if (isErrno(info)) return info;
  if (isForged(info) && tgid !== task.pids.show(task.tid)) return EPERM;
  const target = processOf(task, tgid);
  if (target === undefined) return ESRCH;
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
  let info = fromUser(task, signo);
  if (infoAddr !== 0) {
    const read = readUserInfo(task, infoAddr, null);
    if (isErrno(read)) return read;
    if (read.signo !== signo) return EINVAL;
    if (isForged(read) && target.tgid !== task.tid) return EPERM;
    info = read;
  }
  return target.isReaped ? ESRCH : sendChecked(task, target, info);
}

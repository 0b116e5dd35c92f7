/** Limits and usage: prlimit(2), getrusage(2). */
import {
  CAP_SYS_RESOURCE,
  EFAULT,
  EINVAL,
  EPERM,
  type Errno,
  ESRCH,
  RLIM_NLIMITS,
  RLIMIT_NOFILE,
  RLIMIT64,
  RUSAGE_CHILDREN,
  RUSAGE_SELF,
  RUSAGE_THREAD,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Rlimit } from "../kernel/rlimit.ts";
import { processRusage, threadRusage } from "../kernel/rusage.ts";
import type { Task } from "../kernel/task.ts";
import type { ThreadGroup } from "../kernel/thread-group.ts";
import type { SyscallArgs } from "./args.ts";
import { copyOutRusage } from "./struct-rusage.ts";

const RLIM_INFINITY = 2n ** 64n - 1n;
/** fs.nr_open: no descriptor limit above it. */
const NR_OPEN = 1_048_576;

function readRlimit(task: Task, addr: number): Rlimit | Errno {
  const soft = task.mm.readBig(addr + RLIMIT64.rlim_cur);
  const hard = task.mm.readBig(addr + RLIMIT64.rlim_max);
  if (soft === null || hard === null) return EFAULT;
  const value = (n: bigint) => (n === RLIM_INFINITY ? Number.POSITIVE_INFINITY : Number(n));
  return { soft: value(soft), hard: value(hard) };
}

function writeRlimit(task: Task, addr: number, limit: Rlimit): 0 | Errno {
  const bytes = new Uint8Array(RLIMIT64.size);
  const view = new DataView(bytes.buffer);
  // A number near 2^64 has become 2^64 itself.
  const word = (n: number) =>
    n === Number.POSITIVE_INFINITY ? RLIM_INFINITY : n < 2 ** 64 ? BigInt(n) : RLIM_INFINITY - 1n;
  view.setBigUint64(RLIMIT64.rlim_cur, word(limit.soft), true);
  view.setBigUint64(RLIMIT64.rlim_max, word(limit.hard), true);
  return task.mm.copyOut(addr, bytes);
}

function setRlimit(task: Task, group: ThreadGroup, resource: number, limit: Rlimit): 0 | Errno {
  const old = group.rlimits[resource] as Rlimit;
  if (limit.soft > limit.hard) return EINVAL;
  if (resource === RLIMIT_NOFILE && limit.hard > NR_OPEN) return EPERM;
  if (limit.hard > old.hard && !task.credentials.has(CAP_SYS_RESOURCE)) return EPERM;
  group.rlimits[resource] = limit;
  if (resource === RLIMIT_NOFILE) {
    for (const thread of group.threads) if (thread.isAlive) thread.fdTable.limit = limit.soft;
  }
  return 0;
}

export function getrlimit(task: Task, args: SyscallArgs): SyscallResult {
  const limit = task.threadGroup.rlimits[args.uint(0)];
  return limit === undefined ? EINVAL : writeRlimit(task, args.pointer(1), limit);
}

export function setrlimit(task: Task, args: SyscallArgs): SyscallResult {
  const resource = args.uint(0);
  const limit = readRlimit(task, args.pointer(1));
  if (typeof limit === "number") return limit;
  if (resource >= RLIM_NLIMITS) return EINVAL;
  return setRlimit(task, task.threadGroup, resource, limit);
}

export function prlimit64(task: Task, args: SyscallArgs): SyscallResult {
  const pid = args.int(0);
  const resource = args.uint(1);
  const newAddr = args.pointer(2);
  const oldAddr = args.pointer(3);
  let limit: Rlimit | null = null;
  if (newAddr !== 0) {
    const read = readRlimit(task, newAddr);
    if (typeof read === "number") return read;
    limit = read;
  }
  const target = pid === 0 ? task : task.pids.task(pid);
  if (target === undefined) return ESRCH;
  if (!mayChangeLimits(task, target)) return EPERM;
  if (resource >= RLIM_NLIMITS) return EINVAL;
  const group = target.threadGroup;
  const old = { ...(group.rlimits[resource] as Rlimit) };
  if (limit !== null) {
    const failed = setRlimit(task, group, resource, limit);
    if (failed !== 0) return failed;
  }
  return oldAddr === 0 ? 0 : writeRlimit(task, oldAddr, old);
}

/** check_prlimit_permission(): all of the target's ids are the caller's real ones. */
function mayChangeLimits(task: Task, target: Task): boolean {
  if (target.threadGroup === task.threadGroup) return true;
  const { uid, gid } = task.credentials;
  const to = target.credentials;
  const sameUser = to.uid === uid && to.euid === uid && to.suid === uid;
  const sameGroup = to.gid === gid && to.egid === gid && to.sgid === gid;
  return (sameUser && sameGroup) || task.credentials.has(CAP_SYS_RESOURCE);
}

export function getrusage(task: Task, args: SyscallArgs): SyscallResult {
  const addr = args.pointer(1);
  const group = task.threadGroup;
  group.maxResidentPages = Math.max(group.maxResidentPages, task.mm.peakResidentPages);
  switch (args.int(0)) {
    case RUSAGE_SELF:
      return copyOutRusage(task, addr, processRusage(group));
    case RUSAGE_THREAD:
      return copyOutRusage(task, addr, threadRusage(task));
    case RUSAGE_CHILDREN:
      return copyOutRusage(task, addr, group.reapedChildren);
    default:
      return EINVAL;
  }
}

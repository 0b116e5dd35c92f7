/** seccomp(2), and prctl(PR_SET_SECCOMP). */
import {
  BPF_MAXINSNS,
  CAP_SYS_ADMIN,
  EACCES,
  EBUSY,
  EFAULT,
  EINVAL,
  ENOMEM,
  EOPNOTSUPP,
  type Errno,
  ESRCH,
  isErrno,
  SECCOMP_DATA,
  SECCOMP_FILTER_FLAG_LOG,
  SECCOMP_FILTER_FLAG_NEW_LISTENER,
  SECCOMP_FILTER_FLAG_SPEC_ALLOW,
  SECCOMP_FILTER_FLAG_TSYNC,
  SECCOMP_FILTER_FLAG_TSYNC_ESRCH,
  SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
  SECCOMP_GET_ACTION_AVAIL,
  SECCOMP_GET_NOTIF_SIZES,
  SECCOMP_MODE_FILTER,
  SECCOMP_MODE_STRICT,
  SECCOMP_NOTIF,
  SECCOMP_NOTIF_RESP,
  SECCOMP_NOTIF_SIZES,
  SECCOMP_RET_ALLOW,
  SECCOMP_RET_ERRNO,
  SECCOMP_RET_KILL_PROCESS,
  SECCOMP_RET_KILL_THREAD,
  SECCOMP_RET_LOG,
  SECCOMP_RET_TRACE,
  SECCOMP_RET_TRAP,
  SECCOMP_RET_USER_NOTIF,
  SECCOMP_SET_MODE_FILTER,
  SECCOMP_SET_MODE_STRICT,
  SOCK_FILTER,
  SOCK_FPROG,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import { parseProgram } from "../kernel/seccomp/classic-bpf.ts";
import { openListener } from "../kernel/seccomp/listener-file.ts";
import { Notifier } from "../kernel/seccomp/notifier.ts";
import type { SeccompFilter, SeccompState } from "../kernel/seccomp/seccomp.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

const FLAGS =
  SECCOMP_FILTER_FLAG_TSYNC |
  SECCOMP_FILTER_FLAG_LOG |
  SECCOMP_FILTER_FLAG_SPEC_ALLOW |
  SECCOMP_FILTER_FLAG_TSYNC_ESRCH |
  SECCOMP_FILTER_FLAG_NEW_LISTENER |
  SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;

const ACTIONS: ReadonlySet<number> = new Set([
  SECCOMP_RET_KILL_PROCESS,
  SECCOMP_RET_KILL_THREAD,
  SECCOMP_RET_TRAP,
  SECCOMP_RET_ERRNO,
  SECCOMP_RET_TRACE,
  SECCOMP_RET_LOG,
  SECCOMP_RET_ALLOW,
  SECCOMP_RET_USER_NOTIF,
]);

/** Instructions of all filters of a task; each costs some more. MAX_INSNS_PER_PATH. */
const MAX_INSTRUCTIONS = 32_768;
const FILTER_COST = 4;

export function seccomp(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.uint(1);
  const addr = args.pointer(2);
  switch (args.uint(0)) {
    case SECCOMP_SET_MODE_STRICT:
      return flags !== 0 || addr !== 0 ? EINVAL : setStrict(task);
    case SECCOMP_SET_MODE_FILTER:
      return setFilter(task, flags, addr);
    case SECCOMP_GET_ACTION_AVAIL: {
      if (flags !== 0) return EINVAL;
      const action = task.mm.readInt32(addr);
      if (action === null) return EFAULT;
      return ACTIONS.has(action >>> 0) ? 0 : EOPNOTSUPP;
    }
    case SECCOMP_GET_NOTIF_SIZES:
      return flags !== 0 ? EINVAL : getNotifSizes(task, addr);
    default:
      return EINVAL;
  }
}

function getNotifSizes(task: Task, addr: number): SyscallResult {
  const bytes = new Uint8Array(SECCOMP_NOTIF_SIZES.size);
  const view = new DataView(bytes.buffer);
  view.setUint16(SECCOMP_NOTIF_SIZES.seccomp_notif, SECCOMP_NOTIF.size, true);
  view.setUint16(SECCOMP_NOTIF_SIZES.seccomp_notif_resp, SECCOMP_NOTIF_RESP.size, true);
  view.setUint16(SECCOMP_NOTIF_SIZES.seccomp_data, SECCOMP_DATA.size, true);
  return task.mm.copyOut(addr, bytes);
}

/** prctl(PR_SET_SECCOMP, mode, filter). */
export function setSeccomp(task: Task, args: SyscallArgs): SyscallResult {
  switch (args.size(1)) {
    case SECCOMP_MODE_STRICT:
      return setStrict(task);
    case SECCOMP_MODE_FILTER:
      return setFilter(task, 0, args.pointer(2));
    default:
      return EINVAL;
  }
}

/** Once in a mode, a task stays in it. */
function mayEnter(task: Task, mode: number): boolean {
  return task.seccomp === null || task.seccomp.mode === mode;
}

function setStrict(task: Task): SyscallResult {
  if (!mayEnter(task, SECCOMP_MODE_STRICT)) return EINVAL;
  task.seccomp = { mode: SECCOMP_MODE_STRICT, filter: null };
  return 0;
}

function setFilter(task: Task, flags: number, addr: number): SyscallResult {
  const has = (flag: number): boolean => (flags & flag) !== 0;
  if ((flags & ~FLAGS) !== 0) return EINVAL;
  const isHeard = has(SECCOMP_FILTER_FLAG_NEW_LISTENER);
  // The result cannot be both a descriptor and the thread that is out of step.
  const isAmbiguous = has(SECCOMP_FILTER_FLAG_TSYNC) && !has(SECCOMP_FILTER_FLAG_TSYNC_ESRCH);
  if (isHeard && isAmbiguous) return EINVAL;
  if (has(SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV) && !isHeard) return EINVAL;
  const filter = readFilter(task, flags, addr);
  if (typeof filter === "number") return filter;
  if (!mayEnter(task, SECCOMP_MODE_FILTER)) return EINVAL;
  if (costOf(filter) > MAX_INSTRUCTIONS) return ENOMEM;
  const { notifier } = filter;
  if (notifier !== null && hasListener(filter.previous)) return EBUSY;
  const state: SeccompState = { mode: SECCOMP_MODE_FILTER, filter };
  if ((flags & SECCOMP_FILTER_FLAG_TSYNC) !== 0) {
    const other = findOutOfStep(task);
    if (other !== undefined) {
      return (flags & SECCOMP_FILTER_FLAG_TSYNC_ESRCH) !== 0 ? ESRCH : other.tid;
    }
  }
  const fd = notifier === null ? 0 : openListener(task, notifier);
  if (isErrno(fd)) return fd;
  if (has(SECCOMP_FILTER_FLAG_TSYNC)) {
    for (const thread of task.threadGroup.threads) follow(thread, task, state);
  }
  task.seccomp = state;
  return fd;
}

/** A call can be put before one listener only. */
function hasListener(newest: SeccompFilter | null): boolean {
  for (let filter = newest; filter !== null; filter = filter.previous) {
    if (filter.notifier !== null) return true;
  }
  return false;
}

function newNotifier(task: Task, flags: number): Notifier {
  const random = new Uint8Array(4);
  task.kernel.host.entropy(random);
  const first = new DataView(random.buffer).getUint32(0, true) * 2 ** 16;
  return new Notifier((flags & SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV) !== 0, first);
}

function readFilter(task: Task, flags: number, addr: number): SeccompFilter | Errno {
  const length = task.mm.readInt32(addr + SOCK_FPROG.len);
  const program = task.mm.readU64(addr + SOCK_FPROG.filter);
  if (length === null || isErrno(program)) return EFAULT;
  const count = length & 0xffff;
  if (count === 0 || count > BPF_MAXINSNS) return EINVAL;
  const { credentials } = task;
  // A program with more rights must not be started into a filter that it does not expect.
  if (!credentials.noNewPrivs && !credentials.has(CAP_SYS_ADMIN)) return EACCES;
  const bytes = task.mm.copyIn(program, count * SOCK_FILTER.size);
  if (isErrno(bytes)) return EFAULT;
  const instructions = parseProgram(bytes);
  if (isErrno(instructions)) return instructions;
  return {
    program: instructions as Exclude<typeof instructions, Errno>,
    logs: (flags & SECCOMP_FILTER_FLAG_LOG) !== 0,
    previous: task.seccomp?.filter ?? null,
    notifier: (flags & SECCOMP_FILTER_FLAG_NEW_LISTENER) === 0 ? null : newNotifier(task, flags),
  };
}

function costOf(newest: SeccompFilter): number {
  let cost = newest.program.length;
  for (let filter = newest.previous; filter !== null; filter = filter.previous) {
    cost += filter.program.length + FILTER_COST;
  }
  return cost;
}

/** A thread whose filters are not the caller's, or older ones of the caller's: seccomp_can_sync_threads(). */
function findOutOfStep(task: Task): Task | undefined {
  const own = task.seccomp?.filter ?? null;
  return [...task.threadGroup.threads].find((thread) => {
    if (thread === task || !thread.isAlive || thread.seccomp === null) return false;
    if (thread.seccomp.mode !== SECCOMP_MODE_FILTER) return true;
    for (let filter = own; filter !== null; filter = filter.previous) {
      if (filter === thread.seccomp.filter) return false;
    }
    return true;
  });
}

/** TSYNC: the other threads get the filters, and the promise that goes with them. */
function follow(thread: Task, leader: Task, state: SeccompState): void {
  if (!thread.isAlive || thread === leader) return;
  thread.seccomp = state;
  if (!leader.credentials.noNewPrivs || thread.credentials.noNewPrivs) return;
  const next = thread.credentials.copy();
  next.noNewPrivs = true;
  thread.credentials = next;
}

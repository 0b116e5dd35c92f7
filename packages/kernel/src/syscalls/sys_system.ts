/** The system as a whole: uname(2), sysinfo(2), getrandom(2), membarrier(2) and calls of their kind. */
import {
  CAP_SYS_ADMIN,
  CAP_SYSLOG,
  EFAULT,
  EINVAL,
  EPERM,
  GRND_INSECURE,
  GRND_NONBLOCK,
  GRND_RANDOM,
  isErrno,
  MAX_RW_COUNT,
  MEMBARRIER_CMD_GET_REGISTRATIONS,
  MEMBARRIER_CMD_GLOBAL,
  MEMBARRIER_CMD_GLOBAL_EXPEDITED,
  MEMBARRIER_CMD_PRIVATE_EXPEDITED,
  MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ,
  MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE,
  MEMBARRIER_CMD_QUERY,
  MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED,
  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED,
  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ,
  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
  PAGE_SIZE,
  SYSINFO,
  UTS_LEN,
  UTSNAME,
} from "@kernelet/abi";
import { PAGE_W } from "../arch/x86/processor.ts";
import { NSEC_PER_SEC } from "../kernel/clock.ts";
import { ownerOf } from "../kernel/namespaces/user-namespace.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { isUserRange } from "../mm/user-range.ts";
import type { SyscallArgs } from "./args.ts";

/** Names are bytes: one character each. */
function putString(into: Uint8Array, offset: number, text: string): void {
  for (let i = 0; i < Math.min(text.length, UTS_LEN - 1); i++)
    into[offset + i] = text.charCodeAt(i);
}

export function uname(task: Task, args: SyscallArgs): SyscallResult {
  const { uts } = task.nsproxy;
  const bytes = new Uint8Array(UTSNAME.size);
  putString(bytes, UTSNAME.sysname, uts.sysname);
  putString(bytes, UTSNAME.nodename, uts.nodename);
  putString(bytes, UTSNAME.release, uts.release);
  putString(bytes, UTSNAME.version, uts.version);
  putString(bytes, UTSNAME.machine, uts.machine);
  putString(bytes, UTSNAME.domainname, uts.domainname);
  return task.mm.copyOut(args.pointer(0), bytes);
}

function readHostName(task: Task, args: SyscallArgs): string | SyscallResult {
  const len = args.int(1);
  if (!task.credentials.hasIn(ownerOf(task.nsproxy.uts), CAP_SYS_ADMIN)) return EPERM;
  if (len < 0 || len >= UTS_LEN) return EINVAL;
  const bytes = task.mm.copyIn(args.pointer(0), len);
  if (isErrno(bytes)) return bytes;
  const end = bytes.indexOf(0);
  return String.fromCharCode(...(end < 0 ? bytes : bytes.subarray(0, end)));
}

export function sethostname(task: Task, args: SyscallArgs): SyscallResult {
  const name = readHostName(task, args);
  if (typeof name === "number") return name;
  task.nsproxy.uts.nodename = name;
  return 0;
}

export function setdomainname(task: Task, args: SyscallArgs): SyscallResult {
  const name = readHostName(task, args);
  if (typeof name === "number") return name;
  task.nsproxy.uts.domainname = name;
  return 0;
}

/** What sysinfo says of memory without a limit, bytes. */
const UNLIMITED_MEMORY = 4 * 1024 ** 3;

export function sysinfo(task: Task, args: SyscallArgs): SyscallResult {
  const { kernel } = task;
  const { memory } = kernel.memory;
  const total = Math.min(memory.limitPages * PAGE_SIZE, UNLIMITED_MEMORY);
  const bytes = new Uint8Array(SYSINFO.size);
  const view = new DataView(bytes.buffer);
  const setLong = (offset: number, n: number) => view.setBigUint64(offset, BigInt(n), true);
  setLong(SYSINFO.uptime, Math.floor(kernel.clock.monotonicNs() / NSEC_PER_SEC));
  for (const [i, load] of kernel.load.loads.entries()) {
    setLong(SYSINFO.loads + 8 * i, Math.floor(load * 2 ** 16));
  }
  setLong(SYSINFO.totalram, total);
  setLong(SYSINFO.freeram, Math.max(total - memory.usedPages * PAGE_SIZE, 0));
  view.setUint16(SYSINFO.procs, Math.min(kernel.pids.tasks.size, 0xffff), true);
  view.setUint32(SYSINFO.mem_unit, 1, true);
  return task.mm.copyOut(args.pointer(0), bytes);
}

/** getrandom(2). The host's entropy never blocks. */
export function getrandom(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.uint(2);
  if ((flags & ~(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE)) !== 0) return EINVAL;
  if ((flags & (GRND_RANDOM | GRND_INSECURE)) === (GRND_RANDOM | GRND_INSECURE)) return EINVAL;
  const len = Math.min(args.size(1), MAX_RW_COUNT);
  if (!isUserRange(args.pointer(0), len)) return EFAULT;
  const buffer = task.mm.userBuffer(args.pointer(0), len, PAGE_W);
  if (isErrno(buffer)) return EFAULT;
  task.kernel.host.entropy(buffer);
  return buffer.length;
}

const MEMBARRIER_COMMANDS =
  MEMBARRIER_CMD_GLOBAL |
  MEMBARRIER_CMD_GLOBAL_EXPEDITED |
  MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED |
  MEMBARRIER_CMD_PRIVATE_EXPEDITED |
  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED |
  MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE |
  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE |
  MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ |
  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ;
/** The third argument names a processor: MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ only. */
const MEMBARRIER_CMD_FLAG_CPU = 1;

/** membarrier(2): one task runs at a time, so memory is always in order; the registrations are kept as asked. */
export function membarrier(task: Task, args: SyscallArgs): SyscallResult {
  const command = args.int(0);
  const known = command === MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ ? MEMBARRIER_CMD_FLAG_CPU : 0;
  if ((args.uint(1) & ~known) !== 0) return EINVAL;
  const group = task.threadGroup;
  switch (command) {
    case MEMBARRIER_CMD_QUERY:
      return MEMBARRIER_COMMANDS;
    case MEMBARRIER_CMD_GLOBAL:
    case MEMBARRIER_CMD_GLOBAL_EXPEDITED:
      return 0;
    case MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED:
    case MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED:
      group.membarriers |= command;
      return 0;
    case MEMBARRIER_CMD_PRIVATE_EXPEDITED:
      return (group.membarriers & MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) !== 0 ? 0 : EPERM;
    case MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE:
    case MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ:
      group.membarriers |= command;
      return 0;
    case MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ:
      // Every other thread was interrupted, and aborts its sequence when its slice comes.
      return (group.membarriers & MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ) !== 0 ? 0 : EPERM;
    case MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE: {
      const needed = MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE;
      return (group.membarriers & needed) !== 0 ? 0 : EPERM;
    }
    case MEMBARRIER_CMD_GET_REGISTRATIONS: {
      // Linux notes that the private barrier was asked for, but not that it is ready.
      const hasMore =
        (group.membarriers &
          (MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE |
            MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ)) !==
        0;
      return group.membarriers | (hasMore ? MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED : 0);
    }
    default:
      return EINVAL;
  }
}

// Actions of syslog(2).
const SYSLOG_ACTION_READ_ALL = 3;
const SYSLOG_ACTION_SIZE_UNREAD = 9;
const SYSLOG_ACTION_SIZE_BUFFER = 10;
/** What the kernel's log holds: one line, as /proc/version. */
const LOG_BUFFER_SIZE = 16_384;

/** syslog(2): a log with the boot line only. */
export function syslog(task: Task, args: SyscallArgs): SyscallResult {
  const action = args.int(0);
  const len = args.int(2);
  const open = action === SYSLOG_ACTION_READ_ALL || action === SYSLOG_ACTION_SIZE_BUFFER;
  if (!open && !task.credentials.has(CAP_SYSLOG)) return EPERM;
  if (action === SYSLOG_ACTION_SIZE_BUFFER) return LOG_BUFFER_SIZE;
  if (action === SYSLOG_ACTION_SIZE_UNREAD) return 0;
  if (action < 0 || action > SYSLOG_ACTION_SIZE_BUFFER) return EINVAL;
  if (action !== SYSLOG_ACTION_READ_ALL) return 0;
  if (len < 0 || args.pointer(1) === 0) return EINVAL;
  const { uts } = task.nsproxy;
  const line = `<5>[    0.000000] ${uts.sysname} version ${uts.release} ${uts.version}\n`;
  const bytes = Uint8Array.from(line.slice(-len), (c) => c.charCodeAt(0));
  const stored = task.mm.copyOut(args.pointer(1), bytes.subarray(0, len));
  return isErrno(stored) ? stored : Math.min(bytes.length, len);
}

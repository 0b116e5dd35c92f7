/** epoll_create(2), epoll_ctl(2), epoll_wait(2) and their later forms. */
import {
  EBADF,
  EFAULT,
  EINVAL,
  EPERM,
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  EPOLL_EVENT,
  EPOLLERR,
  EPOLLET,
  EPOLLEXCLUSIVE,
  EPOLLHUP,
  EPOLLIN,
  EPOLLOUT,
  EPOLLWAKEUP,
  type Errno,
  isErrno,
  TASK_SIZE,
} from "@kernelet/abi";
import { EpollDescription } from "../fs/epoll/epoll.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import { NO_TIME, relativeDeadline } from "./struct-time.ts";
import { deadlineFromMs, replaceSignalMask, restoreSignalMask } from "./sys_poll.ts";

/** INT_MAX / sizeof(struct epoll_event). */
const EP_MAX_EVENTS = Math.floor((2 ** 31 - 1) / EPOLL_EVENT.size);
/** What may stand beside EPOLLEXCLUSIVE. */
const EXCLUSIVE_OK =
  EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLWAKEUP | EPOLLET | EPOLLEXCLUSIVE;

export function epollCreate(task: Task, args: SyscallArgs): SyscallResult {
  return args.int(0) <= 0 ? EINVAL : create(task, 0);
}

export function epollCreate1(task: Task, args: SyscallArgs): SyscallResult {
  return create(task, args.int(0));
}

function create(task: Task, flags: number): SyscallResult {
  if ((flags & ~EPOLL_CLOEXEC) !== 0) return EINVAL;
  const file = new EpollDescription(task.kernel.vfs.anonymous.anonymousPath("[eventpoll]"));
  return task.fdTable.add(file, { cloexec: (flags & EPOLL_CLOEXEC) !== 0 });
}

export function epollCtl(task: Task, args: SyscallArgs): SyscallResult {
  const op = args.int(1);
  const fd = args.fd(2);
  const addr = args.pointer(3);
  let events = 0;
  let data = 0n;
  if (op !== EPOLL_CTL_DEL) {
    const given = task.mm.readInt32(addr + EPOLL_EVENT.events);
    const word = task.mm.readBig(addr + EPOLL_EVENT.data);
    if (given === null || word === null) return EFAULT;
    events = given;
    data = word;
  }
  const epoll = task.fdTable.file(args.fd(0));
  if (isErrno(epoll)) return EBADF;
  const file = task.fdTable.file(fd);
  if (isErrno(file)) return EBADF;
  if (!file.canPoll) return EPERM;
  if (!(epoll instanceof EpollDescription) || epoll === file) return EINVAL;
  if ((events & EPOLLEXCLUSIVE) !== 0) {
    if (op === EPOLL_CTL_MOD) return EINVAL;
    if (file instanceof EpollDescription || (events & ~EXCLUSIVE_OK) !== 0) return EINVAL;
  }
  if (op === EPOLL_CTL_ADD) return epoll.add(fd, file, events, data);
  if (op !== EPOLL_CTL_MOD && op !== EPOLL_CTL_DEL) return EINVAL;
  const item = epoll.item(fd, file);
  if (isErrno(item)) return item;
  if (op === EPOLL_CTL_DEL) epoll.removeItem(item);
  else if (item.exclusive) return EINVAL;
  else epoll.modify(item, events, data);
  return 0;
}

export function epollWait(task: Task, args: SyscallArgs): SyscallResult {
  return wait(task, args, deadlineFromMs(task, args.int(3)));
}

export function epollPwait(task: Task, args: SyscallArgs): SyscallResult {
  const masked = replaceSignalMask(task, args.pointer(4), args.size(5));
  if (isErrno(masked)) return masked;
  return restoreSignalMask(task, wait(task, args, deadlineFromMs(task, args.int(3))));
}

export function epollPwait2(task: Task, args: SyscallArgs): SyscallResult {
  const deadlineNs = relativeDeadline(task, args.pointer(3));
  if (isErrno(deadlineNs)) return deadlineNs;
  const masked = replaceSignalMask(task, args.pointer(4), args.size(5));
  if (isErrno(masked)) return masked;
  return restoreSignalMask(task, wait(task, args, deadlineNs));
}

function wait(task: Task, args: SyscallArgs, deadlineNs: number): SyscallResult {
  const epoll = task.fdTable.file(args.fd(0));
  if (isErrno(epoll)) return EBADF;
  const limit = args.int(2);
  if (limit <= 0 || limit > EP_MAX_EVENTS) return EINVAL;
  const addr = args.pointer(1);
  // access_ok(): a buffer that reaches beyond user addresses is refused before anything is looked at.
  if (addr + limit * EPOLL_EVENT.size > TASK_SIZE) return EFAULT;
  if (!(epoll instanceof EpollDescription)) return EINVAL;
  const found = epoll.collect(limit, (i, events, data) =>
    store(task, addr + i * EPOLL_EVENT.size, events, data),
  );
  if (found !== 0) return found;
  // However short the time, a signal ends a call that may wait at all: ep_poll().
  if (deadlineNs === NO_TIME || task.timedOut) return 0;
  return task.block([epoll.queue], { deadlineNs, restart: "eintr" });
}

function store(task: Task, addr: number, events: number, data: bigint): 0 | Errno {
  const { mm } = task;
  const prepared = mm.prepareWrite(addr, EPOLL_EVENT.size);
  if (prepared !== 0) return prepared;
  mm.space.view.setUint32(addr + EPOLL_EVENT.events, events, true);
  mm.space.view.setBigUint64(addr + EPOLL_EVENT.data, data, true);
  return 0;
}

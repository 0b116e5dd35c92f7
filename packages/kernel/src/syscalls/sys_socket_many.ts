/** sendmmsg(2), recvmmsg(2): several messages by one call. */
import {
  EFAULT,
  EINVAL,
  type Errno,
  isErrno,
  MMSGHDR,
  MSG_CMSG_COMPAT,
  MSG_DONTWAIT,
  MSG_OOB,
  MSG_WAITFORONE,
  UIO_MAXIOV,
} from "@kernelet/abi";
import { nsFromTimeSpec, timeSpecFromNs } from "../kernel/clock.ts";
import { PendingWait } from "../kernel/pending-wait.ts";
import { BLOCKED, type SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { Socket } from "../net/socket.ts";
import type { SyscallArgs } from "./args.ts";
import { readTimeSpec, writeTimeSpec } from "./struct-time.ts";
import { socketOf } from "./sys_socket.ts";
import { receiveOne, sendOne } from "./sys_socket_message.ts";

/** Where a call that sleeps is: each message's own waiting state is inside. */
class Progress extends PendingWait {
  count = 0;
  /** When recvmmsg takes no more messages. */
  untilNs: number = Number.POSITIVE_INFINITY;
  /** `pending.data` of the message under way. */
  inner: unknown = null;

  override cancel(): void {
    if (this.inner instanceof PendingWait) this.inner.cancel();
  }
}

function progressOf(task: Task): Progress {
  const { data } = task.pending;
  return data instanceof Progress ? data : new Progress();
}

/** One message, whose waiting state is put aside while others see `progress`. */
function step<T>(task: Task, progress: Progress, call: () => T): T {
  task.pending.data = progress.inner;
  const result = call();
  progress.inner = task.pending.data;
  task.pending.data = progress;
  if ((result as unknown) === BLOCKED) return result;
  task.pending.done = 0;
  task.pending.deadlineNs = undefined;
  progress.inner = null;
  return result;
}

export function sendmmsg(task: Task, args: SyscallArgs): SyscallResult {
  if ((args.int(3) & MSG_CMSG_COMPAT) !== 0) return EINVAL;
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const count = Math.min(args.uint(2), UIO_MAXIOV);
  const progress = progressOf(task);
  while (progress.count < count) {
    const addr = args.pointer(1) + progress.count * MMSGHDR.size;
    const sent = step(task, progress, () => sendOne(task, sock, addr, args.int(3)));
    if (sent === BLOCKED) return sent;
    if (typeof sent === "number") return progress.count > 0 ? progress.count : sent;
    const result = task.mm.writeInt32(addr + MMSGHDR.msg_len, sent.length);
    if (isErrno(result)) return progress.count > 0 ? progress.count : result;
    progress.count++;
    if (!sent.isWhole) break;
  }
  return progress.count;
}

export function recvmmsg(task: Task, args: SyscallArgs): SyscallResult {
  if ((args.int(3) & MSG_CMSG_COMPAT) !== 0) return EINVAL;
  const timeoutAddr = args.pointer(4);
  const progress = progressOf(task);
  if (timeoutAddr !== 0 && task.pending.data !== progress) {
    const time = readTimeSpec(task, timeoutAddr);
    if (typeof time === "number") return time;
    progress.untilNs = task.kernel.clock.monotonicNs() + nsFromTimeSpec(time);
  }
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const result = receiveMany(task, args, sock, progress);
  if (result <= 0 || timeoutAddr === 0) return result;
  const leftNs = Math.max(0, progress.untilNs - task.kernel.clock.monotonicNs());
  return isErrno(writeTimeSpec(task, timeoutAddr, timeSpecFromNs(leftNs))) ? EFAULT : result;
}

/** The time is looked at after each message only: one that never comes is waited for regardless. */
function receiveMany(
  task: Task,
  args: SyscallArgs,
  sock: Socket,
  progress: Progress,
): SyscallResult {
  const count = Math.min(args.uint(2), UIO_MAXIOV);
  const given = args.int(3);
  const error = sock.takeError();
  if (error !== 0) return error;
  while (progress.count < count) {
    const addr = args.pointer(1) + progress.count * MMSGHDR.size;
    const isLater = progress.count > 0 && (given & MSG_WAITFORONE) !== 0;
    const flags = (given & ~MSG_WAITFORONE) | (isLater ? MSG_DONTWAIT : 0);
    const got = step(task, progress, () => receiveOne(task, sock, addr, flags));
    if (got === BLOCKED) return got;
    const failed = typeof got === "number" ? got : store(task, addr, got.length);
    if (failed !== 0) return progress.count > 0 ? progress.count : failed;
    progress.count++;
    if (typeof got !== "number" && (got.flags & MSG_OOB) !== 0) break;
    if (progress.untilNs <= task.kernel.clock.monotonicNs()) break;
  }
  return progress.count;
}

function store(task: Task, addr: number, length: number): 0 | Errno {
  return task.mm.writeInt32(addr + MMSGHDR.msg_len, length);
}

/** mq_open(2), mq_unlink(2), mq_timedsend(2), mq_timedreceive(2), mq_notify(2), mq_getsetattr(2). */
import {
  CAP_SYS_RESOURCE,
  EACCES,
  EAGAIN,
  EBADF,
  EBUSY,
  EFAULT,
  EINVAL,
  EMFILE,
  EMSGSIZE,
  ENOENT,
  ENOMEM,
  EOVERFLOW,
  type Errno,
  ETIMEDOUT,
  isErrno,
  isValidSignal,
  MQ_ATTR,
  O_ACCMODE,
  O_CREAT,
  O_EXCL,
  O_NONBLOCK,
  O_RDWR,
  O_WRONLY,
  PATH_MAX,
  SIGEV_NONE,
  SIGEV_SIGNAL,
  SIGEV_THREAD,
  SIGEVENT,
} from "@kernelet/abi";
import { decodeName } from "../fs/name.ts";
import { removeName } from "../fs/namei.ts";
import { openPath } from "../fs/open.ts";
import { ipcNamespaceOf } from "../ipc/ipc-namespace.ts";
import { MqueueWaiter, type PriorityMessage } from "../ipc/mqueue.ts";
import { MqueueFile } from "../ipc/mqueue-file.ts";
import { MQUEUE_DEFAULT, type MqueueAttributes, type MqueueFs } from "../ipc/mqueue-fs.ts";
import { BLOCKED, type SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import { readTimeSpec } from "./struct-time.ts";

const MQ_PRIO_MAX = 32768;
/** Limits even for the privileged. */
const HARD_MAX_MESSAGES = 65536;
const HARD_MESSAGE_SIZE = 16 * 1024 * 1024;

/** A queue's name: the C library has taken the slash away. */
function readName(task: Task, addr: number): string | Errno {
  const bytes = task.mm.copyInString(addr, PATH_MAX);
  if (isErrno(bytes)) return bytes;
  const name = decodeName(bytes);
  if (name === "") return ENOENT;
  return name === "." || name === ".." || name.includes("/") ? EACCES : name;
}

export function mqOpen(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.int(1);
  const attributes = readAttributes(task, args.pointer(3));
  if (isErrno(attributes)) return attributes;
  const name = readName(task, args.pointer(0));
  if (isErrno(name)) return name;
  const { mqueue } = ipcNamespaceOf(task);
  const found = mqueue.root.inode?.lookup(name) ?? ENOENT;
  if (isErrno(found)) {
    if ((flags & O_CREAT) === 0) return found;
    const refused = prepareCreate(task, mqueue, attributes);
    if (refused !== 0) return refused;
  } else if ((flags & (O_CREAT | O_EXCL)) !== (O_CREAT | O_EXCL)) {
    if ((flags & O_ACCMODE) === (O_RDWR | O_WRONLY)) return EINVAL;
  }
  const how = {
    flags: flags & (O_ACCMODE | O_NONBLOCK | O_CREAT | O_EXCL),
    mode: args.uint(2) & 0o7777,
    resolve: 0,
  };
  const file = openPath(task, mqueue.rootPath, name, how);
  mqueue.takeWanted();
  return typeof file === "number" ? file : task.fdTable.add(file, { cloexec: true });
}

/** struct mq_attr; null without one. */
function readAttributes(task: Task, addr: number): MqueueAttributes | null | Errno {
  if (addr === 0) return null;
  const bytes = task.mm.copyIn(addr, MQ_ATTR.size);
  if (isErrno(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return {
    maxMessages: Number(view.getBigInt64(MQ_ATTR.mq_maxmsg, true)),
    messageSize: Number(view.getBigInt64(MQ_ATTR.mq_msgsize, true)),
  };
}

/** mq_attr_ok(), and the limits on queues. */
function prepareCreate(task: Task, mqueue: MqueueFs, given: MqueueAttributes | null): 0 | Errno {
  const isPrivileged = task.credentials.has(CAP_SYS_RESOURCE);
  const attributes = given ?? MQUEUE_DEFAULT;
  const { maxMessages, messageSize } = attributes;
  const most = isPrivileged
    ? { maxMessages: HARD_MAX_MESSAGES, messageSize: HARD_MESSAGE_SIZE }
    : MQUEUE_DEFAULT;
  if (maxMessages <= 0 || messageSize <= 0) return EINVAL;
  if (maxMessages > most.maxMessages || messageSize > most.messageSize) return EINVAL;
  if (maxMessages * messageSize > Number.MAX_SAFE_INTEGER) return EOVERFLOW;
  const allowed = mqueue.mayAdd(task, attributes, isPrivileged);
  if (allowed !== true) return allowed === false ? EMFILE : allowed;
  mqueue.want(attributes);
  return 0;
}

export function mqUnlink(task: Task, args: SyscallArgs): SyscallResult {
  const name = readName(task, args.pointer(0));
  if (isErrno(name)) return name;
  return removeName(task, ipcNamespaceOf(task).mqueue.rootPath, name);
}

/** A queue's descriptor, with the right to send or receive. */
function queueFile(task: Task, fd: number, access: "read" | "write" | "any"): MqueueFile | Errno {
  const file = task.fdTable.file(fd);
  if (isErrno(file) || !(file instanceof MqueueFile)) return EBADF;
  if (access === "read" && !file.isReadable) return EBADF;
  return access === "write" && !file.isWritable ? EBADF : file;
}

/** Absolute time on the wall clock; fixed at the first try. */
function deadlineOf(task: Task, addr: number): number | Errno {
  const { pending, kernel } = task;
  if (pending.deadlineNs !== undefined) return pending.deadlineNs;
  let deadlineNs = Number.POSITIVE_INFINITY;
  if (addr !== 0) {
    const time = readTimeSpec(task, addr);
    if (typeof time === "number") return time;
    deadlineNs = kernel.clock.monotonicAtRealtime(time);
  }
  pending.deadlineNs = deadlineNs;
  return deadlineNs;
}

/** Until somebody has finished the call for us. @returns 0 then. */
function sleep(task: Task, waiter: MqueueWaiter, deadlineNs: number): SyscallResult {
  if (waiter.isDone) return 0;
  task.pending.data = waiter;
  const isOver = task.timedOut || deadlineNs <= task.kernel.clock.monotonicNs();
  const result = isOver ? ETIMEDOUT : task.block([waiter.queue], { deadlineNs });
  if (isErrno(result)) waiter.cancel();
  return result;
}

export function mqTimedsend(task: Task, args: SyscallArgs): SyscallResult {
  const deadlineNs = deadlineOf(task, args.pointer(4));
  if (isErrno(deadlineNs)) return deadlineNs;
  const before = task.pending.data;
  if (before instanceof MqueueWaiter) return sleep(task, before, deadlineNs);
  const priority = args.uint(3);
  if (priority >= MQ_PRIO_MAX) return EINVAL;
  const file = queueFile(task, args.fd(0), "write");
  if (isErrno(file)) return file;
  const { mqueue } = file;
  const len = args.size(2);
  if (len > mqueue.attributes.messageSize) return EMSGSIZE;
  const text = task.mm.copyIn(args.pointer(1), len);
  if (isErrno(text)) return text;
  const message: PriorityMessage = { priority, text };
  if (!mqueue.isFull) return mqueue.send(task, message);
  if (file.isNonblocking) return EAGAIN;
  if (!mqueue.charge(message)) return ENOMEM;
  return sleep(task, new MqueueWaiter(mqueue, message), deadlineNs);
}

export function mqTimedreceive(task: Task, args: SyscallArgs): SyscallResult {
  const deadlineNs = deadlineOf(task, args.pointer(4));
  if (isErrno(deadlineNs)) return deadlineNs;
  const before = task.pending.data;
  if (before instanceof MqueueWaiter) return receiveLater(task, args, before, deadlineNs);
  const file = queueFile(task, args.fd(0), "read");
  if (isErrno(file)) return file;
  const { mqueue } = file;
  if (args.size(2) < mqueue.attributes.messageSize) return EMSGSIZE;
  const message = mqueue.receive();
  if (message !== null) return store(task, args, message);
  if (file.isNonblocking) return EAGAIN;
  return receiveLater(task, args, new MqueueWaiter(mqueue, null), deadlineNs);
}

function receiveLater(
  task: Task,
  args: SyscallArgs,
  waiter: MqueueWaiter,
  deadlineNs: number,
): SyscallResult {
  const result = sleep(task, waiter, deadlineNs);
  if (result === BLOCKED || isErrno(result) || waiter.message === null) return result;
  return store(task, args, waiter.message);
}

function store(task: Task, args: SyscallArgs, message: PriorityMessage): SyscallResult {
  const priorityAddr = args.pointer(3);
  if (priorityAddr !== 0 && task.mm.writeUint32(priorityAddr, message.priority) !== 0)
    return EFAULT;
  return task.mm.copyOut(args.pointer(1), message.text) !== 0 ? EFAULT : message.text.length;
}

export function mqNotify(task: Task, args: SyscallArgs): SyscallResult {
  const addr = args.pointer(1);
  const owner = task.threadGroup;
  if (addr === 0) {
    const file = queueFile(task, args.fd(0), "any");
    if (isErrno(file)) return file;
    if (file.mqueue.notification?.owner === owner) file.mqueue.removeNotification();
    return 0;
  }
  const bytes = task.mm.copyIn(addr, SIGEVENT.size);
  if (isErrno(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const notify = view.getInt32(SIGEVENT.sigev_notify, true);
  const signo = view.getInt32(SIGEVENT.sigev_signo, true);
  const value = view.getBigUint64(SIGEVENT.sigev_value, true);
  if (notify !== SIGEV_NONE && notify !== SIGEV_SIGNAL && notify !== SIGEV_THREAD) return EINVAL;
  if (notify === SIGEV_SIGNAL && signo !== 0 && !isValidSignal(signo)) return EINVAL;
  if (notify === SIGEV_THREAD) return EINVAL;
  const file = queueFile(task, args.fd(0), "any");
  if (isErrno(file)) return file;
  if (file.mqueue.notification !== null) return EBUSY;
  file.mqueue.notification = { owner, notify, signo, value, channel: null };
  return 0;
}

export function mqGetsetattr(task: Task, args: SyscallArgs): SyscallResult {
  const newAddr = args.pointer(1);
  const oldAddr = args.pointer(2);
  let nonblocking: boolean | null = null;
  if (newAddr !== 0) {
    const bytes = task.mm.copyIn(newAddr, MQ_ATTR.size);
    if (isErrno(bytes)) return bytes;
    const flags = new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(MQ_ATTR.mq_flags, true);
    if ((flags & ~BigInt(O_NONBLOCK)) !== 0n) return EINVAL;
    nonblocking = flags !== 0n;
  }
  const file = queueFile(task, args.fd(0), "any");
  if (isErrno(file)) return file;
  const { mqueue } = file;
  const old = new Uint8Array(MQ_ATTR.size);
  const view = new DataView(old.buffer);
  view.setBigInt64(MQ_ATTR.mq_flags, BigInt(file.flags & O_NONBLOCK), true);
  view.setBigInt64(MQ_ATTR.mq_maxmsg, BigInt(mqueue.attributes.maxMessages), true);
  view.setBigInt64(MQ_ATTR.mq_msgsize, BigInt(mqueue.attributes.messageSize), true);
  view.setBigInt64(MQ_ATTR.mq_curmsgs, BigInt(mqueue.count), true);
  if (nonblocking !== null) {
    file.flags = nonblocking ? file.flags | O_NONBLOCK : file.flags & ~O_NONBLOCK;
    mqueue.touch("atime", "ctime");
  }
  return oldAddr === 0 ? 0 : task.mm.copyOut(oldAddr, old);
}

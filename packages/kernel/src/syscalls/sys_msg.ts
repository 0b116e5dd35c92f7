/** msgget(2), msgsnd(2), msgrcv(2), msgctl(2). */
import {
  CAP_SYS_RESOURCE,
  E2BIG,
  EAGAIN,
  EFAULT,
  EIDRM,
  EINVAL,
  ENOMSG,
  EPERM,
  type Errno,
  IPC_INFO,
  IPC_NOWAIT,
  IPC_RMID,
  IPC_SET,
  IPC_STAT,
  isErrno,
  MSG_COPY,
  MSG_EXCEPT,
  MSG_INFO,
  MSG_NOERROR,
  MSG_STAT,
  MSG_STAT_ANY,
  MSGINFO,
  MSQID64_DS,
} from "@kernelet/abi";
import { PAGE_W } from "../arch/x86/processor.ts";
import { type IpcNamespace, ipcNamespaceOf } from "../ipc/ipc-namespace.ts";
import {
  type IpcMessage,
  type MessageChoice,
  type MessageQueue,
  MessageReceiver,
  MSGMAX,
  MSGMNB,
  MSGMNI,
  newMessageQueue,
} from "../ipc/msg.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import { controlledObject, copyOutAnd, removeObject, setOwner, statObject } from "./struct-ipc.ts";

const S_IRUGO = 0o444;
const S_IWUGO = 0o222;
/** struct msgbuf: a long, then the text. */
const MTEXT = 8;
const LONG_MAX = 2n ** 63n - 1n;

export function msgget(task: Task, args: SyscallArgs): SyscallResult {
  const key = args.int(0);
  const flags = args.int(1);
  const namespace = ipcNamespaceOf(task);
  return namespace.msg.obtain(
    key,
    flags,
    task.credentials,
    () => 0,
    (full) => newMessageQueue(task, namespace, key, flags, full),
  );
}

export function msgsnd(task: Task, args: SyscallArgs): SyscallResult {
  const id = args.int(0);
  const addr = args.pointer(1);
  const size = args.signedLong(2);
  const type = task.mm.readBig(addr);
  if (type === null) return EFAULT;
  if (size > MSGMAX || size < 0 || id < 0) return EINVAL;
  if (BigInt.asIntN(64, type) < 1n) return EINVAL;
  const text = task.mm.copyIn(addr + MTEXT, size);
  if (isErrno(text)) return text;
  const queue = queueOf(task, id);
  if (isErrno(queue)) return queue;
  const refused = queue.permits(task.credentials, S_IWUGO);
  if (refused !== 0) return refused;
  if (queue.fits(size)) return queue.send({ type, text }, task.threadGroup.tgid);
  if ((args.int(3) & IPC_NOWAIT) !== 0) return EAGAIN;
  task.pending.data = queue;
  return task.block([queue.senders], { restart: "nohand" });
}

/** The queue that a sleeping call began with may have been removed, even if its number means another one now. */
function queueOf(task: Task, id: number): MessageQueue | Errno {
  const before = task.pending.data as MessageQueue | null;
  if (before !== null) return before.isRemoved ? EIDRM : before;
  return ipcNamespaceOf(task).msg.get(id);
}

export function msgrcv(task: Task, args: SyscallArgs): SyscallResult {
  const id = args.int(0);
  const addr = args.pointer(1);
  const size = args.signedLong(2);
  const flags = args.int(4);
  const before = task.pending.data;
  if (before instanceof MessageReceiver) {
    if (before.result === null) return sleep(task, before);
    if (typeof before.result === "object") return store(task, addr, size, before.result);
    if (before.result !== EAGAIN) return before.result;
    task.pending.data = null; // Rights or limits have changed: all over again.
  }
  if (id < 0 || size < 0) return EINVAL;
  if ((flags & MSG_COPY) !== 0) {
    if ((flags & MSG_EXCEPT) !== 0 || (flags & IPC_NOWAIT) === 0) return EINVAL;
    const room = Math.min(size, MSGMAX);
    if (task.mm.accessibleLength(addr, room, PAGE_W) < room) return EFAULT;
  }
  const queue = ipcNamespaceOf(task).msg.get(id);
  if (isErrno(queue)) return before === null ? queue : EIDRM;
  const refused = queue.permits(task.credentials, S_IRUGO);
  if (refused !== 0) return refused;

  const choice = choiceOf(BigInt.asIntN(64, args.big(3)), flags);
  const message = queue.find(choice);
  if (message !== undefined) {
    if (size < message.text.length && (flags & MSG_NOERROR) === 0) return E2BIG;
    if ((flags & MSG_COPY) === 0) queue.take(message, task.threadGroup.tgid);
    else if (size < message.text.length) return EINVAL; // A copy is never cut.
    return store(task, addr, size, message);
  }
  if ((flags & IPC_NOWAIT) !== 0) return ENOMSG;
  const maxSize = (flags & MSG_NOERROR) !== 0 ? Number.POSITIVE_INFINITY : size;
  const receiver = new MessageReceiver(queue, choice, maxSize, task.threadGroup.tgid);
  queue.wait(receiver);
  task.pending.data = receiver;
  return sleep(task, receiver);
}

function sleep(task: Task, receiver: MessageReceiver): SyscallResult {
  const result = task.block([receiver.queue], { restart: "nohand" });
  if (isErrno(result)) receiver.cancel();
  return result;
}

/** convert_mode(). */
function choiceOf(type: bigint, flags: number): MessageChoice {
  if ((flags & MSG_COPY) !== 0) return { kind: "number", index: type };
  if (type === 0n) return { kind: "any" };
  if (type < 0n) return { kind: "lowest", type: -type > LONG_MAX ? LONG_MAX : -type };
  return { kind: (flags & MSG_EXCEPT) !== 0 ? "other" : "equal", type };
}

function store(task: Task, addr: number, size: number, message: IpcMessage): SyscallResult {
  const text = message.text.subarray(0, size);
  if (task.mm.writeBig(addr, message.type) !== 0) return EFAULT;
  return task.mm.copyOut(addr + MTEXT, text) !== 0 ? EFAULT : text.length;
}

export function msgctl(task: Task, args: SyscallArgs): SyscallResult {
  const id = args.int(0);
  const cmd = args.int(1);
  const addr = args.pointer(2);
  const namespace = ipcNamespaceOf(task);
  if (id < 0 || cmd < 0) return EINVAL;
  switch (cmd) {
    case IPC_INFO:
    case MSG_INFO:
      return info(task, namespace, cmd, addr);
    case IPC_STAT:
    case MSG_STAT:
    case MSG_STAT_ANY:
      return statObject(
        task,
        namespace.msg,
        { id, cmd, addr },
        MSG_STAT_ANY,
        MSQID64_DS.size,
        encode,
      );
    case IPC_SET:
      return set(task, namespace, id, addr);
    case IPC_RMID:
      return removeObject(task, namespace.msg, id);
    default:
      return EINVAL;
  }
}

function info(task: Task, namespace: IpcNamespace, cmd: number, addr: number): SyscallResult {
  const bytes = new Uint8Array(MSGINFO.size);
  const view = new DataView(bytes.buffer);
  const queues = namespace.msg.list();
  const isUsage = cmd === MSG_INFO;
  const messages = queues.reduce((sum, queue) => sum + queue.count, 0);
  const inside = queues.reduce((sum, queue) => sum + queue.bytes, 0);
  view.setInt32(MSGINFO.msgpool, isUsage ? queues.length : (MSGMNI * MSGMNB) / 1024, true);
  view.setInt32(MSGINFO.msgmap, isUsage ? messages : MSGMNB, true);
  view.setInt32(MSGINFO.msgmax, MSGMAX, true);
  view.setInt32(MSGINFO.msgmnb, MSGMNB, true);
  view.setInt32(MSGINFO.msgmni, MSGMNI, true);
  view.setInt32(MSGINFO.msgssz, 16, true);
  view.setInt32(MSGINFO.msgtql, isUsage ? inside : MSGMNB, true);
  view.setUint16(MSGINFO.msgseg, 0xffff, true);
  return copyOutAnd(task, addr, bytes, namespace.msg.maxIndex);
}

function encode(view: DataView, queue: MessageQueue): void {
  view.setBigInt64(MSQID64_DS.msg_stime, BigInt(queue.stime), true);
  view.setBigInt64(MSQID64_DS.msg_rtime, BigInt(queue.rtime), true);
  view.setBigInt64(MSQID64_DS.msg_ctime, BigInt(queue.ctime), true);
  view.setBigUint64(MSQID64_DS.msg_cbytes, BigInt(queue.bytes), true);
  view.setBigUint64(MSQID64_DS.msg_qnum, BigInt(queue.count), true);
  view.setBigUint64(MSQID64_DS.msg_qbytes, BigInt(queue.maxBytes), true);
  view.setInt32(MSQID64_DS.msg_lspid, queue.lspid, true);
  view.setInt32(MSQID64_DS.msg_lrpid, queue.lrpid, true);
}

function set(task: Task, namespace: IpcNamespace, id: number, addr: number): SyscallResult {
  const bytes = task.mm.copyIn(addr, MSQID64_DS.size);
  if (isErrno(bytes)) return bytes;
  const queue = controlledObject(task, namespace.msg, id);
  if (isErrno(queue)) return queue;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const maxBytes = Number(view.getBigUint64(MSQID64_DS.msg_qbytes, true));
  if (maxBytes > MSGMNB && !task.credentials.has(CAP_SYS_RESOURCE)) return EPERM;
  const wrong = setOwner(queue, bytes, namespace.clock);
  if (wrong !== 0) return wrong;
  queue.maxBytes = maxBytes;
  queue.recheck();
  return 0;
}

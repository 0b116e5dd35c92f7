/** semget(2), semop(2), semtimedop(2), semctl(2). */
import {
  E2BIG,
  EAGAIN,
  EFAULT,
  EFBIG,
  EINVAL,
  ERANGE,
  type Errno,
  GETALL,
  GETNCNT,
  GETPID,
  GETVAL,
  GETZCNT,
  IPC_INFO,
  IPC_RMID,
  IPC_SET,
  IPC_STAT,
  isErrno,
  SEM_INFO,
  SEM_STAT,
  SEM_STAT_ANY,
  SEM_UNDO,
  SEMBUF,
  SEMID64_DS,
  SEMINFO,
  SETALL,
  SETVAL,
} from "@kernelet/abi";
import { type IpcNamespace, ipcNamespaceOf } from "../ipc/ipc-namespace.ts";
import {
  newSemaphoreSet,
  SEMMNI,
  SEMMNS,
  SEMMSL,
  SEMOPM,
  SEMVMX,
  type SemaphoreSet,
  type SemOperation,
  SemWaiter,
} from "../ipc/sem.ts";
import { SEMAEM, undoListOf } from "../ipc/sem-undo.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import { copyOutAnd, removeObject, setObject, statObject } from "./struct-ipc.ts";
import { relativeDeadline } from "./struct-time.ts";

const S_IRUGO = 0o444;
const S_IWUGO = 0o222;

export function semget(task: Task, args: SyscallArgs): SyscallResult {
  const key = args.int(0);
  const count = args.int(1);
  const flags = args.int(2);
  if (count < 0 || count > SEMMSL) return EINVAL;
  const namespace = ipcNamespaceOf(task);
  return namespace.sem.obtain(
    key,
    flags,
    task.credentials,
    (found) => (count > found.count ? EINVAL : 0),
    (full) => newSemaphoreSet(task, namespace, key, count, flags, full),
  );
}

export function semop(task: Task, args: SyscallArgs): SyscallResult {
  return operate(task, args, 0);
}

export function semtimedop(task: Task, args: SyscallArgs): SyscallResult {
  return operate(task, args, args.pointer(3));
}

function operate(task: Task, args: SyscallArgs, timeoutAddr: number): SyscallResult {
  const before = task.pending.data;
  if (before instanceof SemWaiter) return sleep(task, before);
  const id = args.int(0);
  const count = args.uint(2);
  const deadlineNs = relativeDeadline(task, timeoutAddr);
  if (deadlineNs === EFAULT) return EFAULT;
  if (count > SEMOPM) return E2BIG;
  if (count < 1 || id < 0) return EINVAL;
  const operations = readOperations(task, args.pointer(1), count);
  if (isErrno(operations)) return operations;
  if (isErrno(deadlineNs)) return deadlineNs;

  const set = ipcNamespaceOf(task).sem.get(id);
  if (isErrno(set)) return set;
  if (operations.some(({ num }) => num >= set.count)) return EFBIG;
  const changes = operations.some(({ op }) => op !== 0);
  const refused = set.permits(task.credentials, changes ? S_IWUGO : S_IRUGO);
  if (refused !== 0) return refused;

  const undoes = operations.some(({ flags }) => (flags & SEM_UNDO) !== 0);
  const undo = undoes ? undoListOf(task).for(set) : null;
  const pid = task.threadGroup.tgid;
  const result = set.tryAll(operations, undo, pid);
  if (typeof result !== "object") {
    if (result === 0) set.update(true);
    return result;
  }
  const waiter = new SemWaiter(set, { operations, undo, pid, blocking: result });
  set.wait(waiter);
  task.pending.data = waiter;
  return sleep(task, waiter);
}

/** Until somebody else has done the operations for us. Never restarted: signal(7). */
function sleep(task: Task, waiter: SemWaiter): SyscallResult {
  if (waiter.result !== null) return waiter.result;
  const { deadlineNs } = task.pending;
  const isOver = task.timedOut || (deadlineNs ?? Infinity) <= task.kernel.clock.monotonicNs();
  const result = isOver ? EAGAIN : task.block([waiter.queue], { deadlineNs, restart: "eintr" });
  if (isErrno(result)) waiter.cancel();
  return result;
}

function readOperations(task: Task, addr: number, count: number): SemOperation[] | Errno {
  const bytes = task.mm.copyIn(addr, count * SEMBUF.size);
  if (isErrno(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Array.from({ length: count }, (_, i) => {
    const at = i * SEMBUF.size;
    return {
      num: view.getUint16(at + SEMBUF.sem_num, true),
      op: view.getInt16(at + SEMBUF.sem_op, true),
      flags: view.getInt16(at + SEMBUF.sem_flg, true),
    };
  });
}

export function semctl(task: Task, args: SyscallArgs): SyscallResult {
  const id = args.int(0);
  const num = args.int(1);
  const cmd = args.int(2);
  const namespace = ipcNamespaceOf(task);
  if (id < 0) return EINVAL;
  switch (cmd) {
    case IPC_INFO:
    case SEM_INFO:
      return info(task, namespace, cmd, args.pointer(3));
    case IPC_STAT:
    case SEM_STAT:
    case SEM_STAT_ANY:
      return statObject(
        task,
        namespace.sem,
        { id, cmd, addr: args.pointer(3) },
        SEM_STAT_ANY,
        SEMID64_DS.size,
        encode,
      );
    case GETALL:
    case GETVAL:
    case GETPID:
    case GETNCNT:
    case GETZCNT:
    case SETALL:
      return values(task, namespace, id, num, cmd, args.pointer(3));
    case SETVAL:
      return setValue(task, namespace, id, num, args.int(3));
    case IPC_SET:
      return setObject(task, namespace.sem, id, args.pointer(3), SEMID64_DS.size, namespace.clock);
    case IPC_RMID:
      return removeObject(task, namespace.sem, id);
    default:
      return EINVAL;
  }
}

function info(task: Task, namespace: IpcNamespace, cmd: number, addr: number): SyscallResult {
  const bytes = new Uint8Array(SEMINFO.size);
  const view = new DataView(bytes.buffer);
  const isUsage = cmd === SEM_INFO;
  view.setInt32(SEMINFO.semmap, SEMMNS, true);
  view.setInt32(SEMINFO.semmni, SEMMNI, true);
  view.setInt32(SEMINFO.semmns, SEMMNS, true);
  view.setInt32(SEMINFO.semmnu, SEMMNS, true);
  view.setInt32(SEMINFO.semmsl, SEMMSL, true);
  view.setInt32(SEMINFO.semopm, SEMOPM, true);
  view.setInt32(SEMINFO.semume, SEMOPM, true);
  view.setInt32(SEMINFO.semusz, isUsage ? namespace.sem.count : 20, true);
  view.setInt32(SEMINFO.semvmx, SEMVMX, true);
  view.setInt32(SEMINFO.semaem, isUsage ? namespace.semaphores : SEMAEM, true);
  return copyOutAnd(task, addr, bytes, namespace.sem.maxIndex);
}

function encode(view: DataView, set: SemaphoreSet): void {
  view.setBigInt64(SEMID64_DS.sem_otime, BigInt(set.otime), true);
  view.setBigInt64(SEMID64_DS.sem_ctime, BigInt(set.ctime), true);
  view.setBigUint64(SEMID64_DS.sem_nsems, BigInt(set.count), true);
}

/** semctl_main(). */
function values(
  task: Task,
  namespace: IpcNamespace,
  id: number,
  num: number,
  cmd: number,
  addr: number,
): SyscallResult {
  const set = namespace.sem.get(id);
  if (isErrno(set)) return set;
  const refused = set.permits(task.credentials, cmd === SETALL ? S_IWUGO : S_IRUGO);
  if (refused !== 0) return refused;
  if (cmd === GETALL) return task.mm.copyOut(addr, new Uint8Array(set.values.slice().buffer));
  if (cmd === SETALL) return setAll(task, set, addr);
  if (num < 0 || num >= set.count) return EINVAL;
  switch (cmd) {
    case GETVAL:
      return set.values[num] as number;
    case GETPID:
      return set.pids[num] as number;
    default:
      return set.waitersOf(num, cmd === GETZCNT);
  }
}

function setAll(task: Task, set: SemaphoreSet, addr: number): SyscallResult {
  const bytes = task.mm.copyIn(addr, set.count * 2);
  if (isErrno(bytes)) return bytes;
  const values = new Uint16Array(bytes.buffer);
  if (values.some((value) => value > SEMVMX)) return ERANGE;
  values.forEach((value, num) => {
    set.setValue(num, value, task.threadGroup.tgid);
  });
  set.changed();
  return 0;
}

function setValue(
  task: Task,
  namespace: IpcNamespace,
  id: number,
  num: number,
  value: number,
): SyscallResult {
  if (value > SEMVMX || value < 0) return ERANGE;
  const set = namespace.sem.get(id);
  if (isErrno(set)) return set;
  if (num < 0 || num >= set.count) return EINVAL;
  const refused = set.permits(task.credentials, S_IWUGO);
  if (refused !== 0) return refused;
  set.setValue(num, value, task.threadGroup.tgid);
  set.changed();
  return 0;
}

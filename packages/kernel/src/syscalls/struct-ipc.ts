/** struct ipc64_perm and what the *ctl calls of System V IPC have in common. */
import { EINVAL, type Errno, IPC_STAT, IPC64_PERM, isErrno } from "@kernelet/abi";
import type { IpcObject } from "../ipc/ipc-object.ts";
import type { IpcTable } from "../ipc/ipc-table.ts";
import type { Clock } from "../kernel/clock.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";

const S_IRUGO = 0o444;

/** Writes the permissions that begin each of the structures. */
function encodeIpcPerm(view: DataView, object: IpcObject): void {
  view.setInt32(IPC64_PERM.key, object.key, true);
  view.setUint32(IPC64_PERM.uid, object.uid, true);
  view.setUint32(IPC64_PERM.gid, object.gid, true);
  view.setUint32(IPC64_PERM.cuid, object.cuid, true);
  view.setUint32(IPC64_PERM.cgid, object.cgid, true);
  view.setUint32(IPC64_PERM.mode, object.mode, true);
  view.setUint16(IPC64_PERM.seq, object.sequence, true);
}

/** The object of an identifier, which the caller must be allowed to control: IPC_SET and IPC_RMID. */
export function controlledObject<T extends IpcObject>(
  task: Task,
  table: IpcTable<T>,
  id: number,
): T | Errno {
  const object = table.get(id);
  if (isErrno(object)) return object;
  const refused = object.permitsControl(task.credentials);
  return refused !== 0 ? refused : object;
}

/** IPC_RMID. */
export function removeObject<T extends IpcObject>(
  task: Task,
  table: IpcTable<T>,
  id: number,
): SyscallResult {
  const object = controlledObject(task, table, id);
  if (isErrno(object)) return object;
  object.remove();
  return 0;
}

/**
 * IPC_STAT, *_STAT and *_STAT_ANY: stores what `encode` writes behind the permissions. The latter two name an index,
 * and give the identifier of what they found there.
 *
 * @param anyone the command of the kind's *_STAT_ANY, which asks for no permission.
 */
export function statObject<T extends IpcObject>(
  task: Task,
  table: IpcTable<T>,
  call: { readonly id: number; readonly cmd: number; readonly addr: number },
  anyone: number,
  size: number,
  encode: (view: DataView, object: T) => void,
): SyscallResult {
  const object = call.cmd === IPC_STAT ? table.get(call.id) : table.at(call.id);
  if (isErrno(object)) return object;
  const refused = call.cmd === anyone ? 0 : object.permits(task.credentials, S_IRUGO);
  if (refused !== 0) return refused;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  encodeIpcPerm(view, object);
  encode(view, object);
  return copyOutAnd(task, call.addr, bytes, call.cmd === IPC_STAT ? 0 : object.id);
}

/** Stores `bytes`, then gives `result`. */
export function copyOutAnd(
  task: Task,
  addr: number,
  bytes: Uint8Array,
  result: number,
): SyscallResult {
  const stored = task.mm.copyOut(addr, bytes);
  return isErrno(stored) ? stored : result;
}

/** IPC_SET of a kind whose structure has nothing else to set. */
export function setObject<T extends IpcObject>(
  task: Task,
  table: IpcTable<T>,
  id: number,
  addr: number,
  size: number,
  clock: Clock,
): SyscallResult {
  const bytes = task.mm.copyIn(addr, size);
  if (isErrno(bytes)) return bytes;
  const object = controlledObject(task, table, id);
  return isErrno(object) ? object : setOwner(object, bytes, clock);
}

/** Owner and mode from a structure of IPC_SET. EINVAL: (uid_t) -1 is nobody's. */
export function setOwner(object: IpcObject, bytes: Uint8Array, clock: Clock): 0 | Errno {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const uid = view.getUint32(IPC64_PERM.uid, true);
  const gid = view.getUint32(IPC64_PERM.gid, true);
  if (uid === 0xffffffff || gid === 0xffffffff) return EINVAL;
  object.setOwner(uid, gid, view.getUint32(IPC64_PERM.mode, true), clock);
  return 0;
}

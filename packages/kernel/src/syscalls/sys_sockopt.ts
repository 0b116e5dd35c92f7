/** getsockopt(2), setsockopt(2). The options are rows: net/*-options.ts. */
import {
  EFAULT,
  EINVAL,
  ENOPROTOOPT,
  EOPNOTSUPP,
  ERANGE,
  isErrno,
  SO_PEERGROUPS,
  SO_PEERNAME,
  SOL_SOCKET,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import { socketOf } from "./sys_socket.ts";

export function getsockopt(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const level = args.int(1);
  const rows = sock.optionsAt(level);
  if (isErrno(rows) && rows === EOPNOTSUPP) return rows; // There is no getsockopt() that would read the rest.
  const room = task.mm.readInt32(args.pointer(4));
  if (room === null) return EFAULT;
  if (isErrno(rows)) return rows;
  if (room < 0) return EINVAL;
  const option = args.int(2);
  const value = rows.get(option)?.get?.(sock, task) ?? ENOPROTOOPT;
  if (isErrno(value)) return value;
  const bytes =
    typeof value === "number" ? new Uint8Array(Int32Array.of(value).buffer) : (value as Uint8Array);
  if (level === SOL_SOCKET) {
    if (option === SO_PEERGROUPS && bytes.length > room) {
      return isErrno(task.mm.writeInt32(args.pointer(4), bytes.length)) ? EFAULT : ERANGE;
    }
    if (option === SO_PEERNAME && bytes.length < room) return EINVAL;
  }
  const part = bytes.subarray(0, room);
  const result = task.mm.copyOut(args.pointer(3), part);
  return isErrno(result) ? result : task.mm.writeInt32(args.pointer(4), part.length);
}

export function setsockopt(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const len = args.int(4);
  if (len < 0) return EINVAL;
  const rows = sock.optionsAt(args.int(1));
  if (isErrno(rows)) return rows;
  if (len < 4) return EINVAL;
  const option = rows.get(args.int(2));
  // An int is read first, whatever the option; one that takes more reads that when it comes to it.
  const bytes = task.mm.copyIn(args.pointer(3), Math.min(len, option?.size ?? 4));
  if (isErrno(bytes)) return bytes;
  const value = new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);
  return option?.set?.(sock, value, bytes, task) ?? ENOPROTOOPT;
}

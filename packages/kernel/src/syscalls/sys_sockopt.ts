/** getsockopt(2), setsockopt(2). The options are rows: net/*-options.ts. */
import {
  EFAULT,
  EINVAL,
  ENOPROTOOPT,
  ERANGE,
  type Errno,
  IPPROTO_UDPLITE,
  isErrno,
  SO_BINDTODEVICE,
  SO_PEERGROUPS,
  SO_PEERNAME,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
  SOL_TCP,
  SOL_UDP,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SocketOption } from "../net/socket-option.ts";
import { IFNAMSIZ } from "../net/socket-options.ts";
import type { SyscallArgs } from "./args.ts";
import { socketOf } from "./sys_socket.ts";

/** Levels that look at the length before they know the option. */
const LENGTH_FIRST: readonly number[] = [SOL_SOCKET, SOL_TCP, SOL_UDP, IPPROTO_UDPLITE];

export function getsockopt(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const level = args.int(1);
  const rows = sock.optionsAt(level, "get");
  if (isErrno(rows)) return rows;
  const room = task.mm.readInt32(args.pointer(4));
  if (room === null) return EFAULT;
  // To IPv6 a length has no sign: more than there is.
  if (room < 0 && level !== SOL_IPV6) return EINVAL;
  const option = args.int(2);
  const value = rows.get(option)?.get?.(sock, task, room) ?? ENOPROTOOPT;
  if (isErrno(value)) return value;
  const bytes =
    typeof value === "number" ? new Uint8Array(Int32Array.of(value).buffer) : (value as Uint8Array);
  if (level === SOL_SOCKET) {
    if (option === SO_PEERGROUPS && bytes.length > room) {
      return isErrno(task.mm.writeInt32(args.pointer(4), bytes.length)) ? EFAULT : ERANGE;
    }
    if (option === SO_PEERNAME && bytes.length < room) return EINVAL;
    if (option === SO_BINDTODEVICE && bytes.length > 0 && room < IFNAMSIZ) return EINVAL;
  }
  // Old programs read a single byte: do_ip_getsockopt().
  const isByte = level === SOL_IP && room > 0 && room < 4 && bytes.length === 4;
  const part = bytes.subarray(0, isByte ? 1 : room >>> 0);
  const result = task.mm.copyOut(args.pointer(3), part);
  return isErrno(result) ? result : task.mm.writeInt32(args.pointer(4), part.length);
}

/** The shortest value that is looked at; at some levels one byte will do for an int, or none. */
const LEAST: ReadonlyMap<number, number> = new Map([[SOL_IP, 0]]);

export function setsockopt(task: Task, args: SyscallArgs): SyscallResult {
  const sock = socketOf(task, args.fd(0));
  if (isErrno(sock)) return sock;
  const len = args.int(4);
  if (len < 0) return EINVAL;
  const level = args.int(1);
  const rows = sock.optionsAt(level, "set");
  if (isErrno(rows)) return rows;
  const option = rows.get(args.int(2));
  if (option?.set === undefined && len < 4 && !LENGTH_FIRST.includes(level)) return ENOPROTOOPT;
  // do_ip_setsockopt() copies the value of those options only that it knows.
  if (option?.set === undefined && level === SOL_IP) return ENOPROTOOPT;
  if (len < (option?.least ?? LEAST.get(level) ?? 4)) return EINVAL;
  const bytes = readValue(task, args, option);
  if (isErrno(bytes)) return bytes;
  if (option?.isExact === true && len !== (option.size ?? 4)) return EINVAL;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const value = bytes.length >= 4 ? view.getInt32(0, true) : (bytes[0] ?? 0);
  const result = option?.set?.(sock, value, bytes, task) ?? ENOPROTOOPT;
  if (result === 0) sock.optionsChanged();
  return result;
}

/** The value, as far as it is looked at. An int is read first, whatever the option; one that takes more reads that when it comes to it. */
function readValue(
  task: Task,
  args: SyscallArgs,
  option: SocketOption | undefined,
): Uint8Array | Errno {
  const len = args.int(4);
  const at = args.pointer(3);
  const size = option?.size ?? 4;
  const known = Math.min(len, size);
  switch (args.int(1)) {
    case SOL_SOCKET:
      return task.mm.copyIn(at, len < size ? Math.min(len, 4) : known);
    case SOL_IP:
      // A byte, where there is less than an int.
      return task.mm.copyIn(at, len < 4 ? Math.min(len, 1) : known);
    case SOL_IPV6:
      // Less than an int is 0 without a look, and so is an int that is nowhere.
      if (len < 4 || (at === 0 && option?.size === undefined)) return new Uint8Array(known);
  }
  return task.mm.copyIn(at, known);
}

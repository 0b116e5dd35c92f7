/** splice(2), tee(2), vmsplice(2): bytes through a pipe without user memory. Here they are copied, which nobody can see. */
import {
  EAGAIN,
  EBADF,
  EFAULT,
  EINVAL,
  type Errno,
  ESPIPE,
  isErrno,
  O_APPEND,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  SPLICE_F_GIFT,
  SPLICE_F_MORE,
  SPLICE_F_MOVE,
  SPLICE_F_NONBLOCK,
} from "@kernelet/abi";
import type { FileDescription } from "../fs/file-description.ts";
import type { Pipe } from "../fs/pipe/pipe.ts";
import { brokenPipe, PipeFile } from "../fs/pipe/pipe-file.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";
import { readv, writev } from "./sys_read_write.ts";

const KNOWN_FLAGS = SPLICE_F_MOVE | SPLICE_F_NONBLOCK | SPLICE_F_MORE | SPLICE_F_GIFT;
/** The most that one call moves. */
const CHUNK = 1024 * 1024;

/** Waits until `pipe` has something to take. 0: it has; else what the call returns (0 bytes as null). */
function waitForInput(task: Task, pipe: Pipe, isNonblocking: boolean): "ready" | SyscallResult {
  if (pipe.length > 0) return "ready";
  if (pipe.writers === 0) return 0;
  return isNonblocking ? EAGAIN : task.block([pipe.queue], { mask: POLLIN | POLLHUP });
}

function waitForRoom(task: Task, pipe: Pipe, isNonblocking: boolean): "ready" | SyscallResult {
  if (pipe.readers === 0) return brokenPipe(task);
  if (pipe.room > 0) return "ready";
  return isNonblocking ? EAGAIN : task.block([pipe.queue], { mask: POLLOUT | POLLERR });
}

/** An offset argument: null without one. */
export function readOffset(task: Task, addr: number): number | null | Errno {
  if (addr === 0) return null;
  const off = task.mm.readS64(addr);
  if (off === null) return EFAULT;
  return off < 0 ? EINVAL : off;
}

export function splice(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.uint(5);
  const len = Math.min(args.size(4), CHUNK);
  if (flags & ~KNOWN_FLAGS) return EINVAL;
  if (len === 0) return 0;
  const from = task.fdTable.file(args.fd(0));
  const to = task.fdTable.file(args.fd(2));
  if (isErrno(from) || isErrno(to)) return EBADF;
  if (!from.isReadable || !to.isWritable) return EBADF;
  const offIn = readOffset(task, args.pointer(1));
  const offOut = readOffset(task, args.pointer(3));
  if (from instanceof PipeFile && args.pointer(1) !== 0) return ESPIPE;
  if (to instanceof PipeFile && args.pointer(3) !== 0) return ESPIPE;
  if (isErrno(offIn)) return offIn;
  if (isErrno(offOut)) return offOut;
  const isNonblocking = (flags & SPLICE_F_NONBLOCK) !== 0;

  if (from instanceof PipeFile && to instanceof PipeFile) {
    if (from.pipe === to.pipe) return EINVAL;
    return pipeToPipe(task, from, to, len, isNonblocking);
  }
  if (to instanceof PipeFile) {
    if (offIn !== null && !from.isSeekable) return ESPIPE;
    const n = fileToPipe(task, from, offIn, to, len, isNonblocking);
    return n > 0 && offIn !== null ? stored(task, args.pointer(1), offIn + n, n) : n;
  }
  if (from instanceof PipeFile) {
    if (offOut !== null && !to.isSeekable) return ESPIPE;
    if ((to.flags & O_APPEND) !== 0) return EINVAL;
    const n = pipeToFile(task, from, to, offOut, len, isNonblocking);
    return n > 0 && offOut !== null ? stored(task, args.pointer(3), offOut + n, n) : n;
  }
  return EINVAL;
}

/** Writes an offset back. */
export function stored(task: Task, addr: number, off: number, n: number): SyscallResult {
  const result = task.mm.writeU64(addr, off);
  return isErrno(result) ? result : n;
}

function pipeToPipe(
  task: Task,
  from: PipeFile,
  to: PipeFile,
  len: number,
  isNonblocking: boolean,
): SyscallResult {
  const input = waitForInput(task, from.pipe, isNonblocking || from.isNonblocking);
  if (input !== "ready") return input;
  const room = waitForRoom(task, to.pipe, isNonblocking || to.isNonblocking);
  if (room !== "ready") return room;
  const bytes = new Uint8Array(Math.min(len, from.pipe.length, to.pipe.room));
  const n = from.pipe.take(bytes);
  to.pipe.put(bytes.subarray(0, n), false);
  from.pipe.queue.wake(POLLOUT);
  to.pipe.queue.wake(POLLIN);
  return n;
}

function fileToPipe(
  task: Task,
  from: FileDescription,
  off: number | null,
  to: PipeFile,
  len: number,
  isNonblocking: boolean,
): SyscallResult {
  const room = waitForRoom(task, to.pipe, isNonblocking || to.isNonblocking);
  if (room !== "ready") return room;
  const bytes = new Uint8Array(Math.min(len, to.pipe.room));
  const n = from.read(task, bytes, off);
  if (n <= 0) return n;
  to.pipe.put(bytes.subarray(0, n), false);
  to.pipe.queue.wake(POLLIN);
  return n;
}

function pipeToFile(
  task: Task,
  from: PipeFile,
  to: FileDescription,
  off: number | null,
  len: number,
  isNonblocking: boolean,
): SyscallResult {
  const input = waitForInput(task, from.pipe, isNonblocking || from.isNonblocking);
  if (input !== "ready") return input;
  const bytes = new Uint8Array(Math.min(len, from.pipe.length));
  from.pipe.peek(0, bytes);
  const n = to.write(task, bytes, off);
  if (n <= 0) return n;
  from.pipe.take(bytes.subarray(0, n));
  from.pipe.queue.wake(POLLOUT);
  return n;
}

export function tee(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.uint(3);
  if (flags & ~KNOWN_FLAGS) return EINVAL;
  const from = task.fdTable.file(args.fd(0));
  const to = task.fdTable.file(args.fd(1));
  if (isErrno(from) || isErrno(to)) return EBADF;
  if (!from.isReadable || !to.isWritable) return EBADF;
  if (!(from instanceof PipeFile) || !(to instanceof PipeFile)) return EINVAL;
  if (from.pipe === to.pipe) return EINVAL;
  const isNonblocking = (flags & SPLICE_F_NONBLOCK) !== 0;
  const input = waitForInput(task, from.pipe, isNonblocking || from.isNonblocking);
  if (input !== "ready") return input;
  const room = waitForRoom(task, to.pipe, isNonblocking || to.isNonblocking);
  if (room !== "ready") return room;
  const bytes = new Uint8Array(Math.min(args.size(2), from.pipe.length, to.pipe.room));
  from.pipe.peek(0, bytes);
  to.pipe.put(bytes, false);
  to.pipe.queue.wake(POLLIN);
  return bytes.length;
}

/** vmsplice(2): as writev(2) or readv(2) of a pipe. */
export function vmsplice(task: Task, args: SyscallArgs): SyscallResult {
  if (args.uint(3) & ~KNOWN_FLAGS) return EINVAL;
  const file = task.fdTable.file(args.fd(0));
  if (isErrno(file) || !(file instanceof PipeFile)) return EBADF;
  return file.isWritable ? writev(task, args) : readv(task, args);
}

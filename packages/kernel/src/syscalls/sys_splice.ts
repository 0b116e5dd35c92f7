/** splice(2), tee(2), vmsplice(2): bytes through a pipe without user memory. fs/splice.c. Pages are copied. */
import {
  EAGAIN,
  EBADF,
  EFAULT,
  EINVAL,
  ENOMEM,
  type Errno,
  ESPIPE,
  isErrno,
  O_APPEND,
  PAGE_SIZE,
  POLLERR,
  POLLHUP,
  SPLICE_F_GIFT,
  SPLICE_F_MORE,
  SPLICE_F_MOVE,
  SPLICE_F_NONBLOCK,
} from "@kernelet/abi";
import { PAGE_R, PAGE_W } from "../arch/x86/processor.ts";
import type { FileDescription } from "../fs/file-description.ts";
import { type Pipe, READABLE, WRITABLE } from "../fs/pipe/pipe.ts";
import { brokenPipe, PipeFile } from "../fs/pipe/pipe-file.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { endsInRange, type SyscallArgs } from "./args.ts";
import { accessibleTotal, readIovec, scatter, totalLength } from "./iovec.ts";

const KNOWN_FLAGS = SPLICE_F_MOVE | SPLICE_F_NONBLOCK | SPLICE_F_MORE | SPLICE_F_GIFT;
/** The most that one call moves. */
const CHUNK = 1024 * 1024;

/** Waits until `pipe` has something to take, or has ended: else what the call returns. */
function waitForInput(task: Task, pipe: Pipe, isNonblocking: boolean): "ready" | SyscallResult {
  if (!pipe.isEmpty || pipe.writers === 0) return "ready";
  if (isNonblocking) return EAGAIN;
  return task.block([pipe.readQueue], { mask: READABLE | POLLHUP });
}

/** Waits until `pipe` has a free slot. */
function waitForRoom(task: Task, pipe: Pipe, isNonblocking: boolean): "ready" | SyscallResult {
  if (pipe.readers === 0) return brokenPipe(task);
  if (!pipe.isFull) return "ready";
  if (isNonblocking) return EAGAIN;
  return task.block([pipe.writeQueue], { mask: WRITABLE | POLLERR });
}

/** An offset argument: null without one. */
function readOffset(task: Task, addr: number): number | null | Errno {
  if (addr === 0) return null;
  const off = task.mm.readS64(addr);
  if (off === null) return EFAULT;
  return off < 0 ? EINVAL : off;
}

/** Writes an offset back. */
export function stored(task: Task, addr: number, off: number, n: number): SyscallResult {
  const result = task.mm.writeU64(addr, off);
  return isErrno(result) ? result : n;
}

/** rw_verify_area() of the whole length that is asked for; pipes are not asked. */
function isArea(off: number, args: SyscallArgs): boolean {
  const len = args.signedLong(4);
  return len >= 0 && endsInRange(off, len);
}

/** eventfd, epoll and their kind, and directories, have no splice operations. */
function canSplice(file: FileDescription): boolean {
  const { inode } = file;
  return !inode.isDirectory && !["anon_inodefs", "mqueue"].includes(inode.superblock.type);
}

export function splice(task: Task, args: SyscallArgs): SyscallResult {
  const len = Math.min(args.size(4), CHUNK);
  const flags = args.uint(5);
  const inAddr = args.pointer(1);
  const outAddr = args.pointer(3);
  if (len === 0) return 0;
  if (flags & ~KNOWN_FLAGS) return EINVAL;
  const from = task.fdTable.file(args.fd(0));
  const to = task.fdTable.file(args.fd(2));
  if (isErrno(from) || isErrno(to)) return EBADF;
  if (from instanceof PipeFile && inAddr !== 0) return ESPIPE;
  if (to instanceof PipeFile && outAddr !== 0) return ESPIPE;
  const offOut = readOffset(task, outAddr);
  const offIn = readOffset(task, inAddr);
  if (offOut === EFAULT || offIn === EFAULT) return EFAULT;
  if (!from.isReadable || !to.isWritable) return EBADF;
  const wantsNonblocking = (flags & SPLICE_F_NONBLOCK) !== 0;

  if (from instanceof PipeFile && to instanceof PipeFile) {
    if (from.pipe === to.pipe) return EINVAL;
    const isNonblocking = wantsNonblocking || from.isNonblocking || to.isNonblocking;
    return spliced(from, to, pipeToPipe(task, from.pipe, to.pipe, len, isNonblocking));
  }
  if (from instanceof PipeFile) {
    if (offOut !== null && !to.hasPlaces) return EINVAL;
    if ((to.flags & O_APPEND) !== 0 || !canSplice(to)) return EINVAL;
    if (isErrno(offOut) || !isArea(offOut ?? to.pos, args)) return EINVAL;
    const n = pipeToFile(task, from, to, offOut, len, wantsNonblocking || from.isNonblocking);
    spliced(from, to, n);
    return n >= 0 && offOut !== null ? stored(task, outAddr, offOut + n, n) : n;
  }
  if (to instanceof PipeFile) {
    if (offIn !== null && !from.hasPlaces) return EINVAL;
    if (isErrno(offIn) || !isArea(offIn ?? from.pos, args)) return EINVAL;
    const n = fileToPipe(task, from, offIn, to, len, wantsNonblocking || to.isNonblocking);
    spliced(from, to, n);
    return n >= 0 && offIn !== null ? stored(task, inAddr, offIn + n, n) : n;
  }
  return EINVAL;
}

/** Tells watchers, of the target first as do_splice() does. */
function spliced(from: FileDescription, to: FileDescription, n: SyscallResult): SyscallResult {
  if (n > 0) {
    to.modified();
    from.accessed();
  }
  return n;
}

function pipeToPipe(
  task: Task,
  from: Pipe,
  to: Pipe,
  len: number,
  isNonblocking: boolean,
): SyscallResult {
  const input = waitForInput(task, from, isNonblocking);
  if (input !== "ready") return input;
  const room = waitForRoom(task, to, isNonblocking);
  if (room !== "ready") return room;
  const before = from.usedSlots;
  const n = from.moveTo(to, len);
  if (n === 0 && !from.isEmpty) return ENOMEM;
  to.wakeReaders();
  if (from.usedSlots < before) from.wakeWriters();
  return n;
}

/** At most what the pipe has slots for: splice_file_to_pipe(). Also sendfile(2) into a pipe. */
export function fileToPipe(
  task: Task,
  from: FileDescription,
  off: number | null,
  to: PipeFile,
  len: number,
  isNonblocking: boolean,
): SyscallResult {
  const { pipe } = to;
  const room = waitForRoom(task, pipe, isNonblocking);
  if (room !== "ready" || len === 0) return room === "ready" ? 0 : room;
  // Pipes and /dev/null have splice_write alone.
  if (from instanceof PipeFile || from.discardsData || !canSplice(from)) return EINVAL;
  // The first page may be begun in the middle, and still takes a slot.
  const at = from.inode.isRegular ? (off ?? from.pos) % PAGE_SIZE : 0;
  const bytes = new Uint8Array(Math.min(len, pipe.room - at));
  const n = from.spliceRead(task, bytes, off, isNonblocking);
  if (n <= 0) return n;
  const taken = pipe.putPages(bytes.subarray(0, n), at);
  if (taken === 0) return ENOMEM;
  pipe.wakeReaders();
  return taken;
}

function pipeToFile(
  task: Task,
  from: PipeFile,
  to: FileDescription,
  off: number | null,
  len: number,
  isNonblocking: boolean,
): SyscallResult {
  const { pipe } = from;
  const input = waitForInput(task, pipe, isNonblocking);
  if (input !== "ready") return input;
  if (pipe.isEmpty) return 0;
  const bytes = new Uint8Array(Math.min(len, pipe.length));
  pipe.peek(bytes);
  const n = to.write(task, bytes, off);
  if (n <= 0) return n;
  dropFrom(pipe, n);
  return n;
}

function dropFrom(pipe: Pipe, n: number): void {
  const before = pipe.usedSlots;
  pipe.drop(n);
  if (pipe.usedSlots < before) pipe.wakeWriters();
}

export function tee(task: Task, args: SyscallArgs): SyscallResult {
  const len = Math.min(args.size(2), Number.MAX_SAFE_INTEGER);
  const flags = args.uint(3);
  if (flags & ~KNOWN_FLAGS) return EINVAL;
  if (len === 0) return 0;
  const from = task.fdTable.file(args.fd(0));
  const to = task.fdTable.file(args.fd(1));
  if (isErrno(from) || isErrno(to)) return EBADF;
  if (!from.isReadable || !to.isWritable) return EBADF;
  if (!(from instanceof PipeFile) || !(to instanceof PipeFile)) return EINVAL;
  if (from.pipe === to.pipe) return EINVAL;
  const isNonblocking = (flags & SPLICE_F_NONBLOCK) !== 0 || from.isNonblocking || to.isNonblocking;
  const input = waitForInput(task, from.pipe, isNonblocking);
  if (input !== "ready") return input;
  const room = waitForRoom(task, to.pipe, isNonblocking);
  if (room !== "ready") return room;
  const n = from.pipe.copyTo(to.pipe, len);
  if (n === 0 && !from.pipe.isEmpty) return ENOMEM;
  to.pipe.wakeReaders();
  return spliced(from, to, n);
}

/** vmsplice(2): from user memory into a pipe, a slot for each page; or from a pipe into user memory. */
export function vmsplice(task: Task, args: SyscallArgs): SyscallResult {
  const flags = args.uint(3);
  if (flags & ~KNOWN_FLAGS) return EINVAL;
  const file = task.fdTable.file(args.fd(0));
  if (isErrno(file)) return EBADF;
  if (!file.isWritable && !file.isReadable) return EBADF;
  const buffers = readIovec(task, args.pointer(1), args.size(2));
  if (isErrno(buffers)) return buffers;
  if (totalLength(buffers) === 0) return 0;
  if (!(file instanceof PipeFile)) return EBADF;
  const isNonblocking = (flags & SPLICE_F_NONBLOCK) !== 0;
  const n = file.isWritable
    ? memoryToPipe(task, file.pipe, buffers, isNonblocking)
    : pipeToMemory(task, file.pipe, buffers, isNonblocking);
  if (n > 0 && file.isWritable) file.modified();
  else if (n > 0) file.accessed();
  return n;
}

type Buffers = readonly { readonly addr: number; readonly len: number }[];

function memoryToPipe(
  task: Task,
  pipe: Pipe,
  buffers: Buffers,
  isNonblocking: boolean,
): SyscallResult {
  const room = waitForRoom(task, pipe, isNonblocking);
  if (room !== "ready") return room;
  let done = 0;
  let failed: Errno | 0 = 0;
  for (const { addr, len } of buffers) {
    if (pipe.isFull || len === 0) continue;
    const view = task.mm.userBuffer(addr, Math.min(len, pipe.room), PAGE_R);
    if (isErrno(view)) {
      failed = view;
      break;
    }
    const n = pipe.putPages(view, addr % PAGE_SIZE);
    done += n;
    if (n < len) break;
  }
  if (done > 0) pipe.wakeReaders();
  return done > 0 ? done : failed;
}

function pipeToMemory(
  task: Task,
  pipe: Pipe,
  buffers: Buffers,
  isNonblocking: boolean,
): SyscallResult {
  const input = waitForInput(task, pipe, isNonblocking);
  if (input !== "ready") return input;
  const len = Math.min(totalLength(buffers), pipe.length);
  const bytes = new Uint8Array(accessibleTotal(task, buffers, len, PAGE_W));
  const n = pipe.peek(bytes, len);
  scatter(task, buffers, bytes.subarray(0, pipe.copied));
  if (n === 0 && len > 0) return EFAULT;
  dropFrom(pipe, n);
  return n;
}

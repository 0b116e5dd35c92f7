/** read(2), write(2), pread(2), pwrite(2), readv(2) and their kind, lseek(2). */
import {
  EBADF,
  EFAULT,
  EINVAL,
  EOPNOTSUPP,
  type Errno,
  ESPIPE,
  isErrno,
  MAX_RW_COUNT,
  O_APPEND,
  O_NONBLOCK,
  RWF_APPEND,
  RWF_DSYNC,
  RWF_HIPRI,
  RWF_NOWAIT,
  RWF_SYNC,
  SEEK_HOLE,
} from "@kernelet/abi";
import { PAGE_R, PAGE_W } from "../arch/x86/processor.ts";
import type { FileDescription } from "../fs/file-description.ts";
import { BLOCKED, type SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { endsInRange, type SyscallArgs } from "./args.ts";
import {
  accessibleTotal,
  type Buffer,
  gatherPart,
  isUserRange,
  readIovec,
  scatter,
  totalLength,
} from "./iovec.ts";

/** User pages that are brought in at a time: a large buffer for a small file must not cost its size. */
const CHUNK = 256 * 1024;
/** The most that a pipe, socket or terminal moves in one call of its `write`. */
const STREAM_CHUNK = 1024 * 1024;
const NOTHING = new Uint8Array(0);

function readable(task: Task, fd: number): FileDescription | Errno {
  const file = task.fdTable.get(fd);
  if (file === null || !file.isReadable) return EBADF;
  return file.hasRead ? file : EINVAL;
}

function writable(task: Task, fd: number): FileDescription | Errno {
  const file = task.fdTable.get(fd);
  if (file === null || !file.isWritable) return EBADF;
  return file.hasWrite ? file : EINVAL;
}

/** For pread(2) and its kind: that there is no place in the file counts before how it was opened. */
function openedAt(task: Task, fd: number, opened: Opened): FileDescription | Errno {
  const file = task.fdTable.get(fd);
  if (file === null || file.isPath) return EBADF;
  return file.hasPlaces ? opened(task, fd) : ESPIPE;
}

/** Reads into user memory. `off` null: at the file's position. */
function readInto(
  task: Task,
  file: FileDescription,
  buffer: Buffer,
  off: number | null,
): SyscallResult {
  const len = Math.min(buffer.len, MAX_RW_COUNT);
  const { addr } = buffer;
  if (!file.isSeekable) return readOnce(task, file, addr, len);
  let done = 0;
  do {
    const at = off === null ? null : off + done;
    const want = Math.min(len - done, CHUNK);
    const touched = Math.min(want, file.bytesAt(at));
    const view = touched === 0 ? NOTHING : task.mm.userBuffer(addr + done, touched, PAGE_W);
    if (isErrno(view)) return done > 0 ? done : readNowhere(task, file, off);
    const n = file.read(task, view, at);
    if (n < 0) return done > 0 ? done : n;
    done += n;
    if (n < want) return done;
  } while (done < len);
  return done;
}

/** A stream or a record, for one buffer. */
function readOnce(task: Task, file: FileDescription, addr: number, len: number): SyscallResult {
  const want = Math.min(len, STREAM_CHUNK);
  const view = task.mm.userBuffer(addr, want, PAGE_W);
  if (isErrno(view)) return file.readPart(task, NOTHING, len);
  return view.length < want ? file.readPart(task, view, len) : file.read(task, view, null);
}

/** A file with places, for a buffer that cannot be written: EFAULT only if there is something to write into it. */
function readNowhere(task: Task, file: FileDescription, off: number | null): SyscallResult {
  const { pos } = file;
  const n = file.read(task, new Uint8Array(1), off);
  file.pos = pos;
  return n > 0 ? EFAULT : n;
}

function writeFrom(
  task: Task,
  file: FileDescription,
  buffer: Buffer,
  off: number | null,
): SyscallResult {
  const len = Math.min(buffer.len, MAX_RW_COUNT);
  const { addr } = buffer;
  if (file.discardsData) return len;
  if (file.continuesWrites) return writeOn(task, file, addr, len);
  if (!file.isSeekable) {
    const want = Math.min(len, STREAM_CHUNK);
    const view = task.mm.userBuffer(addr, want, PAGE_R);
    if (isErrno(view)) return file.writePart(task, NOTHING, len);
    return view.length < want ? file.writePart(task, view, len) : file.write(task, view, null);
  }
  let done = 0;
  do {
    const want = Math.min(len - done, CHUNK);
    const view = task.mm.userBuffer(addr + done, want, PAGE_R);
    if (isErrno(view)) {
      if (done > 0) return done;
      const refused = file.refusesWrite(task, off, want);
      return refused === 0 ? view : refused;
    }
    const n = file.write(task, view, off === null ? null : off + done);
    if (n < 0) return done > 0 ? done : n;
    done += n;
    if (n < want) return done;
  } while (done < len);
  return done;
}

/** A long write to a pipe or stream brings its pages in as it comes to them, and ends when all is in. */
function writeOn(task: Task, file: FileDescription, addr: number, len: number): SyscallResult {
  const { pending, mm } = task;
  for (;;) {
    const { done } = pending;
    const want = Math.min(len - done, STREAM_CHUNK);
    const usable = mm.accessibleLength(addr + done, want, PAGE_R);
    const end = done + usable;
    const from = end === 0 ? NOTHING : mm.view(addr, end);
    if (usable < want) return file.writePart(task, from, len);
    const n = file.write(task, from, null);
    if (n !== end || end === len || pending.done !== end) return n;
  }
}

/** Watchers hear of a call once, and /proc/[pid]/io counts it once, whether it had to wait or not. */
function countRead(task: Task, file: FileDescription, result: SyscallResult): SyscallResult {
  if (result === BLOCKED) return result;
  if (result > 0) file.accessed();
  const { io } = task.threadGroup;
  io.reads++;
  if (result > 0) io.bytesRead += result;
  return result;
}

function countWrite(task: Task, file: FileDescription, result: SyscallResult): SyscallResult {
  if (result === BLOCKED) return result;
  if (result > 0) file.modified();
  const { io } = task.threadGroup;
  io.writes++;
  if (result > 0) io.bytesWritten += result;
  return result;
}

export function read(task: Task, args: SyscallArgs): SyscallResult {
  const file = readable(task, args.fd(0));
  if (isErrno(file)) return file;
  const buffer = { addr: args.pointer(1), len: args.size(2) };
  if (!isUserRange(buffer)) return EFAULT;
  return countRead(task, file, readInto(task, file, buffer, null));
}

export function write(task: Task, args: SyscallArgs): SyscallResult {
  const file = writable(task, args.fd(0));
  if (isErrno(file)) return file;
  const buffer = { addr: args.pointer(1), len: args.size(2) };
  if (!isUserRange(buffer)) return EFAULT;
  return countWrite(task, file, writeFrom(task, file, buffer, null));
}

export function pread64(task: Task, args: SyscallArgs): SyscallResult {
  const off = args.signedLong(3);
  if (off < 0) return EINVAL;
  const file = openedAt(task, args.fd(0), readable);
  if (isErrno(file)) return file;
  const buffer = { addr: args.pointer(1), len: args.size(2) };
  if (!isUserRange(buffer)) return EFAULT;
  if (!endsInRange(off, buffer.len)) return EINVAL;
  return countRead(task, file, readInto(task, file, buffer, off));
}

export function pwrite64(task: Task, args: SyscallArgs): SyscallResult {
  const off = args.signedLong(3);
  if (off < 0) return EINVAL;
  const file = openedAt(task, args.fd(0), writable);
  if (isErrno(file)) return file;
  const buffer = { addr: args.pointer(1), len: args.size(2) };
  if (!isUserRange(buffer)) return EFAULT;
  if (!endsInRange(off, buffer.len)) return EINVAL;
  return countWrite(task, file, writeFrom(task, file, buffer, off));
}

function readVector(
  task: Task,
  file: FileDescription,
  buffers: readonly Buffer[],
  off: number | null,
): SyscallResult {
  const total = totalLength(buffers);
  if (off !== null && total > 0 && !endsInRange(off, total)) return EINVAL;
  const result = total === 0 ? 0 : readBuffers(task, file, buffers, off);
  if (result === 0) file.accessed(); // vfs_readv(): unlike read(2), it tells watchers of a read of nothing too.
  return total === 0 ? 0 : countRead(task, file, result);
}

function readBuffers(
  task: Task,
  file: FileDescription,
  buffers: readonly Buffer[],
  off: number | null,
): SyscallResult {
  if (!file.isSeekable && !file.readsBuffersApart) return readStream(task, file, buffers);
  let done = 0;
  for (const [i, buffer] of buffers.entries()) {
    // do_loop_readv_writev() leaves out empty buffers, but not the first.
    if (buffer.len === 0 && !(i === 0 && file.readsBuffersApart)) continue;
    const n = readInto(task, file, buffer, off === null ? null : off + done);
    if (n < 0) return done > 0 ? done : n;
    done += n;
    if (n < buffer.len) break;
  }
  return done;
}

/** A record (datagram, packet, event) must come in one piece: it is read whole and then spread. */
function readStream(task: Task, file: FileDescription, buffers: readonly Buffer[]): SyscallResult {
  const [only] = buffers;
  if (buffers.length === 1 && only !== undefined) return readInto(task, file, only, null);
  const total = totalLength(buffers);
  const want = Math.min(total, STREAM_CHUNK);
  const usable = accessibleTotal(task, buffers, want, PAGE_W);
  if (usable < want) return readStreamPart(task, file, buffers, usable);
  const all = new Uint8Array(want);
  const n = file.read(task, all, null);
  if (n <= 0) return n;
  const result = scatter(task, buffers, all.subarray(0, n));
  return isErrno(result) ? result : n;
}

/** Only the first `usable` bytes can be written. What was copied of a page that does not fit is seen behind the result. */
function readStreamPart(
  task: Task,
  file: FileDescription,
  buffers: readonly Buffer[],
  usable: number,
): SyscallResult {
  const all = new Uint8Array(usable);
  const n = file.readPart(task, all, totalLength(buffers));
  if (n === BLOCKED) return n;
  const result = scatter(task, buffers, all.subarray(0, Math.max(n, task.pending.copied)));
  return isErrno(result) ? result : n;
}

function writeVector(
  task: Task,
  file: FileDescription,
  buffers: readonly Buffer[],
  off: number | null,
): SyscallResult {
  const total = totalLength(buffers);
  if (total === 0) return 0;
  if (off !== null && !endsInRange(off, total)) return EINVAL;
  return countWrite(task, file, writeBuffers(task, file, buffers, off));
}

function writeBuffers(
  task: Task,
  file: FileDescription,
  buffers: readonly Buffer[],
  off: number | null,
): SyscallResult {
  if (!file.isSeekable && !file.writesBuffersApart) return writeStream(task, file, buffers);
  let done = 0;
  for (const [i, buffer] of buffers.entries()) {
    // do_loop_readv_writev() leaves out empty buffers, but not the first.
    if (buffer.len === 0 && !(i === 0 && file.writesBuffersApart)) continue;
    const n = writeFrom(task, file, buffer, off === null ? null : off + done);
    if (n < 0) return done > 0 ? done : n;
    done += n;
    if (n < buffer.len) break;
  }
  return done;
}

/** Gathers first, so that a pipe or socket sees one write. */
function writeStream(task: Task, file: FileDescription, buffers: readonly Buffer[]): SyscallResult {
  const [only] = buffers;
  if (buffers.length === 1 && only !== undefined) return writeFrom(task, file, only, null);
  const total = totalLength(buffers);
  const { pending } = task;
  for (;;) {
    const start = file.continuesWrites ? pending.done : 0;
    const end = Math.min(total, start + STREAM_CHUNK);
    const all = gatherPart(task, buffers, start, end);
    if (all.length < end) return file.writePart(task, all, total);
    const n = file.write(task, all, null);
    if (!file.continuesWrites || n !== end || end === total || pending.done !== end) return n;
  }
}

export function readv(task: Task, args: SyscallArgs): SyscallResult {
  const file = readable(task, args.fd(0));
  if (isErrno(file)) return file;
  const buffers = readIovec(task, args.pointer(1), args.size(2));
  return isErrno(buffers) ? buffers : readVector(task, file, buffers, null);
}

export function writev(task: Task, args: SyscallArgs): SyscallResult {
  const file = writable(task, args.fd(0));
  if (isErrno(file)) return file;
  const buffers = readIovec(task, args.pointer(1), args.size(2));
  return isErrno(buffers) ? buffers : writeVector(task, file, buffers, null);
}

export function preadv(task: Task, args: SyscallArgs): SyscallResult {
  return vectorAt(task, args, args.signedLong(3), readable, readVector);
}

export function pwritev(task: Task, args: SyscallArgs): SyscallResult {
  return vectorAt(task, args, args.signedLong(3), writable, writeVector);
}

type Opened = (task: Task, fd: number) => FileDescription | Errno;
type Transfer = (
  task: Task,
  file: FileDescription,
  buffers: readonly Buffer[],
  off: number | null,
) => SyscallResult;

function vectorAt(
  task: Task,
  args: SyscallArgs,
  off: number,
  opened: Opened,
  transfer: Transfer,
): SyscallResult {
  if (off < 0) return EINVAL;
  const file = openedAt(task, args.fd(0), opened);
  if (isErrno(file)) return file;
  const buffers = readIovec(task, args.pointer(1), args.size(2));
  return isErrno(buffers) ? buffers : transfer(task, file, buffers, off);
}

const RWF_KNOWN = RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_NOWAIT | RWF_APPEND;

/** preadv2(2): offset -1 is the file's position; the flags hold for this call only. */
export function preadv2(task: Task, args: SyscallArgs): SyscallResult {
  return withFlags(task, args, readable, readVector, (file) => file.readsBuffersApart);
}

export function pwritev2(task: Task, args: SyscallArgs): SyscallResult {
  return withFlags(task, args, writable, writeVector, (file) => file.writesBuffersApart);
}

function withFlags(
  task: Task,
  args: SyscallArgs,
  opened: Opened,
  transfer: Transfer,
  isApart: (file: FileDescription) => boolean,
): SyscallResult {
  const off = args.signedLong(3);
  const rwf = args.int(5);
  if (off < -1) return EINVAL;
  const file = off >= 0 ? openedAt(task, args.fd(0), opened) : opened(task, args.fd(0));
  if (isErrno(file)) return file;
  const buffers = readIovec(task, args.pointer(1), args.size(2));
  if (isErrno(buffers)) return buffers;
  const total = totalLength(buffers);
  if (total === 0) return transfer(task, file, buffers, null);
  if (off >= 0 && !endsInRange(off, total)) return EINVAL;
  if (rwf & ~(isApart(file) ? RWF_HIPRI : RWF_KNOWN)) return EOPNOTSUPP;
  if (rwf & RWF_NOWAIT && !file.knowsNoWait) return EOPNOTSUPP;
  const before = file.flags;
  if (rwf & RWF_NOWAIT) file.flags |= O_NONBLOCK;
  if (rwf & RWF_APPEND) file.flags |= O_APPEND;
  const result = transfer(task, file, buffers, off === -1 ? null : off);
  file.flags = before;
  return result;
}

export function lseek(task: Task, args: SyscallArgs): SyscallResult {
  const file = task.fdTable.file(args.fd(0));
  if (isErrno(file)) return file;
  const whence = args.uint(2);
  return whence > SEEK_HOLE ? EINVAL : file.seek(args.signedLong(1), whence);
}

/** read(2), write(2), pread(2), pwrite(2), readv(2) and their kind, lseek(2). */
import {
  EBADF,
  EFAULT,
  EINVAL,
  EOPNOTSUPP,
  type Errno,
  ESPIPE,
  IOVEC,
  isErrno,
  MAX_RW_COUNT,
  O_APPEND,
  O_NONBLOCK,
  PAGE_SIZE,
  POLLIN,
  RWF_APPEND,
  RWF_DSYNC,
  RWF_HIPRI,
  RWF_NOWAIT,
  RWF_SYNC,
  SEEK_HOLE,
  TASK_SIZE,
  UIO_MAXIOV,
} from "@kernelet/abi";
import { PAGE_R, PAGE_W } from "../arch/x86/processor.ts";
import type { FileDescription } from "../fs/file-description.ts";
import { PipeFile } from "../fs/pipe/pipe-file.ts";
import { BLOCKED, type SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { Socket } from "../net/socket.ts";
import type { SyscallArgs } from "./args.ts";

/** User pages that are brought in at a time: a large buffer for a small file must not cost its size. */
const CHUNK = 256 * 1024;
/** Bytes of a record that nobody gets. */
const NOWHERE = 64 * 1024;
/** The most that a pipe, socket or terminal moves in one call of its `write`. */
const STREAM_CHUNK = 1024 * 1024;

interface Buffer {
  readonly addr: number;
  readonly len: number;
}

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

/** access_ok(): a buffer that reaches beyond user addresses is refused before the file is asked. */
function isUserRange({ addr, len }: Buffer): boolean {
  return addr + len <= TASK_SIZE;
}

/** rw_verify_area(): the last byte has a place that is a number. */
function isInRange(off: number, len: number): boolean {
  return off + len < 2 ** 63;
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
  let done = 0;
  do {
    const want = Math.min(len - done, file.isSeekable ? CHUNK : STREAM_CHUNK);
    const view = task.mm.userBuffer(addr + done, want, PAGE_W);
    if (isErrno(view)) return done > 0 ? done : readNowhere(task, file, want, off);
    if (view.length < want && !file.isSeekable && !keepsUnread(file))
      return readRecord(task, file, view, want);
    const n = file.read(task, view, off === null ? null : off + done);
    if (n < 0) return done > 0 ? done : n;
    done += n;
    if (n < want || !file.isSeekable) return done;
  } while (done < len);
  return done;
}

/** Bytes that could not be copied out remain for the next read. */
function keepsUnread(file: FileDescription): boolean {
  return file instanceof PipeFile || (file instanceof Socket && file.keepsUnread);
}

/** A record or event for a buffer of which only a part can be written: it fits there, or is lost. */
function readRecord(
  task: Task,
  file: FileDescription,
  view: Uint8Array,
  len: number,
): SyscallResult {
  const record = new Uint8Array(Math.min(len, NOWHERE));
  const n = file.read(task, record, null);
  if (n > view.length) return EFAULT;
  if (n > 0) view.set(record.subarray(0, n));
  return n;
}

/**
 * A read with a bad buffer: an error of the file's, or its end, comes before EFAULT. What a pipe or a stream has stays
 * there; a datagram or an event is lost.
 */
function readNowhere(
  task: Task,
  file: FileDescription,
  len: number,
  off: number | null,
): SyscallResult {
  if (file.inode.isRegular) {
    const size = file.size();
    return size >= 0 && (off ?? file.pos) >= size ? 0 : EFAULT;
  }
  if (file.isSeekable || (keepsUnread(file) && (file.poll() & POLLIN) !== 0)) return EFAULT;
  const n = file.read(task, new Uint8Array(Math.min(len, NOWHERE)), null);
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
    if (isErrno(view)) return view;
    // Page by page goes into pipes only; others copy all that they take at a time, or fail.
    if (view.length < want && !(file instanceof PipeFile)) return EFAULT;
    return file.write(task, view, null);
  }
  let done = 0;
  do {
    const want = Math.min(len - done, CHUNK);
    const view = task.mm.userBuffer(addr + done, want, PAGE_R);
    if (isErrno(view)) return done > 0 ? done : view;
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
    const part = mm.userBuffer(addr + done, want, PAGE_R);
    if (isErrno(part)) return done > 0 ? done : part;
    // Of memory that ends in the middle, only what fills whole pages of the pipe goes in.
    const usable = part.length < want ? part.length - (part.length % PAGE_SIZE) : want;
    if (usable === 0 && want > 0) return done > 0 ? done : EFAULT;
    const end = done + usable;
    const n = file.write(task, mm.space.bytes.subarray(addr, addr + end), null);
    if (n !== end || end === len || pending.done !== end) return n;
  }
}

/** /proc/[pid]/io counts calls once, whether they had to wait or not. */
function countRead(task: Task, result: SyscallResult): SyscallResult {
  if (result === BLOCKED) return result;
  const { io } = task.threadGroup;
  io.reads++;
  if (result > 0) io.bytesRead += result;
  return result;
}

function countWrite(task: Task, result: SyscallResult): SyscallResult {
  if (result === BLOCKED) return result;
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
  return countRead(task, readInto(task, file, buffer, null));
}

export function write(task: Task, args: SyscallArgs): SyscallResult {
  const file = writable(task, args.fd(0));
  if (isErrno(file)) return file;
  const buffer = { addr: args.pointer(1), len: args.size(2) };
  if (!isUserRange(buffer)) return EFAULT;
  return countWrite(task, writeFrom(task, file, buffer, null));
}

export function pread64(task: Task, args: SyscallArgs): SyscallResult {
  const off = args.signedLong(3);
  if (off < 0) return EINVAL;
  const file = openedAt(task, args.fd(0), readable);
  if (isErrno(file)) return file;
  const buffer = { addr: args.pointer(1), len: args.size(2) };
  if (!isUserRange(buffer)) return EFAULT;
  if (!isInRange(off, buffer.len)) return EINVAL;
  return countRead(task, readInto(task, file, buffer, off));
}

export function pwrite64(task: Task, args: SyscallArgs): SyscallResult {
  const off = args.signedLong(3);
  if (off < 0) return EINVAL;
  const file = openedAt(task, args.fd(0), writable);
  if (isErrno(file)) return file;
  const buffer = { addr: args.pointer(1), len: args.size(2) };
  if (!isUserRange(buffer)) return EFAULT;
  if (!isInRange(off, buffer.len)) return EINVAL;
  return countWrite(task, writeFrom(task, file, buffer, off));
}

/** The buffers of readv(2): no more than MAX_RW_COUNT bytes in all. */
export function readIovec(task: Task, addr: number, count: number): Buffer[] | Errno {
  if (count < 0 || count > UIO_MAXIOV) return EINVAL;
  if (count === 0) return [];
  // Read one by one: a bad length counts before an end of the list that cannot be read.
  const bytes = task.mm.userBuffer(addr, count * IOVEC.size, PAGE_R);
  if (isErrno(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const buffers: Buffer[] = [];
  for (let at = 0; at < count * IOVEC.size; at += IOVEC.size) {
    if (at + IOVEC.size > bytes.length) return EFAULT;
    const base = Number(view.getBigUint64(at + IOVEC.iov_base, true));
    const len = Number(view.getBigInt64(at + IOVEC.iov_len, true));
    if (len < 0) return EINVAL;
    buffers.push({ addr: base, len });
  }
  if (!buffers.every(isUserRange)) return EFAULT;
  let total = 0;
  return buffers.map((buffer) => {
    const len = Math.min(buffer.len, MAX_RW_COUNT - total);
    total += len;
    return { addr: buffer.addr, len };
  });
}

function readVector(
  task: Task,
  file: FileDescription,
  buffers: readonly Buffer[],
  off: number | null,
): SyscallResult {
  return countRead(task, readBuffers(task, file, buffers, off));
}

function readBuffers(
  task: Task,
  file: FileDescription,
  buffers: readonly Buffer[],
  off: number | null,
): SyscallResult {
  if (!file.isSeekable) return readStream(task, file, buffers);
  let done = 0;
  for (const buffer of buffers) {
    if (buffer.len === 0) continue;
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
  const total = buffers.reduce((sum, b) => sum + b.len, 0);
  const all = new Uint8Array(Math.min(total, STREAM_CHUNK));
  const n = file.read(task, all, null);
  if (n <= 0) return n;
  let done = 0;
  for (const { addr, len } of buffers) {
    const part = all.subarray(done, Math.min(done + len, n));
    if (part.length === 0) continue;
    if (task.mm.copyOut(addr, part) !== 0) return done > 0 ? done : EFAULT;
    done += part.length;
  }
  return n;
}

function writeVector(
  task: Task,
  file: FileDescription,
  buffers: readonly Buffer[],
  off: number | null,
): SyscallResult {
  return countWrite(task, writeBuffers(task, file, buffers, off));
}

function writeBuffers(
  task: Task,
  file: FileDescription,
  buffers: readonly Buffer[],
  off: number | null,
): SyscallResult {
  if (!file.isSeekable && !file.writesBuffersApart) return writeStream(task, file, buffers);
  let done = 0;
  for (const buffer of buffers) {
    if (buffer.len === 0) continue;
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
  const all = gather(task, buffers);
  return isErrno(all) ? all : file.write(task, all, null);
}

/** The bytes of all buffers, up to STREAM_CHUNK or the first that cannot be read. */
export function gather(task: Task, buffers: readonly Buffer[]): Uint8Array | Errno {
  const total = buffers.reduce((sum, b) => sum + b.len, 0);
  const all = new Uint8Array(Math.min(total, STREAM_CHUNK));
  let done = 0;
  for (const { addr, len } of buffers) {
    const want = Math.min(len, all.length - done);
    if (want === 0) continue;
    const view = task.mm.userBuffer(addr, want, PAGE_R);
    if (isErrno(view)) return done > 0 ? all.subarray(0, done) : view;
    all.set(view, done);
    done += view.length;
    if (view.length < want) break;
  }
  return all.subarray(0, done);
}

export function readv(task: Task, args: SyscallArgs): SyscallResult {
  const file = readable(task, args.fd(0));
  if (isErrno(file)) return file;
  const buffers = readIovec(task, args.pointer(1), args.int(2));
  return isErrno(buffers) ? buffers : readVector(task, file, buffers, null);
}

export function writev(task: Task, args: SyscallArgs): SyscallResult {
  const file = writable(task, args.fd(0));
  if (isErrno(file)) return file;
  const buffers = readIovec(task, args.pointer(1), args.int(2));
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
  const buffers = readIovec(task, args.pointer(1), args.int(2));
  return isErrno(buffers) ? buffers : transfer(task, file, buffers, off);
}

const RWF_KNOWN = RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_NOWAIT | RWF_APPEND;

/** preadv2(2): offset -1 is the file's position; the flags hold for this call only. */
export function preadv2(task: Task, args: SyscallArgs): SyscallResult {
  return withFlags(task, args, readable, readVector);
}

export function pwritev2(task: Task, args: SyscallArgs): SyscallResult {
  return withFlags(task, args, writable, writeVector);
}

function withFlags(
  task: Task,
  args: SyscallArgs,
  opened: Opened,
  transfer: Transfer,
): SyscallResult {
  const off = args.signedLong(3);
  const rwf = args.int(5);
  if (off < -1) return EINVAL;
  const file = off >= 0 ? openedAt(task, args.fd(0), opened) : opened(task, args.fd(0));
  if (isErrno(file)) return file;
  if (rwf & ~RWF_KNOWN) return EOPNOTSUPP;
  const buffers = readIovec(task, args.pointer(1), args.int(2));
  if (isErrno(buffers)) return buffers;
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

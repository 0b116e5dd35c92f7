/** sendfile(2), copy_file_range(2). */
import {
  EBADF,
  EFAULT,
  EFBIG,
  EINVAL,
  EISDIR,
  EOVERFLOW,
  type Errno,
  ESPIPE,
  EXDEV,
  isErrno,
  MAX_RW_COUNT,
  O_APPEND,
} from "@kernelet/abi";
import type { FileDescription } from "../fs/file-description.ts";
import { PipeFile } from "../fs/pipe/pipe-file.ts";
import { MAX_FILE_SIZE } from "../fs/regular-file.ts";
import { PendingWait } from "../kernel/pending-wait.ts";
import { BLOCKED, type SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { endsInRange, type SyscallArgs } from "./args.ts";
import { fileToPipe, stored } from "./sys_splice.ts";

/** What is on its way within one call. Whoever it is written to copies what it keeps. */
const chunk = new Uint8Array(64 * 1024);

/** Pieces that are moved in one go: 16 MiB at most, some milliseconds. Others have their turn then, and signals are seen. */
const MOST_PIECES = 256;

/** What has moved, between tries; `pending.done` belongs to the write of the piece that is under way. */
class Copying extends PendingWait {
  readonly moved: number;
  /** Of how many: what there is to copy may grow meanwhile. */
  readonly len: number;

  constructor(moved: number, len: number) {
    super();
    this.moved = moved;
    this.len = len;
  }
  override cancel(): void {}
}

/** Copies until `len` bytes have moved, the source ends or a signal comes. */
function copy(
  task: Task,
  from: FileDescription,
  offIn: number,
  to: FileDescription,
  offOut: number | null,
  len: number,
): SyscallResult {
  const { pending } = task;
  let moved = pending.data instanceof Copying ? pending.data.moved : 0;
  for (let pieces = 0; moved < len; pieces++) {
    if (pieces === MOST_PIECES) return pause(task, new Copying(moved, len));
    const n = from.read(
      task,
      chunk.subarray(0, Math.min(chunk.length, len - moved)),
      offIn + moved,
    );
    if (n <= 0) return moved > 0 ? moved : n;
    const written = to.write(task, chunk.subarray(0, n), offOut === null ? null : offOut + moved);
    if (written < 0) {
      pending.data = new Copying(moved, len);
      return isErrno(written) && moved > 0 ? moved : written;
    }
    pending.done = 0;
    moved += written;
    if (written < n) break;
  }
  return moved;
}

/** The call goes on when it is this task's turn again. */
function pause(task: Task, copying: Copying): SyscallResult {
  task.pending.data = copying;
  const waited = task.block([], { deadlineNs: task.kernel.clock.monotonicNs() });
  return isErrno(waited) ? copying.moved : waited;
}

export function sendfile(task: Task, args: SyscallArgs): SyscallResult {
  // do_sendfile() looks at all of the source before the target.
  const given = args.pointer(2) === 0 ? null : task.mm.readS64(args.pointer(2));
  if (given === null && args.pointer(2) !== 0) return EFAULT;
  const result = sendFrom(task, args, given);
  // The offset is stored in any case, so a place that cannot be written is the error that counts.
  if (result > 0 || result === BLOCKED || given === null) return result;
  return isErrno(task.mm.writeU64(args.pointer(2), given)) ? EFAULT : result;
}

function sendFrom(task: Task, args: SyscallArgs, given: number | null): SyscallResult {
  const from = task.fdTable.get(args.fd(1));
  if (from === null || !from.isReadable) return EBADF;
  if (!from.hasPlaces && given !== null) return ESPIPE;
  const start = given ?? from.pos;
  const count = args.signedLong(3);
  if (count < 0 || start < 0 || !endsInRange(start, count)) return EINVAL;
  const to = task.fdTable.get(args.fd(0));
  if (to === null || !to.isWritable) return EBADF;
  const len = Math.min(args.size(3), MAX_RW_COUNT);
  if (to instanceof PipeFile) return intoPipe(task, from, given, to, args);
  if (!from.hasSeek || (to.flags & O_APPEND) !== 0) return EINVAL;
  if (len === 0) return 0;
  if (!from.isSeekable || from.inode.isDirectory) return EINVAL; // Only now is splice_read looked at.
  const n = copy(task, from, start, to, null, len);
  if (n <= 0) return n;
  from.accessed();
  to.modified();
  if (given !== null) return stored(task, args.pointer(2), start + n, n);
  from.pos = start + n;
  return n;
}

/** What the pipe has room for now; it waits only while that is nothing. */
function intoPipe(
  task: Task,
  from: FileDescription,
  off: number | null,
  to: PipeFile,
  args: SyscallArgs,
): SyscallResult {
  const n = fileToPipe(task, from, off, to, Math.min(args.size(3), MAX_RW_COUNT), to.isNonblocking);
  if (n <= 0) return n;
  from.accessed();
  to.modified();
  return off !== null ? stored(task, args.pointer(2), off + n, n) : n;
}

function checkRange(from: FileDescription, to: FileDescription): 0 | Errno {
  if (from.inode.isDirectory || to.inode.isDirectory) return EISDIR;
  if (!from.inode.isRegular || !to.inode.isRegular) return EINVAL;
  if (!from.isReadable || !to.isWritable || (to.flags & O_APPEND) !== 0) return EBADF;
  return from.inode.superblock === to.inode.superblock ? 0 : EXDEV;
}

export function copyFileRange(task: Task, args: SyscallArgs): SyscallResult {
  const from = task.fdTable.file(args.fd(0));
  const to = task.fdTable.file(args.fd(2));
  if (isErrno(from) || isErrno(to)) return EBADF;
  const givenIn = args.pointer(1) === 0 ? from.pos : task.mm.readS64(args.pointer(1));
  const givenOut = args.pointer(3) === 0 ? to.pos : task.mm.readS64(args.pointer(3));
  if (givenIn === null || givenOut === null) return EFAULT;
  if (args.uint(5) !== 0) return EINVAL;
  return copyRange(task, args, { from, offIn: givenIn, to, offOut: givenOut });
}

interface Range {
  readonly from: FileDescription;
  readonly offIn: number;
  readonly to: FileDescription;
  readonly offOut: number;
}

function copyRange(
  task: Task,
  args: SyscallArgs,
  { from, offIn, to, offOut }: Range,
): SyscallResult {
  const allowed = checkRange(from, to);
  if (allowed !== 0) return allowed;
  const { data } = task.pending;
  const most =
    data instanceof Copying ? data.len : checkedLength(args, { from, offIn, to, offOut });
  if (isErrno(most)) return most;
  const n = copy(task, from, offIn, to, offOut, most);
  if (n <= 0) return n;
  from.accessed();
  to.modified();
  if (args.pointer(1) === 0) from.pos = offIn + n;
  else if (task.mm.writeU64(args.pointer(1), offIn + n) !== 0) return EFAULT;
  if (args.pointer(3) === 0) to.pos = offOut + n;
  else return stored(task, args.pointer(3), offOut + n, n);
  return n;
}

/** What there is to copy: generic_copy_file_checks(). */
function checkedLength(args: SyscallArgs, { from, offIn, to, offOut }: Range): number | Errno {
  const len = Math.min(args.size(4), MAX_RW_COUNT);
  const wraps = (off: number): boolean =>
    BigInt.asUintN(64, BigInt(off)) + args.big(4) >= 2n ** 64n;
  if (wraps(offIn) || wraps(offOut)) return EOVERFLOW;
  const size = from.size();
  if (isErrno(size)) return size;
  // Only what is there may be too large, or overlap.
  const most = Math.min(len, Math.max(size - offIn, 0));
  if (offOut + most > MAX_FILE_SIZE) return EFBIG;
  if (offIn < 0 || offOut < 0) return EINVAL;
  const isOverlapping = offIn < offOut + most && offOut < offIn + most;
  return from.inode === to.inode && isOverlapping ? EINVAL : most;
}

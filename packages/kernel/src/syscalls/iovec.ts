/** The buffers of readv(2) and its kind: lib/iov_iter.c. */
import {
  EFAULT,
  EINVAL,
  type Errno,
  IOVEC,
  isErrno,
  MAX_RW_COUNT,
  TASK_SIZE,
  UIO_MAXIOV,
} from "@kernelet/abi";
import { PAGE_R, type PAGE_W } from "../arch/x86/processor.ts";
import type { Task } from "../kernel/task.ts";

export interface Buffer {
  readonly addr: number;
  readonly len: number;
}

/** access_ok(): a buffer that reaches beyond user addresses is refused before the file is asked. */
export function isUserRange({ addr, len }: Buffer): boolean {
  return addr + len <= TASK_SIZE;
}

/** import_iovec(): no more than MAX_RW_COUNT bytes in all. A buffer that stands alone is cut before it is checked. */
export function readIovec(task: Task, addr: number, count: number): Buffer[] | Errno {
  if (count < 0 || count > UIO_MAXIOV) return EINVAL;
  if (count === 0) return [];
  const { mm } = task;
  const buffers: { readonly addr: number; len: number }[] = [];
  // Read one by one: a bad length counts before an end of the list that cannot be read.
  for (let i = 0; i < count; i++) {
    const at = addr + i * IOVEC.size;
    const base = mm.readU64(at + IOVEC.iov_base);
    const len = mm.readS64(at + IOVEC.iov_len);
    if (isErrno(base) || len === null) return EFAULT;
    if (len < 0) return EINVAL;
    buffers.push({ addr: base, len: count === 1 ? Math.min(len, MAX_RW_COUNT) : len });
  }
  if (!buffers.every(isUserRange)) return EFAULT;
  let total = 0;
  for (const buffer of buffers) {
    buffer.len = Math.min(buffer.len, MAX_RW_COUNT - total);
    total += buffer.len;
  }
  return buffers;
}

export function totalLength(buffers: readonly Buffer[]): number {
  return buffers.reduce((sum, { len }) => sum + len, 0);
}

/** How many bytes come before the first that cannot be accessed, up to `most`. */
export function accessibleTotal(
  task: Task,
  buffers: readonly Buffer[],
  most: number,
  access: typeof PAGE_R | typeof PAGE_W,
): number {
  let total = 0;
  for (const { addr, len } of buffers) {
    const want = Math.min(len, most - total);
    if (want === 0) continue;
    const n = task.mm.accessibleLength(addr, want, access);
    total += n;
    if (n < want) break;
  }
  return total;
}

/** A copy of the bytes of all buffers, up to `most` or the first that cannot be read. */
function gather(task: Task, buffers: readonly Buffer[], most: number): Uint8Array {
  const all = new Uint8Array(accessibleTotal(task, buffers, most, PAGE_R));
  let done = 0;
  for (const { addr, len } of buffers) {
    const want = Math.min(len, all.length - done);
    all.set(task.mm.space.bytes.subarray(addr, addr + want), done);
    done += want;
  }
  return all;
}

/** Of the bytes of all buffers those from `start` up to `end`, or to the first that cannot be read. Before `start` are zeros. */
export function gatherPart(
  task: Task,
  buffers: readonly Buffer[],
  start: number,
  end: number,
): Uint8Array {
  if (start === 0) return gather(task, buffers, end);
  const parts: Buffer[] = [];
  let before = 0;
  for (const { addr, len } of buffers) {
    const skip = Math.min(len, Math.max(0, start - before));
    parts.push({ addr: addr + skip, len: len - skip });
    before += len;
  }
  const part = gather(task, parts, end - start);
  const all = new Uint8Array(start + part.length);
  all.set(part, start);
  return all;
}

/** Spreads what came over the buffers, of which so much can be written. */
export function scatter(task: Task, buffers: readonly Buffer[], bytes: Uint8Array): 0 | Errno {
  let done = 0;
  for (const { addr, len } of buffers) {
    const part = bytes.subarray(done, done + len);
    if (part.length > 0 && task.mm.copyOut(addr, part) !== 0) return EFAULT;
    done += part.length;
  }
  return 0;
}

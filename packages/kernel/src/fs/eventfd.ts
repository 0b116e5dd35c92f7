/** A counter as a file: eventfd(2). */
import {
  EAGAIN,
  EFAULT,
  EINVAL,
  type Errno,
  O_RDWR,
  POLLERR,
  POLLIN,
  POLLOUT,
  POLLRDNORM,
  POLLWRNORM,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { WaitQueue } from "../kernel/wait-queue.ts";
import { FileDescription } from "./file-description.ts";
import type { Path } from "./path.ts";

/** The counter never gets here: one more is what a writer waits with, and what POLLERR shows. */
const MAX = 2n ** 64n - 1n;
const SIZE = 8;

class EventfdDescription extends FileDescription {
  #count: bigint;
  /** A read takes one, not all: EFD_SEMAPHORE. */
  readonly #isSemaphore: boolean;
  readonly #queue: WaitQueue = new WaitQueue();

  constructor(path: Path, flags: number, initial: number, isSemaphore: boolean) {
    super(path, O_RDWR | flags);
    this.#count = BigInt(initial);
    this.#isSemaphore = isSemaphore;
  }

  override get knowsNoWait(): boolean {
    return true;
  }

  override get isSeekable(): boolean {
    return false;
  }

  override get writesBuffersApart(): boolean {
    return true;
  }

  /** noop_llseek(): no error, and no effect. */
  override seek(): number {
    return this.pos;
  }

  override read(task: Task, into: Uint8Array, _off: number | null): SyscallResult {
    if (into.length < SIZE) return EINVAL;
    if (this.#count === 0n) {
      return this.isNonblocking ? EAGAIN : task.block([this.#queue], { mask: POLLIN });
    }
    const taken = this.#isSemaphore ? 1n : this.#count;
    this.#count -= taken;
    new DataView(into.buffer, into.byteOffset).setBigUint64(0, taken, true);
    this.#queue.wake(POLLOUT | POLLWRNORM);
    return SIZE;
  }

  override write(task: Task, from: Uint8Array, _off: number | null): SyscallResult {
    if (from.length !== SIZE) return EINVAL;
    const value = new DataView(from.buffer, from.byteOffset).getBigUint64(0, true);
    if (value === MAX) return EINVAL;
    if (MAX - this.#count <= value) {
      return this.isNonblocking ? EAGAIN : task.block([this.#queue], { mask: POLLOUT });
    }
    this.signal(value);
    return SIZE;
  }

  override writePart(_task: Task, _from: Uint8Array, len: number): SyscallResult {
    return len === SIZE ? EFAULT : EINVAL;
  }

  /** The kernel's own write: eventfd_signal(). Stays at the greatest value. */
  signal(value: bigint): void {
    this.#count = this.#count + value > MAX ? MAX : this.#count + value;
    this.#queue.wake(POLLIN | POLLRDNORM);
  }

  override poll(): number {
    let events = 0;
    if (this.#count > 0n) events |= POLLIN;
    if (this.#count < MAX - 1n) events |= POLLOUT;
    if (this.#count === MAX) events |= POLLERR;
    return events;
  }

  override pollQueues(): readonly WaitQueue[] {
    return [this.#queue];
  }

  override fdinfo(): string {
    const count = this.#count.toString(16).padStart(16, " ");
    return `eventfd-count: ${count}\n`;
  }
}

export function openEventfd(
  task: Task,
  initial: number,
  options: { readonly flags: number; readonly isSemaphore: boolean; readonly cloexec: boolean },
): number | Errno {
  const path = task.kernel.vfs.anonymous.anonymousPath("[eventfd]");
  const file = new EventfdDescription(path, options.flags, initial, options.isSemaphore);
  return task.fdTable.add(file, { cloexec: options.cloexec });
}

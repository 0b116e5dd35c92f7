/** Structures that grow from kernel to kernel: openat2(2), clone3(2) and their kind. */
import { E2BIG, EFAULT, type Errno, isErrno } from "@kernelet/abi";
import { PAGE_R } from "../arch/x86/processor.ts";
import type { Task } from "../kernel/task.ts";

/**
 * copy_struct_from_user(): `ours` bytes of a structure that has `size` where the caller comes from. What it lacks is zero. What
 * is beyond ours must be: that is looked at first, up to the first that is not or that cannot be read.
 */
export function copyStruct(
  { mm }: Task,
  addr: number,
  ours: number,
  size: number,
): Uint8Array | Errno {
  if (size > ours) {
    const rest = mm.userBuffer(addr + ours, size - ours, PAGE_R);
    if (isErrno(rest)) return rest;
    if (rest.some((byte) => byte !== 0)) return E2BIG;
    if (rest.length < size - ours) return EFAULT;
  }
  const bytes = mm.copyIn(addr, Math.min(size, ours));
  if (isErrno(bytes) || bytes.length === ours) return bytes;
  const whole = new Uint8Array(ours);
  whole.set(bytes);
  return whole;
}

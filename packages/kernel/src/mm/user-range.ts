/** Addresses and lengths as programs give them: 64 bits, in which sums wrap around. */
import { PAGE_SIZE, TASK_SIZE } from "@kernelet/abi";

const WRAP = 2 ** 64;

/** PAGE_ALIGN(): up to whole pages. The last 4095 values wrap to 0. */
export function pageAlign(len: number): number {
  const size = Math.ceil(len / PAGE_SIZE) * PAGE_SIZE;
  return size < WRAP ? size : 0;
}

/** access_ok(): whether [addr, addr + len), which may be empty, are user addresses. */
export function isUserRange(addr: number, len: number): boolean {
  return len <= TASK_SIZE && addr <= TASK_SIZE - len;
}

/** The end of `size` bytes at `addr`; null if it lies below `addr`, having wrapped around. */
export function rangeEnd(addr: number, size: number): number | null {
  const end = addr + size;
  return end < WRAP ? end : null;
}

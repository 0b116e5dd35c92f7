/** Arguments and environment of execve(2): from the caller's memory, within Linux's limits. */
import {
  ARG_MAX,
  E2BIG,
  EFAULT,
  ENAMETOOLONG,
  type Errno,
  isErrno,
  MAX_ARG_STRLEN,
} from "@kernelet/abi";
import type { MemoryManager } from "../mm/memory-manager.ts";

/** Three quarters of the default stack: no program gets more, whatever its RLIMIT_STACK. */
const MOST_ARGUMENT_BYTES = 6 * 1024 * 1024;

/** The strings of a NULL-terminated array of pointers. A null array is empty. */
export function readStrings(mm: MemoryManager, array: number): Uint8Array[] | Errno {
  const strings: Uint8Array[] = [];
  if (array === 0) return strings;
  let bytes = 0;
  for (let at = array; ; at += 8) {
    const addr = mm.readU64(at);
    if (isErrno(addr)) return addr;
    if (addr === 0) return strings;
    const text = mm.copyInString(addr, MAX_ARG_STRLEN);
    if (isErrno(text)) return text === ENAMETOOLONG ? E2BIG : EFAULT;
    strings.push(text);
    // Stop a caller whose array never ends before our memory does.
    bytes += text.length + 1 + 8;
    if (bytes > MOST_ARGUMENT_BYTES) return E2BIG;
  }
}

/** Whether pointers and strings fit: a quarter of the stack's limit, at least ARG_MAX (bprm_stack_limits). */
export function checkArgumentSize(
  argv: readonly Uint8Array[],
  env: readonly Uint8Array[],
  filename: Uint8Array,
  stackLimit: number,
): 0 | Errno {
  const limit = Math.max(Math.min(MOST_ARGUMENT_BYTES, stackLimit / 4), ARG_MAX);
  let bytes = (argv.length + env.length) * 8 + filename.length + 1;
  for (const s of argv) bytes += s.length + 1;
  for (const s of env) bytes += s.length + 1;
  return bytes > limit ? E2BIG : 0;
}

/** Arguments and environment of execve(2): from the caller's memory, within Linux's limits. */
import { type Errno } from "@kernelet/abi";
import type { MemoryManager } from "../mm/memory-manager.ts";
/** The strings of a NULL-terminated array of pointers. A null array is empty. */
export declare function readStrings(mm: MemoryManager, array: number): Uint8Array[] | Errno;
/** Whether pointers and strings fit: a quarter of the stack's limit, at least ARG_MAX (bprm_stack_limits). */
export declare function checkArgumentSize(
  argv: readonly Uint8Array[],
  env: readonly Uint8Array[],
  filename: Uint8Array,
  stackLimit: number,
): 0 | Errno;

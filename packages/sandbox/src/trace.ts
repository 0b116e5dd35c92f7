/** System calls by name, and their trace. */
import { SYSCALL_NAMES } from "@kernelet/abi";
import { type Kernel, parseTraceSet, Strace } from "@kernelet/kernel";

/**
 * Prints system calls from now on.
 * @param set as strace's `-e trace=` takes it.
 * @returns the word that names no call; null if all do.
 */
export function attachTrace(
  kernel: Kernel,
  set: string,
  write: (line: string) => void,
): string | null {
  if (set === "all") {
    kernel.hooks.subscribe(new Strace({ write }));
    return null;
  }
  const calls = parseTraceSet(set);
  if (typeof calls === "string") return calls;
  kernel.hooks.subscribe(new Strace({ write, calls }));
  return null;
}

export function syscallName(nr: number): string {
  return SYSCALL_NAMES[nr] ?? `syscall_${nr}`;
}

/** Names of system calls for the report. */
import { SYSCALL_NAMES } from "@kernelet/abi";

export function syscallName(nr: number): string {
  return SYSCALL_NAMES[nr] ?? `syscall_${nr}`;
}

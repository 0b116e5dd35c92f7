/** Waiting for children: wait4(2), waitid(2). */

// Options.
export const WNOHANG = 0x1;
export const WUNTRACED = 0x2;
export const WSTOPPED = 0x2;
export const WEXITED = 0x4;
export const WCONTINUED = 0x8;
export const WNOWAIT = 0x1000000;
export const __WNOTHREAD = 0x20000000;
export const __WALL = 0x40000000;
export const __WCLONE = 0x80000000;

// What waitid(2) waits for.
export const P_ALL = 0;
export const P_PID = 1;
export const P_PGID = 2;
export const P_PIDFD = 3;

// The status word that wait4(2) stores, as WIFEXITED and its siblings read it.

/** The status of a task that called exit. */
export function exitStatus(code: number): number {
  return (code & 0xff) << 8;
}

/** The status of a task that a signal ended. */
export function signalStatus(signo: number, dumpedCore = false): number {
  return signo | (dumpedCore ? 0x80 : 0);
}

/** The status of a task that a signal stopped. */
export function stopStatus(signo: number): number {
  return (signo << 8) | 0x7f;
}

/** The status of a task that SIGCONT set going again. */
export const CONTINUED_STATUS = 0xffff;

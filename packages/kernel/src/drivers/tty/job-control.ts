/** Who may use a terminal: credentials(7), "Process groups"; drivers/tty/tty_jobctrl.c. */
import { EIO, SIGTTIN, type SIGTTOU } from "@kernelet/abi";
import type { SyscallResult } from "../../kernel/result.ts";
import { kernelInfo } from "../../kernel/siginfo.ts";
import { sendToProcessGroup } from "../../kernel/signal.ts";
import type { Task } from "../../kernel/task.ts";
import type { Tty } from "./tty.ts";

/**
 * Stops a background process that wants to use its terminal (tty_check_change).
 * @returns 0 if it may; else what the call returns, which restarts when the process is in the foreground.
 */
export function checkForeground(
  task: Task,
  tty: Tty,
  signo: typeof SIGTTIN | typeof SIGTTOU,
): 0 | SyscallResult {
  const group = task.threadGroup.processGroup;
  if (task.threadGroup.terminal !== tty) return 0;
  if (tty.foregroundGroup === null || tty.foregroundGroup === group) return 0;
  const isDeaf = task.signalMask.has(signo) || task.signalHandlers.ignores(signo);
  if (isDeaf) return signo === SIGTTIN ? EIO : 0;
  if (group.isOrphaned()) return EIO;
  sendToProcessGroup(group, kernelInfo(signo));
  // With the signal pending this gives the restart error; it is decided anew after SIGCONT.
  return task.block([tty.queue]);
}

/** open(2) without O_NOCTTY by a session leader that has no terminal makes the tty its own (tty_open_proc_set_tty). */
export function adoptOnOpen(task: Task, tty: Tty): void {
  const { processGroup } = task.threadGroup;
  const { session } = processGroup;
  if (session.leader !== task.threadGroup || session.terminal !== null) return;
  if (tty.session === null) tty.control(session, processGroup);
}

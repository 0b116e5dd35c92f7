/**
 * Sending signals: signal(7), kernel/signal.c. A signal goes to a thread or to a process, is held in
 * `pendingSignals` until a thread takes it (signal-delivery.ts), and wakes that thread.
 */
import { type Errno } from "@kernelet/abi";
import type { ProcessGroup } from "./session.ts";
import { type SigInfo } from "./siginfo.ts";
import { SignalSet } from "./signal-set.ts";
import type { Task } from "./task.ts";
import type { ThreadGroup } from "./thread-group.ts";
export declare const STOP_SIGNALS: SignalSet;
/** Signals that an instruction causes; they are taken before others. */
export declare const SYNCHRONOUS_SIGNALS: SignalSet;
/** Works out `signalPending` anew: recalc_sigpending(). After each change of a mask or a queue. */
export declare function recalcSignalPending(task: Task): void;
/** Replaces the mask of blocked signals. SIGKILL and SIGSTOP stay out of it. */
export declare function setSignalMask(task: Task, mask: SignalSet): void;
/** Sends a signal to a process. Permission has been checked. */
export declare function sendToProcess(group: ThreadGroup, info: SigInfo): 0 | Errno;
/** Sends a signal to one thread. Permission has been checked. */
export declare function sendToThread(task: Task, info: SigInfo): 0 | Errno;
/** Sends to every process of a group: Ctrl-C, kill(-pgid). */
export declare function sendToProcessGroup(group: ProcessGroup, info: SigInfo): void;
/** Makes a thread look at its signals. A wait that only a fatal signal ends goes on. */
export declare function wakeForSignal(task: Task): void;
/** Every thread of the process ends, with this wait status: do_group_exit(). The first status counts. */
export declare function startGroupExit(group: ThreadGroup, status: number): void;
/**
 * A signal that the task's own instruction caused, and that it cannot escape: if it is blocked or
 * ignored, its default action is taken (force_sig_info).
 */
export declare function forceSignal(task: Task, info: SigInfo): void;
/** The frame of a handler could not be written: SIGSEGV, and no second try for SIGSEGV itself. */
export declare function forceSegv(task: Task, whileDelivering: number): void;
/** Whether `sender` may send to `target`: kill(2), check_kill_permission(). */
export declare function mayKill(sender: Task, target: ThreadGroup, signo: number): 0 | Errno;
/** The signals that a handler with this action runs with, besides those blocked already. */
export declare function blockedByHandler(
  signo: number,
  action: {
    readonly flags: number;
    readonly mask: SignalSet;
  },
): SignalSet;

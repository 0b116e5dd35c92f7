import { type SigInfo } from "../../kernel/siginfo.ts";
import type { SignalAction } from "../../kernel/signal-handlers.ts";
import { SignalSet } from "../../kernel/signal-set.ts";
import type { SignalStack, Task } from "../../kernel/task.ts";
/** What sigaltstack(2) reports: SS_DISABLE, SS_ONSTACK or 0. */
export declare function signalStackState(stack: SignalStack, sp: number): number;
/**
 * Pushes a frame and points the registers at the handler.
 * @returns false if the frame could not be written; registers are unchanged then.
 */
export declare function setupSignalFrame(task: Task, info: SigInfo, action: SignalAction): boolean;
/** What a frame brings back besides registers: the caller applies it. */
export interface RestoredContext {
  readonly mask: SignalSet;
  readonly stack: SignalStack;
}
/**
 * rt_sigreturn(2): takes the frame that rsp points behind (the handler's RET has popped pretcode).
 * Flags that user code may not set are left alone; segment selectors are ours whatever the frame says.
 * @returns null if the frame cannot be read: the task gets SIGSEGV.
 */
export declare function restoreSignalFrame(task: Task): RestoredContext | null;

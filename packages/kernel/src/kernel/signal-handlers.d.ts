import { SignalSet } from "./signal-set.ts";
/** struct sigaction, kernel form. Never changed in place. */
export interface SignalAction {
  /** SIG_DFL, SIG_IGN, or a user address. */
  readonly handler: number;
  /** SA_*. */
  readonly flags: number;
  readonly restorer: number;
  readonly mask: SignalSet;
}
export declare class SignalHandlers {
  #private;
  get(signo: number): SignalAction;
  set(signo: number, action: SignalAction): void;
  reset(signo: number): void;
  /** Whether the signal does nothing: ignored, or by default without effect. */
  ignores(signo: number): boolean;
  copy(): SignalHandlers;
  /** execve(2): handlers are gone, ignored signals stay ignored. With CLONE_CLEAR_SIGHAND the same. */
  flush(): void;
  /** Signals with the given handler, for /proc/pid/status: SigIgn and SigCgt. */
  signalsWith(kind: "ignored" | "caught"): SignalSet;
}
/** Whether the handler takes three arguments. The frame is the same either way on x86-64. */
export declare function wantsSigInfo(action: SignalAction): boolean;

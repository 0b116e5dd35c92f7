import type { SigInfo } from "./siginfo.ts";
import { SignalSet } from "./signal-set.ts";
export declare class PendingSignals {
  #private;
  /** The numbers that are in the queue. */
  readonly set: SignalSet;
  /** How many are queued: counted against RLIMIT_SIGPENDING. */
  get size(): number;
  /** @returns false if a standard signal was pending already, and this one is lost. */
  add(info: SigInfo): boolean;
  /** The first pending instance of a signal, which stays. */
  peek(signo: number): SigInfo | undefined;
  /** Takes the first instance of a signal out. */
  take(signo: number): SigInfo | undefined;
  /** Forgets all instances of the signals in `signals`. */
  flush(signals: SignalSet): void;
  /** Takes out what a predicate names (a deleted timer's signal). */
  removeWhere(matches: (info: SigInfo) => boolean): void;
  [Symbol.iterator](): Iterator<SigInfo>;
}

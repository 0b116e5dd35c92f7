/**
 * Signals sent and not yet taken: struct sigpending. Standard signals are held once; real-time signals
 * queue, lowest number first, in the order of sending within a number (signal(7)).
 */
import { SI_USER, SIGRTMIN } from "@kernelet/abi";
import type { SigInfo } from "./siginfo.ts";
import { SignalSet } from "./signal-set.ts";

export class PendingSignals {
  /** The numbers that are in the queue. */
  readonly set: SignalSet = new SignalSet();
  #queue: SigInfo[] = [];

  /** How many are queued: counted against RLIMIT_SIGPENDING. */
  get size(): number {
    return this.#queue.length;
  }

  /** @returns false if a standard signal was pending already, and this one is lost. */
  add(info: SigInfo): boolean {
    if (info.signo < SIGRTMIN && this.set.has(info.signo)) return false;
    this.set.add(info.signo);
    this.#queue.push(info);
    return true;
  }

  /** Notes that the signal was sent, and nothing else about it: the sender's queue was full. */
  addBare(signo: number): void {
    this.set.add(signo);
  }

  /** The first pending instance of a signal, which stays. */
  peek(signo: number): SigInfo | undefined {
    return this.#queue.find((info) => info.signo === signo);
  }

  /** Takes the first instance of a signal out. */
  take(signo: number): SigInfo | undefined {
    const i = this.#queue.findIndex((info) => info.signo === signo);
    if (i < 0) {
      if (!this.set.has(signo)) return undefined;
      this.set.delete(signo);
      return { signo, code: SI_USER, pid: 0, uid: 0 };
    }
    const [info] = this.#queue.splice(i, 1);
    if (!this.#queue.some((other) => other.signo === signo)) this.set.delete(signo);
    return info;
  }

  /** Forgets all instances of the signals in `signals`. */
  flush(signals: SignalSet): void {
    if (!this.set.intersects(signals)) return;
    this.#queue = this.#queue.filter((info) => !signals.has(info.signo));
    this.set.subtract(signals);
  }

  /** Takes out what a predicate names (a deleted timer's signal). */
  removeWhere(matches: (info: SigInfo) => boolean): void {
    const gone = this.#queue.filter(matches);
    this.#queue = this.#queue.filter((info) => !matches(info));
    for (const { signo } of gone) this.set.delete(signo);
    for (const info of this.#queue) this.set.add(info.signo);
  }

  [Symbol.iterator](): Iterator<SigInfo> {
    return this.#queue[Symbol.iterator]();
  }
}

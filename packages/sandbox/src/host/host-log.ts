/**
 * What reached the host: each call through the Host interface is counted here, by kind, with the bytes moved.
 * The report's second half comes from this.
 */
import { NetworkLog } from "./network-log.ts";

export interface HostCount {
  calls: number;
  errors: number;
  bytes: number;
}

/** Names of files that are kept; more are only counted. */
const MAX_NAMES = 1000;

export class HostLog {
  readonly #counts: Map<string, HostCount> = new Map();
  readonly #opened: Set<string> = new Set();
  /** Files opened, each time anew. */
  filesOpened = 0;
  /** Connections and datagram sockets, each time anew. */
  sockets = 0;
  readonly network: NetworkLog = new NetworkLog();

  /** One call of `kind` with its result: an errno if negative. @returns the result. */
  record<T>(kind: string, result: T, bytes = 0): T {
    let count = this.#counts.get(kind);
    if (count === undefined) {
      count = { calls: 0, errors: 0, bytes: 0 };
      this.#counts.set(kind, count);
    }
    count.calls++;
    count.bytes += bytes;
    if (typeof result === "number" && result < 0) count.errors++;
    return result;
  }

  recordOpen(path: string): void {
    this.filesOpened++;
    if (this.#opened.size < MAX_NAMES) this.#opened.add(path);
  }

  /** Kinds of calls in the order of their first use. */
  counts(): Record<string, HostCount> {
    return Object.fromEntries(this.#counts);
  }

  openedNames(): string[] {
    return [...this.#opened];
  }
}

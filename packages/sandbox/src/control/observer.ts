/** What one client has subscribed to: hooks on system calls, their trace, events of files. */
import { EEXIST, EINVAL, type Errno, isErrno } from "@kernelet/abi";
import { CallRecorder, type FileAgent, type Kernel, parseTraceSet } from "@kernelet/kernel";
import type { Channel } from "../channel/channel.ts";
import type { Verdict } from "../protocol.ts";
import { Reports } from "./reports.ts";

const NS_PER_MS = 1e6;
/** A longer delay of one call is a mistake: a day. */
const MAX_DELAY_MS = 86_400_000;

export class Observer {
  readonly #kernel: Kernel;
  readonly #channel: Channel;
  readonly #files: () => FileAgent;
  /** By the client's numbers: what ends them. */
  readonly #subscriptions: Map<number, () => void> = new Map();

  constructor(kernel: Kernel, channel: Channel, files: () => FileAgent) {
    this.#kernel = kernel;
    this.#channel = channel;
    this.#files = files;
  }

  /** @param set calls to be asked about from now on. */
  hook(id: number, set: string): 0 | Errno {
    const { gate } = this.#kernel.hooks;
    return this.#subscribe(id, set, (calls) => {
      const keeper = {
        calls,
        ask: (question: number, call: object): void =>
          this.#channel.send({ type: "question", subscription: id, id: question, call }),
      };
      gate.add(keeper);
      return () => gate.remove(keeper);
    });
  }

  /** @returns false if there can be no such verdict. */
  verdict({ id, errno, delayMs }: Verdict): boolean {
    if (errno !== null && !isErrno(errno)) return false;
    if (!(delayMs >= 0 && delayMs <= MAX_DELAY_MS)) return false;
    this.#kernel.hooks.gate.answer(id, { errno, delayNs: delayMs * NS_PER_MS });
    return true;
  }

  /** @param set calls to be recorded from now on. */
  trace(id: number, set: string): 0 | Errno {
    const { hooks } = this.#kernel;
    return this.#subscribe(id, set, (calls) => {
      const reports = new Reports(this.#channel, "traced", id);
      const recorder = new CallRecorder(calls, (record) => reports.add(record));
      hooks.subscribe(recorder);
      return () => hooks.unsubscribe(recorder);
    });
  }

  watch(id: number, path: string, isRecursive: boolean): 0 | Errno {
    if (this.#subscriptions.has(id)) return EEXIST;
    const reports = new Reports(this.#channel, "watched", id);
    const agent = this.#files().newWatchAgent((event) => reports.add(event));
    const result = agent.watch(path, isRecursive);
    if (result === 0) this.#subscriptions.set(id, () => agent.release());
    return result;
  }

  unsubscribe(id: number): 0 | Errno {
    const end = this.#subscriptions.get(id);
    if (end === undefined) return EINVAL;
    this.#subscriptions.delete(id);
    end();
    return 0;
  }

  /** The client has gone. */
  release(): void {
    for (const id of [...this.#subscriptions.keys()]) this.unsubscribe(id);
  }

  #subscribe(id: number, set: string, begin: (calls: ReadonlySet<number>) => () => void) {
    const calls = parseTraceSet(set);
    if (typeof calls === "string") return EINVAL;
    if (this.#subscriptions.has(id)) return EEXIST;
    this.#subscriptions.set(id, begin(calls));
    return 0;
  }
}

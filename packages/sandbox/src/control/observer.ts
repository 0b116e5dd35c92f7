/**
 * What one client has subscribed to: hooks on system calls, their trace, events of files, decisions about the network; and the
 * layer that it is reading.
 */
import { EEXIST, EINVAL, EIO, ENETDOWN, type Errno, isErrno } from "@kernelet/abi";
import {
  CallRecorder,
  type FileAgent,
  type FsContext,
  type Kernel,
  parseTraceSet,
} from "@kernelet/kernel";
import type { Channel } from "../channel/channel.ts";
import { currentLayer } from "../detached/save-layer.ts";
import type { Decider, Decisions } from "../host/decisions.ts";
import type { NetworkDecision, Verdict } from "../protocol.ts";
import { Reports } from "./reports.ts";

const NS_PER_MS = 1e6;
/** Bytes of a layer that go with one answer, or some more. */
const LAYER_PIECE = 256 * 1024;
/** A longer delay of one call is a mistake: a day. */
const MAX_DELAY_MS = 86_400_000;
/** Of a reason, for the report. */
const MAX_REASON = 200;

/** What there is to subscribe to. */
export interface Observed {
  readonly files: FileAgent;
  readonly parts: {
    readonly kernel: Kernel;
    readonly fs: FsContext;
    readonly network: { readonly decisions: Decisions } | undefined;
  };
}

export class Observer {
  readonly #observed: Observed;
  readonly #channel: Channel;
  /** By the client's numbers: what ends them. */
  readonly #subscriptions: Map<number, () => void> = new Map();

  #layer: Iterator<Uint8Array> | null = null;

  constructor(observed: Observed, channel: Channel) {
    this.#observed = observed;
    this.#channel = channel;
  }

  get #kernel(): Kernel {
    return this.#observed.parts.kernel;
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
    const agent = this.#observed.files.newWatchAgent((event) => reports.add(event));
    const result = agent.watch(path, isRecursive);
    if (result === 0) this.#subscriptions.set(id, () => agent.release());
    return result;
  }

  /** What the policy leaves to be asked is asked of this client from now on. */
  decide(id: number, timeoutMs: number): 0 | Errno {
    const decisions = this.#observed.parts.network?.decisions;
    if (decisions === undefined) return ENETDOWN;
    if (!(timeoutMs > 0 && timeoutMs <= MAX_DELAY_MS)) return EINVAL;
    if (this.#subscriptions.has(id)) return EEXIST;
    const decider: Decider = {
      timeoutMs,
      ask: (question, attempt) =>
        this.#channel.send({ type: "attempt", subscription: id, id: question, attempt }),
    };
    decisions.setDecider(decider);
    this.#subscriptions.set(id, () => decisions.removeDecider(decider));
    return 0;
  }

  /** @returns false if there can be no such decision. */
  decision({ id, isAllowed, reason }: NetworkDecision): boolean {
    if (typeof isAllowed !== "boolean" || typeof reason !== "string") return false;
    this.#observed.parts.network?.decisions.answer(id, isAllowed, reason.slice(0, MAX_REASON));
    return true;
  }

  /** The next piece of the layer, empty at its end. */
  layer(isFirst: boolean): Uint8Array | Errno {
    if (isFirst) this.#layer = currentLayer(this.#observed.parts.fs);
    if (this.#layer === null) return EINVAL;
    const pieces: Uint8Array[] = [];
    let length = 0;
    try {
      while (length < LAYER_PIECE) {
        const next = this.#layer.next();
        if (next.done === true) break;
        pieces.push(next.value.slice());
        length += next.value.length;
      }
    } catch {
      this.#layer = null;
      return EIO;
    }
    if (length === 0) this.#layer = null;
    return Buffer.concat(pieces);
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

/** What a client has subscribed to: hooks, decisions, traces and watches, by its own numbers. */
import type { CallDescription, CallRecord, WatchEvent } from "@kernelet/kernel";
import type { NetworkAttempt } from "../network/network-request.ts";
import type { FromSandbox, NetworkDecision, ToSandbox } from "../protocol.ts";
import type { ArgsOf } from "../requests.ts";
import type { Requester } from "./requester.ts";

/** What becomes of a hooked call. */
export interface CallVerdict {
  /** Negative; null: it is made. */
  readonly errno: number | null;
  readonly delayMs: number;
}

/** What becomes of an attempt to reach something. */
export type AttemptDecision = Pick<NetworkDecision, "isAllowed" | "reason">;

export interface SubscriptionEvents {
  readonly hook: (call: CallDescription) => Promise<CallVerdict>;
  /** `lost`: so many more came after these, and were not kept. */
  readonly decide: (attempt: NetworkAttempt) => Promise<AttemptDecision>;
  readonly trace: (records: readonly CallRecord[], lost: number) => void;
  readonly watch: (events: readonly WatchEvent[], lost: number) => void;
}

type Kind = keyof SubscriptionEvents;
type OptionsOf<K extends Kind> = Omit<ArgsOf<K>, "id">;

/** Ends it. */
export type Unsubscribe = () => Promise<void>;

export class Subscriptions {
  readonly #requester: Requester;
  readonly #send: (message: ToSandbox) => void;
  readonly #handlers: Map<number, Partial<SubscriptionEvents>> = new Map();
  #next = 1;

  constructor(requester: Requester, send: (message: ToSandbox) => void) {
    this.#requester = requester;
    this.#send = send;
  }

  /** @throws GuestError, SandboxEndedError */
  async subscribe<K extends Kind>(
    kind: K,
    options: OptionsOf<K>,
    handler: SubscriptionEvents[K],
  ): Promise<Unsubscribe> {
    const id = this.#next++;
    this.#handlers.set(id, { [kind]: handler });
    try {
      await this.#requester.ask(kind, { id, ...options } as ArgsOf<K>);
    } catch (error) {
      this.#handlers.delete(id);
      throw error;
    }
    return async () => {
      if (!this.#handlers.delete(id)) return;
      await this.#requester.ask("unsubscribe", { id });
    };
  }

  /** @returns whether it was about subscriptions. */
  message(message: FromSandbox): boolean {
    switch (message.type) {
      case "question":
        void this.#answer(message.id, this.#handlers.get(message.subscription)?.hook, message.call);
        return true;
      case "attempt": {
        const { id, attempt } = message;
        void this.#decide(id, this.#handlers.get(message.subscription)?.decide, attempt);
        return true;
      }
      case "traced":
        this.#handlers.get(message.subscription)?.trace?.(message.items, message.lost);
        return true;
      case "watched":
        this.#handlers.get(message.subscription)?.watch?.(message.items, message.lost);
        return true;
      default:
        return false;
    }
  }

  /** Without anybody to ask, the sandbox has been told, and denies it. */
  async #answer(id: number, hook: SubscriptionEvents["hook"] | undefined, call: CallDescription) {
    if (hook !== undefined) this.#send({ type: "verdict", id, ...(await hook(call)) });
  }

  /** Likewise. */
  async #decide(
    id: number,
    decide: SubscriptionEvents["decide"] | undefined,
    attempt: NetworkAttempt,
  ) {
    if (decide !== undefined) this.#send({ type: "decision", id, ...(await decide(attempt)) });
  }
}

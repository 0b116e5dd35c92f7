/**
 * What the policy leaves to somebody outside: a client decides about it (control/observer.ts) while the guest waits, as it
 * would for an answer of the network. Nobody there, no answer in time, too many questions: no.
 */
import type { NetworkAttempt } from "../network/network-request.ts";

/** Questions at a time: each is a connection, a flow or a name that waits. */
const MOST_OPEN = 256;

export interface Decision {
  readonly isAllowed: boolean;
  /** What decided, for the report. */
  readonly rule: string;
}

/** Who decides. */
export interface Decider {
  readonly timeoutMs: number;
  /** Is to lead to `answer`. */
  ask(id: number, attempt: NetworkAttempt): void;
}

interface OpenQuestion {
  readonly decider: Decider;
  readonly timer: NodeJS.Timeout;
  settle(decision: Decision): void;
}

const no = (why: string): Decision => ({ isAllowed: false, rule: `decide: ${why}` });

export class Decisions {
  #decider: Decider | null = null;
  readonly #open: Map<number, OpenQuestion> = new Map();
  #next = 1;

  /** From now on this one is asked. */
  setDecider(decider: Decider): void {
    this.#decider = decider;
  }

  /** It is not there any more. */
  removeDecider(decider: Decider): void {
    if (this.#decider === decider) this.#decider = null;
    for (const [id, question] of this.#open) {
      if (question.decider === decider) this.#settle(id, no("who was asked has gone"));
    }
  }

  decide(attempt: NetworkAttempt): Promise<Decision> {
    const decider = this.#decider;
    if (decider === null) return Promise.resolve(no("nobody to ask"));
    if (this.#open.size >= MOST_OPEN) return Promise.resolve(no("too many questions"));
    const id = this.#next++;
    const { timeoutMs } = decider;
    return new Promise((settle) => {
      const tooLate = (): void => this.#settle(id, no(`no answer within ${timeoutMs} ms`));
      const timer = setTimeout(tooLate, timeoutMs);
      this.#open.set(id, { decider, timer, settle });
      decider.ask(id, attempt);
    });
  }

  /** @param reason for the report; "": none was given. */
  answer(id: number, isAllowed: boolean, reason: string): void {
    const why = reason === "" ? "" : `: ${reason}`;
    this.#settle(id, { isAllowed, rule: `decide${why}` });
  }

  #settle(id: number, decision: Decision): void {
    const question = this.#open.get(id);
    // The time was up before.
    if (question === undefined) return;
    this.#open.delete(id);
    clearTimeout(question.timer);
    question.settle(decision);
  }
}

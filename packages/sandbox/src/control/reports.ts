/**
 * Things to tell a client that come faster than it may take them. One message is under way at a time; what comes meanwhile
 * goes together with the next, and what is too much is only counted.
 */
import type { Channel } from "../channel/channel.ts";

/** Kept for the next message. */
const MOST = 10_000;

export class Reports {
  readonly #channel: Channel;
  readonly #type: "traced" | "watched";
  readonly #subscription: number;
  #items: object[] = [];
  #lost = 0;
  #isSending = false;

  constructor(channel: Channel, type: "traced" | "watched", subscription: number) {
    this.#channel = channel;
    this.#type = type;
    this.#subscription = subscription;
  }

  add(item: object): void {
    if (this.#items.length < MOST) this.#items.push(item);
    else this.#lost++;
    if (!this.#isSending) this.#send();
  }

  #send(): void {
    const items = this.#items;
    const lost = this.#lost;
    this.#items = [];
    this.#lost = 0;
    this.#isSending = true;
    const head = { type: this.#type, subscription: this.#subscription };
    this.#channel.send({ ...head, items, lost }, () => {
      this.#isSending = false;
      if (this.#items.length > 0 && !this.#channel.isClosed) this.#send();
    });
  }
}

/** Messages to the person. What a guest does makes some of them, so there is an end to them. */

/** More would only hide the first. */
const MOST = 20;

export class MessageLimit {
  #count = 0;

  /** What to say of this message: itself, that it is the last, or nothing. */
  pass(message: string): string | null {
    this.#count++;
    if (this.#count < MOST) return message;
    return this.#count === MOST ? "more such messages are not shown" : null;
  }
}

/** The keys that leave a container's terminal without ending anything: ctrl-p ctrl-q, unless others are chosen. */
import { badOption } from "../errors.ts";

export const DEFAULT_DETACH_KEYS = "ctrl-p,ctrl-q";

/** "ctrl-p,ctrl-q", "ctrl-]", "a,b"; empty for none. */
export function parseDetachKeys(text: string): Uint8Array {
  if (text === "") return new Uint8Array(0);
  return Uint8Array.from(
    text.split(",").map((key) => {
      const letter = /^ctrl-([a-z@[\\\]^_])$/.exec(key)?.[1];
      if (letter !== undefined) return letter.toUpperCase().charCodeAt(0) & 0x1f;
      if (/^[\x21-\x7e]$/.test(key)) return key.charCodeAt(0);
      throw badOption("--detach-keys", `'${key}' is neither a character nor ctrl- and a letter`);
    }),
  );
}

/** Looks for the keys in what is typed. What may be their beginning is held back until it is clear. */
export class DetachWatch {
  readonly #keys: Uint8Array;
  /** So many of the keys have been typed. */
  #seen = 0;

  constructor(keys: Uint8Array) {
    this.#keys = keys;
  }

  /** @returns what the program gets of it, and whether the keys were all there. */
  push(typed: Uint8Array): { readonly bytes: Uint8Array; readonly isDetached: boolean } {
    if (this.#keys.length === 0) return { bytes: typed, isDetached: false };
    const bytes: number[] = [];
    for (const byte of typed) {
      if (byte !== this.#keys[this.#seen] && this.#seen > 0) {
        bytes.push(...this.#keys.subarray(0, this.#seen));
        this.#seen = 0;
      }
      if (byte === this.#keys[this.#seen]) this.#seen++;
      else bytes.push(byte);
      if (this.#seen === this.#keys.length) {
        return { bytes: Uint8Array.from(bytes), isDetached: true };
      }
    }
    return { bytes: Uint8Array.from(bytes), isDetached: false };
  }
}

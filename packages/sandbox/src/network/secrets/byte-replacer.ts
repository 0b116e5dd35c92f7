/** Replaces byte strings in a stream, also where one comes in pieces. */

export interface Replacement {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  /** Is told that it was done. */
  readonly done?: () => void;
}

const NOTHING = Buffer.alloc(0);

export class ByteReplacer {
  readonly #replacements: readonly Replacement[];
  /** The end of what came, which may be the beginning of something to be replaced. */
  #held: Buffer = NOTHING;

  constructor(replacements: readonly Replacement[]) {
    this.#replacements = replacements;
  }

  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  push(bytes: Uint8Array): Uint8Array {
    const all = Buffer.concat([this.#held, bytes]);
    const pieces: Uint8Array[] = [];
    let pos = 0;
    for (;;) {
      const found = this.#find(all, pos);
      if (found === null) break;
      const { at, replacement } = found;
      pieces.push(all.subarray(pos, at), replacement.to);
      replacement.done?.();
      pos = at + replacement.from.length;
    }
    const rest = all.subarray(pos);
    const kept = Math.max(0, ...this.#replacements.map(({ from }) => beginning(rest, from)));
    this.#held = rest.subarray(rest.length - kept);
    pieces.push(rest.subarray(0, rest.length - kept));
    return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
  }

  /** Gives what is held: no more comes, or nobody may wait for it. */
  flush(): Uint8Array {
    const held = this.#held;
    this.#held = NOTHING;
    return held;
  }

  end(): Uint8Array {
    return this.flush();
  }

  #find(bytes: Buffer, pos: number): { at: number; replacement: Replacement } | null {
    let first: { at: number; replacement: Replacement } | null = null;
    for (const replacement of this.#replacements) {
      const at = bytes.indexOf(replacement.from, pos);
      if (at >= 0 && (first === null || at < first.at)) first = { at, replacement };
    }
    return first;
  }
}

/** How many of the last bytes are the beginning of `wanted`, but not all of it. */
function beginning(bytes: Buffer, wanted: Uint8Array): number {
  let at = Math.max(0, bytes.length - wanted.length + 1);
  for (;;) {
    at = bytes.indexOf(wanted[0] ?? 0, at);
    if (at < 0) return 0;
    const length = bytes.length - at;
    if (bytes.subarray(at).equals(wanted.subarray(0, length))) return length;
    at++;
  }
}

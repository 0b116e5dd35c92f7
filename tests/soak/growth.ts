/** Whether a measured size grows over time, or only goes up and down as garbage collection has it. */

/** Until then caches fill and code is translated. */
const WARM_UP_PART = 0.25;
/** What may be between early and late: a part, and bytes for the collector's whims in short runs. */
const ALLOWED_PART = 0.1;
const ALLOWED_BYTES: number = 24 * 1024 * 1024;

export class Growth {
  readonly #samples: number[] = [];

  add(bytes: number): void {
    this.#samples.push(bytes);
  }

  get most(): number {
    return this.#samples.reduce((a, b) => Math.max(a, b), 0);
  }

  /** The median of the first third after the warm-up. */
  get early(): number {
    const warm = this.#warm();
    return median(warm.slice(0, Math.ceil(warm.length / 3)));
  }

  /** The median of the last third. */
  get late(): number {
    const warm = this.#warm();
    return median(warm.slice(-Math.ceil(warm.length / 3)));
  }

  get isGrowing(): boolean {
    return this.late > this.early * (1 + ALLOWED_PART) + ALLOWED_BYTES;
  }

  #warm(): readonly number[] {
    return this.#samples.slice(Math.floor(this.#samples.length * WARM_UP_PART));
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

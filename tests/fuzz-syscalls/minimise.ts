/** Delta debugging (Zeller, "Simplifying and isolating failure-inducing input"): the fewest steps that still differ. */

/**
 * @param steps all but the step that differs.
 * @param differs whether these steps, with that one behind them, still make the difference.
 */
export async function minimise(
  steps: readonly number[],
  differs: (steps: readonly number[]) => Promise<boolean>,
): Promise<readonly number[]> {
  if (await differs([])) return [];
  let left = steps;
  let parts = 2;
  while (left.length >= 2) {
    const size = Math.ceil(left.length / parts);
    let found: readonly number[] | null = null;
    for (let at = 0; at < left.length && found === null; at += size) {
      const rest = [...left.slice(0, at), ...left.slice(at + size)];
      if (await differs(rest)) found = rest;
    }
    if (found !== null) {
      left = found;
      parts = Math.max(parts - 1, 2);
    } else if (parts >= left.length) break;
    else parts = Math.min(parts * 2, left.length);
  }
  return left;
}

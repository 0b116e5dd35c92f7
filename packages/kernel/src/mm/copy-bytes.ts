/** Up to so many bytes a loop is quicker than two views and a call of `set` : each is a call into V8. */
const FEW = 48;

/** Copies `n` bytes; what does not fit, or is not there, is the caller's mistake. */
export function copyBytes(
  to: Uint8Array,
  at: number,
  from: Uint8Array,
  start: number,
  n: number,
): void {
  if (n > FEW) {
    to.set(from.subarray(start, start + n), at);
    return;
  }
  for (let i = 0; i < n; i++) to[at + i] = from[start + i] as number;
}

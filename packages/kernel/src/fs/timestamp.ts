/** Times of inodes, and the clock that filesystems read. */

/** Seconds (may be negative) and nanoseconds 0 to 999,999,999 since the epoch. Immutable: inodes share them. */
export interface Timestamp {
  readonly sec: number;
  readonly nsec: number;
}

/** The part of Host that filesystems need. */
export interface Clock {
  /** Milliseconds since the epoch, with fraction. */
  realtimeMs(): number;
}

function timestampFromMs(ms: number): Timestamp {
  const sec = Math.floor(ms / 1000);
  const nsec = Math.floor((ms - sec * 1000) * 1e6);
  return { sec, nsec: Math.min(Math.max(nsec, 0), 999_999_999) };
}

export function timestampNow(clock: Clock): Timestamp {
  return timestampFromMs(clock.realtimeMs());
}

/** Negative, zero or positive, as a sort wants it. */
export function compareTimestamps(a: Timestamp, b: Timestamp): number {
  return a.sec - b.sec || a.nsec - b.nsec;
}

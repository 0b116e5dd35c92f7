/** Trying again: what may pass by itself, later each time, and when the other side says when, then. */
import { setTimeout as delay } from "node:timers/promises";
import { RegistryError } from "../errors.ts";

export interface RetryPolicy {
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
}

export const DEFAULT_RETRIES: RetryPolicy = {
  attempts: 6,
  firstDelayMs: 250,
  longestDelayMs: 30_000,
};

/** A registry that is busy for longer than this is not waited for. */
const LONGEST_RETRY_AFTER_MS = 120_000;

const PASSING: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** "There is no such host" does not pass. */
const LASTING: ReadonlySet<string> = new Set([
  "ENOTFOUND",
  "EPROTO",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "CERT_HAS_EXPIRED",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

/** @param answered hosts that have been there: if one refuses connections now, it is starting anew. */
function mayPass(error: unknown, answered: ReadonlySet<string>): error is RegistryError {
  if (!(error instanceof RegistryError)) return false;
  if (error.status !== 0) return PASSING.has(error.status);
  const { code = "" } = (error.cause ?? {}) as NodeJS.ErrnoException;
  if (code === "ECONNREFUSED") return answered.has(error.host);
  return error.code === "unreachable" && !LASTING.has(code);
}

/** What Retry-After says, in milliseconds from now: seconds, or a date. */
export function parseRetryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

export type OnRetry = (attempt: number, delayMs: number, cause: Error) => void;

export interface RetryParts {
  readonly policy: RetryPolicy;
  /** Hosts that have been there. */
  readonly answered: ReadonlySet<string>;
  readonly signal?: AbortSignal | undefined;
  readonly onRetry: OnRetry;
}

export class Retry {
  readonly #parts: RetryParts;
  #failures = 0;

  constructor(parts: RetryParts) {
    this.#parts = parts;
  }

  /** There was progress: failures from now on are new ones. */
  reset(): void {
    this.#failures = 0;
  }

  /** Waits before the next attempt, or throws `error` if there is to be none. */
  async failed(error: unknown): Promise<void> {
    const { policy, answered, signal, onRetry } = this.#parts;
    signal?.throwIfAborted();
    if (!mayPass(error, answered) || ++this.#failures >= policy.attempts) throw error;
    const { firstDelayMs, longestDelayMs } = policy;
    const backOff = Math.min(firstDelayMs * 2 ** (this.#failures - 1), longestDelayMs);
    const asked = error.retryAfterMs;
    if (asked !== undefined && asked > LONGEST_RETRY_AFTER_MS) throw error;
    // Many clients that failed together must not come back together.
    const delayMs = Math.max(asked ?? 0, backOff * (0.75 + Math.random() / 2));
    onRetry(this.#failures, delayMs, error);
    await delay(delayMs, undefined, { ...(signal !== undefined && { signal }) });
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        await this.failed(error);
      }
    }
  }
}

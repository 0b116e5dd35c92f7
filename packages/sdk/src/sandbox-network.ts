/** What a sandbox reaches, while it runs. */
import { ENETDOWN } from "@kernelet/abi";
import {
  type AttemptDecision,
  type Connection,
  GuestError,
  type NetworkAttempt,
  type NetworkPolicy,
  SandboxEndedError,
} from "@kernelet/sandbox";
import { type AbortOptions, abortable } from "./abort.ts";
import { InvalidArgumentError, NetworkDownError, SandboxStoppedError } from "./errors.ts";
import { checkPolicy, type Decide, type PolicyOptions } from "./network.ts";
import type { LogListener } from "./options.ts";
import { durationMs } from "./units.ts";

const DEFAULT_TIMEOUT_MS = 30_000;

/** What is given changes; what is not, stays. */
export interface PolicyUpdate extends Omit<PolicyOptions, "decide"> {
  /** null: nobody is asked any more. */
  readonly decide?: Decide | null;
}

/** What of a sandbox this needs. */
interface NetworkParts {
  readonly process: Pick<Connection, "ask" | "subscribe">;
  readonly sandboxId: string;
  readonly onLog: LogListener;
}

export class SandboxNetwork {
  readonly #parts: NetworkParts;
  /** Ends being asked. */
  #stopDeciding: (() => Promise<void>) | null = null;

  constructor(parts: NetworkParts) {
    this.#parts = parts;
  }

  /** What may be reached now. `asks`: what no rule names is asked of `decide`. @throws SandboxStoppedError, NetworkDownError */
  async policy({ signal }: AbortOptions = {}): Promise<NetworkPolicy> {
    try {
      return (await abortable(() => this.#parts.process.ask("policy", null), signal)).value;
    } catch (error) {
      throw this.#explain(error);
    }
  }

  /**
   * Changes what may be reached, from now on: connections that are open and not allowed any more are reset (ECONNABORTED
   * inside). Whoever comes to a detached sandbox with `decide` is asked instead of whoever was before.
   *
   * @throws InvalidArgumentError, SandboxStoppedError, NetworkDownError
   */
  update(change: PolicyUpdate, { signal }: AbortOptions = {}): Promise<void> {
    return abortable(() => this.#update(change), signal);
  }

  async #update(change: PolicyUpdate): Promise<void> {
    const { decide, decideTimeoutMs = DEFAULT_TIMEOUT_MS } = change;
    const timeoutMs = durationMs("network.decideTimeoutMs", decideTimeoutMs);
    if (decide === undefined && change.decideTimeoutMs !== undefined)
      throw new InvalidArgumentError("network.decideTimeoutMs", "needs network.decide");
    const now = await this.policy();
    const policy: NetworkPolicy = {
      mode: change.mode ?? now.mode,
      allow: change.allow ?? now.allow,
      deny: change.deny ?? now.deny,
      asks: decide === undefined ? now.asks === true : decide !== null,
    };
    checkPolicy(policy);
    try {
      if (typeof decide === "function") await this.#decideWith(decide, timeoutMs);
      await this.#parts.process.ask("setPolicy", policy);
    } catch (error) {
      throw this.#explain(error);
    }
    if (decide === null) await this.#replace(null);
  }

  async #decideWith(decide: Decide, timeoutMs: number): Promise<void> {
    const failed = (error: unknown): void => {
      const message = error instanceof Error ? error.message : String(error);
      this.#parts.onLog("error", `network.decide failed, and the attempt was refused: ${message}`);
    };
    const { subscribe } = this.#parts.process;
    const stop = await subscribe("decide", { timeoutMs }, (attempt) =>
      judgeAttempt(decide, attempt, failed),
    );
    await this.#replace(stop);
  }

  async #replace(stop: (() => Promise<void>) | null): Promise<void> {
    const before = this.#stopDeciding;
    this.#stopDeciding = stop;
    // It has ended, or the sandbox has, which is the same.
    await before?.().catch(() => {});
  }

  #explain(error: unknown): unknown {
    const { sandboxId } = this.#parts;
    if (error instanceof SandboxEndedError) return new SandboxStoppedError(sandboxId, error);
    if (error instanceof GuestError && error.errno === ENETDOWN)
      return new NetworkDownError(sandboxId, error);
    return error;
  }
}

/** @param failed is told of a callback that threw, or that said what nobody can understand. */
export async function judgeAttempt(
  decide: Decide,
  attempt: NetworkAttempt,
  failed: (error: unknown) => void,
): Promise<AttemptDecision> {
  try {
    const said = await decide(attempt);
    const { verdict, reason = "" } = typeof said === "string" ? { verdict: said } : said;
    if (verdict === "allow" || verdict === "deny")
      return { isAllowed: verdict === "allow", reason: String(reason) };
    throw new InvalidArgumentError("network.decide", `gave ${JSON.stringify(said)}`);
  } catch (error) {
    failed(error);
    return { isAllowed: false, reason: "it failed" };
  }
}

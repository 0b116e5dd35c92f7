/** Looking at a sandbox's system calls, and deciding about them. */
import {
  type Connection,
  GuestError,
  type Outcome,
  SandboxEndedError,
  type SubscriptionEvents,
  type SystemCallRecord,
} from "@kernelet/sandbox";
import type { AbortOptions } from "./abort.ts";
import { InvalidArgumentError, SandboxStoppedError } from "./errors.ts";
import { EventStream } from "./events.ts";
import { callSet, type Hook, judge } from "./hooks.ts";
import type { LogListener } from "./options.ts";

/** Something that goes on until it is ended. */
export interface Subscription extends AsyncDisposable {
  end(): Promise<void>;
}

/** A name, several, or groups: what callSet takes. */
export type Calls = string | readonly string[];

interface ObservingParts {
  readonly process: Pick<Connection, "subscribe">;
  readonly sandboxId: string;
  readonly ended: Promise<Outcome>;
  readonly onLog: LogListener;
}

/** `Sandbox.on` and `Sandbox.trace` say what these do. */
export class Observing {
  readonly #parts: ObservingParts;

  constructor(parts: ObservingParts) {
    this.#parts = parts;
  }

  async on(calls: Calls, hook: Hook, { signal }: AbortOptions): Promise<Subscription> {
    signal?.throwIfAborted();
    const failed = (error: unknown): void => {
      const message = error instanceof Error ? error.message : String(error);
      this.#parts.onLog("error", `a hook failed, and its call was denied: ${message}`);
    };
    const end = await this.#subscribe("hook", calls, (call) => judge(hook, call, failed));
    const stop = async (): Promise<void> => {
      signal?.removeEventListener("abort", stop);
      await end().catch(() => {}); // It has ended, or the sandbox has, which is the same.
    };
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted === true) {
      await stop();
      throw signal.reason;
    }
    return { end: stop, [Symbol.asyncDispose]: stop };
  }

  trace(calls: Calls, { signal }: AbortOptions): EventStream<SystemCallRecord> {
    const stream = new EventStream<SystemCallRecord>();
    void this.#parts.ended.then(() => stream.close());
    stream.follow(this.#subscribe("trace", calls, (records, lost) => stream.push(records, lost)));
    return stream.endWith(signal);
  }

  async #subscribe<K extends "hook" | "trace">(
    kind: K,
    calls: Calls,
    handler: SubscriptionEvents[K],
  ): Promise<() => Promise<void>> {
    const set = callSet(calls);
    const { process, sandboxId } = this.#parts;
    try {
      return await process.subscribe(kind, { set } as never, handler);
    } catch (error) {
      if (error instanceof SandboxEndedError) throw new SandboxStoppedError(sandboxId, error);
      if (!(error instanceof GuestError)) throw error;
      throw new InvalidArgumentError("calls", `'${set}' names something that is no system call`);
    }
  }
}

/** Signals of callers. They end the waiting; what was asked of a sandbox may still happen. */
import type { Connection } from "@kernelet/sandbox";

export interface AbortOptions {
  /** Rejects with its reason when it aborts; what was asked for may still happen. */
  readonly signal?: AbortSignal;
}

/** Nothing is begun if it has aborted before. */
export async function abortable<T>(
  begin: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return await begin();
  signal.throwIfAborted();
  const work = begin();
  return await new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    const over = (): void => signal.removeEventListener("abort", abort);
    work.finally(over).then(resolve, reject);
  });
}

type Asking = Pick<Connection, "ask" | "subscribe" | "closed">;

/** The same sandbox, asked for as long as the signal lets. Nothing that is opened stays open. */
export function untilAborted(sandbox: Asking, signal: AbortSignal): Asking {
  const ask: Connection["ask"] = async (op, args, bytes) => {
    // What was opened is closed all the same.
    if (op === "close") return sandbox.ask(op, args, bytes);
    signal.throwIfAborted();
    const work = sandbox.ask(op, args, bytes);
    if (op === "open") {
      const closeLate = ({ value }: { readonly value: unknown }): void => {
        if (signal.aborted) sandbox.ask("close", { handle: value as number }).catch(() => {});
      };
      work.then(closeLate, () => {});
    }
    return await abortable(() => work, signal);
  };
  return { ask, subscribe: sandbox.subscribe, closed: sandbox.closed };
}

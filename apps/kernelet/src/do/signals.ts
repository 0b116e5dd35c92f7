/** Signals that somebody sends to us and means for the program. */
import { constants } from "node:os";
import process from "node:process";

const PASSED_ON = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;

/**
 * Passes signals on until the returned function is called. A terminal's own Ctrl-C comes as a byte while the
 * terminal is raw, and as a signal otherwise.
 */
export function passSignals(take: (signo: number) => void): () => void {
  const listeners = PASSED_ON.map((name) => {
    const listener = (): void => take(constants.signals[name]);
    try {
      process.on(name, listener);
    } catch {
      // This platform has no such signal.
    }
    return { name, listener };
  });
  return () => {
    for (const { name, listener } of listeners) process.off(name, listener);
  };
}

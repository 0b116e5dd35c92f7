/** Benchmarks that are a command, run by each peer in its own way. */
import type { Benchmark } from "./benchmark.ts";
import { execute } from "./execute.ts";
import { COMPILE, kernelet, type Peer } from "./peers.ts";
import type { Trial } from "./trial.ts";

/** @throws BadRun where something is missing. */
export function commandTrial(benchmark: Benchmark, peers: readonly Peer[], seconds: number): Trial {
  const { name, what, operations = 1, kerneletOptions } = benchmark;
  const own = peers.filter(
    (peer) => benchmark.peers?.includes(peer.name) ?? peer.isForSystem !== true,
  );
  const argv = benchmark.prepare();
  const run = (peer: Peer) => {
    const options = benchmark.options?.();
    return execute(peer.command(argv, kerneletOptions), {
      ...options,
      env: { ...peer.env, ...options?.env },
    });
  };
  return {
    ...{ name, what, operations, seconds },
    subjects: own.map((peer) => ({
      name: peer.name,
      measure: async () => benchmark.read(await run(peer)),
    })),
    warmUp: async () => {
      // Its failures are those of the rounds.
      const { warmUps = 0 } = benchmark;
      if (warmUps === 0) return;
      for (let i = 0; i < warmUps; i++) await run(kernelet).catch(() => undefined);
      // What a second run leaves to be compiled in the background (ADR 23) is not to run beside what is measured.
      const env = { ...kernelet.env, ...benchmark.options?.().env };
      await execute(COMPILE, { ...benchmark.options?.(), env }).catch(() => undefined);
    },
  };
}

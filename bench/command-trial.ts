/** Benchmarks that are a command, run by each peer in its own way. */
import type { Benchmark } from "./benchmark.ts";
import { execute } from "./execute.ts";
import { kernelet, type Peer } from "./peers.ts";
import type { Trial } from "./trial.ts";

/** @throws BadRun where something is missing. */
export function commandTrial(benchmark: Benchmark, peers: readonly Peer[], seconds: number): Trial {
  const { name, what, operations = 1 } = benchmark;
  const own = peers.filter(
    (peer) => benchmark.peers?.includes(peer.name) ?? peer.isForSystem !== true,
  );
  const argv = benchmark.prepare();
  const run = (peer: Peer) => {
    const options = benchmark.options?.();
    return execute(peer.command(argv), { ...options, env: { ...peer.env, ...options?.env } });
  };
  return {
    ...{ name, what, operations, seconds },
    subjects: own.map((peer) => ({
      name: peer.name,
      measure: async () => benchmark.read(await run(peer)),
    })),
    warmUp: async () => {
      // Its failures are those of the rounds.
      for (let i = 0; i < (benchmark.warmUps ?? 0); i++) await run(kernelet).catch(() => undefined);
    },
  };
}

/** Benchmarks of containers, made ready for the runtimes that are here. */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { find } from "../peers.ts";
import type { LeftOut } from "../results.ts";
import { BadRun } from "../sample.ts";
import type { Trial } from "../trial.ts";
import type { ContainerBenchmark } from "./benchmark.ts";
import { makeImage, SMALL_IMAGE } from "./images.ts";
import type { Runtime } from "./runtime.ts";
import { RUNTIMES } from "./runtimes.ts";

const CHECK_MS = 60_000;

/** Those that are here and can run a container, and why others cannot. */
export function availableRuntimes(): { runtimes: readonly Runtime[]; leftOut: readonly LeftOut[] } {
  const leftOut: LeftOut[] = [];
  const runtimes = RUNTIMES.filter((runtime) => {
    const why = whyNot(runtime);
    if (why !== null) leftOut.push({ name: runtime.name, why });
    return why === null;
  });
  return { runtimes, leftOut };
}

function whyNot(runtime: Runtime): string | null {
  if (find(runtime.program) === undefined) return `needs ${runtime.program}, which is not here`;
  try {
    const image = makeImage(SMALL_IMAGE);
    runtime.install(image);
    const [program, ...args] = runtime.run(image, ["true"]);
    const { status, stderr } = spawnSync(program as string, args, {
      ...{ encoding: "utf8", timeout: CHECK_MS, stdio: ["ignore", "ignore", "pipe"] },
      env: { ...process.env, ...runtime.env },
    });
    const last = stderr.trim().split("\n").at(-1);
    return status === 0 ? null : `cannot start a container here: ${last || `exit code ${status}`}`;
  } catch (error) {
    if (!(error instanceof BadRun)) throw error;
    return error.message;
  }
}

/** @throws BadRun where something is missing. */
export function containerTrial(
  benchmark: ContainerBenchmark,
  runtimes: readonly Runtime[],
  seconds: number,
): Trial {
  const { name, what, isRate = false, warmUps = 0 } = benchmark;
  const images = benchmark.images.map(makeImage);
  const own = runtimes.filter((one) => benchmark.runtimes?.includes(one.name) ?? true);
  for (const runtime of own) for (const image of images) runtime.install(image);
  return {
    ...{ name, what, group: "containers", operations: 1, isRate },
    seconds: benchmark.seconds ?? seconds,
    subjects: own.map((runtime) => ({
      name: runtime.name,
      measure: () => benchmark.measure(runtime, images),
    })),
    warmUp: async () => {
      for (let i = 0; i < warmUps; i++)
        for (const runtime of own) await benchmark.measure(runtime, images).catch(() => undefined);
    },
  };
}

/** The benchmarks of containers as rows, in the order of the table. */
import type { ContainerBenchmark } from "./benchmark.ts";
import { SERVERS } from "./servers.ts";
import { STARTS } from "./start.ts";

export const CONTAINER_BENCHMARKS: readonly ContainerBenchmark[] = [...STARTS, ...SERVERS];

/** What a benchmark of containers is. benchmarks.ts has them as rows. */
import type { Sample } from "../sample.ts";
import type { Image, ImageSpec } from "./images.ts";
import type { Runtime } from "./runtime.ts";

export interface ContainerBenchmark {
  readonly name: string;
  readonly what: string;
  readonly images: readonly ImageSpec[];
  /** By name; all if absent. */
  readonly runtimes?: readonly string[];
  /** So often it is measured for nothing before: what is kept from run to run is there then. */
  readonly warmUps?: number;
  readonly seconds?: number;
  /** Its times are of operations, and shown as operations a second. */
  readonly isRate?: boolean;
  /**
   * One round of one runtime. All that it starts is gone afterwards.
   * @throws BadRun
   */
  measure(runtime: Runtime, images: readonly Image[]): Promise<Sample>;
}

/** How long containers take to start, and what they read and hold. */
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { execute } from "../execute.ts";
import { INSTALLED } from "../peers.ts";
import { bytesRead, proportionalSize, withDescendants } from "../processes.ts";
import { programPath } from "../programs.ts";
import { BadRun, type Sample } from "../sample.ts";
import type { ContainerBenchmark } from "./benchmark.ts";
import { type Image, LARGE_IMAGE, SMALL_IMAGE } from "./images.ts";
import type { Runtime } from "./runtime.ts";

const SDK = join(INSTALLED, "sdk/index.js");
const KERNELET = "kernelet";

const SLEEP = ["sleep", "1000"];
const IDLE_CONTAINERS = 50;
/** A sandbox that waits gives memory back, but not at once. */
const SETTLE_MS = 10_000;

/** `run IMAGE busybox true`: the whole command. */
async function runTrue(runtime: Runtime, images: readonly Image[]): Promise<Sample> {
  const ns: Record<string, number> = {};
  for (const image of images) {
    const { env = {} } = runtime;
    const { wallNs } = await execute(runtime.run(image, ["busybox", "true"]), { env });
    ns[image.name] = wallNs;
  }
  return { ns, checksum: "" };
}

/** From nothing to the end of a first program in a container that stays: by our SDK, or by two commands. */
async function firstExec(runtime: Runtime, [image]: readonly Image[]): Promise<Sample> {
  const { env = {} } = runtime;
  if (image === undefined) throw new BadRun("no image");
  if (runtime.name === KERNELET) {
    const program = programPath("sdk-first-exec.js");
    const argv = [process.execPath, program, SDK, `bench/${image.name}`];
    const { stdout } = await execute(argv, { env });
    return { ns: JSON.parse(stdout) as Sample["ns"], checksum: "" };
  }
  const start = process.hrtime.bigint();
  const container = await runtime.start(image, SLEEP);
  try {
    await execute(container.exec(["/bin/true"]), { env });
    return { ns: { first: Number(process.hrtime.bigint() - start) }, checksum: "" };
  } finally {
    await container.remove();
  }
}

/** What a container's process has read when its program runs, of each image. */
async function readAtStart(runtime: Runtime, images: readonly Image[]): Promise<Sample> {
  const bytes: Record<string, number> = {};
  const ns: Record<string, number> = {};
  for (const image of images) {
    const start = process.hrtime.bigint();
    const container = await runtime.start(image, SLEEP);
    ns[image.name] = Number(process.hrtime.bigint() - start);
    try {
      await execute(container.exec(["busybox", "true"]), { env: runtime.env ?? {} });
      bytes[image.name] = sum(container.pids().map(bytesRead));
    } finally {
      await container.remove();
    }
  }
  return { ns, bytes, checksum: "" };
}

async function idle(runtime: Runtime, [image]: readonly Image[]): Promise<Sample> {
  if (image === undefined) throw new BadRun("no image");
  const containers = [];
  const start = process.hrtime.bigint();
  try {
    for (let i = 0; i < IDLE_CONTAINERS; i++) containers.push(await runtime.start(image, SLEEP));
    const ns = { start: Number(process.hrtime.bigint() - start) / IDLE_CONTAINERS };
    await sleep(SETTLE_MS);
    const pids = withDescendants(containers.flatMap((one) => one.pids()));
    return { ns, bytes: { memory: sum(pids.map(proportionalSize)) }, checksum: "" };
  } finally {
    for (const container of containers) await container.remove();
  }
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

export const STARTS: readonly ContainerBenchmark[] = [
  {
    name: "run",
    what: "run IMAGE busybox true, the whole command: an image of 2 MB, and one of 1 GiB",
    images: [SMALL_IMAGE, LARGE_IMAGE],
    warmUps: 2,
    measure: runTrue,
  },
  {
    name: "first-exec",
    what: "a container is started that stays, and true runs in it; ours by the SDK: a process's first, and its second",
    images: [SMALL_IMAGE],
    warmUps: 2,
    measure: firstExec,
  },
  {
    name: "image-read",
    what: "started in the background; what its process has read by then",
    images: [SMALL_IMAGE, LARGE_IMAGE],
    runtimes: [KERNELET],
    measure: readAtStart,
  },
  {
    name: "idle",
    what: `${IDLE_CONTAINERS} containers that sleep: memory (proportional set size) of all their processes, and the time to start one`,
    images: [SMALL_IMAGE],
    measure: idle,
  },
];

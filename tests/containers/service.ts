/** A container that serves something on a port, as the host sees it, and what must be gone after it. */
import { readdirSync, readFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { Store } from "./store.ts";

const LOOK_AGAIN_MS = 100;
/** After so many looks in vain: does it run at all? */
const LOOKS = 50;

export interface ServiceSpec {
  readonly name: string;
  /** Inside; on the host, it is one that is free. */
  readonly port: number;
  readonly options?: readonly string[];
  readonly image: string;
  readonly command: readonly string[];
  /** Rejects while nobody serves: a connection to a port that nobody listens at inside is made, and reset. */
  readonly probe: (port: number) => Promise<unknown>;
}

/** @returns the host's port, once somebody answers there. */
export async function startService(store: Store, spec: ServiceSpec): Promise<number> {
  const { name, port, options = [], image, command } = spec;
  const published = `127.0.0.1::${port}`;
  const args = ["run", "-d", "--name", name, "-p", published, ...options, image, ...command];
  expect(await store.run(args)).toMatchObject({ stderr: "", code: 0 });
  return untilServed(store, spec);
}

/** As startService, of one that was started again. */
export async function untilServed(
  store: Store,
  { name, probe }: Pick<ServiceSpec, "name" | "probe">,
): Promise<number> {
  const list = async (format: string): Promise<string> =>
    (await store.run(["ps", "-f", `name=^${name}$`, "--format", format])).stdout;
  const port = Number(/^127\.0\.0\.1:(\d+)->\d+\/tcp\n$/.exec(await list("{{.Ports}}"))?.[1]);
  for (let i = 1; ; i++) {
    try {
      await probe(port);
      return port;
    } catch {
      const isThere = i % LOOKS !== 0 || (await list("{{.ID}}")) !== "";
      if (!isThere) throw new Error((await store.run(["logs", name])).stderr);
      await sleep(LOOK_AGAIN_MS);
    }
  }
}

export function isRefused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code === "ECONNREFUSED"));
    socket.on("connect", () => {
      socket.destroy();
      resolve(false);
    });
  });
}

/** No container, half-made folder, socket or process of the store's; what happened to those that are gone is kept. */
export async function expectNothingLeft(store: Store): Promise<void> {
  const folder = join(store.root, "containers");
  const left = readdirSync(folder, { recursive: true });
  expect(left.sort()).toEqual(["events", "lock", "tmp"]);
  // A process that was told to end may take its time.
  await expect.poll(() => processesOf(store.root), { timeout: 60_000 }).toEqual([]);
}

function processesOf(root: string): string[] {
  const lines = readdirSync("/proc").map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    } catch {
      return "";
    }
  });
  return lines.filter((line) => line.includes(root));
}

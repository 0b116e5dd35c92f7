/** Logs that go from file to file. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useStore } from "./store.ts";

const store = useStore();

const numbers = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}\n`).join("");

test("a log that is followed goes on in the next file", async (context) => {
  store.need(context);
  const script =
    "i=0; while [ $i -lt 300 ]; do i=$((i + 1)); echo line $i; done; sleep 0.5; echo line 301";
  const options = ["--log-opt", "max-size=4k", "--log-opt", "max-file=20"];
  await store.run(["run", "-d", "--name", "followed", ...options, "bb", "sh", "-c", script]);
  expect((await store.run(["logs", "-f", "followed"])).stdout).toBe(numbers(1, 301));
  expect((await store.run(["logs", "-n", "100", "followed"])).stdout).toBe(numbers(202, 301));
});

test("a long log keeps its end, and the next run goes on with it", async (context) => {
  store.need(context);
  const script = "i=0; while [ $i -lt 1000 ]; do i=$((i + 1)); echo line $i; done";
  const options = ["--log-opt", "max-size=8k", "--log-opt", "max-file=3"];
  await store.run(["create", "--name", "long", ...options, "bb", "sh", "-c", script]);
  for (let run = 0; run < 2; run++) await store.run(["start", "-a", "long"]);
  const { stdout } = await store.run(["logs", "long"]);
  const lines = stdout.split("\n").slice(0, -1);
  expect(lines.length).toBeGreaterThan(100);
  expect(stdout).toBe(numbers(1001 - lines.length, 1000));
  const { stdout: id } = await store.run(["ps", "-aq", "--no-trunc", "-f", "name=long"]);
  const folder = join(store.root, "containers", id.trim());
  const files = readdirSync(folder).filter((name) => /^log/.test(name));
  expect(files.sort()).toEqual(["log", "log.1", "log.2"]);
  for (const name of files) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(8192);
});

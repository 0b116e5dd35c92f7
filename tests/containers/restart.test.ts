/** Restart policies: who watches is a process of its own. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { useStore } from "./store.ts";

const store = useStore();

test("one that fails is started again, as often as was said", async (context) => {
  store.need(context);
  const args = ["run", "-d", "--restart", "on-failure:2", "--name", "fails"];
  await store.run([...args, "bb", "sh", "-c", "echo run; exit 3"]);
  const format = "{{.State.Status}} {{.State.ExitCode}} {{.RestartCount}}";
  let last = "";
  for (let i = 0; i < 100 && last !== "exited 3 2\n"; i++) {
    await sleep(100);
    last = (await store.run(["inspect", "-f", format, "fails"])).stdout;
  }
  expect(last).toBe("exited 3 2\n");
  expect((await store.run(["logs", "fails"])).stdout).toBe("run\nrun\nrun\n");
});

test("one that is stopped stays so", async (context) => {
  store.need(context);
  await store.run(["run", "-d", "--restart", "always", "--name", "stays", "bb", "sleep", "1000"]);
  await store.run(["stop", "-t", "0", "stays"]);
  await sleep(1000);
  expect((await store.run(["inspect", "-f", "{{.State.Status}}", "stays"])).stdout).toBe(
    "exited\n",
  );
  expect((await store.run(["rm", "stays"])).code).toBe(0);
});

/** Containers that outlive the command that started them. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { useStore } from "./store.ts";

const store = useStore();

async function stateOf(name: string): Promise<Record<string, string>> {
  const { stdout } = await store.run(["ps", "-a", "-f", `name=^${name}$`, "--format", "json"]);
  return JSON.parse(stdout || "{}");
}

test("one runs, is listed, logged, executed in, stopped and removed", async (context) => {
  store.need(context);
  const script =
    'echo out; echo err >&2; trap "echo got it; exit 5" TERM; while :; do sleep 0.1; done';
  const started = await store.run(["run", "-d", "--name", "web", "bb", "sh", "-c", script]);
  expect(started).toMatchObject({ stdout: expect.stringMatching(/^[0-9a-f]{64}\n$/), stderr: "" });
  const id = started.stdout.trim();
  expect(await stateOf("web")).toMatchObject({
    ID: id.slice(0, 12),
    State: "running",
    Image: "bb",
  });

  const inside = await store.run(
    ["exec", "-i", "-e", "A=b", "-w", "/tmp", "-u", "user", "web"].concat(
      "sh",
      "-c",
      "cat; echo $A; pwd; id -u; exit 3",
    ),
    { input: "given\n" },
  );
  expect(inside).toEqual({ stdout: "given\nb\n/tmp\n1000\n", stderr: "", code: 3 });
  expect((await store.run(["exec", "web", "nosuch"])).code).toBe(127);
  expect((await store.run(["exec", "-d", "web", "touch", "/tmp/left"])).code).toBe(0);

  const again = await store.run(["run", "--name", "web", "bb", "true"]);
  expect(again).toMatchObject({ code: 125, stderr: expect.stringContaining("'web' is container") });
  expect((await store.run(["rm", "web"])).stderr).toContain("kernelet stop web");

  expect(await store.run(["stop", "web"])).toMatchObject({ stdout: "web\n", code: 0 });
  expect(await stateOf("web")).toMatchObject({ State: "exited" });
  expect((await store.run(["wait", "web"])).stdout).toBe("5\n");
  const logs = await store.run(["logs", "web"]);
  expect(logs).toMatchObject({ stdout: "out\ngot it\n", stderr: "err\n" });
  expect((await store.run(["logs", "-t", "-n", "1", id.slice(0, 6)])).stdout).toMatch(
    /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{9}Z got it\n$/,
  );
  expect((await store.run(["exec", "web", "true"])).stderr).toContain("does not run");
  expect((await store.run(["rm", "web"])).stdout).toBe("web\n");
  expect(await stateOf("web")).toEqual({});
});

test("its process is killed: the next look sees a dead container, which can be removed", async (context) => {
  store.need(context);
  const { stdout } = await store.run(["run", "-d", "--name", "dead", "bb", "sleep", "1000"]);
  const folder = join(store.root, "containers", stdout.trim());
  const pid = /"pid":(\d+)/.exec(readFileSync(join(folder, "journal"), "utf8"))?.[1];
  process.kill(Number(pid), "SIGKILL");
  expect((await store.run(["wait", "dead"])).stdout).toBe("137\n");
  expect(await stateOf("dead")).toMatchObject({ State: "exited" });
  expect((await store.run(["rm", "dead"])).code).toBe(0);
  expect(statSync(folder, { throwIfNoEntry: false })).toBeUndefined();
});

test("followed logs end with the container, and one with --rm goes by itself", async (context) => {
  store.need(context);
  const script = "for i in 1 2 3; do echo $i; sleep 0.2; done";
  await store.run(["run", "-d", "--rm", "--name", "brief", "bb", "sh", "-c", script]);
  const { stdout } = await store.run(["logs", "-f", "brief"]);
  expect(stdout).toBe("1\n2\n3\n");
  expect(await stateOf("brief")).toEqual({});
});

test("a paused one does nothing until it goes on", async (context) => {
  store.need(context);
  const script = "while :; do echo tick; sleep 0.05; done";
  await store.run(["run", "-d", "--name", "tick", "bb", "sh", "-c", script]);
  expect((await store.run(["pause", "tick"])).stdout).toBe("tick\n");
  expect((await stateOf("tick")).Status).toMatch(/\(Paused\)$/);
  const count = async (): Promise<number> => (await store.run(["logs", "tick"])).stdout.length;
  const before = await count();
  await sleep(300);
  expect(await count()).toBe(before);
  expect((await store.run(["exec", "tick", "true"])).stderr).toContain("kernelet unpause tick");
  await store.run(["unpause", "tick"]);
  await sleep(300);
  expect(await count()).toBeGreaterThan(before);
  expect((await store.run(["kill", "tick"])).code).toBe(0);
  expect((await store.run(["wait", "tick"])).stdout).toBe("137\n");
});

/** Whatever is killed at whatever moment, and however full the disk is: the store stays usable, and what is shown is true. */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Container, ContainerStore } from "@kernelet/container";
import { expect, test } from "vitest";
import { ENVIRONMENT, LAUNCHER } from "../e2e/run.ts";
import { checkStore } from "../images/store-check.ts";
import { useStore } from "./store.ts";

const store = useStore();

const NAME = "victim";
const SCRIPT = "echo run >> /runs; while :; do echo line; sleep 0.02; done";
/** In turn; what they find differs with where the one before was cut off. */
const STEPS: readonly (readonly string[])[] = [
  ["run", "-d", "--name", NAME, "-v", "/data", "bb", "sh", "-c", SCRIPT],
  ["stop", "-t", "0", NAME],
  ["start", NAME],
  ["commit", NAME, "image"],
  ["rm", "-f", NAME],
];

interface Cut {
  readonly wholeMs: number;
}

/** Runs a step and kills it after a part of the time that it would take. @returns how long it ran. */
async function runStep(args: readonly string[], part: number, { wholeMs }: Cut): Promise<number> {
  const env = { ...ENVIRONMENT, KERNELET_ROOT: store.root };
  const at = performance.now();
  const child = spawn(process.execPath, [LAUNCHER, ...args], { env, stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  if (part < 1) {
    await Promise.race([ended, sleep(wholeMs * part)]);
    child.kill("SIGKILL");
  }
  await ended;
  return performance.now() - at;
}

function victims(): Container[] {
  return ContainerStore.open(store.root).list();
}

/** What the state says is what can be seen from outside. */
async function checkTruth(): Promise<void> {
  for (const container of victims()) {
    const { status } = container.state();
    if (status !== "running") {
      expect(["created", "exited"]).toContain(status);
      continue;
    }
    // It answers, sooner or later, unless its launcher was killed so early that it ends by itself.
    let answer: unknown;
    while (answer === undefined && container.isActive) {
      answer = await container
        .using((connection) => connection.ask("stats", null))
        .catch(() => undefined);
    }
    if (answer === undefined) expect(container.state().status).toBe("exited");
  }
}

/** Processes that have a file of the store's folder open, or were told of it. */
function processesOf(root: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(root)) return true;
      const files = readdirSync(`/proc/${pid}/fd`);
      return files.some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith(root));
    } catch {
      return false;
    }
  });
}

test("commands and sandboxes are killed at any moment", { timeout: 600_000 }, async (context) => {
  store.need(context);
  const whole: number[] = [];
  for (const args of STEPS) whole.push(await runStep(args, 1, { wholeMs: 0 }));
  expect(victims()).toEqual([]);
  for (let round = 0; round < 2; round++) {
    for (const [i, args] of STEPS.entries()) {
      await runStep(args, Math.random() * 1.2, { wholeMs: whole[i] ?? 0 });
      await checkTruth();
    }
    // A sandbox itself, wherever it is.
    const pid = victims()[0]?.state().pid;
    if (pid != null) process.kill(pid, "SIGKILL");
    await checkTruth();
  }
  const left = victims().map(({ id }) => id);
  if (left.length > 0) expect((await store.run(["rm", "-f", "-v", ...left])).code).toBe(0);
  // A whole life after all that.
  const { stdout } = await store.run(["run", "--rm", "--name", NAME, "bb", "cat", "/etc/kept"]);
  expect(stdout).toBe("image\n");
  await store.run(["volume", "prune", "-f"]);
  const folder = join(store.root, "containers");
  expect(readdirSync(folder).sort()).toEqual(["events", "lock", "tmp"]);
  expect(readdirSync(join(folder, "tmp"))).toEqual([]);
  expect(readdirSync(join(store.root, "volumes"))).toEqual([]);
  while (processesOf(store.root).length > 0) await sleep(100);
  await checkStore(store.root);
});

test("one whose launcher was killed before the socket had its name can be reached", async (context) => {
  store.need(context);
  const { stdout } = await store.run(["run", "-d", "--name", "unnamed", "bb", "sleep", "1000"]);
  const folder = join(store.root, "containers", stdout.trim());
  renameSync(join(folder, "socket"), join(folder, "socket.1"));
  expect((await store.run(["exec", "unnamed", "echo", "here"])).stdout).toBe("here\n");
  await store.run(["restart", "-t", "0", "unnamed"]);
  expect(readdirSync(folder).filter((name) => name.startsWith("socket"))).toEqual(["socket"]);
  await store.run(["rm", "-f", "unnamed"]);
});

test("on a full disk a run ends as it does, says what is lost, and leaves nothing half made", async (context) => {
  store.need(context);
  if (process.getuid?.() !== 0) context.skip("only root can mount a small file system");
  const root = join(store.folder, "small");
  mkdirSync(root);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", root]);
  } catch {
    context.skip("tmpfs cannot be mounted here");
  }
  const env = { KERNELET_ROOT: root };
  try {
    await store.run(["load", "-q", "-i", join(store.folder, "bb.tar")], { env });
    const image = (await store.run(["images", "-q"], { env })).stdout.trim();
    const script =
      "echo kept > /kept; head -c 3000000 /dev/zero > /large; yes line | head -c 600000; exit 5";
    const made = await store.run(["create", image, "sh", "-c", script], { env });
    const id = made.stdout.trim();
    const used = execFileSync("du", ["-sk", root], { encoding: "utf8" }).split("\t", 1)[0];
    execFileSync("mount", ["-o", `remount,size=${Number(used) + 500}k`, root]);
    const full = await store.run(["start", "-a", id], { env });
    expect(full.code).toBe(5);
    expect(full.stdout.length).toBe(600_000);
    expect(full.stderr).toMatch(
      /^kernelet: container \w+: what was written in the container is lost: [^\n]*\n$/,
    );
    const at = join(root, "containers", id);
    expect(statSync(join(at, "image/new.tar")).size).toBe(0);
    const log = readFileSync(join(at, "log"), "utf8");
    for (const line of log.split("\n").slice(0, -1)) JSON.parse(line);
    expect(log.endsWith("\n")).toBe(true);
    const [container] = ContainerStore.open(root).list();
    expect(container?.state()).toMatchObject({ status: "exited", exitCode: 5 });
    execFileSync("mount", ["-o", "remount,size=64m", root]);
    expect(await store.run(["start", "-a", id], { env })).toMatchObject({ code: 5, stderr: "" });
    expect((await store.run(["diff", id], { env })).stdout).toContain("A /kept\nA /large\n");
  } finally {
    execFileSync("umount", ["-l", root]);
  }
});

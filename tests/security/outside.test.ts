/** What happens to the command line while a guest runs: killed, stopped, not read. And who lives beside it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { useFolder } from "../e2e/folder.ts";
import { ENVIRONMENT, inSandbox, kernelet, LAUNCHER } from "../e2e/run.ts";
import { buildGuest } from "./guests.ts";
import { descendants, isRunning } from "./watched.ts";

const folder = useFolder();

/** `kernelet do …` as a process, and the sandbox's below it once it is there. */
async function start(args: readonly string[]) {
  const cli = spawn(process.execPath, [LAUNCHER, "do", ...args], {
    cwd: "/",
    env: { ...ENVIRONMENT },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const pid = cli.pid as number;
  let below: number[] = [];
  for (let i = 0; i < 100 && below.length === 0; i++) {
    await sleep(50);
    below = descendants(pid);
  }
  return { cli, below };
}

async function endOf(pids: readonly number[], withinMs: number): Promise<readonly number[]> {
  for (let ms = 0; ms < withinMs && pids.some(isRunning); ms += 50) await sleep(50);
  return pids.filter(isRunning);
}

test("SIGKILL of the command line leaves no process, whenever it comes", async (context) => {
  const program = buildGuest(context, folder.path, "endless");
  for (const delayMs of [0, 60, 150, 400, 1200]) {
    const { cli, below } = await start(["--", program]);
    await sleep(delayMs);
    const all = [...new Set([...below, ...descendants(cli.pid as number)])];
    cli.kill("SIGKILL");
    await once(cli, "close");
    expect(await endOf(all, 5000), `after ${delayMs} ms`).toEqual([]);
  }
});

test("a stopped command line goes on where it was", async (context) => {
  const program = buildGuest(context, folder.path, "pipe-flood");
  const { cli } = await start(["--", program, "8"]);
  let stdout = "";
  cli.stdout.on("data", (text) => {
    stdout += text;
  });
  cli.kill("SIGSTOP");
  await sleep(1500);
  cli.kill("SIGCONT");
  const [code] = await once(cli, "close");
  expect({ code, stdout }).toEqual({ code: 0, stdout: "8 MiB\n" });
});

test("output that nobody reads waits, and its sandbox stays small", async (context) => {
  const program = buildGuest(context, folder.path, "flood");
  const { cli, below } = await start(["--timeout", "5s", "-m", "256m", "--", program]);
  let stderr = "";
  cli.stderr.on("data", (text) => {
    stderr += text;
  });
  const [code] = await once(cli, "exit");
  expect({ code, stderr }).toEqual({ code: 124, stderr: "kernelet: timed out after 5 s\n" });
  expect(await endOf(below, 2000)).toEqual([]);
  cli.stdout.destroy();
});

test("a reader that goes away ends the flood", async (context) => {
  const program = buildGuest(context, folder.path, "flood");
  const { cli } = await start(["--", program]);
  cli.stdout.once("data", () => cli.stdout.destroy());
  const [code] = await once(cli, "close");
  expect(code).toBe(141);
});

test("a neighbour notices nothing", async (context) => {
  const attacks = [
    ["fork-bomb"],
    ["memory-hog", "fork"],
    ["signal-storm"],
    ["random-calls", "5", "20000", "2"],
  ].map(([name, ...args]) => [buildGuest(context, folder.path, name as string), ...args]);
  const quiet = [
    "sh",
    "-c",
    'i=0; while [ $i -lt 20 ]; do echo "line $i"; i=$((i+1)); done | md5sum',
  ];
  const alone = await inSandbox(quiet);
  for (const attack of attacks) {
    const args = ["do", "--timeout", "8s", "-m", "256m", "--", ...(attack as string[])];
    const [beside] = await Promise.all([inSandbox(quiet), kernelet(args)]);
    expect(beside).toEqual(alone);
  }
});

test("no way leads out of a folder that may be written", async (context) => {
  const program = buildGuest(context, folder.path, "escape");
  const inside = join(folder.path, "inside");
  const outside = join(folder.path, "outside");
  mkdirSync(inside);
  mkdirSync(outside);
  writeFileSync(join(outside, "secret"), "SECRET\n");
  symlinkSync(join(outside, "secret"), join(inside, "planted"));
  symlinkSync(outside, join(inside, "planted-dir"));
  // A root of the sandbox's own: in the host's root the secret may be read, and would prove nothing.
  const root = join(folder.path, "root");
  mkdirSync(join(root, "bin"), { recursive: true });
  writeFileSync(join(root, "bin", "placeholder"), "");
  const guest = join(root, "bin", "escape");
  writeFileSync(guest, "");
  const { copyFileSync } = await import("node:fs");
  copyFileSync(program, guest);
  const outcome = await kernelet([
    "do",
    "--rootfs",
    root,
    "-v",
    `${inside}:/work:rw`,
    "-m",
    "256m",
    "--timeout",
    "60s",
    "--",
    "/bin/escape",
    "/work",
    join(outside, "secret"),
  ]);
  expect(outcome).toMatchObject({ code: 0 });
  expect(outcome.stdout).toMatch(/\n0 leaks\n$/);
  expect(outcome.stdout).not.toContain("leak:");
});

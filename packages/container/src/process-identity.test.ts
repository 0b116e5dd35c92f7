import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { expect, test } from "vitest";
import { identify, isAlive } from "./process-identity.ts";

test("a process is itself, until it ends, and a number alone is not", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  const identity = identify(child.pid as number);
  if (identity === undefined) throw new Error("it is not there");
  expect(isAlive(identity)).toBe(true);
  expect(isAlive({ ...identity, startTime: "another" })).toBe(false);
  expect(isAlive({ ...identity, pid: process.pid })).toBe(false);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isAlive(identity)).toBe(false);
  expect(identify(2 ** 22 + 1)).toBeUndefined();
});

const PYTHON = "/usr/bin/python3";
/** Its first thread ends, another goes on: as for a moment a process does that was killed. */
const HEADLESS = `
import ctypes, threading, time
threading.Thread(target=time.sleep, args=(1000,)).start()
ctypes.CDLL(None).syscall(60, 0)
`;

test("a process is there as long as one of its threads holds its files", async (context) => {
  if (process.platform !== "linux" || !existsSync(PYTHON)) context.skip("needs Linux and Python");
  const child = spawn(PYTHON, ["-c", HEADLESS]);
  const identity = identify(child.pid as number);
  if (identity === undefined) throw new Error("it is not there");
  const isZombie = (): boolean => /\) Z/.test(readFileSync(`/proc/${child.pid}/stat`, "latin1"));
  await expect.poll(isZombie, { timeout: 120_000 }).toBe(true);
  expect(isAlive(identity)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isAlive(identity)).toBe(false);
}, 180_000);

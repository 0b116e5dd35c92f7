import { spawn } from "node:child_process";
import { once } from "node:events";
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

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claim, isClaimed, releaseClaim, renewClaim } from "./claim.ts";

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "claim-"));
});

afterEach(() => fs.rmSync(folder, { recursive: true }));

const file = (): string => path.join(folder, "all.part");

test("there is one at a time", () => {
  expect(isClaimed(folder)).toBe(false);
  expect(claim(folder)).toBe(true);
  expect(isClaimed(folder)).toBe(true);
  expect(claim(folder)).toBe(false);
  releaseClaim(folder);
  expect(isClaimed(folder)).toBe(false);
  expect(claim(folder)).toBe(true);
});

test("one whose process has ended is nobody's", () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  fs.writeFileSync(file(), `${pid}`);
  expect(isClaimed(folder)).toBe(false);
  expect(claim(folder)).toBe(true);
});

test("so is one that nothing has been heard of for long", () => {
  expect(claim(folder)).toBe(true);
  fs.utimesSync(file(), 1, 1);
  expect(isClaimed(folder)).toBe(false);
  renewClaim(folder);
  expect(isClaimed(folder)).toBe(true);
});

test("a folder that isn't there is not claimed", () => {
  expect(isClaimed(path.join(folder, "none"))).toBe(false);
});

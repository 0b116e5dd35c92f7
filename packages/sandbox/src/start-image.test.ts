import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildFacts, findImage, imageKey, isImageWanted, makeImage } from "./start-image.ts";

const FLAGS = ["--stack-size=900"];
const MAIN = `
const { startupSnapshot } = require("node:v8");
const loaded = ["loaded"];
startupSnapshot.setDeserializeMainFunction(() => console.log(...loaded, process.argv[2]));
`;

let folder: string;
let main: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "start-image-"));
  main = path.join(folder, "main.cjs");
  fs.writeFileSync(main, MAIN);
});

afterEach(() => fs.rmSync(folder, { recursive: true }));

const start = (): string => path.join(folder, "start");

test("a process goes on from an image where the loaded code left off", { timeout: 120_000 }, () => {
  const key = imageKey("b1", FLAGS);
  expect(findImage(start(), key)).toBeUndefined();
  expect(makeImage(start(), key, main, FLAGS)).toBe(true);
  const image = findImage(start(), key) as string;
  const args = [...FLAGS, "--snapshot-blob", image, main, "argument"];
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(stdout).toBe("loaded argument\n");
  expect(fs.readdirSync(start())).toEqual([path.basename(image)]);
});

test("another bundle and other flags have other images", () => {
  const keys = [imageKey("b1", FLAGS), imageKey("b2", FLAGS), imageKey("b1", [])];
  expect(new Set(keys).size).toBe(3);
});

test("an image that was cut short is removed instead of found", () => {
  fs.mkdirSync(start());
  const image = path.join(start(), "k1-5.blob");
  fs.writeFileSync(image, "12345");
  expect(findImage(start(), "k1")).toBe(image);
  fs.truncateSync(image, 3);
  expect(findImage(start(), "k1")).toBeUndefined();
  expect(fs.existsSync(image)).toBe(false);
});

test("two don't make the same image, unless the first was killed", { timeout: 120_000 }, () => {
  fs.mkdirSync(start());
  const unfinished = path.join(start(), "k1.part");
  fs.writeFileSync(unfinished, "");
  expect(isImageWanted(start(), "k1")).toBe(false);
  expect(makeImage(start(), "k1", main, FLAGS)).toBe(false);
  fs.utimesSync(unfinished, 1, 1);
  expect(makeImage(start(), "k1", main, FLAGS)).toBe(true);
});

test("after a failure it is not tried for a day", { timeout: 120_000 }, () => {
  fs.writeFileSync(main, "throw new Error()");
  expect(isImageWanted(start(), "k1")).toBe(true);
  expect(makeImage(start(), "k1", main, FLAGS)).toBe(false);
  expect(findImage(start(), "k1")).toBeUndefined();
  expect(fs.readdirSync(start())).toEqual(["k1.failed"]);
  // Not at each start again, but some day.
  expect(isImageWanted(start(), "k1")).toBe(false);
  fs.utimesSync(path.join(start(), "k1.failed"), 1, 1);
  expect(isImageWanted(start(), "k1")).toBe(true);
  fs.writeFileSync(main, MAIN);
  expect(makeImage(start(), "k1", main, FLAGS)).toBe(true);
  expect(fs.readdirSync(start()).map((name) => path.extname(name))).toEqual([".blob"]);
});

test("where no folder can be made there is no image", () => {
  fs.writeFileSync(start(), "a file is in the way");
  expect(makeImage(start(), "k1", main, FLAGS)).toBe(false);
  expect(findImage(start(), "k1")).toBeUndefined();
});

test("the latest images are kept", { timeout: 120_000 }, () => {
  fs.mkdirSync(start());
  for (let i = 1; i <= 6; i++) {
    const image = path.join(start(), `old${i}-1.blob`);
    fs.writeFileSync(image, "x");
    fs.utimesSync(image, i, i);
  }
  expect(makeImage(start(), "k1", main, FLAGS)).toBe(true);
  const kept = fs.readdirSync(start()).map((name) => name.split("-")[0]);
  expect(kept.sort()).toEqual(["k1", "old4", "old5", "old6"]);
});

test("sources are no bundle", () => {
  expect(buildFacts(main)).toBeUndefined();
  fs.writeFileSync(path.join(folder, "build.json"), '{"sandbox":"abc"}');
  expect(buildFacts(main)?.sandbox).toBe("abc");
});

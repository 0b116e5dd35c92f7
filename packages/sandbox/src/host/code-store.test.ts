import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CodeStore } from "./code-store.ts";
import { HostLog } from "./host-log.ts";

const MIB = 1024 * 1024;
const BYTES = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);

let folder: string;
let log: HostLog;
let store: CodeStore;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "code-store-"));
  log = new HostLog();
  store = new CodeStore(folder, 64 * MIB, log);
});

afterEach(() => fs.rmSync(folder, { recursive: true }));

const fileOf = (name: string): string => path.join(folder, `${name}.code`);

test("what was saved is loaded, by another process's store as well", () => {
  store.save("a", BYTES);
  expect(store.load("a")).toEqual(BYTES);
  expect(new CodeStore(folder, MIB, new HostLog()).load("a")).toEqual(BYTES);
  expect(store.load("b")).toBeUndefined();
  expect(fs.statSync(fileOf("a")).mode & 0o777).toBe(0o600);
});

test("a file with any byte changed, or cut, or with another's name, is not loaded", () => {
  store.save("a", BYTES);
  const whole = fs.readFileSync(fileOf("a"));
  for (let at = 0; at < whole.length; at += 7) {
    const damaged = Buffer.from(whole);
    damaged[at] = (damaged[at] as number) ^ 1;
    fs.writeFileSync(fileOf("a"), damaged);
    expect(store.load("a"), `byte ${at}`).toBeUndefined();
  }
  for (const length of [0, 1, 31, 32, 33, whole.length - 1]) {
    fs.writeFileSync(fileOf("a"), whole.subarray(0, length));
    expect(store.load("a"), `${length} bytes`).toBeUndefined();
  }
  fs.writeFileSync(fileOf("b"), whole);
  expect(store.load("b")).toBeUndefined();
  store.save("a", BYTES);
  expect(store.load("a")).toEqual(BYTES);
});

test("links, folders and pipes are not read", () => {
  store.save("a", BYTES);
  fs.symlinkSync(fileOf("a"), fileOf("link"));
  fs.mkdirSync(fileOf("folder"));
  expect(store.load("link")).toBeUndefined();
  expect(store.load("folder")).toBeUndefined();
  if (spawnSync("mkfifo", [fileOf("pipe")]).status === 0) {
    expect(store.load("pipe")).toBeUndefined();
  }
});

test("a folder that is gone or in the way is no error", () => {
  const nowhere = new CodeStore(path.join(folder, "nowhere"), MIB, log);
  nowhere.save("a", BYTES);
  expect(nowhere.load("a")).toBeUndefined();
  fs.mkdirSync(fileOf("a"));
  store.save("a", BYTES);
  expect(fs.readdirSync(folder)).toEqual(["a.code"]);
  expect(log.counts()["cache write"]).toMatchObject({ calls: 2, errors: 2 });
});

test("a full disk is no error, and leaves nothing half", (context) => {
  const mount = ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder];
  if (process.geteuid?.() !== 0 || spawnSync("mount", mount).status !== 0) {
    context.skip("no right to mount a small file system");
  }
  try {
    store.save("small", BYTES);
    store.save("large", new Uint8Array(MIB));
    expect(store.load("small")).toEqual(BYTES);
    expect(fs.readdirSync(folder)).toEqual(["small.code"]);
  } finally {
    spawnSync("umount", [folder]);
  }
});

test("what was used least recently goes when there is too much", () => {
  const small = new CodeStore(folder, 10_000, log);
  for (const [i, name] of ["a", "b", "c", "d"].entries()) {
    small.save(name, new Uint8Array(2400).fill(i));
    fs.utimesSync(fileOf(name), 1000 + i, 1000 + i);
  }
  expect(small.load("a")).toBeDefined();
  small.save("e", BYTES);
  small.save("f", BYTES);
  const left = fs.readdirSync(folder).map((name) => name.replace(".code", ""));
  expect(left).toContain("a");
  expect(left).toContain("f");
  expect(left).not.toContain("b");
});

test("what a killed process has left unfinished is removed", () => {
  const old = path.join(folder, "x.99.part");
  const young = path.join(folder, "y.99.part");
  for (const part of [old, young]) fs.writeFileSync(part, "");
  fs.utimesSync(old, 1000, 1000);
  store.save("a", BYTES);
  expect(fs.readdirSync(folder).sort()).toEqual(["a.code", "y.99.part"]);
});

test("processes that save the same name never leave a mixture", { timeout: 60_000 }, async () => {
  const script = `
    import { CodeStore } from ${JSON.stringify(path.join(import.meta.dirname, "code-store.ts"))};
    import { HostLog } from ${JSON.stringify(path.join(import.meta.dirname, "host-log.ts"))};
    const store = new CodeStore(${JSON.stringify(folder)}, 2 ** 30, new HostLog());
    const own = Number(process.argv[1]);
    for (let i = 0; i < 100; i++) {
      store.save("a", new Uint8Array(100_000 + own).fill(own));
      const bytes = store.load("a");
      if (bytes === undefined) throw new Error("damaged");
      if (!bytes.every((b) => b === bytes[0])) throw new Error("mixed");
    }`;
  const args = ["--input-type=module-typescript", "-e", script];
  const children = [1, 2, 3].map((n) => spawn(process.execPath, [...args, `${n}`]));
  const codes = await Promise.all(children.map(async (child) => (await once(child, "close"))[0]));
  expect(codes).toEqual([0, 0, 0]);
  expect(fs.readdirSync(folder)).toEqual(["a.code"]);
});

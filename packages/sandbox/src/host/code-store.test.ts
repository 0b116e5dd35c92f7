import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { ArchiveBytes } from "@kernelet/cpu";
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

/** All that `load` gives; undefined where it gives nothing, or less. */
function loaded(from: CodeStore, name: string): Uint8Array | undefined {
  const archive = from.load(name);
  const bytes = archive?.read(0, archive.size);
  archive?.close();
  return bytes;
}

const fileOf = (name: string): string => path.join(folder, `${name}.code`);

test("what was saved is loaded, by another process's store as well", () => {
  store.save("a", BYTES);
  expect(loaded(store, "a")).toEqual(BYTES);
  expect(loaded(new CodeStore(folder, MIB, new HostLog()), "a")).toEqual(BYTES);
  expect(store.load("b")).toBeUndefined();
  expect(fs.statSync(fileOf("a")).mode & 0o777).toBe(0o600);
});

test.each([1000, 100_000])("pieces of %i bytes", (length) => {
  const bytes = Uint8Array.from({ length }, (_, i) => i % 251);
  store.save("a", bytes);
  const archive = store.load("a") as ArchiveBytes;
  expect(archive.size).toBe(length);
  expect(archive.read(100, 50)).toEqual(bytes.subarray(100, 150));
  expect(archive.read(length - 1, 1)).toEqual(bytes.subarray(-1));
  expect(archive.read(length - 1, 2)).toBeUndefined();
  archive.close();
});

test("an archive that is open stays the one that it was when another takes its place", () => {
  for (const length of [1000, 100_000]) {
    store.save("a", new Uint8Array(length).fill(1));
    const before = store.load("a") as ArchiveBytes;
    store.save("a", new Uint8Array(length).fill(2));
    expect(before.read(0, 3)).toEqual(Uint8Array.of(1, 1, 1));
    expect(loaded(store, "a")?.[0]).toBe(2);
    fs.truncateSync(fileOf("a"), 10);
    expect(before.read(0, 3)).toEqual(Uint8Array.of(1, 1, 1));
    before.close();
  }
});

test("of what is cut while it is open there is no more than is left", () => {
  store.save("a", new Uint8Array(100_000).fill(1));
  const archive = store.load("a") as ArchiveBytes;
  fs.truncateSync(fileOf("a"), 50_000);
  expect(archive.read(0, 50_000)?.length).toBe(50_000);
  expect(archive.read(0, 50_001)).toBeUndefined();
  archive.close();
  expect(archive.read(0, 1)).toBeUndefined();
});

test("however many archives there are, few files are open", () => {
  const open = (): number => fs.readdirSync("/proc/self/fd").length;
  const before = open();
  store.save("a", new Uint8Array(40_000).fill(1));
  const archives = Array.from({ length: 200 }, () => store.load("a") as ArchiveBytes);
  expect(open() - before).toBeLessThan(150);
  for (const archive of archives) {
    expect(archive.read(39_999, 1)).toEqual(Uint8Array.of(1));
    archive.close();
  }
  expect(open()).toBe(before);
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
    expect(loaded(store, "small")).toEqual(BYTES);
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
      const archive = store.load("a");
      const bytes = archive?.read(0, archive.size);
      archive?.close();
      if (bytes === undefined) throw new Error("damaged");
      if (!bytes.every((b) => b === bytes[0])) throw new Error("mixed");
    }`;
  const args = ["--input-type=module-typescript", "-e", script];
  const children = [1, 2, 3].map((n) => spawn(process.execPath, [...args, `${n}`]));
  const codes = await Promise.all(children.map(async (child) => (await once(child, "close"))[0]));
  expect(codes).toEqual([0, 0, 0]);
  expect(fs.readdirSync(folder)).toEqual(["a.code"]);
});

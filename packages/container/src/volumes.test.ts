import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { StoreLock } from "@kernelet/image";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Volumes } from "./volumes.ts";

let root: string;
let users: Record<string, string[]>;
let volumes: Volumes;

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "kernelet-"));
  fs.mkdirSync(path.join(root, "tmp"));
  users = {};
  volumes = open();
});

afterEach(() => {
  fs.rmSync(root, { recursive: true });
});

/** As another process has them. */
function open(): Volumes {
  return new Volumes({
    folder: path.join(root, "volumes"),
    tmp: path.join(root, "tmp"),
    lock: new StoreLock(path.join(root, "lock")),
    users: (name) => users[name] ?? [],
    note: () => {},
  });
}

const names = (): string[] => volumes.list().map(({ name }) => name);

test("one is made once, with its labels, and found again", async () => {
  const made = await volumes.create({ name: "data", labels: { a: "1" } });
  fs.writeFileSync(path.join(made.folder, "kept"), "");
  expect(await open().create({ name: "data", labels: { a: "2" } })).toEqual(made);
  expect(open().find("data")).toMatchObject({ labels: { a: "1" }, isAnonymous: false });
  expect(fs.readdirSync(made.folder)).toEqual(["kept"]);
  expect(fs.readdirSync(path.join(root, "tmp"))).toEqual([]);
});

test("made by several at the same time it is one", async () => {
  const made = await Promise.all([1, 2, 3].map(() => open().create({ name: "data" })));
  expect(new Set(made.map(({ createdMs }) => createdMs)).size).toBe(1);
  expect(names()).toEqual(["data"]);
});

test.each(["", ".", "..", "a/b", "-a"])("'%s' is no name", async (name) => {
  await expect(volumes.create({ name })).rejects.toThrow(/no volume name/);
  expect(() => volumes.find(name)).toThrow(/there is no volume/);
});

test("one of an older version has its name and folder", () => {
  fs.mkdirSync(path.join(root, "volumes/old/_data"), { recursive: true });
  expect(volumes.find("old")).toMatchObject({ name: "old", labels: {}, isAnonymous: false });
});

test("one that is used stays; another goes with what is in it, whatever its modes", async () => {
  const { folder } = await volumes.create({ name: "data" });
  fs.mkdirSync(path.join(folder, "closed/below"), { recursive: true });
  fs.chmodSync(path.join(folder, "closed"), 0);
  users = { data: ["web"] };
  await expect(volumes.remove("data")).rejects.toThrow("volume data is used by: web");
  users = {};
  await volumes.remove("data");
  expect([names(), fs.readdirSync(path.join(root, "tmp"))]).toEqual([[], []]);
  await expect(volumes.remove("data")).rejects.toThrow(/there is no volume 'data'/);
});

test("pruning takes those that are meant and that nobody uses", async () => {
  for (const name of ["a", "b"]) await volumes.create({ name });
  const { name: anonymous } = await volumes.create({});
  users = { a: ["web"] };
  const { removed } = await volumes.prune(({ isAnonymous }) => isAnonymous);
  expect(removed.map(({ name }) => name)).toEqual([anonymous]);
  await volumes.prune(() => true);
  expect(names()).toEqual(["a"]);
});

test("a removal that was cut off does not stand in the way of the next", async () => {
  await volumes.create({ name: "data" });
  fs.mkdirSync(path.join(root, "tmp/volume-data/left"), { recursive: true });
  await volumes.remove("data");
  expect(names()).toEqual([]);
});

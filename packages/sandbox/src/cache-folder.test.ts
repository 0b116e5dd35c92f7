import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cacheFolderOf, openCacheFolder } from "./cache-folder.ts";

let home: string;

beforeEach(() => {
  home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "cache-folder-")));
});

afterEach(() => fs.rmSync(home, { recursive: true }));

test.each([
  { env: { XDG_CACHE_HOME: "/x", HOME: "/h" }, folder: "/x/kernelet" },
  { env: { XDG_CACHE_HOME: "", HOME: "/h" }, folder: "/h/.cache/kernelet" },
  { env: { XDG_CACHE_HOME: "relative", HOME: "/h" }, folder: "/h/.cache/kernelet" },
  { env: { HOME: "" }, folder: undefined },
  { env: {}, folder: undefined },
])("$env has its cache in $folder", ({ env, folder }) => {
  expect(cacheFolderOf(env)).toBe(folder);
});

test("the folder is made, for its owner alone", () => {
  const folder = openCacheFolder({ HOME: home });
  expect(folder).toBe(path.join(home, ".cache/kernelet"));
  expect(fs.statSync(folder as string).mode & 0o777).toBe(0o700);
});

test("a folder that others may write to is not used", () => {
  const folder = openCacheFolder({ HOME: home }) as string;
  fs.chmodSync(folder, 0o770);
  expect(openCacheFolder({ HOME: home })).toBeUndefined();
});

test("a folder of somebody else's is not used", (context) => {
  if (process.geteuid?.() !== 0) context.skip("only root can give files away");
  fs.chownSync(openCacheFolder({ HOME: home }) as string, 65534, 65534);
  expect(openCacheFolder({ HOME: home })).toBeUndefined();
});

test("no folder where none can be made", () => {
  fs.writeFileSync(path.join(home, "file"), "");
  expect(openCacheFolder({ HOME: path.join(home, "file") })).toBeUndefined();
});

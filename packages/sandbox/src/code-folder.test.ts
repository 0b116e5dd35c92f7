import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hashSources, openCodeFolder } from "./code-folder.ts";

let root: string;

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "code-folder-"));
  fs.mkdirSync(path.join(root, "cpu/src/isa"), { recursive: true });
  fs.writeFileSync(path.join(root, "cpu/src/isa/row.ts"), "1");
});

afterEach(() => fs.rmSync(root, { recursive: true }));

const source = (name: string): string => path.join(root, "cpu/src", name);

test("any change of the processor's sources is another version; a test's is not", () => {
  const hash = (): string => hashSources(path.join(root, "cpu/src"));
  const before = hash();
  fs.writeFileSync(source("isa/row.test.ts"), "1");
  expect(hash()).toBe(before);
  fs.writeFileSync(source("isa/row.ts"), "2");
  const changed = hash();
  expect(changed).not.toBe(before);
  fs.writeFileSync(source("new.ts"), "");
  expect(hash()).not.toBe(changed);
});

test("the sources beside the process's main module say which folder it is", () => {
  const main = path.join(root, "sandbox/src/main.ts");
  const cache = path.join(root, "cache");
  const first = openCodeFolder(cache, main) as string;
  expect(fs.statSync(first).isDirectory()).toBe(true);
  expect(openCodeFolder(cache, main)).toBe(first);
  fs.writeFileSync(source("isa/row.ts"), "2");
  expect(openCodeFolder(cache, main)).not.toBe(first);
});

test("of other versions the two used last are kept", () => {
  const cache = path.join(root, "cache");
  for (const [i, name] of ["v1", "v2", "v3"].entries()) {
    const folder = path.join(cache, "code", name);
    fs.mkdirSync(folder, { recursive: true });
    fs.utimesSync(folder, 1000 + i, 1000 + i);
  }
  const own = path.basename(
    openCodeFolder(cache, path.join(root, "sandbox/src/main.ts")) as string,
  );
  expect(fs.readdirSync(path.join(cache, "code")).sort()).toEqual([own, "v2", "v3"].sort());
});

test("where nothing can be made there is no folder", () => {
  fs.writeFileSync(path.join(root, "cache"), "");
  const main = path.join(root, "sandbox/src/main.ts");
  expect(openCodeFolder(path.join(root, "cache"), main)).toBeUndefined();
});

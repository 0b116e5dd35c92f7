import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { EINVAL, ENOENT, ENOTDIR, EROFS, isErrno } from "@kernelet/abi";
import type { HostFolder } from "@kernelet/kernel";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HostLog } from "./host-log.ts";
import { NodeFile } from "./node-file.ts";
import { NodeFolder } from "./node-folder.ts";
import { openGrant } from "./open-grant.ts";

let base: string;
let file: string;

beforeEach(() => {
  base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "kernelet-")));
  file = path.join(base, "file");
  fs.writeFileSync(file, "hello");
});

afterEach(() => {
  fs.rmSync(base, { recursive: true });
});

function opened(writable = true): NodeFile {
  const made = NodeFile.open(file, writable, new HostLog());
  if (isErrno(made)) throw new Error(`errno ${made}`);
  return made;
}

function text(folder: HostFolder): string {
  const handle = folder.open("", false);
  const bytes = Buffer.alloc(100);
  const n = fs.readSync(handle, bytes, 0, 100, 0);
  fs.closeSync(handle);
  return bytes.toString("utf8", 0, n);
}

test("a grant is what is there: a folder, a file, or nothing that can be shown", () => {
  const kindOf = (name: string) =>
    openGrant({ path: path.join(base, name), writable: true }, false, new HostLog());
  fs.symlinkSync("file", path.join(base, "link"));
  expect(kindOf("file")).toBeInstanceOf(NodeFile);
  expect(kindOf(".")).toBeInstanceOf(NodeFolder);
  expect([kindOf("none"), kindOf("link")]).toEqual([ENOENT, EINVAL]);
});

test.runIf(process.platform === "linux")("the file stays the one it was at the start", () => {
  const granted = opened();
  fs.writeFileSync(path.join(base, "other"), "replaced");
  fs.renameSync(path.join(base, "other"), file);
  expect(text(granted)).toBe("hello");
  expect(granted.lstat("")).toMatchObject({ size: 5, nlink: 0 });
  granted.close();
});

test("what is changed is changed at the host", () => {
  const granted = opened();
  const handle = granted.open("", true);
  fs.writeSync(handle, "HE", 0);
  fs.closeSync(handle);
  expect(fs.readFileSync(file, "utf8")).toBe("HEllo");
  expect(granted.chmod("", 0o640)).toBe(0);
  expect(granted.utimes("", 1000, 2000)).toBe(0);
  expect(fs.statSync(file)).toMatchObject({ mode: 0o100640, mtimeMs: 2000 });
  granted.close();
});

test("one that is only to be read is", () => {
  const granted = opened(false);
  expect([granted.open("", true), granted.chmod("", 0)]).toEqual([EROFS, EROFS]);
  expect(text(granted)).toBe("hello");
  granted.close();
});

test("nothing is below it", () => {
  const granted = opened();
  const calls = [
    granted.lstat("x"),
    granted.open("x", false),
    granted.chmod("x", 0),
    granted.create(),
  ];
  expect([...calls, granted.readdir(), granted.unlink()]).toEqual(
    calls.concat(0, 0).map(() => ENOTDIR),
  );
  granted.close();
});

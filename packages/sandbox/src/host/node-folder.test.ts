import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  EACCES,
  EEXIST,
  EINVAL,
  ELOOP,
  ENOENT,
  ENOTDIR,
  EOPNOTSUPP,
  EROFS,
  isErrno,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
} from "@kernelet/abi";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HostLog } from "./host-log.ts";
import { NodeFolder } from "./node-folder.ts";

let base: string;
let log: HostLog;
let folder: NodeFolder;

/** base/inside is granted; base/outside/secret must stay out of reach. */
beforeEach(() => {
  base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "kernelet-")));
  fs.mkdirSync(path.join(base, "inside/dir/deep"), { recursive: true });
  fs.mkdirSync(path.join(base, "outside"));
  fs.writeFileSync(path.join(base, "outside/secret"), "secret");
  fs.writeFileSync(path.join(base, "inside/file"), "hello");
  fs.writeFileSync(path.join(base, "inside/dir/deep/file"), "deep");
  fs.symlinkSync(path.join(base, "outside"), path.join(base, "inside/way-out"));
  fs.symlinkSync(path.join(base, "outside/secret"), path.join(base, "inside/link"));
  log = new HostLog();
  folder = new NodeFolder(path.join(base, "inside"), { writable: true, isStatic: false }, log);
});

afterEach(() => {
  folder.close();
  fs.rmSync(base, { recursive: true });
});

function text(handle: number): string {
  const bytes = new Uint8Array(100);
  const n = fs.readSync(handle, bytes, 0, 100, 0);
  fs.closeSync(handle);
  return new TextDecoder().decode(bytes.subarray(0, n));
}

test("reads what is there", () => {
  expect(folder.lstat("file")).toMatchObject({ size: 5 });
  expect(folder.lstat("nothing")).toBe(ENOENT);
  expect(folder.lstat("file/below")).toBe(ENOTDIR);
  expect(text(folder.open("dir/deep/file", false))).toBe("deep");
  const names = folder.readdir("");
  expect(isErrno(names) ? [] : names.map((entry) => entry.name).sort()).toEqual([
    "dir",
    "file",
    "link",
    "way-out",
  ]);
});

test("links are read, never followed", () => {
  const stat = folder.lstat("link");
  expect(isErrno(stat) ? 0 : stat.mode & S_IFMT).toBe(S_IFLNK);
  expect(folder.readlink("link")).toBe(path.join(base, "outside/secret"));
  expect(folder.open("link", false)).toBe(ELOOP);
  expect(folder.open("way-out/secret", false)).toBe(ENOTDIR);
  expect(folder.lstat("way-out/secret")).toBe(ENOTDIR);
  expect(folder.readdir("way-out")).toBe(ENOTDIR);
  expect(folder.unlink("way-out/secret")).toBe(ENOTDIR);
  expect(folder.create("way-out/new", 0o644)).toBe(ENOTDIR);
  expect(fs.existsSync(path.join(base, "outside/new"))).toBe(false);
});

test("a directory that becomes a link while it is known leads nowhere", () => {
  expect(text(folder.open("dir/deep/file", false))).toBe("deep");
  fs.renameSync(path.join(base, "inside/dir"), path.join(base, "inside/old"));
  fs.symlinkSync(path.join(base, "outside"), path.join(base, "inside/dir"));
  fs.mkdirSync(path.join(base, "outside/deep"));
  fs.writeFileSync(path.join(base, "outside/deep/file"), "secret");
  expect(isErrno(folder.open("dir/deep/file", false))).toBe(true);
  expect(folder.open("dir/secret", false)).toBe(ENOTDIR);
  expect(text(folder.open("old/deep/file", false))).toBe("deep");
});

test("names that are no UTF-8 go both ways", () => {
  fs.writeFileSync(Buffer.from(`${base}/inside/\xff\xfe`, "latin1"), "odd");
  const names = folder.readdir("");
  const odd = isErrno(names) ? undefined : names.find((entry) => !entry.name.isWellFormed());
  expect(odd?.name).toBe("\udcff\udcfe");
  expect(text(folder.open("\udcff\udcfe", false))).toBe("odd");
});

test("makes, renames and removes", () => {
  const handle = folder.create("new", 0o640);
  expect(handle).toBeGreaterThanOrEqual(0);
  fs.closeSync(handle);
  expect(folder.create("new", 0o640)).toBe(EEXIST);
  const stat = folder.lstat("new");
  expect(isErrno(stat) ? 0 : stat.mode & S_IFMT).toBe(S_IFREG);
  expect(folder.rename("new", "dir/deep/moved")).toBe(0);
  expect(folder.link("dir/deep/moved", "again")).toBe(0);
  expect(folder.lstat("again")).toMatchObject({ nlink: 2 });
  expect(folder.utimes("again", 1500, 2500.5)).toBe(0);
  expect(folder.lstat("again")).toMatchObject({ atimeSec: 1, mtimeSec: 2, mtimeNsec: 500_500_000 });
  expect(folder.chmod("again", 0o600)).toBe(0);
  const changed = folder.lstat("again");
  expect(isErrno(changed) ? 0 : changed.mode & 0o777).toBe(0o600);
  expect(folder.chmod("link", 0o600)).toBe(EOPNOTSUPP);
  expect(folder.unlink("again")).toBe(0);
  expect(folder.mkdir("d", 0o755)).toBe(0);
  expect(folder.rmdir("d")).toBe(0);
  expect(folder.rmdir("")).toBe(EINVAL);
});

test("opens nothing but regular files", () => {
  expect(folder.open("dir", false)).toBe(EACCES);
});

test("a read-only folder takes no writes", () => {
  const readOnly = new NodeFolder(
    path.join(base, "inside"),
    { writable: false, isStatic: true },
    log,
  );
  expect(readOnly.open("file", true)).toBe(EROFS);
  expect(readOnly.create("x", 0o644)).toBe(EROFS);
  expect(readOnly.rename("file", "x")).toBe(EROFS);
  expect(readOnly.unlink("file")).toBe(EROFS);
  expect(text(readOnly.open("file", false))).toBe("hello");
  readOnly.close();
});

test("counts calls, errors and files", () => {
  folder.lstat("file");
  folder.lstat("nothing");
  fs.closeSync(folder.open("file", false));
  expect(log.counts()).toEqual({
    lstat: { calls: 2, errors: 1, bytes: 0 },
    open: { calls: 1, errors: 0, bytes: 0 },
  });
  expect(log.openedNames()).toEqual([path.join(base, "inside/file")]);
});

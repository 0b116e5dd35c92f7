import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { END_OF_ARCHIVE, encodeEntry, encodeLink } from "@kernelet/image/tar";
import { afterEach, beforeEach, expect, test } from "vitest";
import { seedFolder } from "./seed-volume.ts";

let base: string;
let folder: string;
let layer: string;

const owner = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };

function entry(name: string, mode: number, content = "", target: string | null = null): Buffer {
  const size = content.length;
  const { head, tail } = encodeEntry({
    ...{ path: Buffer.from(name), mode, ...owner, mtimeSec: 1000, mtimeNsec: 0, rdev: 0 },
    ...{ target: target === null ? null : Buffer.from(target), xattrs: [], size },
    segments: size > 0 ? [{ off: 0, len: size }] : [],
  });
  return Buffer.concat([head, Buffer.from(content), tail]);
}

beforeEach(() => {
  base = fs.mkdtempSync(path.join(os.tmpdir(), "kernelet-"));
  folder = path.join(base, "data");
  layer = path.join(base, "layer.tar");
  fs.mkdirSync(folder);
  const parts = [
    ...[entry("srv", 0o40755), entry("srv/www", 0o41770), entry("srv/www/a", 0o104755, "text")],
    ...[encodeLink(Buffer.from("srv/www/b"), Buffer.from("srv/www/a"))],
    ...[entry("srv/www/closed", 0o40500), entry("srv/www/closed/in", 0o100400, "inner")],
    ...[entry("srv/www/out", 0o120777, "", "/etc/passwd"), entry("srv/www/fifo", 0o10600)],
    END_OF_ARCHIVE,
  ];
  fs.writeFileSync(layer, Buffer.concat(parts));
});

afterEach(() => {
  fs.chmodSync(path.join(folder), 0o700);
  fs.rmSync(base, { recursive: true, force: true });
});

test("what the image has there is there, with its modes and times, and without setuid bits", () => {
  expect(seedFolder(folder, [layer], "/srv/www")).toBe(true);
  expect(fs.readdirSync(folder).sort()).toEqual(["a", "b", "closed", "out"]);
  const stat = (name: string) => fs.lstatSync(path.join(folder, name));
  expect(stat("a")).toMatchObject({
    mode: 0o100755,
    nlink: 2,
    mtimeMs: 1_000_000,
    ino: stat("b").ino,
  });
  expect(stat("closed")).toMatchObject({ mode: 0o40500, mtimeMs: 1_000_000 });
  expect(fs.readFileSync(path.join(folder, "closed/in"), "utf8")).toBe("inner");
  expect(fs.readlinkSync(path.join(folder, "out"))).toBe("/etc/passwd");
  expect(fs.statSync(folder).mode & 0o7777).toBe(0o1770);
});

test.each(["/nothing", "/srv/www/a", "/srv/www/out"])(
  "of %s there is nothing to put in",
  (target) => {
    expect(seedFolder(folder, [layer], target)).toBe(false);
    expect(fs.readdirSync(folder)).toEqual([]);
  },
);

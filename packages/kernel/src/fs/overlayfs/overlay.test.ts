import { ENOENT, ENOTEMPTY, isErrno, O_RDONLY, O_RDWR, RENAME_EXCHANGE } from "@kernelet/abi";
import { expect, test } from "vitest";
import type { Task } from "../../kernel/task.ts";
import { checked, contents, type TestFs, testFs } from "../../testing/test-fs.ts";
import { Hostfs } from "../hostfs/hostfs.ts";
import type { Inode } from "../inode.ts";
import {
  createNode,
  makeDirectory,
  makeLink,
  makeSymlink,
  removeDirectory,
  removeName,
  renameName,
} from "../namei.ts";
import { lookupChild, walkPath } from "../path-walk.ts";
import { OverlayFs } from "./overlay.ts";

const LOWER = {
  etc: { passwd: "root", group: "wheel" },
  bin: { to: "usr/bin" },
  dir: { a: { b: "1" } },
};

/** The task plays no part where nothing blocks. */
const NO_TASK = null as unknown as Task;

function setUp(): TestFs {
  return testFs({}, (vfs, host) => {
    const upperLayer = new Hostfs(vfs, host, host.folder({ etc: { hosts: "localhost" } }), {
      isStatic: true,
    });
    const lowerLayer = new Hostfs(vfs, host, host.folder(LOWER), { isStatic: true });
    return new OverlayFs(vfs, [upperLayer.root.inode as Inode, lowerLayer.root.inode as Inode]);
  });
}

function at({ walker, root }: TestFs, path: string): Inode {
  return checked(walkPath(walker, root, path, 0)).inode;
}

function names(inode: Inode): string[] {
  const entries = inode.readdir();
  if (isErrno(entries)) throw new Error(`errno ${entries}`);
  return entries.map((e) => e.name).sort();
}

test("directories of the layers are merged, files come from the uppermost", () => {
  const t = setUp();
  expect(names(at(t, "etc"))).toEqual(["group", "hosts", "passwd"]);
  expect(names(t.root.inode)).toEqual(["bin", "dir", "etc"]);
  expect(contents(at(t, "etc/passwd"))).toBe("root");
  expect(at(t, "bin").readlink(t.walker)).toBe("usr/bin");
});

test("opening for writing copies up, and the number stays", () => {
  const t = setUp();
  const path = checked(walkPath(t.walker, t.root, "etc/passwd", 0));
  const { inode } = path;
  const before = inode.ino;
  const pages = inode.pages;
  inode.open(NO_TASK, path, O_RDONLY);
  expect(inode.pages).toBe(pages);
  const file = inode.open(NO_TASK, path, O_RDWR);
  expect(typeof file).toBe("object");
  expect(inode.pages).not.toBe(pages);
  inode.pages?.write(0, new TextEncoder().encode("ROOT"));
  expect(contents(at(t, "etc/passwd"))).toBe("ROOT");
  expect(at(t, "etc/passwd").ino).toBe(before);
});

test("a removed lower name stays away and can be made anew", () => {
  const t = setUp();
  expect(removeName(t.walker, t.root, "etc/passwd")).toBe(0);
  expect(walkPath(t.walker, t.root, "etc/passwd", 0)).toBe(ENOENT);
  expect(names(at(t, "etc"))).toEqual(["group", "hosts"]);
  const etc = checked(walkPath(t.walker, t.root, "etc", 0));
  checked(createNode(t.walker, etc, "passwd", 0o100644, 0));
  expect(contents(at(t, "etc/passwd"))).toBe("");
  expect(removeName(t.walker, t.root, "etc/passwd")).toBe(0);
  expect(walkPath(t.walker, t.root, "etc/passwd", 0)).toBe(ENOENT);
});

test("a directory that is made again over a removed one is empty", () => {
  const t = setUp();
  expect(removeDirectory(t.walker, t.root, "dir")).toBe(ENOTEMPTY);
  expect(removeName(t.walker, t.root, "dir/a/b")).toBe(0);
  expect(removeDirectory(t.walker, t.root, "dir/a")).toBe(0);
  expect(removeDirectory(t.walker, t.root, "dir")).toBe(0);
  expect(makeDirectory(t.walker, t.root, "dir", 0o755)).toBe(0);
  expect(names(at(t, "dir"))).toEqual([]);
});

test("directories of lower layers can be renamed with all that is in them", () => {
  const t = setUp();
  expect(renameName(t.walker, t.root, "dir", t.root, "moved", 0)).toBe(0);
  expect(contents(at(t, "moved/a/b"))).toBe("1");
  expect(walkPath(t.walker, t.root, "dir", 0)).toBe(ENOENT);
  expect(names(t.root.inode)).toEqual(["bin", "etc", "moved"]);
  expect(renameName(t.walker, t.root, "moved", t.root, "etc", RENAME_EXCHANGE)).toBe(0);
  expect(contents(at(t, "etc/a/b"))).toBe("1");
  expect(contents(at(t, "moved/hosts"))).toBe("localhost");
});

test("a hard link made here shares contents after copy-up", () => {
  const t = setUp();
  const old = checked(walkPath(t.walker, t.root, "etc/group", 0));
  expect(makeLink(t.walker, old, t.root, "again")).toBe(0);
  old.inode.open(NO_TASK, old, O_RDWR);
  old.inode.pages?.write(0, new TextEncoder().encode("WHEEL"));
  expect(contents(at(t, "again"))).toBe("WHEEL");
  expect(at(t, "again").nlink).toBe(2);
  expect(removeName(t.walker, t.root, "etc/group")).toBe(0);
  expect(at(t, "again").nlink).toBe(1);
  expect(makeSymlink(t.walker, "x", t.root, "link")).toBe(0);
  expect(at(t, "link").readlink(t.walker)).toBe("x");
});

test("truncation brings nothing up that is cut off", () => {
  const t = setUp();
  expect(at(t, "etc/passwd").setattr({ size: 2 })).toBe(0);
  expect(contents(at(t, "etc/passwd"))).toBe("ro");
});

test("lookups of one name give one dentry", () => {
  const t = setUp();
  expect(lookupChild(t.root, "etc")).toBe(lookupChild(t.root, "etc"));
});

import { isErrno, O_RDONLY, O_RDWR } from "@kernelet/abi";
import { expect, test } from "vitest";
import type { Task } from "../kernel/task.ts";
import { checked, contents, type TestFs, testFs } from "../testing/test-fs.ts";
import { FsContext } from "./fs-context.ts";
import { Hostfs } from "./hostfs/hostfs.ts";
import type { Inode } from "./inode.ts";
import { makeDirectory, removeName, renameName } from "./namei.ts";
import { OverlayFs } from "./overlayfs/overlay.ts";
import type { Path } from "./path.ts";
import { walkPath } from "./path-walk.ts";

const NO_TASK = null as unknown as Task;
const TREE = { dir: { sub: { a: "one", b: "two" }, c: "three" }, link: { to: "dir/c" }, e: "four" };

function setUp(): TestFs {
  return testFs({}, (vfs, host) => {
    const layer = new Hostfs(vfs, host, host.folder(TREE), { isStatic: true });
    return new OverlayFs(vfs, [layer.root.inode as Inode]);
  });
}

function walk(t: TestFs, path: string): Path {
  return checked(walkPath(t.walker, t.root, path, 0));
}

/** Forgets what it can: a directory goes in the round after what is in it. */
function shrink({ vfs }: TestFs): number {
  for (let i = 0; i < 4; i++) vfs.dentries.shrink(0);
  return vfs.dentries.size;
}

test("names nobody uses are forgotten, directories after what is in them, and found again", () => {
  const t = setUp();
  const before = ["dir/sub/a", "dir/sub/b", "dir/c", "link"].map((name) => ({
    name,
    at: walk(t, name),
  }));
  expect(t.vfs.dentries.size).toBe(6);
  expect(shrink(t)).toBe(0);
  expect([...t.root.dentry.children]).toEqual([]);
  for (const path of before) {
    const again = walk(t, path.name);
    expect(again.dentry).not.toBe(path.at.dentry);
    expect(again.inode.ino).toBe(path.at.inode.ino);
  }
});

test("a name walked through since the last look outlives one that was not", () => {
  const t = setUp();
  walk(t, "link");
  walk(t, "e");
  walk(t, "link");
  t.vfs.dentries.shrink(1);
  expect([...t.root.dentry.children].map(({ name }) => name)).toEqual(["link"]);
});

test("open files, working directories and what leads to them stay", () => {
  const t = setUp();
  const open = walk(t, "dir/sub/a");
  const file = open.inode.open(NO_TASK, open, O_RDONLY);
  if (typeof file === "number") throw new Error(`errno ${file}`);
  file.addRef();
  const cwd = walk(t, "dir");
  const context = new FsContext(t.fs.namespace, t.root, cwd);
  walk(t, "dir/sub/b");
  expect(shrink(t)).toBe(3);
  expect(walk(t, "dir/sub/a").dentry).toBe(open.dentry);
  file.removeRef();
  expect(shrink(t)).toBe(1);
  expect(walk(t, "dir").dentry).toBe(cwd.dentry);
  context.release();
  expect(shrink(t)).toBe(0);
});

test("what was changed stays: contents, attributes, new and removed names", () => {
  const t = setUp();
  const written = walk(t, "dir/c");
  const file = written.inode.open(NO_TASK, written, O_RDWR);
  if (typeof file === "number") throw new Error(`errno ${file}`);
  written.inode.pages?.write(0, new TextEncoder().encode("THREE"));
  checked(walk(t, "e").inode.setattr({ mode: 0o600 }));
  const sub = walk(t, "dir/sub");
  checked(removeName(t.walker, sub, "b"));
  checked(makeDirectory(t.walker, sub, "n", 0o755));
  shrink(t);
  expect(contents(walk(t, "dir/c").inode)).toBe("THREE");
  expect(walk(t, "e").inode.mode & 0o777).toBe(0o600);
  expect(isErrno(walkPath(t.walker, t.root, "dir/sub/b", 0))).toBe(true);
  expect(walk(t, "dir/sub/n").inode.isDirectory).toBe(true);
  expect(contents(walk(t, "dir/sub/a").inode)).toBe("one");
});

test("a renamed directory keeps its new name, and what the layer has in it", () => {
  const t = setUp();
  checked(renameName(t.walker, t.root, "dir/sub", t.root, "moved", 0));
  walk(t, "moved/a");
  shrink(t);
  expect(contents(walk(t, "moved/a").inode)).toBe("one");
  expect(isErrno(walkPath(t.walker, t.root, "dir/sub", 0))).toBe(true);
});

test("all names of a file lead to one inode, also when one of them was forgotten", () => {
  const t = testFs({}, (vfs, host) => {
    const folder = host.folder({ a: "x" }, true);
    folder.link("a", "b");
    return new OverlayFs(vfs, [
      new Hostfs(vfs, host, folder, { isStatic: true }).root.inode as Inode,
    ]);
  });
  const a = walk(t, "a");
  walk(t, "b");
  expect(walk(t, "b").inode).toBe(a.inode);
  t.vfs.dentries.shrink(1);
  expect([...t.root.dentry.children].map(({ name }) => name)).toEqual(["b"]);
  expect(walk(t, "a").inode).toBe(a.inode);
  expect(shrink(t)).toBe(0);
  expect(walk(t, "a").inode).not.toBe(a.inode);
  expect(walk(t, "b").inode).toBe(walk(t, "a").inode);
});

test("a volume forgets inodes, and not those that are open", () => {
  const t = testFs(
    {},
    (vfs, host) => new Hostfs(vfs, host, host.folder(TREE, true), { isStatic: false }),
  );
  const open = walk(t, "dir/sub/a");
  const file = open.inode.open(NO_TASK, open, O_RDONLY);
  if (typeof file === "number") throw new Error(`errno ${file}`);
  file.addRef();
  walk(t, "dir/c");
  walk(t, "e");
  const hostfs = t.root.dentry.superblock as Hostfs;
  expect(hostfs.cachedInodes).toBe(5);
  hostfs.shrink();
  expect(hostfs.cachedInodes).toBe(3);
  expect(walk(t, "dir/sub/a").inode).toBe(open.inode);
});

import {
  EACCES,
  EBUSY,
  EEXIST,
  EINVAL,
  EISDIR,
  ENOENT,
  ENOTDIR,
  ENOTEMPTY,
  EPERM,
  EROFS,
  type Errno,
  EXDEV,
  MS_RDONLY,
  RENAME_EXCHANGE,
  RENAME_NOREPLACE,
  S_IFIFO,
  S_ISGID,
  S_ISVTX,
} from "@kernelet/abi";
import { expect, test } from "vitest";
import { Credentials } from "../kernel/credentials.ts";
import { checked, contents, fill, type TestFs, testFs } from "../testing/test-fs.ts";
import type { Inode } from "./inode.ts";
import {
  makeDirectory,
  makeLink,
  makeNode,
  removeDirectory,
  removeName,
  renameName,
} from "./namei.ts";
import { walkPath } from "./path-walk.ts";
import { Tmpfs } from "./tmpfs/tmpfs.ts";
import type { Walker } from "./walker.ts";

const TREE = { f: "file", d: { x: "x" }, e: {}, l: { to: "f" }, mnt: {} };

function setUp(): TestFs & { user: Walker } {
  const t = testFs(TREE);
  const other = new Tmpfs(t.vfs, { mode: 0o777 });
  fill(other.root.inode as Inode, { o: "other" });
  t.vfs.newMount(other.root, "other", 0).attach(checked(walkPath(t.walker, t.root, "mnt", 0)));
  return { ...t, user: { fs: t.fs, credentials: Credentials.user(1000, 1000) } };
}

type Call = (t: ReturnType<typeof setUp>) => 0 | Errno;

const rename =
  (from: string, to: string, flags = 0): Call =>
  ({ walker, root }) =>
    renameName(walker, root, from, root, to, flags);

test.each<[title: string, call: Call, want: 0 | Errno]>([
  ["rename of nothing", rename("none", "z"), ENOENT],
  ["rename to itself", rename("f", "f"), 0],
  ["rename of a file over a directory", rename("f", "e"), EISDIR],
  ["rename of a directory over a file", rename("d", "f"), ENOTDIR],
  ["rename over a full directory", rename("e", "d"), ENOTEMPTY],
  ["rename over an empty directory", rename("d", "e"), 0],
  ["rename into itself", rename("d", "d/y"), EINVAL],
  ["rename over one's parent", rename("d/x", "d"), ENOTEMPTY],
  ["rename with a slash of a file", rename("f", "g/"), ENOTDIR],
  ["rename with a slash of a directory", rename("d", "g/"), 0],
  ["rename of .", rename(".", "g"), EBUSY],
  ["rename across mounts", rename("f", "mnt/f"), EXDEV],
  ["rename of a mount point", rename("mnt", "g"), EBUSY],
  ["rename without replacing", rename("f", "l", RENAME_NOREPLACE), EEXIST],
  ["exchange with nothing", rename("f", "z", RENAME_EXCHANGE), ENOENT],
  ["exchange", rename("f", "d", RENAME_EXCHANGE), 0],
  ["two flags", rename("f", "d", RENAME_EXCHANGE | RENAME_NOREPLACE), EINVAL],
  ["unlink of a directory", ({ walker, root }) => removeName(walker, root, "d"), EISDIR],
  ["unlink with a slash", ({ walker, root }) => removeName(walker, root, "f/"), ENOTDIR],
  ["unlink of .", ({ walker, root }) => removeName(walker, root, "d/."), EISDIR],
  ["rmdir of a file", ({ walker, root }) => removeDirectory(walker, root, "f"), ENOTDIR],
  ["rmdir of .", ({ walker, root }) => removeDirectory(walker, root, "d/."), EINVAL],
  ["rmdir of ..", ({ walker, root }) => removeDirectory(walker, root, "d/.."), ENOTEMPTY],
  ["rmdir of a mount point", ({ walker, root }) => removeDirectory(walker, root, "mnt"), EBUSY],
  ["mkdir over a link", ({ walker, root }) => makeDirectory(walker, root, "l", 0o755), EEXIST],
  ["mkdir of /", ({ walker, root }) => makeDirectory(walker, root, "/", 0o755), EEXIST],
  ["mkdir without permission", ({ user, root }) => makeDirectory(user, root, "z", 0o755), EACCES],
  ["unlink without permission", ({ user, root }) => removeName(user, root, "f"), EACCES],
])("%s", (_title, call, want) => {
  expect(call(setUp())).toBe(want);
});

test("nothing changes on a read-only mount", () => {
  const t = setUp();
  t.root.mount.flags |= MS_RDONLY;
  expect(makeDirectory(t.walker, t.root, "z", 0o755)).toBe(EROFS);
  expect(makeDirectory(t.walker, t.root, "d", 0o755)).toBe(EEXIST);
  expect(removeName(t.walker, t.root, "f")).toBe(EROFS);
  expect(rename("f", "g")(t)).toBe(EROFS);
});

test("in a sticky directory only the owner removes", () => {
  const t = setUp();
  const d = checked(walkPath(t.walker, t.root, "d", 0));
  d.inode.mode |= S_ISVTX | 0o777;
  expect(removeName(t.user, t.root, "d/x")).toBe(EPERM);
  d.inode.mode &= ~S_ISVTX;
  expect(removeName(t.user, t.root, "d/x")).toBe(0);
});

test("a set-group-ID directory gives its group, and directories inherit the bit", () => {
  const t = setUp();
  const d = checked(walkPath(t.walker, t.root, "d", 0));
  d.inode.mode |= S_ISGID | 0o777;
  d.inode.gid = 50;
  expect(makeDirectory(t.user, t.root, "d/sub", 0o777)).toBe(0);
  const sub = checked(walkPath(t.walker, t.root, "d/sub", 0)).inode;
  expect([sub.uid, sub.gid, sub.mode & 0o7777]).toEqual([1000, 50, S_ISGID | 0o755]);
});

test("nodes obey the umask, and a link counts", () => {
  const t = setUp();
  t.fs.umask = 0o077;
  const fifo = checked(makeNode(t.walker, t.root, "p", S_IFIFO | 0o666, 0));
  expect(fifo.inode.mode).toBe(S_IFIFO | 0o600);
  const f = checked(walkPath(t.walker, t.root, "f", 0));
  expect(makeLink(t.walker, f, t.root, "d/again")).toBe(0);
  expect(f.inode.nlink).toBe(2);
  expect(makeLink(t.walker, checked(walkPath(t.walker, t.root, "d", 0)), t.root, "dd")).toBe(EPERM);
  expect(removeName(t.walker, t.root, "f")).toBe(0);
  expect(contents(checked(walkPath(t.walker, t.root, "d/again", 0)).inode)).toBe("file");
});

test("the pages of a file go with its last name, if nobody has it open", () => {
  const t = setUp();
  const before = t.vfs.memory.usedPages;
  expect(removeName(t.walker, t.root, "f")).toBe(0);
  expect(t.vfs.memory.usedPages).toBe(before - 1);
});

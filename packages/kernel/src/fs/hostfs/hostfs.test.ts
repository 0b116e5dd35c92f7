import { EEXIST, ENOENT, ENOSPC, isErrno, O_RDONLY, O_RDWR, S_IFMT } from "@kernelet/abi";
import { expect, test } from "vitest";
import type { Task } from "../../kernel/task.ts";
import type { MemoryFolder } from "../../testing/memory-host.ts";
import { checked, contents, type TestFs, testFs } from "../../testing/test-fs.ts";
import type { FileDescription } from "../file-description.ts";
import { createNode, makeDirectory, removeName, renameName } from "../namei.ts";
import { LOOKUP_FOLLOW, walkPath } from "../path-walk.ts";
import { Hostfs } from "./hostfs.ts";

const TREE = { a: { b: "bee" }, out: { to: "/etc/passwd" }, up: { to: "../../../a/b" }, f: "file" };
const NO_TASK = null as unknown as Task;

function setUp(isStatic: boolean, writable = false): TestFs & { folder: MemoryFolder } {
  let folder: MemoryFolder | undefined;
  const t = testFs({}, (vfs, host) => {
    folder = host.folder(TREE, writable);
    return new Hostfs(vfs, host, folder, { isStatic });
  });
  return { ...t, folder: folder as MemoryFolder };
}

function opened(t: TestFs, path: string, flags: number): FileDescription {
  const at = checked(walkPath(t.walker, t.root, path, LOOKUP_FOLLOW));
  const file = at.inode.open(NO_TASK, at, flags);
  if (typeof file === "number") throw new Error(`errno ${file}`);
  return file.addRef();
}

test("links are followed inside the folder, never at the host", () => {
  const t = setUp(true);
  expect(walkPath(t.walker, t.root, "out", LOOKUP_FOLLOW)).toBe(ENOENT);
  expect(contents(checked(walkPath(t.walker, t.root, "up", LOOKUP_FOLLOW)).inode)).toBe("bee");
});

test("a static folder is asked once for each name, and for misses by its list", () => {
  const t = setUp(true);
  for (let i = 0; i < 5; i++) checked(walkPath(t.walker, t.root, "a/b", 0));
  expect(t.folder.asked.filter((path) => path === "a/b")).toEqual(["a/b"]);
  for (const name of ["x", "y", "z", "x"]) expect(walkPath(t.walker, t.root, name, 0)).toBe(ENOENT);
  expect(t.folder.asked).not.toContain("z");
});

test("reading a static directory looks at no file, and tells the numbers that a look gives", () => {
  const t = setUp(true);
  const entries = checked(t.root.inode.readdir());
  expect(t.folder.asked.filter((path) => path !== "")).toEqual([]);
  expect(entries.map(({ name }) => name).sort()).toEqual(Object.keys(TREE).sort());
  for (const { name, ino, type } of entries) {
    const { inode } = checked(walkPath(t.walker, t.root, name, 0));
    expect({ name, ino: inode.ino, type: (inode.mode & S_IFMT) >> 12 }).toEqual({
      name,
      ino,
      type,
    });
    t.root.inode.forget(name);
    expect(checked(walkPath(t.walker, t.root, name, 0)).inode.ino).toBe(ino);
  }
});

test("a volume is looked at afresh", () => {
  const t = setUp(false, true);
  expect(walkPath(t.walker, t.root, "new", 0)).toBe(ENOENT);
  t.host.close(t.folder.create("new", 0o644));
  expect(isErrno(walkPath(t.walker, t.root, "new", 0))).toBe(false);
  t.folder.unlink("new");
  expect(walkPath(t.walker, t.root, "new", 0)).toBe(ENOENT);
});

test("writes reach the host at once", () => {
  const t = setUp(false, true);
  const file = opened(t, "f", O_RDWR);
  file.inode.pages?.write(0, new TextEncoder().encode("FI"));
  expect(file.fsync()).toBe(0);
  const into = new Uint8Array(4);
  const handle = t.folder.open("f");
  t.host.pread(handle, into, 0);
  expect(new TextDecoder().decode(into)).toBe("FIle");
});

test("names made, moved and removed here are made, moved and removed there", () => {
  const t = setUp(false, true);
  expect(makeDirectory(t.walker, t.root, "d", 0o755)).toBe(0);
  expect(makeDirectory(t.walker, t.root, "d", 0o755)).toBe(EEXIST);
  const d = checked(walkPath(t.walker, t.root, "d", 0));
  checked(createNode(t.walker, d, "n", 0o100600, 0));
  expect(renameName(t.walker, t.root, "d/n", t.root, "m", 0)).toBe(0);
  expect(isErrno(t.folder.lstat("m"))).toBe(false);
  expect(t.folder.lstat("d/n")).toBe(ENOENT);
  expect(removeName(t.walker, t.root, "m")).toBe(0);
  expect(t.folder.lstat("m")).toBe(ENOENT);
});

test("a file that loses its name stays readable while it is open, then its handle closes", () => {
  const t = setUp(false, true);
  const file = opened(t, "f", O_RDONLY);
  expect(removeName(t.walker, t.root, "f")).toBe(0);
  expect(contents(file.inode)).toBe("file");
  file.removeRef();
  expect(t.host.openHandles).toBe(0);
});

test("no more than 256 handles are open at the host", () => {
  const tree = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`f${i}`, String(i)]));
  const t = testFs({}, (vfs, host) => new Hostfs(vfs, host, host.folder(tree), { isStatic: true }));
  const files = Object.keys(tree).map((name) => opened(t, name, O_RDONLY));
  expect(t.host.openHandles).toBe(256);
  expect(files.map((file) => contents(file.inode))).toEqual(Object.values(tree));
});

test("a write to a full disk says how much there was room for", () => {
  const t = setUp(false, true);
  const file = opened(t, "f", O_RDWR);
  const pwrite = t.host.pwrite.bind(t.host);
  let room = 3;
  t.host.pwrite = (handle, from, off) => {
    if (room === 0) return ENOSPC;
    const n = pwrite(handle, from.subarray(0, room), off);
    room -= n;
    return n;
  };
  const task = {
    threadGroup: { rlimits: [] },
    credentials: t.walker.credentials,
  } as unknown as Task;
  const bytes = new TextEncoder().encode("12345");
  expect(file.write(task, bytes, 0)).toBe(3);
  expect(file.write(task, bytes, 3)).toBe(ENOSPC);
  expect(contents(file.inode)).toBe("123e");
});

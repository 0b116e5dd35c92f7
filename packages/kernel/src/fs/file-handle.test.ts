import { expect, test } from "vitest";
import { checked, testFs } from "../testing/test-fs.ts";
import { encodeHandle, findByHandle } from "./file-handle.ts";
import { removeName, renameName } from "./namei.ts";
import { walkPath } from "./path-walk.ts";

test("a handle finds its file under another name, until there is none", () => {
  const { walker, root } = testFs({ d: { file: "text" } });
  const { dentry, inode } = checked(walkPath(walker, root, "d/file", 0));
  const handle = encodeHandle(inode.ino);
  expect(findByHandle(inode.superblock, handle)).toBe(dentry);
  expect(renameName(walker, root, "d/file", root, "moved", 0)).toBe(0);
  expect(findByHandle(inode.superblock, handle)?.name).toBe("moved");
  expect(removeName(walker, root, "moved")).toBe(0);
  expect(findByHandle(inode.superblock, handle)).toBeNull();
});

test("numbers of more than 32 bits, and handles that are too short", () => {
  const { root } = testFs();
  expect(encodeHandle(2 ** 40 + 5)).toEqual(new Uint8Array([0, 0, 0, 0, 5, 0, 0, 0, 0, 1, 0, 0]));
  expect(findByHandle(root.inode.superblock, new Uint8Array(4))).toBeNull();
});

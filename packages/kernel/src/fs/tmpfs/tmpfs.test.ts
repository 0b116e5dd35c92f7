import { EINVAL, ENOSPC, isErrno, S_IFREG } from "@kernelet/abi";
import { expect, test } from "vitest";
import { checked, testFs } from "../../testing/test-fs.ts";
import { parseTmpfsOptions, Tmpfs } from "./tmpfs.ts";

const FILE = { mode: S_IFREG | 0o644, uid: 0, gid: 0 };

test.each([
  { data: "", want: {} },
  { data: "size=64k,mode=700,uid=5", want: { sizeLimit: 65536, mode: 0o700, uid: 5 } },
  { data: "size=50%", want: { sizeLimit: 500 * 4096 } },
  { data: "size=lots", want: EINVAL },
  { data: "mode=9", want: EINVAL },
  { data: "colour=red", want: EINVAL },
])("options $data", ({ data, want }) => {
  expect(parseTmpfsOptions(data, 1000)).toEqual(want);
});

test("a size limit counts pages, holes are free, and room comes back", () => {
  const { root } = testFs({}, (vfs) => new Tmpfs(vfs, { sizeLimit: 3 * 4096 }));
  const file = checked(root.inode.mknod("f", FILE, 0));
  expect(file.writableLength(1_000_000, 10)).toBe(10);
  expect(file.writableLength(0, 5 * 4096)).toBe(3 * 4096);
  file.pages?.write(0, new Uint8Array(3 * 4096));
  expect(file.writableLength(0, 5 * 4096)).toBe(3 * 4096);
  expect(file.writableLength(3 * 4096, 1)).toBe(ENOSPC);
  const { superblock } = root.dentry;
  expect(superblock.usage()).toMatchObject({ blocks: 3, blocksFree: 0 });
  file.setattr({ size: 4096 });
  expect(superblock.usage()).toMatchObject({ blocks: 3, blocksFree: 2 });
});

test("inodes have a limit, too", () => {
  const { root } = testFs({}, (vfs) => new Tmpfs(vfs, { inodeLimit: 4 }));
  const made = [1, 2, 3, 4, 5].map((n) => root.inode.mknod(`f${n}`, FILE, 0));
  expect(made.map((inode) => isErrno(inode))).toEqual([false, false, false, true, true]);
});

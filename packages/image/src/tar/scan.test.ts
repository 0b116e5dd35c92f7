import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LayerError } from "../errors.ts";
import { archive, directory, entriesOf, part, pax, symlink } from "../testing/tar-builder.ts";
import { scanFile } from "./drive.ts";
import type { TarEntry } from "./entry.ts";
import { encodeHeader, withChecksum } from "./write.ts";

const LONG = `${"d".repeat(200)}/${"f".repeat(50)}`;

function gnuSparse(extended: boolean): Buffer {
  const header = encodeHeader({ name: "s", type: "S", size: 6, magic: "ustar  \0" });
  const octal = (value: number): string => `${value.toString(8).padStart(11, "0")}\0`;
  header.write(octal(1000) + octal(4), 386, "latin1");
  if (!extended) header.write(octal(5000) + octal(2), 410, "latin1");
  header[482] = extended ? 1 : 0;
  header.write(octal(8192), 483, "latin1");
  const more = Buffer.alloc(extended ? 512 : 0);
  if (extended) more.write(octal(5000) + octal(2), 0, "latin1");
  return Buffer.concat([withChecksum(header), more, Buffer.from("abcdef".padEnd(512, "\0"))]);
}

const SEGMENTS = [
  { off: 1000, len: 4 },
  { off: 5000, len: 2 },
];

const DIALECTS: readonly { title: string; bytes: Buffer; want: Partial<TarEntry> }[] = [
  {
    title: "v7: a directory by its slash",
    bytes: part("d/", { magic: "" }),
    want: { name: "d/", type: "directory" },
  },
  {
    title: "ustar: a name with a prefix",
    bytes: part("f", { prefix: "a/b", mode: 0o4755, uid: 5, gid: 6, mtime: 7, data: "x" }),
    want: { name: "a/b/f", mode: 0o4755, uid: 5, gid: 6, mtimeSec: 7, size: 1, stored: 1 },
  },
  {
    title: "ustar: devices",
    bytes: part("n", { type: "3", devMajor: 1, devMinor: 259 }),
    want: { type: "character", devMajor: 1, devMinor: 259 },
  },
  { title: "a FIFO", bytes: part("p", { type: "6" }), want: { type: "fifo" } },
  {
    title: "GNU: base 256, and times before 1970",
    bytes: part("f", { magic: "ustar  \0", uid: 2 ** 31, gid: 2 ** 31 + 1, mtime: -5 }),
    want: { uid: 2 ** 31, gid: 2 ** 31 + 1, mtimeSec: -5 },
  },
  {
    title: "GNU: long names",
    bytes: Buffer.concat([
      part("././@LongLink", { type: "L", data: `${LONG}\0` }),
      part("././@LongLink", { type: "K", data: `${LONG}x\0` }),
      symlink("short", "short"),
    ]),
    want: { name: LONG, linkName: `${LONG}x`, type: "symlink" },
  },
  {
    title: "PAX: everything",
    bytes: Buffer.concat([
      pax([
        ["path", LONG],
        ["uid", "3000000000"],
        ["gid", "7"],
        ["mtime", "1700000000.123456789"],
        ["size", "3"],
        ["SCHILY.xattr.user.a", Buffer.from([0, 0xff, 0x0a])],
      ]),
      part("f", { data: "abc", size: 0 }).subarray(0, 512),
      Buffer.from("abc".padEnd(512, "\0")),
    ]),
    want: {
      name: LONG,
      uid: 3000000000,
      gid: 7,
      mtimeSec: 1700000000,
      mtimeNsec: 123456789,
      size: 3,
      xattrs: new Map([["user.a", new Uint8Array([0, 0xff, 0x0a])]]),
    },
  },
  {
    title: "PAX: a time before 1970",
    bytes: Buffer.concat([pax([["mtime", "-1.25"]]), part("f")]),
    want: { mtimeSec: -2, mtimeNsec: 750_000_000 },
  },
  {
    title: "PAX: an empty value takes an earlier one back",
    bytes: Buffer.concat([
      pax([
        ["path", "no"],
        ["path", ""],
      ]),
      part("yes"),
    ]),
    want: { name: "yes" },
  },
  {
    title: "PAX: global headers are passed over",
    bytes: Buffer.concat([
      pax(
        [
          ["comment", "git"],
          ["uid", "9"],
        ],
        "g",
      ),
      part("f", { uid: 1 }),
    ]),
    want: { name: "f", uid: 1 },
  },
  {
    title: "PAX: a size of a hard link means no data",
    bytes: part("h", { type: "1", linkName: "f", size: 5 }),
    want: { type: "hardlink", linkName: "f", stored: 0 },
  },
  {
    title: "sparse, old GNU",
    bytes: gnuSparse(false),
    want: { size: 8192, stored: 6, sparse: SEGMENTS },
  },
  {
    title: "sparse, old GNU with an extension block",
    bytes: gnuSparse(true),
    want: { size: 8192, stored: 6, sparse: SEGMENTS, dataOff: 1024 },
  },
  {
    title: "sparse, PAX 0.0",
    bytes: Buffer.concat([
      pax([
        ["GNU.sparse.size", "8192"],
        ["GNU.sparse.numblocks", "2"],
        ["GNU.sparse.offset", "1000"],
        ["GNU.sparse.numbytes", "4"],
        ["GNU.sparse.offset", "5000"],
        ["GNU.sparse.numbytes", "2"],
      ]),
      part("s", { data: "abcdef" }),
    ]),
    want: { name: "s", size: 8192, stored: 6, sparse: SEGMENTS },
  },
  {
    title: "sparse, PAX 0.1",
    bytes: Buffer.concat([
      pax([
        ["GNU.sparse.size", "8192"],
        ["GNU.sparse.map", "1000,4,5000,2"],
        ["GNU.sparse.name", "real"],
      ]),
      part("s", { data: "abcdef" }),
    ]),
    want: { name: "real", size: 8192, stored: 6, sparse: SEGMENTS },
  },
  {
    title: "sparse, PAX 1.0",
    bytes: Buffer.concat([
      pax([
        ["GNU.sparse.major", "1"],
        ["GNU.sparse.minor", "0"],
        ["GNU.sparse.realsize", "8192"],
        ["GNU.sparse.name", "real"],
      ]),
      part("s", { data: `${"2\n1000\n4\n5000\n2\n".padEnd(512, "\0")}abcdef` }),
    ]),
    want: { name: "real", size: 8192, stored: 6, sparse: SEGMENTS },
  },
  {
    title: "sparse: one hole",
    bytes: Buffer.concat([
      pax([
        ["GNU.sparse.size", "8192"],
        ["GNU.sparse.numblocks", "0"],
        ["GNU.sparse.map", ""],
      ]),
      part("s"),
    ]),
    want: { size: 8192, stored: 0, sparse: [] },
  },
];

function fromFile(bytes: Buffer): TarEntry[] {
  const folder = mkdtempSync(join(tmpdir(), "tar-"));
  writeFileSync(join(folder, "t"), bytes);
  const fd = openSync(join(folder, "t"), "r");
  try {
    const entries: TarEntry[] = [];
    scanFile(fd, { from: 0, to: bytes.length }, (entry) => entries.push(entry));
    return entries;
  } finally {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  }
}

test.each(DIALECTS)("$title", ({ bytes, want }) => {
  const whole = archive(bytes, part("next", { data: "n" }));
  const entries = entriesOf(whole);
  expect(entries[0]).toMatchObject(want);
  expect(entries[1]).toMatchObject({ name: "next", size: 1 });
  expect(whole.toString("latin1", entries[1]?.dataOff, (entries[1]?.dataOff ?? 0) + 1)).toBe("n");
  for (const chunk of [1, 100, 512, 700]) expect(entriesOf(whole, chunk)).toEqual(entries);
  expect(fromFile(whole)).toEqual(entries);
});

const BAD: readonly { title: string; bytes: Buffer; why: RegExp }[] = [
  {
    title: "text",
    bytes: Buffer.alloc(512, "text"),
    why: /^entry 'text.*': bad tar header: wrong checksum/,
  },
  {
    title: "an archive cut in a header",
    bytes: part("f").subarray(0, 100),
    why: /ends in the middle of a header/,
  },
  {
    title: "an archive cut in data",
    bytes: part("f", { data: "x".repeat(999) }).subarray(0, 900),
    why: /^entry 'f': the archive ends in the middle of it/,
  },
  {
    title: "an archive that ends after a PAX header",
    bytes: pax([["path", "x"]]),
    why: /ends in the middle/,
  },
  {
    title: "a negative size",
    bytes: part("f", { size: -1 }),
    why: /^entry 'f': bad tar header: negative size/,
  },
  { title: "a size beyond numbers", bytes: part("f", { size: 2 ** 60 }), why: /size is no number/ },
  { title: "a negative owner", bytes: part("f", { uid: -1 }), why: /negative uid/ },
  {
    title: "a PAX size beyond numbers",
    bytes: Buffer.concat([pax([["size", "9".repeat(16)]]), part("f")]),
    why: /bad size in a PAX header/,
  },
  {
    title: "a PAX record of no length",
    bytes: Buffer.concat([part("x", { type: "x", data: "0 a=b\n" }), part("f")]),
    why: /bad PAX header/,
  },
  {
    title: "a PAX record longer than its header",
    bytes: Buffer.concat([part("x", { type: "x", data: "99 a=b\n" }), part("f")]),
    why: /bad PAX header/,
  },
  {
    title: "a PAX header of megabytes",
    bytes: part("x", { type: "x", data: Buffer.alloc(2 ** 20 + 1) }),
    why: /more than 1 MiB/,
  },
  {
    title: "headers without end",
    bytes: Buffer.concat(Array.from({ length: 20 }, () => pax([["a", "b"]]))),
    why: /too many headers for one entry/,
  },
  {
    title: "a NUL in a name",
    bytes: Buffer.concat([pax([["path", "a\0b"]]), part("f")]),
    why: /NUL/,
  },
  {
    title: "a type that nobody knows",
    bytes: part("f", { type: "M" }),
    why: /^entry 'f': unknown type 'M'/,
  },
  {
    title: "a sparse map that overlaps",
    bytes: Buffer.concat([
      pax([
        ["GNU.sparse.size", "99"],
        ["GNU.sparse.map", "0,4,2,2"],
      ]),
      part("f", { data: "abcdef" }),
    ]),
    why: /sparse map does not fit its file/,
  },
  {
    title: "a sparse map beyond the file",
    bytes: Buffer.concat([
      pax([
        ["GNU.sparse.size", "5"],
        ["GNU.sparse.map", "0,6"],
      ]),
      part("f", { data: "abcdef" }),
    ]),
    why: /sparse map does not fit its file/,
  },
  {
    title: "a sparse map of more data than there is",
    bytes: Buffer.concat([
      pax([
        ["GNU.sparse.size", "99"],
        ["GNU.sparse.map", "0,60"],
      ]),
      part("f", { data: "abcdef" }),
    ]),
    why: /does not fit its data/,
  },
  {
    title: "a sparse map of a million pieces",
    bytes: Buffer.concat([
      pax([
        ["GNU.sparse.major", "1"],
        ["GNU.sparse.minor", "0"],
        ["GNU.sparse.realsize", "9"],
      ]),
      part("f", { data: "1000000\n".padEnd(512, "\0") }),
    ]),
    why: /sparse map is too long/,
  },
  {
    title: "a sparse map that does not end",
    bytes: Buffer.concat([
      pax([
        ["GNU.sparse.major", "1"],
        ["GNU.sparse.minor", "0"],
        ["GNU.sparse.realsize", "9"],
      ]),
      part("f", { data: Buffer.alloc(5000, "1") }),
    ]),
    why: /bad sparse map/,
  },
  {
    title: "an extended attribute without a name",
    bytes: Buffer.concat([pax([["SCHILY.xattr.", "v"]]), part("f")]),
    why: /bad name of an extended attribute/,
  },
];

test.each(BAD)("refuses $title", ({ bytes, why }) => {
  for (const chunk of [bytes.length, 77]) {
    expect(() => entriesOf(bytes, chunk)).toThrow(LayerError);
    expect(() => entriesOf(bytes, chunk)).toThrow(why);
  }
  expect(() => fromFile(bytes)).toThrow(why);
});

test("refuses more entries, and more bytes, than a layer may have", () => {
  const bytes = archive(part("a"), part("b"), part("c"));
  const small = { bytes: 1e6, entries: 2 };
  expect(() => entriesOf(bytes, 512, small)).toThrow("entry 'c': more than 2 entries");
  const huge = part("bomb", { size: 2 ** 40 });
  expect(() => entriesOf(huge, 512, { bytes: 1e9, entries: 9 })).toThrow(/larger than 1000000000/);
});

test("an archive may end without its zeros, and what follows them does not count", () => {
  expect(entriesOf(part("f"))).toHaveLength(1);
  expect(entriesOf(Buffer.alloc(0))).toEqual([]);
  expect(entriesOf(part("f", { data: "x" }).subarray(0, 513))).toHaveLength(1);
  expect(entriesOf(archive(part("f"), Buffer.alloc(0)).subarray(0, 1024))).toHaveLength(1);
  expect(
    entriesOf(Buffer.concat([archive(directory("d")), Buffer.alloc(999, "junk")])),
  ).toHaveLength(1);
});

test("random damage is refused or read, and nothing else", () => {
  const good = archive(
    pax([
      ["path", LONG],
      ["SCHILY.xattr.user.a", "v"],
    ]),
    part("f", { data: "data" }),
    gnuSparse(true),
    symlink("l", "f"),
  );
  let seed = 42;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return seed % below;
  };
  for (let i = 0; i < 3000; i++) {
    const bytes = Buffer.from(good);
    for (let k = 0; k <= random(4); k++) bytes[random(bytes.length)] = random(256);
    // Past the checksum, or little else would be reached.
    for (let at = 0; i % 2 === 0 && at + 512 <= bytes.length; at += 512) {
      if (bytes.toString("latin1", at + 257, at + 262) === "ustar")
        withChecksum(bytes.subarray(at, at + 512));
    }
    try {
      entriesOf(bytes, 300);
    } catch (error) {
      expect(error).toBeInstanceOf(LayerError);
    }
  }
});

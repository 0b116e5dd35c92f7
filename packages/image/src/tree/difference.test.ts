import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { mergeLayers } from "../store/layers.ts";
import { archive, directory, hardlink, part, pax, symlink } from "../testing/tar-builder.ts";
import { differenceOf } from "./difference.ts";
import type { TreeNode } from "./node.ts";

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "kernelet-"));
});

afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

const file = (name: string, data = "x"): Buffer => part(name, { data });
const stack = (files: readonly string[]): TreeNode =>
  mergeLayers(files.map((name) => ({ file: name, name }))).root;

/** All that a program would see: names, attributes, bytes, and which names are one file. */
function contents(root: TreeNode, files: readonly string[]): string[] {
  const numbers = new Map<TreeNode, number>();
  const list = (node: TreeNode, at: string): string[] => {
    const number = numbers.get(node) ?? numbers.size;
    numbers.set(node, number);
    const { mode, uid, gid, size, mtimeSec, mtimeNsec, rdev, target } = node;
    const bytes = fs.readFileSync(files[node.dataLayer] ?? "").subarray(node.dataOff);
    const facts = { mode, uid, gid, size, mtimeSec, mtimeNsec, rdev, target, sparse: node.sparse };
    const xattrs = [...(node.xattrs ?? [])].map(([name, value]) => `${name}=${Buffer.from(value)}`);
    const data = bytes.toString("latin1", 0, node.stored);
    const own = `${at} ${number} ${JSON.stringify({ ...facts, xattrs, data })}`;
    const names = [...(node.children ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    return [own, ...names.flatMap(([name, child]) => list(child.node, `${at}/${name}`))];
  };
  return list(root, "");
}

const SPARSE = Buffer.concat([
  pax([
    ["path", "holes"],
    ["GNU.sparse.major", "1"],
    ["GNU.sparse.minor", "0"],
    ["GNU.sparse.realsize", "100000"],
  ]),
  part("holes", { data: Buffer.from(`${"1\n5000\n3\n".padEnd(512, "\0")}abc`) }),
]);

const BASE = [
  ...[directory("."), directory("etc"), file("etc/kept"), file("etc/gone"), directory("d")],
  ...[file("d/a"), directory("d/sub"), file("d/sub/b"), symlink("link", "etc"), file("f")],
  ...[file("one"), hardlink("two", "one"), file("turned"), directory("flat"), file("flat/x")],
];

const CHANGES: readonly (readonly Buffer[])[] = [
  [file("etc/new", "new"), file(".wh.f", ""), directory("etc", { mode: 0o700, uid: 5 })],
  [file("etc/.wh.gone", ""), file("etc/new", "newer"), directory("made"), file("made/x", "1")],
  // Gone and made anew, and what was there before stays away.
  [file(".wh.d", ""), directory("d", { mtime: 77 }), file("d/c", "c"), file("f", "again")],
  [file(".wh.turned", ""), directory("turned"), file("turned/in", "i"), file(".wh.flat", "")],
  [file("flat", "now a file"), symlink("made/to", "../etc"), SPARSE, part("fifo", { type: "6" })],
  [
    pax([
      ["SCHILY.xattr.user.a", "1"],
      ["mtime", "-5.25"],
    ]),
    file("made/x"),
    hardlink("y", "made/x"),
  ],
  [
    file(".wh.made", ""),
    directory(".", { mode: 0o711 }),
    pax([["path", "\u00e9\u4e00"]]),
    file("z"),
  ],
];

test.each([
  { title: "all at once", from: 0 },
  { title: "the later ones", from: 3 },
  { title: "the last two", from: 5 },
  { title: "the last alone", from: 6 },
])("$title as one layer give the same root", ({ from }) => {
  const files = [BASE, ...CHANGES].map((parts, i) => {
    const name = path.join(folder, `${i}.tar`);
    fs.writeFileSync(name, archive(...parts));
    return name;
  });
  const below = files.slice(0, 1 + from);
  const merged = path.join(folder, "merged.tar");
  const parts = { before: stack(below), after: stack(files), layers: files };
  fs.writeFileSync(merged, Buffer.concat([...differenceOf(parts)].map((one) => Buffer.from(one))));
  const after = [...below, merged];
  expect(contents(stack(after), after)).toEqual(contents(stack(files), files));
});

/** The same numbers every time: Numerical Recipes' generator. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Files, folders, links and whiteouts at few places, so that they meet. What cannot be said of a place is left out. */
function randomLayer(next: (below: number) => number): Buffer[] {
  const kinds = new Map<string, "file" | "folder" | "other">();
  const parts: Buffer[] = [];
  for (let i = next(8); i >= 0; i--) {
    const names = Array.from({ length: 1 + next(3) }, () => "abc"[next(3)] ?? "");
    const place = names.join("/");
    const above = names.slice(0, -1).map((_, k) => names.slice(0, k + 1).join("/"));
    if (kinds.has(place) || above.some((at) => (kinds.get(at) ?? "folder") !== "folder")) continue;
    if ([...kinds.keys()].some((other) => other.startsWith(`${place}/`))) continue;
    const folders = above.filter((folder) => !kinds.has(folder));
    for (const folder of folders) {
      kinds.set(folder, "folder");
      parts.push(directory(folder, { uid: next(3) }));
    }
    const first = [...kinds].find(([, kind]) => kind === "file")?.[0];
    const slash = place.lastIndexOf("/") + 1;
    const kind = next(6);
    if (kind < 2) parts.push(file(place, "x".repeat(next(2000))));
    else if (kind === 2) parts.push(directory(place, { mtime: next(5) }));
    else if (kind === 3) parts.push(file(`${place.slice(0, slash)}.wh.${place.slice(slash)}`, ""));
    else if (kind === 4) parts.push(file(`${place.slice(0, slash)}.wh..wh..opq`, ""));
    else if (first !== undefined) parts.push(hardlink(place, first));
    if (kind < 2) kinds.set(place, "file");
    if (kind === 2) kinds.set(place, "folder");
    // What is said of a place is said once.
    if (kind === 3 || kind === 5) kinds.set(place, "other");
  }
  return parts;
}

test("any layers as one layer give the same root", () => {
  for (let seed = 0; seed < 100; seed++) {
    const next = numbers(seed);
    const files = Array.from({ length: 2 + next(4) }, (_, i) => {
      const name = path.join(folder, `${i}.tar`);
      fs.writeFileSync(name, archive(...randomLayer(next)));
      return name;
    });
    const below = files.slice(0, next(files.length));
    const merged = path.join(folder, "merged.tar");
    const parts = { before: stack(below), after: stack(files), layers: files };
    fs.writeFileSync(
      merged,
      Buffer.concat([...differenceOf(parts)].map((one) => Buffer.from(one))),
    );
    const after = [...below, merged];
    expect(contents(stack(after), after), `seed ${seed}`).toEqual(contents(stack(files), files));
  }
});

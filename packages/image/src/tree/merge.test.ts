import { expect, test } from "vitest";
import {
  archive,
  directory,
  entriesOf,
  hardlink,
  part,
  pax,
  symlink,
} from "../testing/tar-builder.ts";
import { LayerMerge } from "./merge.ts";
import type { TreeNode } from "./node.ts";

/** `path` alone is a directory, `path -> target` a link, `path=layer:size` a file. */
function listing(node: TreeNode, path = ""): string[] {
  return [...(node.children ?? [])]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, { node: child }]) => {
      const at = `${path}/${name}`;
      if (child.isSymlink) return [`${at} -> ${child.target}`];
      if (child.children !== null) return [at, ...listing(child, at)];
      return [`${at}=${child.dataLayer}:${child.size}`];
    });
}

function merged(...layers: readonly (readonly Buffer[])[]): LayerMerge {
  const merge = new LayerMerge();
  for (const parts of layers) {
    merge.nextLayer();
    for (const entry of entriesOf(archive(...parts))) merge.apply(entry);
  }
  return merge;
}

const file = (name: string, data = "x"): Buffer => part(name, { data });

test.each<{ title: string; layers: Buffer[][]; want: string[] }>([
  {
    title: "names with and without ./ and /",
    layers: [[directory("./"), file("./a"), file("/b"), file("c//d")]],
    want: ["/a=0:1", "/b=0:1", "/c", "/c/d=0:1"],
  },
  {
    title: "an upper file in place of a lower one",
    layers: [[file("a")], [file("a", "yy")]],
    want: ["/a=1:2"],
  },
  {
    title: "the later of two entries",
    layers: [[file("a"), file("a", "yy")]],
    want: ["/a=0:2"],
  },
  {
    title: "a directory that stays what it was when it is named again",
    layers: [
      [directory("d"), file("d/a")],
      [directory("d", { mode: 0o700 }), file("d/b")],
    ],
    want: ["/d", "/d/a=0:1", "/d/b=1:1"],
  },
  {
    title: "a file in place of a directory, and a directory in place of a file",
    layers: [
      [file("d/a"), file("f")],
      [file("d"), directory("f")],
    ],
    want: ["/d=1:1", "/f"],
  },
  {
    title: "a whiteout",
    layers: [[file("d/a"), file("d/b")], [file("d/.wh.a", "")]],
    want: ["/d", "/d/b=0:1"],
  },
  {
    title: "a whiteout of a directory and all below",
    layers: [[file("d/e/a"), file("f")], [file(".wh.d", "")]],
    want: ["/f=0:1"],
  },
  {
    title: "a whiteout of nothing there",
    layers: [[file("f")], [file("d/.wh.a", ""), file(".wh.g", "")]],
    want: ["/f=0:1"],
  },
  {
    title: "a whiteout before what its own layer brings",
    layers: [[file("a")], [file(".wh.a", ""), file("a", "yy")]],
    want: ["/a=1:2"],
  },
  {
    title: "a whiteout after what its own layer brings",
    layers: [[file("a")], [file("a", "yy"), file(".wh.a", "")]],
    want: ["/a=1:2"],
  },
  {
    title: "an opaque directory, whatever the order",
    layers: [
      [file("d/a"), file("d/e/b")],
      [directory("d"), file("d/e/c"), file("d/.wh..wh..opq", ""), file("d/f")],
    ],
    want: ["/d", "/d/e", "/d/e/c=1:1", "/d/f=1:1"],
  },
  {
    title: "a whiteout of a name whose file has another name in its layer",
    layers: [[file("a")], [hardlink("b", "a"), file(".wh.a", "")]],
    want: ["/b=0:1"],
  },
  {
    title: "names of aufs's own",
    layers: [[file(".wh..wh.plnk/9.9", ""), file(".wh..wh.aufs", ""), file("a")]],
    want: ["/.wh..wh.plnk", "/.wh..wh.plnk/9.9=0:0", "/a=0:1"],
  },
  {
    title: "a symbolic link on the way",
    layers: [[directory("usr/lib"), symlink("lib", "usr/lib")], [file("lib/a")]],
    want: ["/lib -> usr/lib", "/usr", "/usr/lib", "/usr/lib/a=1:1"],
  },
  {
    title: "a symbolic link on the way that leads out: the image's own root is meant",
    layers: [[symlink("e", "/etc"), symlink("up", "../../../x"), file("e/passwd"), file("up/y")]],
    want: ["/e -> /etc", "/etc", "/etc/passwd=0:1", "/up -> ../../../x", "/x", "/x/y=0:1"],
  },
  {
    title: "a symbolic link replaced, not followed, as the last name",
    layers: [[symlink("a", "/etc/passwd")], [file("a", "yy")]],
    want: ["/a=1:2"],
  },
  {
    title: "a hard link through a symbolic link on the way",
    layers: [[file("d/a"), symlink("s", "d"), hardlink("b", "s/a")]],
    want: ["/b=0:1", "/d", "/d/a=0:1", "/s -> d"],
  },
  {
    title: "dots inside the image",
    layers: [[file("d/../a"), file("d/./b")]],
    want: ["/a=0:1", "/d", "/d/b=0:1"],
  },
])("$title", ({ layers, want }) => {
  expect(listing(merged(...layers).root)).toEqual(want);
});

test.each<{ title: string; layers: Buffer[][]; why: string }>([
  {
    title: "..",
    layers: [[file("../etc/passwd")]],
    why: "entry '../etc/passwd': the name leads out of the image",
  },
  {
    title: ".. after a while",
    layers: [[file("a/../../b")]],
    why: "entry 'a/../../b': the name leads out",
  },
  {
    title: "a hard link to outside",
    layers: [[hardlink("h", "../../etc/shadow")]],
    why: "entry 'h': the name leads out of the image",
  },
  {
    title: "a hard link to nothing",
    layers: [[hardlink("h", "/etc/shadow")]],
    why: "entry 'h': a hard link to '/etc/shadow', which is not there",
  },
  {
    title: "a hard link to a directory",
    layers: [[directory("d"), hardlink("h", "d")]],
    why: "entry 'h': a hard link to the directory 'd'",
  },
  {
    title: "a hard link to itself",
    layers: [[file("h"), hardlink("h", "h")]],
    why: "entry 'h': a hard link to itself",
  },
  {
    title: "a hard link whose target is whited out below",
    layers: [[file("a")], [file(".wh.a", ""), hardlink("h", "a")]],
    why: "which is not there",
  },
  {
    title: "a file on the way",
    layers: [[file("f"), file("f/a")]],
    why: "entry 'f/a': 'f' on the way is no directory",
  },
  {
    title: "links in a circle",
    layers: [[symlink("a", "b"), symlink("b", "a"), file("a/x")]],
    why: "entry 'a/x': too many symbolic links on the way",
  },
  {
    title: "a root that is a link",
    layers: [[symlink(".", "/etc")]],
    why: "entry '.': the image's root is no directory",
  },
  {
    title: "a name of 256 bytes",
    layers: [[pax([["path", "n".repeat(256)]]), file("f")]],
    why: "a name of more than 255 bytes",
  },
  {
    title: "a path of 4096 bytes",
    layers: [[pax([["path", `${"n/".repeat(2100)}f`]]), file("f")]],
    why: "the name is too long",
  },
  {
    title: "a whiteout of ..",
    layers: [[file("d/.wh...", "")]],
    why: "entry 'd/.wh...': a whiteout of nothing",
  },
  {
    title: "a symbolic link to nothing",
    layers: [[symlink("l", "")]],
    why: "entry 'l': a symbolic link to nothing",
  },
])("refuses $title", ({ layers, why }) => {
  expect(() => merged(...layers)).toThrow(why);
});

test("directories nested through links end somewhere", () => {
  const deep = "d/".repeat(1500);
  const layers = [
    [pax([["path", deep]]), directory("x"), pax([["linkpath", `/${deep}`]]), symlink("l", "x")],
  ];
  const further = [pax([["path", `l/${"e/".repeat(1500)}f`]]), file("f")];
  expect(() => merged(...layers, further)).toThrow("directories are nested too deeply");
});

test("attributes: the last word about a directory, and implied ones", () => {
  const { root } = merged(
    [directory("d", { uid: 1, mtime: 5 }), file("i/f")],
    [pax([["SCHILY.xattr.user.a", "v"]]), directory("d", { uid: 2, mode: 0o1777, mtime: 9 })],
  );
  const d = root.children?.get("d")?.node;
  expect(d).toMatchObject({ uid: 2, mtimeSec: 9, mode: 0o41777 });
  expect(d?.xattrs?.get("user.a")).toEqual(new Uint8Array([0x76]));
  expect(root.children?.get("i")?.node).toMatchObject({ mode: 0o40755, uid: 0 });
});

test("names of gigabytes are refused before they are kept", () => {
  const merge = new LayerMerge();
  merge.nextLayer();
  const [entry] = entriesOf(archive(file("f")));
  if (entry === undefined) throw new Error("no entry");
  const note = new Map([["user.note", new Uint8Array(2 ** 20)]]);
  const many = (): void => {
    for (let i = 0; i < 300; i++) merge.apply({ ...entry, name: `f${i}`, xattrs: note });
  };
  expect(many).toThrow(/^entry 'f25\d': the image has too many names$/);
});

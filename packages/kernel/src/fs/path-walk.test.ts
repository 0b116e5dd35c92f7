import {
  EACCES,
  EISDIR,
  ELOOP,
  ENAMETOOLONG,
  ENOENT,
  ENOTDIR,
  type Errno,
  EXDEV,
  isErrno,
  RESOLVE_BENEATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_SYMLINKS,
  RESOLVE_NO_XDEV,
} from "@kernelet/abi";
import { expect, test } from "vitest";
import { Credentials } from "../kernel/credentials.ts";
import { Random } from "../testing/random.ts";
import { checked, fill, testFs } from "../testing/test-fs.ts";
import { pathName } from "./d-path.ts";
import { FsContext } from "./fs-context.ts";
import type { Path } from "./path.ts";
import {
  LOOKUP_DIRECTORY,
  LOOKUP_EMPTY,
  LOOKUP_FOLLOW,
  walkForCreate,
  walkParent,
  walkPath,
} from "./path-walk.ts";
import { Tmpfs } from "./tmpfs/tmpfs.ts";

const TREE = {
  etc: { passwd: "root", self: { to: "." } },
  bin: { to: "usr/bin" },
  usr: { bin: { sh: "#!", up: { to: "../../etc" } }, mnt: {} },
  abs: { to: "/etc/passwd" },
  loop: { to: "loop" },
  a: { to: "b" },
  b: { to: "a" },
  dangling: { to: "nowhere" },
  slashed: { to: "etc/" },
  fileslash: { to: "etc/passwd/" },
  empty: {},
};

function setUp() {
  const t = testFs(TREE);
  const other = new Tmpfs(t.vfs, { mode: 0o755 });
  fill(checked(other.root.inode ?? ENOENT), { inside: "x", up: { to: "../sh" } });
  const mnt = checked(walkPath(t.walker, t.root, "/usr/mnt", 0));
  t.vfs.newMount(other.root, "other", 0).attach(mnt);
  return t;
}

function show(result: Path | Errno, root: Path): string | Errno {
  return isErrno(result) ? result : pathName(result, root).name;
}

test.each([
  { path: "/", want: "/" },
  { path: "", want: ENOENT },
  { path: ".", want: "/" },
  { path: "..", want: "/" },
  { path: "/../../etc", want: "/etc" },
  { path: "etc/passwd", want: "/etc/passwd" },
  { path: "//etc///passwd", want: "/etc/passwd" },
  { path: "etc/passwd/", want: ENOTDIR },
  { path: "etc/passwd/.", want: ENOTDIR },
  { path: "etc/passwd/..", want: ENOTDIR },
  { path: "etc/none", want: ENOENT },
  { path: "none/x", want: ENOENT },
  { path: "bin/sh", want: "/usr/bin/sh" },
  { path: "bin", want: "/usr/bin" },
  { path: "bin", nofollow: true, want: "/bin" },
  { path: "bin/", nofollow: true, want: "/usr/bin" },
  { path: "bin/up/passwd", want: "/etc/passwd" },
  { path: "bin/..", want: "/usr" },
  { path: "abs", want: "/etc/passwd" },
  { path: "etc/self/self/self/passwd", want: "/etc/passwd" },
  { path: "loop", want: ELOOP },
  { path: "loop", nofollow: true, want: "/loop" },
  { path: "a/x", want: ELOOP },
  { path: "dangling", want: ENOENT },
  { path: "slashed/passwd", want: "/etc/passwd" },
  { path: "slashed", want: "/etc" },
  { path: "fileslash", want: ENOTDIR },
  { path: "usr/mnt/inside", want: "/usr/mnt/inside" },
  { path: "usr/mnt/..", want: "/usr" },
  { path: "usr/mnt/../mnt/up", want: ENOENT },
  { path: `${"x".repeat(256)}`, want: ENAMETOOLONG },
  { path: "é".repeat(128), want: ENAMETOOLONG },
  { path: "é".repeat(127), want: ENOENT },
])("walks $path to $want", ({ path, want, nofollow }) => {
  const { walker, root } = setUp();
  expect(show(walkPath(walker, root, path, nofollow ? 0 : LOOKUP_FOLLOW), root)).toBe(want);
});

test("follows 40 links and no more", () => {
  const chain: Record<string, { to: string }> = { l0: { to: "etc" } };
  for (let i = 1; i < 41; i++) chain[`l${i}`] = { to: `l${i - 1}` };
  const { walker, root } = testFs({ etc: {}, ...chain });
  expect(show(walkPath(walker, root, "l39", LOOKUP_FOLLOW), root)).toBe("/etc");
  expect(walkPath(walker, root, "l40", LOOKUP_FOLLOW)).toBe(ELOOP);
});

test.each([
  { path: "/etc", resolve: RESOLVE_BENEATH, want: EXDEV },
  { path: "abs", resolve: RESOLVE_BENEATH, want: EXDEV },
  { path: "..", resolve: RESOLVE_BENEATH, want: EXDEV },
  { path: "bin/sh", resolve: RESOLVE_BENEATH, want: "/usr/bin/sh" },
  { path: "bin/sh", resolve: RESOLVE_NO_SYMLINKS, want: ELOOP },
  { path: "usr/bin/sh", resolve: RESOLVE_NO_SYMLINKS, want: "/usr/bin/sh" },
  { path: "usr/mnt/inside", resolve: RESOLVE_NO_XDEV, want: EXDEV },
  { path: "usr/mnt", resolve: RESOLVE_NO_XDEV, want: EXDEV },
])("openat2: $path with $resolve gives $want", ({ path, resolve, want }) => {
  const { walker, root } = setUp();
  expect(show(walkPath(walker, root, path, LOOKUP_FOLLOW, resolve), root)).toBe(want);
});

test("RESOLVE_IN_ROOT makes the starting directory the root of links and of ..", () => {
  const { walker, root } = setUp();
  const usr = checked(walkPath(walker, root, "usr", 0));
  const walked = walkPath(walker, usr, "../../bin/up", LOOKUP_FOLLOW, RESOLVE_IN_ROOT);
  expect(walked).toBe(ENOENT); // bin/up → ../../etc, and there is no etc in usr.
  expect(show(walkPath(walker, usr, "/../bin/sh", 0, RESOLVE_IN_ROOT), root)).toBe("/usr/bin/sh");
});

test(".. does not leave a chroot, not even from a mount inside", () => {
  const { walker, root, fs } = setUp();
  const usr = checked(walkPath(walker, root, "usr", 0));
  const jail = { ...walker, fs: new FsContext(fs.namespace, usr, usr) };
  expect(show(walkPath(jail, usr, "mnt/../../../bin/sh", 0), root)).toBe("/usr/bin/sh");
  expect(walkPath(jail, usr, "/etc", 0)).toBe(ENOENT);
  expect(show(walkPath(jail, usr, "..", 0), root)).toBe("/usr");
});

test("a walker needs search permission on each directory", () => {
  const { walker, root, fs } = setUp();
  const etc = checked(walkPath(walker, root, "etc", 0));
  etc.inode.mode &= ~0o111;
  const user = { fs, credentials: Credentials.user(1000, 1000) };
  expect(walkPath(user, root, "etc/passwd", 0)).toBe(EACCES);
  expect(walkPath(user, root, "etc/none", 0)).toBe(EACCES);
  expect(show(walkPath(user, root, "etc", 0), root)).toBe("/etc");
  expect(show(walkPath(walker, root, "etc/passwd", 0), root)).toBe("/etc/passwd");
});

test("an empty path is the start if it may be", () => {
  const { walker, root } = setUp();
  expect(walkPath(walker, root, "", LOOKUP_EMPTY)).toBe(root);
  expect(walkPath(walker, root, "abs", LOOKUP_FOLLOW | LOOKUP_DIRECTORY)).toBe(ENOTDIR);
});

test("walkParent stops before the last component", () => {
  const { walker, root } = setUp();
  const at = checked(walkParent(walker, root, "bin/new/"));
  expect(pathName(at.parent, root).name).toBe("/usr/bin");
  expect(at).toMatchObject({ name: "new", trailingSlash: true, isDots: false });
  expect(checked(walkParent(walker, root, "/"))).toMatchObject({ name: "", isDots: true });
  expect(checked(walkParent(walker, root, "etc/.."))).toMatchObject({ name: "..", isDots: true });
  expect(walkParent(walker, root, "abs/new")).toBe(ENOTDIR);
});

test("walkForCreate goes through a dangling link to the free name", () => {
  const { walker, root } = setUp();
  const at = checked(walkForCreate(walker, root, "dangling", true));
  expect(at).toMatchObject({ name: "nowhere", existing: null });
  expect(checked(walkForCreate(walker, root, "dangling", false)).existing).not.toBeNull();
  expect(show(checked(walkForCreate(walker, root, "abs", true)).existing ?? ENOENT, root)).toBe(
    "/etc/passwd",
  );
  expect(walkForCreate(walker, root, "new/", true)).toBe(EISDIR);
  expect(walkForCreate(walker, root, "loop", true)).toBe(ELOOP);
});

/** The same by the book: split, go up, follow, on plain objects. */
type Model = { readonly [name: string]: string | { readonly to: string } | Model };

function modelWalk(tree: Model, path: string): string | null {
  let at: string[] = [];
  let links = 0;
  const rest = path.split("/").reverse();
  if (path.startsWith("/")) at = [];
  while (rest.length > 0) {
    const name = rest.pop() as string;
    const here = get(tree, at);
    if (here === undefined || typeof here === "string") return null;
    if (name === "" || name === ".") continue;
    if (name === "..") {
      at.pop();
      continue;
    }
    const next = (here as Model)[name];
    if (next === undefined) return null;
    if (typeof next === "object" && typeof next.to === "string") {
      if (++links > 40) return null;
      if (next.to.startsWith("/")) at = [];
      rest.push(...next.to.split("/").reverse());
    } else at.push(name);
  }
  return `/${at.join("/")}`;
}

function get(tree: Model, at: readonly string[]): Model | string | undefined {
  let here: Model | string | undefined = tree;
  for (const name of at) here = typeof here === "object" ? (here[name] as Model) : undefined;
  return here;
}

test("agrees with a plain model on random trees and paths", () => {
  const random = new Random(7);
  const names = ["a", "b", "c", "d"];
  const pick = (): string => names[random.below(names.length)] as string;
  const randomPath = (): string => {
    const parts: string[] = random.below(4) === 0 ? [""] : [];
    for (let i = 0; i <= random.below(5); i++) {
      const kind = random.below(8);
      parts.push(kind === 0 ? ".." : kind === 1 ? "." : pick());
    }
    return parts.join("/");
  };
  const randomTree = (depth: number): Model => {
    const tree: Record<string, string | { to: string } | Model> = {};
    for (const name of names) {
      const kind = random.below(4);
      if (kind === 0 && depth > 0) tree[name] = randomTree(depth - 1);
      else if (kind === 1) tree[name] = "file";
      else if (kind === 2) tree[name] = { to: randomPath() };
    }
    return tree;
  };
  for (let round = 0; round < 60; round++) {
    const tree = randomTree(3);
    const { walker, root } = testFs(tree);
    for (let i = 0; i < 40; i++) {
      const path = randomPath();
      const walked = walkPath(walker, root, path, LOOKUP_FOLLOW);
      const got = isErrno(walked) ? null : pathName(walked, root).name;
      expect(got, `${path} in ${JSON.stringify(tree)}`).toBe(modelWalk(tree, path));
    }
  }
});

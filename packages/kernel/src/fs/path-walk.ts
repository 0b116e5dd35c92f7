/**
 * From a path to a place: path_resolution(7), openat2(2), fs/namei.c.
 *
 *   start ── component ── component ── … ── last
 *            each: "." | ".." | name      the last one: as the flags say
 *
 * A symbolic link's target is put in front of the components still to come. Our own walk follows every link, so
 * that no path can leave the walker's root; a filesystem is only ever asked for one name in one directory.
 */
import {
  EAGAIN,
  EISDIR,
  ELOOP,
  ENAMETOOLONG,
  ENOENT,
  ENOTDIR,
  type Errno,
  EXDEV,
  isErrno,
  MS_NOSYMFOLLOW,
  NAME_MAX,
  RESOLVE_BENEATH,
  RESOLVE_CACHED,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  RESOLVE_NO_XDEV,
} from "@kernelet/abi";
import { isAtimeDue, touchAtimeAt } from "./atime.ts";
import type { Dentry } from "./dentry.ts";
import type { Inode } from "./inode.ts";
import { topOf } from "./mount.ts";
import { nameLength } from "./name.ts";
import { Path } from "./path.ts";
import { componentsOf } from "./path-text.ts";
import { inodePermission, MAY_EXEC } from "./permission.ts";
import type { Walker } from "./walker.ts";

/** Most symbolic links in one walk. */
const MAXSYMLINKS = 40;

/**
 * In place of a component: a slash at the end of a link's target. It asks for a directory, and so for following what
 * the target names, but not, as "." does, for the right to search it.
 */
const END_SLASH = "/";

/** Follow a symbolic link in the last place. */
export const LOOKUP_FOLLOW = 1;
/** The last component must be a directory. */
export const LOOKUP_DIRECTORY = 2;
/** An empty path means the starting place (AT_EMPTY_PATH). */
export const LOOKUP_EMPTY = 4;

/** The place where a name is to be made or removed. */
export interface ParentLookup {
  readonly parent: Path;
  /** Last component; "." or ".." where `isDots`, "" where the path has none ("/"). */
  readonly name: string;
  readonly isDots: boolean;
  /** The path ended with a slash. */
  readonly trailingSlash: boolean;
}

/** One walk. Plain data, so that a walk can be looked at while debugging. */
interface Walk {
  readonly walker: Walker;
  /** ".." does not go above this, and absolute paths and links start here. */
  readonly root: Path;
  /** RESOLVE_*. */
  readonly resolve: number;
  /** Components still to come, last first. */
  readonly rest: string[];
  at: Path;
  links: number;
  /** The target of the last link followed ended with a slash. */
  hasSlash: boolean;
  /** The root has been looked at: an absolute path, "..", or RESOLVE_*; see `followLink`. */
  isRootKnown: boolean;
}

/** Walks `path` from `start` to its end. */
export function walkPath(
  walker: Walker,
  start: Path,
  path: string,
  flags: number,
  resolve = 0,
): Path | Errno {
  if (path === "") return flags & LOOKUP_EMPTY ? start : ENOENT;
  const walk = begin(walker, start, path, resolve);
  if (isErrno(walk)) return walk;
  const mustBeDirectory = (flags & LOOKUP_DIRECTORY) !== 0 || endsWithSlash(path);
  const followLast = (flags & LOOKUP_FOLLOW) !== 0 || endsWithSlash(path);
  const result = run(walk, followLast, 0);
  if (result !== 0) return result;
  if (mustBeDirectory && !walk.at.inode.isDirectory) return ENOTDIR;
  return walk.at;
}

/** Walks up to the last component, which need not be there. */
export function walkParent(
  walker: Walker,
  start: Path,
  path: string,
  resolve = 0,
): ParentLookup | Errno {
  if (path === "") return ENOENT;
  const walk = begin(walker, start, path, resolve);
  if (isErrno(walk)) return walk;
  const name = walk.rest[0] ?? "";
  const result = run(walk, true, 1);
  if (result !== 0) return result;
  if (!walk.at.inode.isDirectory) return ENOTDIR;
  // "/" has no component that would be looked for.
  const permission = name === "" ? 0 : searchPermission(walk.at.inode, walker);
  if (permission !== 0) return permission;
  return {
    parent: walk.at,
    name,
    isDots: name === "" || name === "." || name === "..",
    trailingSlash: endsWithSlash(path),
  };
}

/** Where open(2) with O_CREAT ends: at something that is there, or at a free name in `parent`. */
export interface CreateLookup {
  readonly parent: Path;
  readonly name: string;
  /** Null: the name is free. */
  readonly existing: Path | null;
}

/** Walks to the last component and through symbolic links there, even if they lead to a free name. */
export function walkForCreate(
  walker: Walker,
  start: Path,
  path: string,
  follow: boolean,
  resolve = 0,
): CreateLookup | Errno {
  if (path === "") return ENOENT;
  const walk = begin(walker, start, path, resolve);
  if (isErrno(walk)) return walk;
  let hasSlash = endsWithSlash(path);
  for (;;) {
    const result = run(walk, true, 1);
    if (result !== 0) return result;
    const name = walk.rest[0] ?? ".";
    const parent = walk.at;
    if (name === "." || name === "..") {
      const last = run(walk, true, 0);
      if (last !== 0) return last;
      return { parent, name, existing: walk.at };
    }
    if (!parent.inode.isDirectory) return ENOTDIR;
    const permission = searchPermission(parent.inode, walker);
    if (permission !== 0) return permission;
    if (hasSlash) return EISDIR;
    const dentry = lookupChild(parent, name);
    if (dentry === ENOENT) return { parent, name, existing: null };
    if (isErrno(dentry)) return dentry;
    const found = topOf(new Path(parent.mount, dentry));
    if (found.mount !== parent.mount && (resolve & RESOLVE_NO_XDEV) !== 0) return EXDEV;
    if (!found.inode.isSymlink || !follow) return { parent, name, existing: found };
    walk.rest.pop();
    const followed = followLink(walk, found);
    if (followed !== 0) return followed;
    hasSlash = walk.hasSlash;
    if (hasSlash) walk.rest.shift(); // END_SLASH
    if (walk.rest.length === 0) return { parent, name, existing: walk.at };
  }
}

/** The dentry of `name` in the directory `dir`, not following mounts; ENOENT if there is none. */
export function lookupChild(dir: Path, name: string): Dentry | Errno {
  if (dir.dentry.isUnlinked) return ENOENT; // A removed directory is not asked: IS_DEADDIR().
  if (name.length > NAME_MAX / 3 && nameLength(name) > NAME_MAX) return ENAMETOOLONG;
  const parent = dir.dentry;
  const known = parent.child(name);
  if (known !== undefined && (!parent.superblock.isDynamic || known.mountsBelow > 0)) {
    known.isReferenced = true;
    return known;
  }
  const found = dir.inode.lookup(name);
  if (isErrno(found)) return found;
  const dentry = parent.addChild(name, found);
  parent.superblock.dentryCache?.add(dentry);
  return dentry;
}

/** The place one up from `at` as `root` sees it: ".." of a mount's root is in the mount below. */
export function parentOf(at: Path, root: Path): Path {
  let here = at;
  for (;;) {
    if (here.equals(root)) return at;
    if (here.dentry !== here.mount.root) break;
    const { parent, mountpoint } = here.mount;
    if (parent === null || mountpoint === null) return at;
    here = new Path(parent, mountpoint);
  }
  const up = here.dentry.parent;
  return up === null ? at : topOf(new Path(here.mount, up));
}

function begin(walker: Walker, start: Path, path: string, resolve: number): Walk | Errno {
  const isAbsolute = path.startsWith("/");
  const isScoped = (resolve & (RESOLVE_BENEATH | RESOLVE_IN_ROOT)) !== 0;
  if (isAbsolute && (resolve & RESOLVE_BENEATH) !== 0) return EXDEV;
  const root = isScoped ? start : walker.fs.root;
  return {
    walker,
    root,
    resolve,
    rest: componentsOf(path).slice(),
    at: isAbsolute ? root : start,
    links: 0,
    hasSlash: false,
    isRootKnown: isAbsolute || isScoped,
  };
}

function endsWithSlash(path: string): boolean {
  return path.endsWith("/");
}

/**
 * Takes components until `keep` of the original ones are left.
 * A link's components come on top of `rest`, so `rest.length` falls to `keep` only when all of them are walked.
 */
function run(walk: Walk, followLast: boolean, keep: number): 0 | Errno {
  while (walk.rest.length > keep) {
    const name = walk.rest.pop() as string;
    const result = step(walk, name, followLast || walk.rest.length > 0);
    if (result !== 0) return result;
  }
  return 0;
}

function step(walk: Walk, name: string, follow: boolean): 0 | Errno {
  const dir = walk.at.inode;
  const isCached = (walk.resolve & RESOLVE_CACHED) !== 0;
  // A walk that may not wait does not find out why it ends here.
  if (!dir.isDirectory) return isCached ? EAGAIN : ENOTDIR;
  if (name === END_SLASH) return 0;
  const permission = searchPermission(dir, walk.walker);
  if (permission !== 0) return isCached ? EAGAIN : permission;
  if (name === ".") return 0;
  if (name === "..") return stepUp(walk);
  if (isCached && walk.at.dentry.child(name) === undefined) return EAGAIN;
  const dentry = lookupChild(walk.at, name);
  if (isErrno(dentry)) return dentry;
  const found = topOf(new Path(walk.at.mount, dentry));
  if (found.mount !== walk.at.mount && (walk.resolve & RESOLVE_NO_XDEV) !== 0) return EXDEV;
  if (follow && found.inode.isSymlink) return followLink(walk, found);
  walk.at = found;
  return 0;
}

function searchPermission(dir: Inode, walker: Walker): 0 | Errno {
  const permission = inodePermission(dir, walker.credentials, MAY_EXEC);
  return permission !== 0 && dir.isOpenTo(walker) ? 0 : permission;
}

function stepUp(walk: Walk): 0 | Errno {
  walk.isRootKnown = true;
  if (walk.at.equals(walk.root)) return (walk.resolve & RESOLVE_BENEATH) !== 0 ? EXDEV : 0;
  const up = parentOf(walk.at, walk.root);
  if (up.mount !== walk.at.mount && (walk.resolve & RESOLVE_NO_XDEV) !== 0) return EXDEV;
  walk.at = up;
  return 0;
}

function followLink(walk: Walk, link: Path): 0 | Errno {
  if ((walk.resolve & RESOLVE_NO_SYMLINKS) !== 0) return ELOOP;
  if ((link.mount.flags & MS_NOSYMFOLLOW) !== 0) return ELOOP;
  if (++walk.links > MAXSYMLINKS) return ELOOP;
  // Setting its time of reading needs more than what is cached.
  if ((walk.resolve & RESOLVE_CACHED) !== 0 && isAtimeDue(link)) return EAGAIN;
  touchAtimeAt(link);

  const magic = link.inode.magicLink(walk.walker);
  if (magic !== undefined) return followMagic(walk, magic);

  const target = link.inode.readlink(walk.walker);
  if (isErrno(target)) return target;
  if (target === "") return ENOENT;
  if (target.startsWith("/")) {
    if ((walk.resolve & RESOLVE_BENEATH) !== 0) return EXDEV;
    // nd_jump_root(): to a root that was not looked at yet counts as leaving the mount.
    const staysOnMount = walk.isRootKnown && walk.root.mount === walk.at.mount;
    if ((walk.resolve & RESOLVE_NO_XDEV) !== 0 && !staysOnMount) return EXDEV;
    walk.isRootKnown = true;
    walk.at = walk.root;
  }
  walk.hasSlash = endsWithSlash(target);
  if (walk.hasSlash) walk.rest.push(END_SLASH);
  walk.rest.push(...componentsOf(target));
  return 0;
}

function followMagic(walk: Walk, target: Path | Errno): 0 | Errno {
  if ((walk.resolve & RESOLVE_NO_MAGICLINKS) !== 0) return ELOOP;
  if (isErrno(target)) return target;
  walk.hasSlash = false;
  if ((walk.resolve & (RESOLVE_BENEATH | RESOLVE_IN_ROOT)) !== 0) return EXDEV;
  if ((walk.resolve & RESOLVE_NO_XDEV) !== 0 && target.mount !== walk.at.mount) return EXDEV;
  walk.at = target;
  return 0;
}

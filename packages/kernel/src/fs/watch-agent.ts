/**
 * Watching files from outside: what inotify(7) tells a program, for whoever runs the kernel, and for whole trees on request.
 * A tree is a watch on each of its directories; those that come are added, those that go are dropped.
 */
import {
  type Errno,
  IN_ATTRIB,
  IN_CREATE,
  IN_DELETE,
  IN_DELETE_SELF,
  IN_IGNORED,
  IN_ISDIR,
  IN_MODIFY,
  IN_MOVE_SELF,
  IN_MOVED_FROM,
  IN_MOVED_TO,
  IN_Q_OVERFLOW,
  isErrno,
} from "@kernelet/abi";
import type { Inode } from "./inode.ts";
import { InotifyMarks, type Listener, type QueuedEvent, type Watch } from "./notify.ts";
import type { Path } from "./path.ts";
import { LOOKUP_FOLLOW, walkPath } from "./path-walk.ts";
import type { Walker } from "./walker.ts";

const EVENTS =
  IN_ATTRIB |
  IN_CREATE |
  IN_DELETE |
  IN_DELETE_SELF |
  IN_MODIFY |
  IN_MOVE_SELF |
  IN_MOVED_FROM |
  IN_MOVED_TO;
const COMES = IN_CREATE | IN_MOVED_TO;
const GOES = IN_DELETE | IN_MOVED_FROM;
/** Directories watched at a time, as fs.inotify.max_user_watches bounds a user's. */
const MAX_PLACES = 65_536;

export interface WatchEvent {
  /** IN_*. IN_IGNORED is the last; after IN_Q_OVERFLOW a part of the tree is not watched. */
  readonly mask: number;
  /** Below what is watched, "" for that itself. */
  readonly name: string;
}

/** A directory of the tree, or the file. */
interface Place {
  /** "" is the top. */
  readonly name: string;
  readonly watch: Watch;
}

export class WatchAgent implements Listener {
  readonly #walker: Walker;
  readonly #root: Path;
  readonly #report: (event: WatchEvent) => void;
  /** By watch descriptor. */
  readonly #places: Map<number, Place> = new Map();
  #lastWd = 0;
  /** As it was named. */
  #path = "";
  #isRecursive = false;

  constructor(walker: Walker, root: Path, report: (event: WatchEvent) => void) {
    this.#walker = walker;
    this.#root = root;
    this.#report = report;
  }

  /** Begins. Once. */
  watch(path: string, isRecursive: boolean): 0 | Errno {
    const at = walkPath(this.#walker, this.#root, path, LOOKUP_FOLLOW);
    if (isErrno(at)) return at;
    this.#path = path;
    this.#isRecursive = isRecursive;
    this.#addTree("", at.inode);
    return 0;
  }

  release(): void {
    for (const place of [...this.#places.values()]) this.#drop(place);
  }

  // Listener.

  enqueue({ wd, mask, name }: QueuedEvent): void {
    const place = this.#places.get(wd);
    // What happens to a directory below is told by its parent.
    if (place === undefined || (name === "" && place.name !== "")) return;
    const below = join(place.name, name);
    this.#report({ mask, name: below });
    if (!this.#isRecursive || (mask & IN_ISDIR) === 0 || name === "") return;
    if ((mask & GOES) !== 0) this.#dropTree(below);
    if ((mask & COMES) !== 0) this.#addNew(below);
  }

  /** The inode is gone. */
  forget(watch: Watch): void {
    const place = this.#places.get(watch.wd);
    if (place === undefined) return;
    this.#drop(place);
    if (place.name === "") this.#report({ mask: IN_IGNORED, name: "" });
  }

  #walk(name: string): Inode | null {
    const at = walkPath(this.#walker, this.#root, join(this.#path, name), 0);
    return isErrno(at) ? null : at.inode;
  }

  /** A directory that has come may have contents already, which nobody has told of. */
  #addNew(name: string): void {
    const inode = this.#walk(name);
    if (inode !== null) this.#addTree(name, inode);
  }

  #addTree(name: string, top: Inode): void {
    const rest: { name: string; inode: Inode }[] = [{ name, inode: top }];
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      if (this.#places.size >= MAX_PLACES) {
        this.#report({ mask: IN_Q_OVERFLOW, name: next.name });
        return;
      }
      this.#add(next.name, next.inode);
      if (!this.#isRecursive || !next.inode.isDirectory) continue;
      const entries = next.inode.readdir();
      for (const entry of isErrno(entries) ? [] : entries) {
        const below = join(next.name, entry.name);
        const inode = this.#walk(below);
        if (inode?.isDirectory === true) rest.push({ name: below, inode });
      }
    }
  }

  #add(name: string, inode: Inode): void {
    const watch: Watch = { file: this, wd: ++this.#lastWd, inode, mask: EVENTS };
    inode.marks ??= new InotifyMarks();
    inode.marks.watches.add(watch);
    this.#places.set(watch.wd, { name, watch });
  }

  #dropTree(name: string): void {
    for (const place of [...this.#places.values()]) {
      if (place.name === name || place.name.startsWith(`${name}/`)) this.#drop(place);
    }
  }

  #drop({ watch }: Place): void {
    const { inode } = watch;
    this.#places.delete(watch.wd);
    inode.marks?.watches.delete(watch);
    if (inode.marks?.watches.size === 0) inode.marks = null;
  }
}

function join(top: string, name: string): string {
  if (name === "") return top;
  return top === "" || top.endsWith("/") ? `${top}${name}` : `${top}/${name}`;
}

/** Directories of overlayfs: a tmpfs directory above, names of the lower directories shining through. */
import { type Errno, isErrno, S_IFMT } from "@kernelet/abi";
import type { Creation, DirectoryEntry, Inode } from "../inode.ts";
import { TmpfsDirectory } from "../tmpfs/directory.ts";
import { TmpfsInode } from "../tmpfs/inode.ts";
import { copyAttributes, copyXattrs, isUnchanged } from "./attributes.ts";
import type { OverlayFs } from "./overlay.ts";

export class OverlayDirectory extends TmpfsDirectory {
  declare readonly superblock: OverlayFs;
  /** Directories that are merged here, the uppermost first. Empty: made up here, or over something removed. */
  #lowers: readonly Inode[] = [];
  /** Names of the lower directories that are gone. */
  readonly #whiteouts: Set<string> = new Set();

  setLowers(lowers: readonly Inode[]): void {
    const [first] = lowers;
    if (first === undefined) return;
    this.#lowers = lowers;
    copyXattrs(first, this);
    copyAttributes(first, this);
    // Subdirectories of lower layers are not counted: 1 says that nlink tells nothing (as Linux's overlayfs does).
    if (lowers.length > 1) this.nlink = 1;
  }

  /** Null while something here is more than what the layers have. */
  override get lower(): Inode | null {
    const isBare = this.entries.size === 0 && this.#whiteouts.size === 0;
    return isBare ? (this.#lowers[0] ?? null) : null;
  }

  /** What is merged here, the uppermost first. */
  get below(): readonly Inode[] {
    return this.#lowers;
  }

  /** Names of the lower directories that are gone. */
  get whiteoutNames(): Iterable<string> {
    return this.#whiteouts;
  }

  hasWhiteout(name: string): boolean {
    return this.#whiteouts.has(name);
  }

  /** Names that were made here or looked up. */
  get knownEntries(): Iterable<readonly [string, Inode]> {
    return this.entries;
  }

  /** What the layers have at `name`; null: nothing. */
  lowerOf(name: string): Inode | null {
    return this.#findBelow(name)[0] ?? null;
  }

  override forget(name: string): boolean {
    const inode = this.entries.get(name);
    if (!(inode instanceof TmpfsInode)) return inode === undefined;
    const { lower } = inode;
    if (lower === null || !isUnchanged(inode, lower)) return false;
    this.entries.delete(name);
    this.superblock.nameForgotten(lower);
    for (const directory of this.#lowers) directory.forget(name);
    return true;
  }

  override get blocks(): number {
    return this.#lowers[0]?.blocks ?? 0;
  }

  protected override find(name: string): Inode | undefined {
    const known = this.entries.get(name);
    if (known !== undefined || this.#whiteouts.has(name)) return known;
    const found = this.#findBelow(name);
    if (found.length === 0) return undefined;
    const inode = this.superblock.adopt(found, this);
    if (isErrno(inode)) return undefined;
    this.entries.set(name, inode);
    return inode;
  }

  /** What the layers have at `name`: one thing, or several directories to be merged. */
  #findBelow(name: string): Inode[] {
    const found: Inode[] = [];
    for (const lower of this.#lowers) {
      const inode = lower.lookup(name);
      if (isErrno(inode)) continue;
      if (found.length > 0 && !inode.isDirectory) break;
      found.push(inode);
      if (!inode.isDirectory) break;
    }
    return found;
  }

  protected override removed(name: string): void {
    if (this.#lowers.length > 0 && !this.#whiteouts.has(name) && this.#findBelow(name).length > 0) {
      this.#whiteouts.add(name);
    }
  }

  protected override newDirectory(made: Creation): TmpfsDirectory {
    return new OverlayDirectory(this.superblock, made, this);
  }

  override mayHaveName(name: string): boolean {
    return this.entries.has(name) || !this.#whiteouts.has(name);
  }

  override get isEmpty(): boolean {
    const entries = this.readdir();
    return !isErrno(entries) && entries.length === 0;
  }

  override readdir(): readonly DirectoryEntry[] | Errno {
    const [lowest, ...others] = this.#lowers;
    if (lowest === undefined) return super.readdir();
    const isUntouched = this.entries.size === 0 && this.#whiteouts.size === 0;
    if (others.length === 0 && isUntouched) return lowest.readdir();
    const merged: Map<string, DirectoryEntry> = new Map();
    for (const lower of this.#lowers) {
      const entries = lower.readdir();
      if (isErrno(entries)) return entries;
      for (const entry of entries) {
        if (!merged.has(entry.name) && !this.#whiteouts.has(entry.name))
          merged.set(entry.name, entry);
      }
    }
    for (const [name, inode] of this.entries) {
      merged.set(name, { name, ino: inode.ino, type: (inode.mode & S_IFMT) >> 12 });
    }
    return [...merged.values()];
  }
}

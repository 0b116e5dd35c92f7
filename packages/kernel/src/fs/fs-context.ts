/** What tasks share under CLONE_FS: root, working directory, umask (Linux's fs_struct). */
import type { MountNamespace } from "./mount.ts";
import type { Path } from "./path.ts";

export class FsContext {
  namespace: MountNamespace;
  #root: Path;
  #cwd: Path;
  umask = 0o022;
  /** Tasks that use this. */
  refs = 1;

  constructor(namespace: MountNamespace, root: Path, cwd: Path) {
    this.namespace = namespace.get();
    this.#root = root;
    this.#cwd = cwd;
    root.inode.pins++;
    cwd.inode.pins++;
  }

  get root(): Path {
    return this.#root;
  }

  set root(path: Path) {
    path.inode.pins++;
    this.#root.inode.pins--;
    this.#root = path;
  }

  get cwd(): Path {
    return this.#cwd;
  }

  set cwd(path: Path) {
    path.inode.pins++;
    this.#cwd.inode.pins--;
    this.#cwd = path;
  }

  /** Changes to another mount namespace. Preconditions: nobody shares this. */
  enter(namespace: MountNamespace, root: Path, cwd: Path): void {
    const old = this.namespace;
    this.namespace = namespace.get();
    this.root = root;
    this.cwd = cwd;
    old.put();
  }

  /** For clone without CLONE_FS. */
  fork(): FsContext {
    const copy = new FsContext(this.namespace, this.root, this.cwd);
    copy.umask = this.umask;
    return copy;
  }

  addRef(): this {
    this.refs++;
    return this;
  }

  release(): void {
    if (--this.refs > 0) return;
    this.#root.inode.pins--;
    this.#cwd.inode.pins--;
    this.namespace.put();
  }
}

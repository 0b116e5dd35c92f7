/**
 * The descriptor of open_tree(2) and fsmount(2): a place, and where the mounts there are new and stand nowhere, their
 * only holder. What has not been put anywhere by move_mount(2) when it is closed goes.
 */
import { PathDescription } from "./file-description.ts";
import type { Mount } from "./mount.ts";
import { discardTree } from "./mount-tree.ts";
import type { Path } from "./path.ts";

export class DetachedTree extends PathDescription {
  /** Null: a place like any other. */
  readonly #top: Mount | null;

  constructor(path: Path, flags: number, top: Mount | null) {
    super(path, flags);
    this.#top = top;
  }

  protected override release(): void {
    this.discard();
  }

  discard(): void {
    const top = this.#top;
    if (top !== null && top.namespace === null && top.parent === null) discardTree(top);
  }
}

/** Time by path of calls. It never has more than a fixed number of nodes: what does not fit counts for its caller. */
import type { FrameKindId, ProfileFrame, ProfileTree } from "./profile-data.ts";

const MAX_NODES = 60_000;
const MAX_FRAMES = 30_000;

export class CallTree {
  readonly frames: ProfileFrame[] = [];
  readonly #frameIds: Map<string, number> = new Map();
  readonly #frame: number[] = [];
  readonly #parent: number[] = [];
  readonly #self: number[] = [];
  /** Child by its parent and frame. */
  readonly #children: Map<number, number> = new Map();

  constructor(root: ProfileFrame) {
    this.#add(-1, this.frameId(root.kind, root.name, root.object));
  }

  /** The number of a frame; one for all that differ where there are too many. */
  frameId(kind: FrameKindId, name: string, object = ""): number {
    const key = `${kind}\0${object}\0${name}`;
    const known = this.#frameIds.get(key);
    if (known !== undefined) return known;
    if (this.frames.length >= MAX_FRAMES && name !== "[other]") {
      return this.frameId(kind, "[other]");
    }
    const id = this.frames.push({ kind, name, object }) - 1;
    this.#frameIds.set(key, id);
    return id;
  }

  /** @param path frames from the outermost call to the innermost. */
  add(path: readonly number[], us: number): void {
    let node = 0;
    for (const frame of path) {
      const child = this.#childOf(node, frame);
      if (child === undefined) break;
      node = child;
    }
    this.#self[node] = (this.#self[node] as number) + us;
  }

  #childOf(parent: number, frame: number): number | undefined {
    const key = parent * 2 * MAX_FRAMES + frame;
    const known = this.#children.get(key);
    if (known !== undefined || this.#frame.length >= MAX_NODES) return known;
    const child = this.#add(parent, frame);
    this.#children.set(key, child);
    return child;
  }

  #add(parent: number, frame: number): number {
    this.#frame.push(frame);
    this.#parent.push(parent);
    this.#self.push(0);
    return this.#frame.length - 1;
  }

  get tree(): ProfileTree {
    const self = this.#self.map((us) => Math.round(us));
    return { frame: this.#frame, parent: this.#parent, self };
  }
}

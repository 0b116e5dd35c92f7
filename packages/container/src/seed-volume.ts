/**
 * What an image has at a place where a new volume is mounted goes into the volume, as docker(1) does it: files on the host that
 * belong to whoever we are, unless we are root.
 */
import fs from "node:fs";
import process from "node:process";
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from "@kernelet/abi";
import { mergeLayers, nodeAt, type TreeNode } from "@kernelet/image";

const CHUNK = 256 * 1024;

/**
 * Fills a folder that is there and empty, and whose mode and owner become the image's.
 * @param layers of the image, the lowest first.
 * @param target in the image.
 * @returns false: the image has no folder there, and nothing was done.
 */
export function seedFolder(folder: string, layers: readonly string[], target: string): boolean {
  const { root } = mergeLayers(layers.map((file) => ({ file, name: file })));
  const node = nodeAt(root, Buffer.from(target.replace(/^\//, ""), "utf8").toString("latin1"));
  if (node === undefined || node.children === null) return false;
  const seeding = new Seeding(layers);
  try {
    seeding.fill(Buffer.from(folder), node);
  } finally {
    seeding.close();
  }
  return true;
}

class Seeding {
  readonly #layers: readonly string[];
  readonly #fds: Map<number, number> = new Map();
  /** Files that have a name already. */
  readonly #named: Map<TreeNode, Buffer> = new Map();

  constructor(layers: readonly string[]) {
    this.#layers = layers;
  }

  /** Names are single ones, as merging has them, and each is new in a folder of ours: nothing leads out. */
  fill(folder: Buffer, node: TreeNode): void {
    for (const [name, child] of node.children ?? []) {
      const place = Buffer.concat([folder, Buffer.from("/"), Buffer.from(name, "latin1")]);
      this.#make(place, child.node);
    }
    this.#describe(folder, node);
  }

  #make(place: Buffer, node: TreeNode): void {
    const first = this.#named.get(node);
    if (first !== undefined) {
      fs.linkSync(first, place);
      return;
    }
    switch (node.mode & S_IFMT) {
      case S_IFDIR:
        fs.mkdirSync(place, { mode: 0o700 });
        this.fill(place, node);
        return;
      case S_IFLNK:
        fs.symlinkSync(Buffer.from(node.target, "latin1"), place);
        return;
      case S_IFREG:
        this.#named.set(node, place);
        this.#write(place, node);
        this.#describe(place, node);
        return;
      default: // Devices and FIFOs of an image are nothing for the host.
    }
  }

  #write(place: Buffer, { dataLayer, dataOff, stored, sparse, size }: TreeNode): void {
    const into = fs.openSync(place, "wx", 0o600);
    try {
      let data = dataOff;
      for (const { off, len } of sparse ?? [{ off: 0, len: stored }]) {
        this.#copy(into, off, { layer: dataLayer, data, len });
        data += len;
      }
      fs.ftruncateSync(into, size);
    } finally {
      fs.closeSync(into);
    }
  }

  #copy(
    into: number,
    off: number,
    { layer, data, len }: { readonly layer: number; readonly data: number; readonly len: number },
  ): void {
    const from = this.#fds.get(layer) ?? fs.openSync(this.#layers[layer] ?? "", "r");
    this.#fds.set(layer, from);
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK, len));
    for (let at = 0; at < len; ) {
      const n = fs.readSync(from, chunk, 0, Math.min(CHUNK, len - at), data + at);
      if (n === 0) throw new Error("a layer is shorter than it was");
      for (let done = 0; done < n; ) {
        done += fs.writeSync(into, chunk, done, n - done, off + at + done);
      }
      at += n;
    }
  }

  /** Without setuid bits: whose they would be is not who they were. */
  #describe(place: Buffer, { mode, uid, gid, mtimeSec, mtimeNsec }: TreeNode): void {
    if (process.geteuid?.() === 0) fs.chownSync(place, uid, gid);
    fs.chmodSync(place, mode & 0o1777);
    const mtime = mtimeSec + mtimeNsec / 1e9;
    fs.utimesSync(place, mtime, mtime);
  }

  close(): void {
    for (const fd of this.#fds.values()) fs.closeSync(fd);
  }
}

/** A host in memory for tests: folders that are plain maps, clocks that stand still, output that is kept. */
import {
  DT_DIR,
  DT_LNK,
  DT_REG,
  EEXIST,
  EINVAL,
  EISDIR,
  ENOENT,
  ENOTDIR,
  ENOTEMPTY,
  type Errno,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
} from "@kernelet/abi";
import type { Host, HostDirent, HostFolder, HostStat } from "../host.ts";
import type { HostNetwork } from "../host-network.ts";

/** A string is a file's contents, `{ to }` a symbolic link, another object a directory. */
export type Tree = { readonly [name: string]: string | { readonly to: string } | Tree };

interface Node {
  mode: number;
  readonly ino: number;
  nlink: number;
  data: Uint8Array;
  target: string;
  readonly children: Map<string, Node>;
}

export class MemoryHost implements Host {
  /** What was written to streams 1 and 2. */
  readonly output: string[] = ["", "", ""];
  readonly requested: number[] = [];
  readonly log: (level: string, message: string) => void = () => {};
  isRaw = false;
  network: HostNetwork | undefined = undefined;
  nowMs = 1_700_000_000_000;
  readonly #open: Map<number, Node> = new Map();
  #nextHandle = 3;
  #nextIno = 100;

  folder(tree: Tree, writable = false): MemoryFolder {
    return new MemoryFolder(this, this.#build(tree), writable);
  }

  #build(tree: Tree): Node {
    const node = this.newNode(S_IFDIR | 0o755);
    for (const [name, what] of Object.entries(tree)) {
      if (typeof what === "string") {
        const file = this.newNode(S_IFREG | 0o644);
        file.data = new TextEncoder().encode(what);
        node.children.set(name, file);
      } else if (typeof what.to === "string") {
        const link = this.newNode(S_IFLNK | 0o777);
        link.target = what.to;
        node.children.set(name, link);
      } else {
        node.children.set(name, this.#build(what as Tree));
      }
    }
    return node;
  }

  newNode(mode: number): Node {
    return {
      mode,
      nlink: 1,
      ino: this.#nextIno++,
      data: new Uint8Array(0),
      target: "",
      children: new Map(),
    };
  }

  openNode(node: Node): number {
    this.#open.set(this.#nextHandle, node);
    return this.#nextHandle++;
  }

  get openHandles(): number {
    return this.#open.size;
  }

  monotonicNs(): number {
    return this.nowMs * 1e6;
  }
  realtimeMs(): number {
    return this.nowMs;
  }
  entropy(into: Uint8Array): void {
    into.fill(0x5a);
  }
  pread(handle: number, into: Uint8Array, off: number): number {
    const data = this.#open.get(handle)?.data ?? new Uint8Array(0);
    const part = data.subarray(off, off + into.length);
    into.set(part);
    return part.length;
  }
  pwrite(handle: number, from: Uint8Array, off: number): number {
    const node = this.#open.get(handle) as Node;
    if (off + from.length > node.data.length) this.ftruncate(handle, off + from.length);
    node.data.set(from, off);
    return from.length;
  }
  ftruncate(handle: number, size: number): 0 {
    const node = this.#open.get(handle) as Node;
    const data = new Uint8Array(size);
    data.set(node.data.subarray(0, size));
    node.data = data;
    return 0;
  }
  fstat(handle: number): HostStat {
    return statOf(this.#open.get(handle) as Node);
  }
  fsync(): 0 {
    return 0;
  }
  close(handle: number): void {
    this.#open.delete(handle);
  }
  writeStream(stream: number, bytes: Uint8Array): number {
    this.output[stream] += new TextDecoder().decode(bytes);
    return bytes.length;
  }
  requestInput(stream: number): void {
    this.requested.push(stream);
  }
  setTerminalRaw(raw: boolean): void {
    this.isRaw = raw;
  }
}

function statOf(node: Node): HostStat {
  return {
    ino: node.ino,
    dev: 1,
    mode: node.mode,
    nlink: node.nlink,
    uid: 0,
    gid: 0,
    rdev: 0,
    size: node.target !== "" ? node.target.length : node.data.length,
    blocks: 8,
    atimeSec: 1000,
    atimeNsec: 0,
    mtimeSec: 1000,
    mtimeNsec: 0,
    ctimeSec: 1000,
    ctimeNsec: 0,
  };
}

const TYPES = new Map([
  [S_IFDIR, DT_DIR],
  [S_IFREG, DT_REG],
  [S_IFLNK, DT_LNK],
]);

export class MemoryFolder implements HostFolder {
  readonly writable: boolean;
  readonly #host: MemoryHost;
  readonly #root: Node;
  /** Paths that were asked for, to see what is cached. */
  readonly asked: string[] = [];

  constructor(host: MemoryHost, root: Node, writable: boolean) {
    this.#host = host;
    this.#root = root;
    this.writable = writable;
  }

  #find(path: string): Node | undefined {
    let node: Node | undefined = this.#root;
    for (const name of path.split("/")) {
      if (name === "..") throw new Error(`the kernel asked for ${path}`);
      if (name !== "") node = node?.children.get(name);
    }
    return node;
  }

  #parent(path: string): [Node | undefined, string] {
    const slash = path.lastIndexOf("/");
    return [this.#find(path.slice(0, Math.max(slash, 0))), path.slice(slash + 1)];
  }

  lstat(path: string): HostStat | Errno {
    this.asked.push(path);
    const node = this.#find(path);
    return node === undefined ? ENOENT : statOf(node);
  }
  readlink(path: string): string | Errno {
    return this.#find(path)?.target ?? ENOENT;
  }
  readdir(path: string): readonly HostDirent[] | Errno {
    const node = this.#find(path);
    if (node === undefined) return ENOENT;
    return [...node.children].map(([name, child]) => ({
      name,
      type: TYPES.get(child.mode & 0o170000) ?? 0,
    }));
  }
  open(path: string): number {
    const node = this.#find(path);
    if (node === undefined) return ENOENT;
    return (node.mode & 0o170000) === S_IFREG ? this.#host.openNode(node) : EISDIR;
  }
  create(path: string, mode: number): number {
    const node = this.#add(path, S_IFREG | mode);
    return typeof node === "number" ? node : this.#host.openNode(node);
  }
  #add(path: string, mode: number): Node | Errno {
    const [parent, name] = this.#parent(path);
    if (parent === undefined) return ENOENT;
    if (parent.children.has(name)) return EEXIST;
    const node = this.#host.newNode(mode);
    parent.children.set(name, node);
    return node;
  }
  mkdir(path: string, mode: number): 0 | Errno {
    const node = this.#add(path, S_IFDIR | mode);
    return typeof node === "number" ? node : 0;
  }
  unlink(path: string): 0 | Errno {
    const [parent, name] = this.#parent(path);
    const node = parent?.children.get(name);
    if (parent === undefined || node === undefined) return ENOENT;
    node.nlink--;
    parent.children.delete(name);
    return 0;
  }
  rmdir(path: string): 0 | Errno {
    const node = this.#find(path);
    if (node === undefined) return ENOENT;
    if ((node.mode & 0o170000) !== S_IFDIR) return ENOTDIR;
    return node.children.size > 0 ? ENOTEMPTY : this.unlink(path);
  }
  rename(from: string, to: string): 0 | Errno {
    const node = this.#find(from);
    const [parent, name] = this.#parent(to);
    if (node === undefined || parent === undefined) return ENOENT;
    this.unlink(from);
    node.nlink++;
    parent.children.set(name, node);
    return 0;
  }
  symlink(target: string, path: string): 0 | Errno {
    const node = this.#add(path, S_IFLNK | 0o777);
    if (typeof node === "number") return node;
    node.target = target;
    return 0;
  }
  link(from: string, to: string): 0 | Errno {
    const node = this.#find(from);
    const [parent, name] = this.#parent(to);
    if (node === undefined || parent === undefined) return ENOENT;
    node.nlink++;
    parent.children.set(name, node);
    return 0;
  }
  chmod(path: string, mode: number): 0 | Errno {
    const node = this.#find(path);
    if (node === undefined) return ENOENT;
    node.mode = (node.mode & 0o170000) | mode;
    return 0;
  }
  chown(): 0 {
    return 0;
  }
  utimes(path: string): 0 | Errno {
    return this.#find(path) === undefined ? EINVAL : 0;
  }
}

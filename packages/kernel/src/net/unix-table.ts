/** All unix sockets: bound ones by the inode at their path or by abstract name, and those in flight. */
import type { Inode } from "../fs/inode.ts";
import type { UnixSocket } from "./unix.ts";

export class UnixTable {
  readonly #byInode: Map<Inode, UnixSocket> = new Map();
  readonly #byName: Map<string, UnixSocket> = new Map();
  #nextAutobind = 0;
  /** All that are open, in the order in which they were made. */
  readonly sockets: Set<UnixSocket> = new Set();
  /** Those that messages carry. */
  readonly inFlight: Set<UnixSocket> = new Set();

  atInode(inode: Inode): UnixSocket | undefined {
    return this.#byInode.get(inode);
  }

  byName(name: string): UnixSocket | undefined {
    return this.#byName.get(name);
  }

  bindInode(inode: Inode, socket: UnixSocket): void {
    this.#byInode.set(inode, socket);
    socket.boundInode = inode;
  }

  /** @returns false if the name is taken. */
  bindName(name: string, socket: UnixSocket): boolean {
    if (this.#byName.has(name)) return false;
    this.#byName.set(name, socket);
    return true;
  }

  /** A free abstract name of five hexadecimal digits: unix(7), "Autobind feature". */
  autobind(socket: UnixSocket): string {
    for (;;) {
      const name = (this.#nextAutobind++ & 0xfffff).toString(16).padStart(5, "0");
      if (this.bindName(name, socket)) return name;
    }
  }

  remove(socket: UnixSocket): void {
    this.sockets.delete(socket);
    if (socket.boundInode !== null) this.#byInode.delete(socket.boundInode);
    if (socket.address.kind === "abstract" && this.#byName.get(socket.address.name) === socket) {
      this.#byName.delete(socket.address.name);
    }
  }
}

/** All unix sockets: bound ones by the inode at their path or by abstract name, and those in flight. */
import type { Inode } from "../fs/inode.ts";
import type { NetNamespace } from "../kernel/namespaces/net-namespace.ts";
import type { CarriedSocket } from "./carried-socket.ts";
import type { UnixSocket } from "./unix.ts";

export class UnixTable {
  readonly #byInode: Map<Inode, UnixSocket> = new Map();
  /** Abstract names belong to a network namespace (network_namespaces(7)), and each type of socket has its own. */
  readonly #byName: WeakMap<NetNamespace, Map<string, UnixSocket>> = new WeakMap();
  #nextAutobind = 0;
  /** All that are open, in the order in which they were made. */
  readonly sockets: Set<UnixSocket> = new Set();
  /** Those that messages carry. */
  readonly inFlight: Set<CarriedSocket> = new Set();

  atInode(inode: Inode): UnixSocket | undefined {
    return this.#byInode.get(inode);
  }

  /** The socket with an abstract name that `socket` can reach. */
  byName(socket: UnixSocket, name: string): UnixSocket | undefined {
    return this.#byName.get(socket.namespace)?.get(keyOf(socket, name));
  }

  bindInode(inode: Inode, socket: UnixSocket): void {
    this.#byInode.set(inode, socket);
    socket.boundInode = inode;
  }

  /** @returns false if the name is taken. */
  bindName(name: string, socket: UnixSocket): boolean {
    const { namespace } = socket;
    let names = this.#byName.get(namespace);
    if (names === undefined) {
      names = new Map();
      this.#byName.set(namespace, names);
    }
    const key = keyOf(socket, name);
    if (names.has(key)) return false;
    names.set(key, socket);
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
    const { address, namespace } = socket;
    if (address.kind !== "abstract") return;
    const names = this.#byName.get(namespace);
    const key = keyOf(socket, address.name);
    if (names?.get(key) === socket) names.delete(key);
  }
}

function keyOf(socket: UnixSocket, name: string): string {
  return `${socket.type}:${name}`;
}

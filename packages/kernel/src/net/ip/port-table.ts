/**
 * Who has which port of one protocol in one network namespace: inet_csk_get_port(), udp_lib_get_port(). Plain maps;
 * what a bind collides with is the rule of `isConflict`.
 */
import { EADDRINUSE, EAGAIN, type Errno, SO_REUSEADDR, SO_REUSEPORT } from "@kernelet/abi";
import type { InetSocket } from "../inet-socket.ts";
import type { IpAddress } from "./ip-address.ts";

/** net.ipv4.ip_local_port_range. */
const FIRST_EPHEMERAL = 32_768;
const LAST_EPHEMERAL = 60_999;

/** A connection that is over, whose port must not serve another for a minute: TIME_WAIT. */
export interface TimeWait {
  readonly family: number;
  readonly local: IpAddress;
  readonly localPort: number;
  readonly peer: IpAddress;
  readonly peerPort: number;
  readonly isReusable: boolean;
  readonly untilNs: number;
}

/** ipv4_rcv_saddr_equal(), ipv6_rcv_saddr_equal(): both would hear of one packet. */
function areOverlapping(a: InetSocket, b: InetSocket): boolean {
  const one = a.local;
  const other = b.local;
  if (one.isV4 && other.isV4) {
    if (b.isV6Only) return false;
    return one.isAny || other.isAny || one.equals(other);
  }
  if (one.isAny && other.isAny && !one.isV4 && !other.isV4) return true;
  if (other.isAny && !other.isV4 && !(b.isV6Only && one.isV4)) return true;
  if (one.isAny && !one.isV4 && !(a.isV6Only && other.isV4)) return true;
  return one.equals(other);
}

export class PortTable<S extends InetSocket = InetSocket> {
  readonly #byPort: Map<number, Set<S>> = new Map();
  readonly #timeWaits: Map<number, TimeWait[]> = new Map();
  #next = 0;

  at(port: number): ReadonlySet<S> | undefined {
    return this.#byPort.get(port);
  }

  add(socket: S, port: number): void {
    let sockets = this.#byPort.get(port);
    if (sockets === undefined) {
      sockets = new Set();
      this.#byPort.set(port, sockets);
    }
    sockets.add(socket);
  }

  remove(socket: S, port: number): void {
    const sockets = this.#byPort.get(port);
    sockets?.delete(socket);
    if (sockets?.size === 0) this.#byPort.delete(port);
  }

  *timeWaits(nowNs: number): IterableIterator<TimeWait> {
    for (const port of [...this.#timeWaits.keys()]) yield* this.#waitingAt(port, nowNs);
  }

  addTimeWait(wait: TimeWait): void {
    const waits = this.#timeWaits.get(wait.localPort);
    if (waits === undefined) this.#timeWaits.set(wait.localPort, [wait]);
    else waits.push(wait);
  }

  #waitingAt(port: number, nowNs: number): readonly TimeWait[] {
    const waits = this.#timeWaits.get(port);
    if (waits === undefined) return [];
    const left = waits.filter(({ untilNs }) => untilNs > nowNs);
    if (left.length === 0) this.#timeWaits.delete(port);
    else if (left.length < waits.length) this.#timeWaits.set(port, left);
    return left;
  }

  /** Whether `socket` may not have `port`. */
  isTaken(socket: S, port: number, nowNs: number): boolean {
    for (const other of this.#byPort.get(port) ?? []) {
      if (other !== socket && isConflict(socket, other) && areOverlapping(socket, other))
        return true;
    }
    const mayReuse = (socket.options.get(SO_REUSEADDR) ?? 0) !== 0;
    for (const wait of this.#waitingAt(port, nowNs)) {
      if (mayReuse && wait.isReusable) continue;
      if (socket.local.isAny || socket.local.equals(wait.local)) return true;
    }
    return false;
  }

  /** A port that nobody else has. @param start where to begin to look: random, so that nobody can guess. */
  choose(socket: S, start: number, nowNs: number): number | Errno {
    const count = LAST_EPHEMERAL - FIRST_EPHEMERAL + 1;
    if (this.#next === 0) this.#next = start % count;
    for (let tries = 0; tries < count; tries++) {
      const port = FIRST_EPHEMERAL + (this.#next++ % count);
      if (this.#byPort.has(port) || this.#waitingAt(port, nowNs).length > 0) continue;
      return port;
    }
    // All are in use: one that can be shared is as good.
    for (let port = FIRST_EPHEMERAL; port <= LAST_EPHEMERAL; port++) {
      if (!this.isTaken(socket, port, nowNs)) return port;
    }
    return socket.isStream ? EADDRINUSE : EAGAIN;
  }
}

/** inet_bind_conflict(): two that overlap may share a port only if both have said so. */
function isConflict(socket: InetSocket, other: InetSocket): boolean {
  const deviceA = socket.boundDevice;
  const deviceB = other.boundDevice;
  if (deviceA !== 0 && deviceB !== 0 && deviceA !== deviceB) return false;
  const isSet = (sock: InetSocket, option: number) => (sock.options.get(option) ?? 0) !== 0;
  if (isSet(socket, SO_REUSEADDR) && isSet(other, SO_REUSEADDR) && !other.isListening) return false;
  const sharesPort = isSet(socket, SO_REUSEPORT) && isSet(other, SO_REUSEPORT);
  return !sharesPort || socket.ownerUid !== other.ownerUid;
}

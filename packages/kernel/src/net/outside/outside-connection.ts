/**
 * A TCP connection whose other side is outside: the far end of a socket here, and a handle of the host's. It outlives its
 * socket until the host has sent what it took.
 *
 *   socket ── deliver, pull ─▶ [inFlight: taken by the host, not gone] ─▶ host
 *   socket ◀─ deliver ─ [held: came, and found no room] ◀─ request, received ─ host
 */
import {
  ECONNREFUSED,
  ECONNRESET,
  type Errno,
  SO_KEEPALIVE,
  TCP_KEEPIDLE,
  TCP_SYN_SENT,
} from "@kernelet/abi";
import type { IpAddress } from "../ip/ip-address.ts";
import { ARRIVED } from "../socket-events.ts";
import { admitTcp } from "../tcp/tcp-connect.ts";
import type { Admission, TcpFarEnd, TcpSocket } from "../tcp/tcp-socket.ts";
import { fromHost, planOf } from "./address-plan.ts";
import type { Outside } from "./outside.ts";

/** Most that the host has of what it could not send yet. */
const WINDOW = 262_144;
const WINDOW_UNDER_PRESSURE = 16_384;
/** What the host needs to remember one piece: many small ones must not cost it more than the window says. */
const PIECE_COST = 512;
const DEFAULT_KEEP_IDLE_SEC = 7200;

/** Of a connection that came from outside: how it looks inside. */
export interface Arrival {
  readonly to: IpAddress;
  readonly port: number;
  readonly from: IpAddress;
  readonly fromPort: number;
}

export class OutsideConnection implements TcpFarEnd, Admission {
  readonly #outside: Outside;
  readonly handle: number;
  /** null: it waits for a listener to take it, or the socket is through with it. */
  sock: TcpSocket | null;
  readonly #arrival: Arrival | null;
  /** The handle is gone. */
  #isClosed = false;
  #isConnected = false;
  /** Bytes that the host has taken and not sent, and what keeping them costs. */
  inFlight = 0;
  #held: Uint8Array | null = null;
  #isRequested = false;
  /** The other side's FIN has come; the socket knows. */
  #hasEnded = false;
  #hasToldEnd = false;
  #hasSentFin = false;

  constructor(
    outside: Outside,
    handle: number,
    sock: TcpSocket | null,
    arrival: Arrival | null = null,
  ) {
    this.#outside = outside;
    this.handle = handle;
    this.sock = sock;
    this.#arrival = arrival;
  }

  // From the socket.

  get window(): number {
    if (!this.#isConnected || this.#isClosed) return 0;
    const { isUnderPressure } = this.#outside.kernel.tcpMemory;
    const most = isUnderPressure ? WINDOW_UNDER_PRESSURE : WINDOW;
    return Math.max(0, most - this.inFlight - PIECE_COST);
  }

  deliver(bytes: Uint8Array): void {
    this.#outside.gathering.send(this, bytes);
  }

  pull(sender: TcpSocket): void {
    this.#outside.gathering.flush();
    const { piece } = this.#outside;
    for (;;) {
      const n = Math.min(sender.unsent.length, this.window, piece.length);
      if (n === 0) return;
      const bytes = piece.subarray(0, n);
      sender.unsent.take(bytes);
      sender.unsentUrgent = Math.max(-1, sender.unsentUrgent - n);
      this.#sendPiece(bytes);
    }
  }

  sendNow(bytes: Uint8Array): void {
    const most = this.#outside.piece.length;
    if (bytes.length <= most) {
      this.#sendPiece(bytes);
      return;
    }
    for (let at = 0; at < bytes.length; at += most) this.#sendPiece(bytes.subarray(at, at + most));
  }

  #sendPiece(bytes: Uint8Array): void {
    this.#outside.countSent(bytes.length);
    const isGone = this.#outside.network.send(this.handle, bytes);
    if (!isGone) this.#count(bytes.length + PIECE_COST);
  }

  #count(change: number): void {
    this.inFlight += change;
    this.#outside.kernel.tcpMemory.used += change;
  }

  /** Node cannot mark a byte as urgent: it goes as one of many, as with SO_OOBINLINE. */
  urgent(_after: number): void {}

  fin(): void {
    this.#hasSentFin = true;
    this.#outside.gathering.flush();
    if (!this.#isClosed) this.#outside.network.shutdown(this.handle);
    this.#letGo();
  }

  reset(): void {
    this.#outside.gathering.flush();
    if (!this.#isClosed) this.#outside.network.reset(this.handle);
    this.#close();
    this.sock = null;
  }

  windowOpened(): void {
    this.#flow();
  }

  /** SO_KEEPALIVE is the host's to do. TCP_NODELAY and TCP_CORK are not told: nothing is delayed longer than a slice. */
  peerOptionsChanged(): void {
    const { sock } = this;
    if (sock === null || this.#isClosed || !this.#isConnected) return;
    const { network } = this.#outside;
    const isAlive = (sock.options.get(SO_KEEPALIVE) ?? 0) !== 0;
    network.setKeepAlive(this.handle, isAlive, sock.tcp.get(TCP_KEEPIDLE) ?? DEFAULT_KEEP_IDLE_SEC);
  }

  // From the listener that the connection waits for.

  admit(listener: TcpSocket): void {
    if (this.#isClosed || this.#arrival === null) return;
    const { to, port, from, fromPort } = this.#arrival;
    this.sock = admitTcp(
      this.#outside.maker,
      listener,
      { local: to, port, peer: { address: from, port: fromPort, scope: 0 } },
      this,
    );
    this.connected();
    listener.queue.wake(ARRIVED);
  }

  refuse(): void {
    this.reset();
  }

  // From the host.

  connected(): void {
    const { sock } = this;
    if (sock === null) return;
    this.#isConnected = true;
    if (this.#arrival === null) sock.establish(this);
    this.peerOptionsChanged();
    this.#flow();
  }

  received(bytes: Uint8Array | null): void {
    this.#isRequested = false;
    if (bytes === null) this.#hasEnded = true;
    else {
      this.#outside.countReceived(bytes.length);
      this.#held = bytes;
    }
    this.#flow();
  }

  sent(count: number): void {
    this.#count(-(count + PIECE_COST));
    this.sock?.windowOpened();
  }

  closed(why: 0 | Errno): void {
    this.#close();
    const { sock } = this;
    if (sock === null) return;
    if (sock.state === TCP_SYN_SENT) {
      this.sock = null;
      sock.failConnect(why === 0 ? ECONNREFUSED : why);
    } else if (why !== 0 || !this.#hasEnded) {
      this.sock = null;
      sock.reset(why === 0 ? ECONNRESET : why);
    } else {
      // What is held still has to be read, and the FIN stands behind it.
      this.#flow();
    }
  }

  /** Everything ends: nobody will hear of it any more. */
  abandon(): void {
    const { sock } = this;
    this.sock = null;
    this.#close();
    sock?.done();
  }

  /** Hands on what came as far as there is room, and asks for more. */
  #flow(): void {
    const { sock } = this;
    if (sock === null) return;
    while (this.#held !== null) {
      const { window } = sock;
      if (window <= 0) return;
      const bytes = this.#held;
      this.#held = bytes.length > window ? bytes.subarray(window) : null;
      sock.deliver(bytes.subarray(0, window));
      // Nobody wants it: the socket has reset us.
      if (this.sock === null) return;
    }
    if (this.#hasEnded) {
      if (this.#hasToldEnd) return;
      this.#hasToldEnd = true;
      sock.fin();
      this.#letGo();
    } else if (!this.#isRequested && !this.#isClosed && sock.window > 0) {
      this.#isRequested = true;
      this.#outside.network.request(this.handle);
    }
  }

  /** After both FINs the socket is through. */
  #letGo(): void {
    if (this.#hasSentFin && this.#hasToldEnd) this.sock = null;
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#held = this.#hasEnded ? this.#held : null;
    this.#count(-this.inFlight);
    this.#outside.gathering.forget(this);
    this.#outside.connections.delete(this.handle);
  }

  // Waiting at the end.

  /** Whether bytes that a program has written are still here. */
  get isSending(): boolean {
    return this.inFlight > 0 || (this.sock !== null && this.sock.unsent.length > 0);
  }
}

/** How somebody outside looks to a listener at `to`: from this machine, or of the other version, as the gateway. */
export function shownPeer(to: IpAddress, from: IpAddress): IpAddress {
  return to.isV4 === from.isV4 ? fromHost(from) : planOf(to).gateway;
}

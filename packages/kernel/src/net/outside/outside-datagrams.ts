/**
 * UDP outside. A socket here has a flow for each peer that it speaks with: a socket of the host's that hears nobody else,
 * and tells when a message did not arrive. Who sends to a published port is remembered, so that the answer finds back.
 */
import { ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, type Errno, isErrno } from "@kernelet/abi";
import type { HostEndpoint } from "../../host-network.ts";
import { DEFAULT_TTL } from "../ip/ip-settings.ts";
import type { Endpoint } from "../ip/sockaddr.ts";
import { deliverUdp } from "../udp/udp-send.ts";
import type { UdpSocket } from "../udp/udp-socket.ts";
import { isNameServer, PLAN4, PLAN6, planOf, toHost } from "./address-plan.ts";
import type { Outside } from "./outside.ts";
import { shownPeer } from "./outside-connection.ts";

/** Peers of one socket; one more takes the place of whoever was not spoken to for longest. */
const MOST_FLOWS = 32;
/** Peers of all published ports, likewise. */
const MOST_PEERS = 4096;

interface Flow {
  readonly handle: number;
  readonly sock: UdpSocket;
  /** As it looks inside. */
  readonly to: Endpoint;
  /** The last that was sent: an error tells of it. */
  last: Uint8Array;
}

/** Somebody who has sent to a published port. */
interface Peer {
  readonly port: number;
  readonly endpoint: HostEndpoint;
}

export class OutsideDatagrams {
  readonly #outside: Outside;
  readonly #flows: Map<number, Flow> = new Map();
  /** Of each socket, by peer, in the order of their use. */
  readonly #bySocket: Map<UdpSocket, Map<string, Flow>> = new Map();
  /** By the port inside and how the peer looks inside, in the order of their use. */
  readonly #peers: Map<string, Peer> = new Map();

  constructor(outside: Outside) {
    this.#outside = outside;
  }

  send(sock: UdpSocket, to: Endpoint, bytes: Uint8Array): 0 | Errno {
    const { network, dns } = this.#outside;
    // UDP-Lite does not leave this kernel.
    if (sock.isLite) return 0;
    this.#outside.countSent(bytes.length);
    if (isNameServer(to)) {
      dns.query(bytes, { kind: "datagram", sock, server: to });
      return 0;
    }
    const peer = this.#peers.get(peerKey(sock.localPort, to));
    if (peer !== undefined) {
      network.answerDatagram(peer.port, peer.endpoint, bytes);
      return 0;
    }
    const flow = this.#flowTo(sock, to);
    if (isErrno(flow)) return flow;
    flow.last = bytes;
    network.sendDatagram(flow.handle, bytes);
    return 0;
  }

  #flowTo(sock: UdpSocket, to: Endpoint): Flow | Errno {
    let flows = this.#bySocket.get(sock);
    const key = peerName(to);
    const known = flows?.get(key);
    if (flows !== undefined && known !== undefined) {
      flows.delete(key);
      flows.set(key, known);
      return known;
    }
    const handle = this.#outside.network.openFlow({
      address: toHost(to.address),
      port: to.port,
    });
    if (handle < 0) return handle as Errno;
    if (flows === undefined) {
      flows = new Map();
      this.#bySocket.set(sock, flows);
    }
    const flow: Flow = { handle, sock, to, last: new Uint8Array(0) };
    flows.set(key, flow);
    this.#flows.set(handle, flow);
    if (flows.size > MOST_FLOWS) {
      const oldestKey = firstKey(flows);
      const oldest = flows.get(oldestKey);
      flows.delete(oldestKey);
      if (oldest !== undefined) this.#close(oldest);
    }
    return flow;
  }

  #close({ handle }: Flow): void {
    this.#flows.delete(handle);
    this.#outside.network.closeFlow(handle);
  }

  /** The socket goes. */
  release(sock: UdpSocket): void {
    for (const flow of this.#bySocket.get(sock)?.values() ?? []) this.#close(flow);
    this.#bySocket.delete(sock);
  }

  // From the host.

  received(handle: number, bytes: Uint8Array): void {
    const flow = this.#flows.get(handle);
    if (flow === undefined) return;
    const { sock, to } = flow;
    this.#outside.countReceived(bytes.length);
    // It may have been connected to another meanwhile.
    if (!sock.hearsFrom(to)) return;
    sock.deliver({ bytes, from: to, info: this.#info(sock.source, sock.localPort) });
  }

  #info(to: Endpoint["address"], port: number) {
    const { device, kernel } = this.#outside;
    const realtimeMs = kernel.clock.realtimeMs();
    const own = to.isAny ? planOf(to).own : to;
    return { to: own, port, device: device.index, ttl: DEFAULT_TTL, tos: 0, realtimeMs };
  }

  failed(handle: number, why: Errno): void {
    const flow = this.#flows.get(handle);
    if (flow === undefined) return;
    const { sock, to, last } = flow;
    if (!sock.hearsFrom(to)) return;
    sock.refused(why, {
      errno: why,
      ...icmpOf(why, to.address.isV4),
      offender: to.address,
      to,
      payload: last,
    });
  }

  closed(handle: number): void {
    const flow = this.#flows.get(handle);
    if (flow === undefined) return;
    this.#flows.delete(handle);
    this.#bySocket.get(flow.sock)?.delete(peerName(flow.to));
  }

  arrived(port: number, guestPort: number, from: HostEndpoint, bytes: Uint8Array): void {
    const { stack } = this.#outside;
    const plans = from.address.isV4 ? [PLAN4, PLAN6] : [PLAN6, PLAN4];
    this.#outside.countReceived(bytes.length);
    for (const to of plans.flatMap(({ own, loopback }) => [own, loopback])) {
      const shown = { address: shownPeer(to, from.address), port: from.port, scope: 0 };
      const target = { address: to, port: guestPort, scope: 0 };
      const datagram = { bytes, from: shown, info: this.#info(to, guestPort) };
      if (!deliverUdp(stack.udpPorts, target, datagram)) continue;
      const key = peerKey(guestPort, shown);
      this.#peers.delete(key);
      this.#peers.set(key, { port, endpoint: from });
      if (this.#peers.size > MOST_PEERS) this.#peers.delete(firstKey(this.#peers));
      return;
    }
  }
}

function firstKey(map: ReadonlyMap<string, unknown>): string {
  for (const key of map.keys()) return key;
  return "";
}

function peerName({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}

function peerKey(port: number, peer: Endpoint): string {
  return `${port} ${peerName(peer)}`;
}

/** Type and code of the message that brings such an error. */
function icmpOf(why: Errno, isV4: boolean): { readonly type: number; readonly code: number } {
  const type = isV4 ? 3 : 1;
  switch (why) {
    case ECONNREFUSED:
      return { type, code: isV4 ? 3 : 4 };
    case EHOSTUNREACH:
      return { type, code: isV4 ? 1 : 3 };
    case ENETUNREACH:
      return { type, code: 0 };
    default:
      return { type, code: isV4 ? 13 : 1 };
  }
}

/** NETLINK_SOCK_DIAG: sock_diag(7), net/ipv4/inet_diag.c. A list of a namespace's TCP and UDP sockets, for ss(8). */
import {
  AF_INET,
  AF_INET6,
  EINVAL,
  ENOENT,
  EOPNOTSUPP,
  type Errno,
  INET_DIAG_MSG,
  INET_DIAG_REQ_V2,
  INET_DIAG_SOCKID,
  SOCK_DIAG_BY_FAMILY,
  TCP_CLOSE,
  TCP_ESTABLISHED,
  TCP_LISTEN,
} from "@kernelet/abi";
import type { InetSocket } from "../inet-socket.ts";
import type { IpAddress } from "../ip/ip-address.ts";
import type { NetStack } from "../ip/net-stack.ts";
import type { TcpSocket } from "../tcp/tcp-socket.ts";
import type { UdpSocket } from "../udp/udp-socket.ts";
import type { Answer, NetlinkHandler } from "./handler.ts";
import { parseAttributes } from "./message.ts";

/** Families have smaller numbers. */
const AF_MAX = 46;
/** INET_DIAG_REQ_PROTOCOL. */
const REQ_PROTOCOL = 3;
const BOUND_INACTIVE = 13;

/** Of a socket that is not TCP's: connected or not. */
function stateOf(sock: InetSocket): number {
  if (sock.isStream) return sock.state;
  return sock.peer === null ? TCP_CLOSE : TCP_ESTABLISHED;
}

/** TCP_BOUND_INACTIVE: a stream that has a port and nothing else is asked for by a bit of its own. */
function stateBit(sock: InetSocket): number {
  const isBoundOnly = sock.isStream && sock.state === TCP_CLOSE;
  return 1 << (isBoundOnly ? BOUND_INACTIVE : stateOf(sock));
}

function isListed(sock: InetSocket): boolean {
  return sock.localPort !== 0;
}

function putAddress(id: Uint8Array, at: number, address: IpAddress, isV6: boolean): void {
  id.set(isV6 ? address.bytes16() : address.bytes4(), at);
}

function queues(sock: InetSocket): readonly [received: number, sending: number] {
  if (!sock.isStream) return [(sock as UdpSocket).allocated, 0];
  const tcp = sock as TcpSocket;
  return tcp.state === TCP_LISTEN
    ? [tcp.toAccept.length, tcp.backlog]
    : [tcp.received.length, tcp.unsent.length];
}

function body(sock: InetSocket): Uint8Array {
  const bytes = new Uint8Array(INET_DIAG_MSG.size);
  const view = new DataView(bytes.buffer);
  bytes[INET_DIAG_MSG.idiag_family] = sock.family;
  bytes[INET_DIAG_MSG.idiag_state] = stateOf(sock);
  const id = bytes.subarray(INET_DIAG_MSG.id, INET_DIAG_MSG.id + INET_DIAG_SOCKID.size);
  view.setUint16(INET_DIAG_MSG.id + INET_DIAG_SOCKID.idiag_sport, sock.localPort);
  view.setUint16(INET_DIAG_MSG.id + INET_DIAG_SOCKID.idiag_dport, sock.peer?.port ?? 0);
  putAddress(id, INET_DIAG_SOCKID.idiag_src, sock.local, sock.isV6);
  if (sock.peer !== null) putAddress(id, INET_DIAG_SOCKID.idiag_dst, sock.peer.address, sock.isV6);
  view.setUint32(INET_DIAG_MSG.id + INET_DIAG_SOCKID.idiag_if, sock.boundDevice, true);
  view.setUint32(INET_DIAG_MSG.id + INET_DIAG_SOCKID.idiag_cookie, sock.inode.ino, true);
  const [received, sending] = queues(sock);
  view.setUint32(INET_DIAG_MSG.idiag_rqueue, received, true);
  view.setUint32(INET_DIAG_MSG.idiag_wqueue, sending, true);
  view.setUint32(INET_DIAG_MSG.idiag_uid, sock.inode.uid, true);
  view.setUint32(INET_DIAG_MSG.idiag_inode, sock.inode.ino, true);
  return bytes;
}

/** @param request what follows the header of the message. */
function dump(stack: NetStack, request: Uint8Array): readonly Answer[] | Errno {
  const family = request[INET_DIAG_REQ_V2.sdiag_family] ?? 0;
  if (family >= AF_MAX) return EINVAL;
  if (family !== AF_INET && family !== AF_INET6) return ENOENT;
  if (request.length < INET_DIAG_REQ_V2.size) return EINVAL;
  // A protocol that is no byte stands in an attribute: MPTCP's.
  const wide = parseAttributes(request, INET_DIAG_REQ_V2.size).get(REQ_PROTOCOL);
  const protocol =
    wide === undefined
      ? request[INET_DIAG_REQ_V2.sdiag_protocol]
      : new DataView(wide.buffer, wide.byteOffset).getUint32(0, true);
  const view = new DataView(request.buffer, request.byteOffset, request.length);
  const states = view.getUint32(INET_DIAG_REQ_V2.idiag_states, true);
  const answers: Answer[] = [];
  for (const sock of stack.sockets) {
    if (sock.family !== family || sock.protocol !== protocol || !isListed(sock)) continue;
    if ((states & stateBit(sock)) === 0) continue;
    // Who is not accepted yet has no place of its own in the lists.
    if (sock.isStream && (sock as TcpSocket).listener !== null) continue;
    answers.push({ type: SOCK_DIAG_BY_FAMILY, body: body(sock) });
  }
  return answers;
}

export const DIAG_HANDLERS: ReadonlyMap<number, NetlinkHandler> = new Map([
  [SOCK_DIAG_BY_FAMILY, { isChange: false, dump, handle: (): Errno => EOPNOTSUPP }],
]);

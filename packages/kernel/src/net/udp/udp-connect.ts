/** connect(2) of datagram sockets: __ip4_datagram_connect(), __ip6_datagram_connect(). */
import {
  AF_INET,
  EACCES,
  EAFNOSUPPORT,
  EINVAL,
  type Errno,
  isErrno,
  SO_BROADCAST,
  SOCKADDR_IN,
  TCP_ESTABLISHED,
} from "@kernelet/abi";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import type { InetSocket } from "../inet-socket.ts";
import { ANY4 } from "../ip/ip-address.ts";
import { decodeSockaddrIn, type Endpoint, familyOf, mixesVersions } from "../ip/sockaddr.ts";

export function connectUdp(task: Task, sock: InetSocket, bytes: Uint8Array): SyscallResult {
  const bound = sock.autobind(task);
  if (bound !== 0) return bound;
  const target = decodeConnect(sock, bytes);
  if (isErrno(target)) return target;
  const { address } = target;
  const mixed = mixesVersions(sock, target);
  if (mixed !== 0) return mixed;
  const wanted =
    sock.isV6 && address.isAny && !sock.local.isAny && sock.local.isV4 ? ANY4 : address;
  const route = sock.route(wanted);
  if (isErrno(route)) return route;
  if (route.kind === "broadcast" && (sock.options.get(SO_BROADCAST) ?? 0) === 0) return EACCES;
  sock.source = route.source;
  if (sock.local.isAny) sock.local = route.source;
  sock.peer = { ...target, address: route.to };
  sock.state = TCP_ESTABLISHED;
  return 0;
}

/** An IPv6 socket takes the other family's sockaddr, too. */
function decodeConnect(sock: InetSocket, bytes: Uint8Array): Endpoint | Errno {
  if (!sock.isV6 || familyOf(bytes) !== AF_INET) return sock.decodeTarget(bytes);
  if (sock.isV6Only) return EAFNOSUPPORT;
  return bytes.length < SOCKADDR_IN.size ? EINVAL : decodeSockaddrIn(bytes);
}

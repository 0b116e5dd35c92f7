/** Making connections: inet_stream_connect(), tcp_v4_connect(), inet_csk_accept(), inet_listen(). */
import {
  EADDRINUSE,
  EAGAIN,
  EALREADY,
  ECONNABORTED,
  ECONNREFUSED,
  ECONNRESET,
  EINPROGRESS,
  EINVAL,
  EISCONN,
  ENETUNREACH,
  type Errno,
  isErrno,
  POLLIN,
  POLLRDNORM,
  TCP_CLOSE,
  TCP_LISTEN,
  TCP_SYN_SENT,
  TCP_TIME_WAIT,
} from "@kernelet/abi";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import { ANY4, type IpAddress } from "../ip/ip-address.ts";
import { DEFAULT_TTL } from "../ip/ip-settings.ts";
import type { NetStack } from "../ip/net-stack.ts";
import { type Endpoint, mixesVersions } from "../ip/sockaddr.ts";
import type { SocketMaker } from "../socket.ts";
import { ARRIVED } from "../socket-events.ts";
import type { TcpFarEnd, TcpSocket } from "./tcp-socket.ts";

/** How long a SYN is repeated: net.ipv4.tcp_syn_retries. */
const SYN_TIMEOUT_NS = 127e9;
/** In `pending.data`: this very call has sent the SYN. */
const STARTED = "connecting";

export function listenTcp(task: Task, sock: TcpSocket, backlog: number): SyscallResult {
  if (sock.connectState !== "unconnected") return EINVAL;
  if (sock.state !== TCP_CLOSE && sock.state !== TCP_LISTEN) return EINVAL;
  sock.backlog = backlog;
  if (sock.state === TCP_LISTEN) {
    completeWaiting(task, sock);
    return 0;
  }
  if (sock.localPort !== 0) {
    // Whom it could share the port with may listen by now, or be connected, where it has listened before.
    const nowNs = task.kernel.clock.monotonicNs();
    if (sock.ports.isTaken(sock, sock.localPort, nowNs)) return EADDRINUSE;
  } else {
    const failed = sock.autobind(task);
    if (failed !== 0) return failed;
  }
  sock.state = TCP_LISTEN;
  sock.isReadShut = sock.isWriteShut = false;
  return 0;
}

/** @param bytes a sockaddr of at least two bytes. */
export function connectTcp(task: Task, sock: TcpSocket, bytes: Uint8Array): SyscallResult {
  let result: Errno;
  switch (sock.connectState) {
    case "connected":
      return EISCONN;
    case "disconnecting":
      return EINVAL;
    case "connecting":
      result = task.pending.data === STARTED ? EINPROGRESS : EALREADY;
      break;
    default: {
      if (sock.state !== TCP_CLOSE) return EISCONN;
      const started = startConnect(task, sock, bytes);
      if (started !== 0) return started;
      sock.connectState = "connecting";
      task.pending.data = STARTED;
      result = EINPROGRESS;
      // The answer comes only after the call has said that it is under way.
      if (sock.isNonblocking) return result;
    }
  }
  if (sock.state === TCP_SYN_SENT) {
    // The first call of a blocking connect comes here again after its wait: then the wait goes on.
    if (sock.isNonblocking) return result;
    const waited = sock.wait(task, [sock.queue], 0xffffffff, "send");
    return waited === EAGAIN ? result : waited;
  }
  return finishConnect(sock);
}

function finishConnect(sock: TcpSocket): 0 | Errno {
  if (sock.state === TCP_CLOSE) {
    const error = sock.takeError();
    sock.connectState = "unconnected";
    disconnectTcp(sock);
    return error === 0 ? ECONNABORTED : error;
  }
  sock.connectState = "connected";
  return 0;
}

/** tcp_v4_connect(), tcp_v6_connect(). */
function startConnect(task: Task, sock: TcpSocket, bytes: Uint8Array): 0 | Errno {
  const target = sock.decodeTarget(bytes);
  if (isErrno(target)) return target;
  const { address, port } = target;
  if (address.isMulticast) return ENETUNREACH;
  const mixed = mixesVersions(sock, target);
  if (mixed !== 0) return mixed;
  const wanted = sock.isV6 && address.isAny && !address.isV4 && sock.local.isV4 ? ANY4 : address;
  const route = sock.route(wanted);
  if (isErrno(route)) return route;
  if (route.kind === "broadcast") return ENETUNREACH;
  const hadPort = sock.localPort !== 0;
  sock.source = route.source;
  if (sock.local.isAny) sock.local = route.source;
  sock.peer = { address: route.to, port, scope: target.scope };
  if (!hadPort) {
    const failed = sock.takePort(task, 0);
    if (failed !== 0) {
      sock.forgetPeer();
      return failed;
    }
  }
  sock.state = TCP_SYN_SENT;
  sock.error = 0;
  const sent = route.kind === "local" ? 0 : connectOutside(sock, sock.peer);
  if (sent !== 0) {
    sock.state = TCP_CLOSE;
    sock.forgetPeer();
    return sent;
  }
  if (route.kind === "local") sendSyn(task, sock);
  return 0;
}

function connectOutside(sock: TcpSocket, to: Endpoint): 0 | Errno {
  const { outside } = sock.stack;
  if (outside === null) return ENETUNREACH;
  const sent = outside.connect(sock, to);
  if (sent === 0) startSynTimer(sock);
  return sent;
}

function startSynTimer(sock: TcpSocket): void {
  if (sock.state !== TCP_SYN_SENT) return;
  const { timers, clock } = sock.kernel;
  timers.start(sock, clock.monotonicNs() + SYN_TIMEOUT_NS);
}

function sendSyn(task: Task, sock: TcpSocket): void {
  const { stack, peer } = sock;
  if (peer === null) return;
  const listener = findListener(stack, peer);
  if (listener === undefined) {
    // Two that connect to each other at once would be one connection; one that connects to itself is.
    if (peer.port === sock.localPort && peer.address.equals(sock.source)) sock.establish(sock);
    else sock.failConnect(ECONNREFUSED);
    return;
  }
  if (listener.toAccept.length > listener.backlog) {
    listener.toConnect.push(sock);
    startSynTimer(sock);
    return;
  }
  join(task, listener, sock);
}

/** inet_lookup_listener(): a bound address before any; of those that share a port, by the caller's. */
export function findListener(
  stack: NetStack,
  to: Pick<Endpoint, "address" | "port">,
): TcpSocket | undefined {
  let best: TcpSocket[] = [];
  let bestScore = -1;
  for (const other of stack.tcpPorts.at(to.port) ?? []) {
    if (other.state !== TCP_LISTEN) continue;
    const score = listenerScore(other, to);
    if (score < 0 || score < bestScore) continue;
    if (score > bestScore) best = [];
    bestScore = score;
    best.push(other);
  }
  // Of those that share the port, the one with the fewest waiting connections: Linux's is a hash.
  return best.reduce<TcpSocket | undefined>(
    (least, sock) =>
      least === undefined || sock.toAccept.length < least.toAccept.length ? sock : least,
    undefined,
  );
}

function listenerScore(sock: TcpSocket, to: Pick<Endpoint, "address" | "port">): number {
  const { local } = sock;
  if (!local.isAny) return local.equals(to.address) ? 4 : -1;
  if (!sock.isV6) return to.address.isV4 ? 2 : -1;
  if (local.isV4) return to.address.isV4 ? 1 : -1;
  return to.address.isV4 && sock.isV6Only ? -1 : 1;
}

/** The three packets of a handshake, at once. */
function join(task: Task, listener: TcpSocket, sock: TcpSocket): void {
  const { peer } = sock;
  if (peer === null) return;
  const from = { address: sock.source, port: sock.localPort, scope: 0 };
  const { ip } = sock;
  const asked = sock.isV6 && !peer.address.isV4 ? ip.hopLimit : ip.ttl;
  const names = { local: peer.address, port: peer.port, peer: from };
  const hops = asked < 0 ? DEFAULT_TTL : asked;
  const end = admitTcp(task, listener, { ...names, hops }, sock);
  sock.establish(end);
  listener.queue.wake(ARRIVED);
}

/** Makes the listener's end of a connection and puts it into the queue; the caller wakes the listener, behind the other end. */
export function admitTcp(
  maker: SocketMaker,
  listener: TcpSocket,
  names: {
    readonly local: IpAddress;
    readonly port: number;
    readonly peer: Endpoint;
    readonly hops?: number;
  },
  far: TcpFarEnd,
): TcpSocket {
  const end = listener.embryo(maker).addRef();
  end.local = end.source = names.local;
  end.havePort(end.ports, names.port);
  end.peer = names.peer;
  end.connectState = "connected";
  takeHops(end, names.hops ?? DEFAULT_TTL);
  end.establish(far);
  listener.toAccept.push(end);
  return end;
}

/** tcp_v4_syn_recv_sock(), tcp_v6_syn_recv_sock(): to groups it would go as far as the packet that began it might have gone. */
function takeHops({ ip, isV6, stack }: TcpSocket, hops: number): void {
  if (!isV6) ip.multicastTtl = hops;
  else {
    ip.multicastHops = hops;
    ip.multicastDevice6 = stack.lo.index;
  }
}

export function acceptTcp(task: Task, sock: TcpSocket): TcpSocket | SyscallResult {
  if (sock.state !== TCP_LISTEN) return EINVAL;
  const end = sock.toAccept.shift();
  if (end === undefined) {
    if (sock.isNonblocking) return EAGAIN;
    return sock.wait(task, [sock.queue], POLLIN | POLLRDNORM, "receive");
  }
  end.listener = null;
  end.inode.uid = task.credentials.fsuid;
  end.inode.gid = task.credentials.fsgid;
  completeWaiting(task, sock);
  return end;
}

/** There is a place in the queue: the repeated SYN of one that waits is answered. */
function completeWaiting(task: Task, listener: TcpSocket): void {
  while (listener.toAccept.length <= listener.backlog) {
    const next = listener.toConnect.shift();
    if (next === undefined) break;
    if (next.state === TCP_SYN_SENT) join(task, listener, next);
  }
  while (listener.toAccept.length <= listener.backlog) {
    const next = listener.toAdmit.shift();
    if (next === undefined) return;
    next.admit(listener);
  }
}

/** inet_csk_listen_stop(): who was not accepted gets a RST. */
export function stopListening(sock: TcpSocket): void {
  sock.state = TCP_CLOSE;
  for (const waiting of sock.toConnect.splice(0)) {
    if (waiting.state === TCP_SYN_SENT) waiting.failConnect(ECONNREFUSED);
  }
  for (const waiting of sock.toAdmit.splice(0)) waiting.refuse();
  for (const end of sock.toAccept.splice(0)) {
    end.listener = null;
    if (end.state !== TCP_CLOSE) end.abort();
    end.removeRef();
  }
}

/** tcp_disconnect(): as new, but for what bind(2) gave. */
export function disconnectTcp(sock: TcpSocket): void {
  const { state, far } = sock;
  if (state === TCP_LISTEN) stopListening(sock);
  sock.state = TCP_CLOSE;
  sock.far = null;
  sock.kernel.timers.stop(sock);
  if (far !== null && far !== sock) far.reset();
  const hadConnection = ![TCP_CLOSE, TCP_LISTEN, TCP_TIME_WAIT].includes(state);
  sock.unsent.clear();
  sock.received.clear();
  sock.receivedCount = sock.readCount = sock.sentCount = 0;
  sock.hasFin = sock.isDone = sock.mustSendFin = false;
  sock.urgentState = "none";
  sock.unsentUrgent = -1;
  sock.isReadShut = sock.isWriteShut = false;
  sock.connectState = "unconnected";
  if (hadConnection) sock.error = ECONNRESET;
  sock.forgetPeer();
  sock.queue.wake();
}

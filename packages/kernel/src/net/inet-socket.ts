/**
 * What sockets of AF_INET and AF_INET6 have in common: addresses, ports, options. Linux's struct inet_sock, af_inet.c
 * and af_inet6.c. A dual-stack socket is an IPv6 one that may have IPv4 addresses (ip/ip-address.ts).
 */
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  CAP_NET_BIND_SERVICE,
  EACCES,
  EADDRINUSE,
  EADDRNOTAVAIL,
  EAFNOSUPPORT,
  EINVAL,
  ENOPROTOOPT,
  ENOTCONN,
  EOPNOTSUPP,
  type Errno,
  isErrno,
  POLL_PRI,
  SIGURG,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOCKADDR_IN,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
  TCP_CLOSE,
} from "@kernelet/abi";
import type { AsyncSource } from "../fs/fasync.ts";
import { signalOwner } from "../fs/file-owner.ts";
import { ownerOf } from "../kernel/namespaces/user-namespace.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { INET_SOCKET_OPTIONS } from "./inet-options.ts";
import type { QueuedError } from "./ip/error-queue.ts";
import { ANY4, ANY6, type IpAddress } from "./ip/ip-address.ts";
import { IP_OPTIONS_TABLE } from "./ip/ip-options.ts";
import { IpSettings } from "./ip/ip-settings.ts";
import { IPV6_OPTIONS_TABLE } from "./ip/ipv6-options.ts";
import type { NetStack } from "./ip/net-stack.ts";
import type { PortTable } from "./ip/port-table.ts";
import { addressKind, findRoute, type Route } from "./ip/route.ts";
import {
  decodeSockaddrIn,
  decodeSockaddrIn6,
  type Endpoint,
  encodeEndpoint,
  familyOf,
  SHORT_SOCKADDR_IN6,
} from "./ip/sockaddr.ts";
import { Socket, type SocketParts } from "./socket.ts";
import { READABLE } from "./socket-events.ts";
import type { SocketOption } from "./socket-option.ts";

export abstract class InetSocket extends Socket {
  /** Changes only by IPV6_ADDRFORM. */
  family: number;
  /** TCP_*. */
  state: number = TCP_CLOSE;
  /** Where packets must be sent to reach this socket; any: every address. */
  local: IpAddress;
  /** Where its packets come from: of a socket that has a peer. */
  source: IpAddress;
  /** 0: none yet. */
  localPort = 0;
  /** The last port: getsockname(2) tells it still when a connection is over. */
  shownPort = 0;
  /** By bind(2), not by itself: kept by a disconnect. */
  isAddressBound = false;
  isPortBound = false;
  peer: Endpoint | null = null;
  isV6Only = false;
  isReadShut = false;
  isWriteShut = false;
  /** sk_uid: of who made it. */
  readonly ownerUid: number;
  /** IP_RECVERR: what nobody has fetched. */
  readonly errors: QueuedError[] = [];
  /** The options of IPPROTO_IP and IPPROTO_IPV6. */
  readonly ip: IpSettings = new IpSettings();

  constructor(parts: SocketParts, family: number, ownerUid: number) {
    super(parts);
    this.family = family;
    this.ownerUid = ownerUid;
    this.local = this.source = family === AF_INET ? ANY4 : ANY6;
    this.ip.multicastAll = family === AF_INET;
    this.stack.sockets.add(this);
  }

  get stack(): NetStack {
    return this.namespace.stack;
  }
  /** Null: a protocol without ports. */
  abstract get ports(): PortTable | null;

  override asyncSource(): AsyncSource {
    return { queue: this.queue, mask: READABLE };
  }

  get isV6(): boolean {
    return this.family === AF_INET6;
  }

  get any(): IpAddress {
    return this.isV6 ? ANY6 : ANY4;
  }

  // Names. ------------------------------------------------------------------------------------------------------

  /** Takes a sockaddr apart that is to be connected or sent to. Preconditions: two bytes are there. */
  decodeTarget(bytes: Uint8Array): Endpoint | Errno {
    const family = familyOf(bytes);
    if (this.isV6) {
      if (bytes.length < SHORT_SOCKADDR_IN6) return EINVAL;
      return family === AF_INET6 ? decodeSockaddrIn6(bytes) : EAFNOSUPPORT;
    }
    if (bytes.length < SOCKADDR_IN.size) return EINVAL;
    return family === AF_INET ? decodeSockaddrIn(bytes) : EAFNOSUPPORT;
  }

  override localName(): Uint8Array | Errno {
    const address = this.local.isAny ? this.source : this.local;
    return encodeEndpoint(this.family, { address, port: this.shownPort, scope: 0 });
  }

  override peerName(): Uint8Array | Errno {
    return this.peer === null || this.peer.port === 0
      ? ENOTCONN
      : encodeEndpoint(this.family, this.peer);
  }

  override bind(task: Task, bytes: Uint8Array): SyscallResult {
    const wanted = this.#decodeBind(bytes);
    if (isErrno(wanted)) return wanted;
    const { address, port } = wanted;
    const isPrivileged = port !== 0 && port < this.stack.firstUnprivilegedPort;
    const owner = ownerOf(this.namespace);
    const check = this.isV6 ? 0 : this.#checkLocal(address);
    if (check !== 0) return check;
    if (isPrivileged && !task.credentials.hasIn(owner, CAP_NET_BIND_SERVICE)) return EACCES;
    if (this.state !== TCP_CLOSE || this.localPort !== 0) return EINVAL;
    if (this.isV6) {
      if (address.isV4 && this.isV6Only) return EINVAL;
      if (address.needsScope && wanted.scope === 0 && this.boundDevice === 0) return EINVAL;
      const checked = this.#checkLocal(address);
      if (checked !== 0) return checked;
      if (address.needsScope && wanted.scope !== 0) this.boundDevice = wanted.scope;
    }
    this.local = address;
    this.source = address.isMulticast || address.isBroadcast ? this.any : address;
    if (port !== 0 || !this.ip.bindsWithoutPort) {
      const failed = this.takePort(task, port);
      if (failed !== 0) {
        this.local = this.source = this.any;
        return failed;
      }
    }
    if (this.isV6 && !address.isAny && !address.isV4) this.isV6Only = true;
    this.isAddressBound = !address.isAny;
    this.isPortBound = port !== 0;
    this.peer = null;
    return 0;
  }

  #decodeBind(bytes: Uint8Array): Endpoint | Errno {
    if (this.isV6) {
      if (bytes.length < SHORT_SOCKADDR_IN6) return EINVAL;
      if (familyOf(bytes) !== AF_INET6) return EAFNOSUPPORT;
      const wanted = decodeSockaddrIn6(bytes);
      const { address } = wanted;
      return !address.isV4 && address.isMulticast && this.type === SOCK_STREAM ? EINVAL : wanted;
    }
    if (bytes.length < SOCKADDR_IN.size) return EINVAL;
    const wanted = decodeSockaddrIn(bytes);
    const family = familyOf(bytes);
    // Old programs leave the family out, for any address.
    if (family !== AF_INET && (family !== AF_UNSPEC || !wanted.address.isAny)) return EAFNOSUPPORT;
    return wanted;
  }

  #checkLocal(address: IpAddress): 0 | Errno {
    if (this.ip.isFreebind || this.ip.isTransparent) return 0;
    return addressKind(this.stack, address) === "unicast" ? EADDRNOTAVAIL : 0;
  }

  /** Gets `port`, or one that is free if 0. Preconditions: it has none. */
  takePort(task: Task, port: number): 0 | Errno {
    const { ports } = this;
    if (ports === null) {
      this.localPort = this.shownPort = this.protocol;
      return 0;
    }
    const nowNs = task.kernel.clock.monotonicNs();
    if (port !== 0 && ports.isTaken(this, port, nowNs)) return EADDRINUSE;
    const chosen = port !== 0 ? port : ports.choose(this, randomStart(task), nowNs);
    if (isErrno(chosen)) return chosen;
    this.havePort(ports, chosen);
    return 0;
  }

  havePort(ports: PortTable, port: number): void {
    this.localPort = this.shownPort = port;
    ports.add(this, port);
  }

  /** Whoever sends without a port gets one. */
  autobind(task: Task): 0 | Errno {
    return this.localPort !== 0 ? 0 : this.takePort(task, 0);
  }

  releasePort(): void {
    if (this.localPort === 0) return;
    this.ports?.remove(this, this.localPort);
    this.localPort = 0;
  }

  /** Forgets the peer, and what bind(2) has not given. */
  forgetPeer(): void {
    this.peer = null;
    if (!this.isAddressBound) this.local = this.any;
    this.source = this.local;
    if (!this.isPortBound) this.releasePort();
  }

  route(to: IpAddress): Route | Errno {
    const oif = to.isMulticast ? this.ip.multicastDevice || this.boundDevice : this.boundDevice;
    const own = this.local.isAny ? this.source : this.local;
    // An IPv6 socket that has an address by a connect only may speak the other version with another one.
    return findRoute(this.stack, to, own.isV4 === to.isV4 ? own : this.any, oif);
  }

  /** IPV6_ADDRFORM: all its addresses are IPv4's by now, or none. */
  becomeV4(): void {
    this.family = AF_INET;
    if (this.local.isAny) this.local = ANY4;
    if (this.source.isAny) this.source = ANY4;
    this.ip.memberships.length = 0;
  }

  // The rest. ---------------------------------------------------------------------------------------------------

  /** SIGURG for the owner. */
  signalUrgent(): void {
    signalOwner(this.owner, { signal: SIGURG, fd: -1, reason: POLL_PRI });
  }

  /** The rows of the protocol's own level; null if `level` is not that. */
  protected abstract protocolOptions(level: number): ReadonlyMap<number, SocketOption> | null;

  override optionsAt(
    level: number,
    access: "get" | "set",
  ): ReadonlyMap<number, SocketOption> | Errno {
    const own = this.protocolOptions(level);
    if (own !== null) return own;
    switch (level) {
      case SOL_SOCKET:
        return INET_SOCKET_OPTIONS;
      case SOL_IP:
        return IP_OPTIONS_TABLE;
      case SOL_IPV6:
        if (this.isV6) return IPV6_OPTIONS_TABLE;
        break;
      default:
    }
    return access === "get" && !this.isV6 ? EOPNOTSUPP : ENOPROTOOPT;
  }

  /** SO_RCVBUF, SO_SNDBUF: the size does not follow the connection any more. */
  fixBuffer(_which: "receive" | "send"): void {}

  get isDatagram(): boolean {
    return this.type === SOCK_DGRAM;
  }

  /** It is gone: nothing finds it any more. */
  unlist(): void {
    this.releasePort();
    this.stack.sockets.delete(this);
  }
}

/** Ports that nobody can guess are chosen from here on. */
function randomStart(task: Task): number {
  const bytes = new Uint8Array(4);
  task.kernel.host.entropy(bytes);
  return new DataView(bytes.buffer).getUint32(0);
}

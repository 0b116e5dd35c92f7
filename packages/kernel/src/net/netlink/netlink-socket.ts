/** AF_NETLINK: netlink(7), net/netlink/af_netlink.c. Requests are answered as they are sent; answers wait to be read. */
import {
  AF_NETLINK,
  CAP_NET_ADMIN,
  EADDRINUSE,
  EAGAIN,
  ECONNREFUSED,
  EFAULT,
  EINVAL,
  EMSGSIZE,
  ENOPROTOOPT,
  EOPNOTSUPP,
  EPERM,
  type Errno,
  isErrno,
  MSG_DONTWAIT,
  MSG_OOB,
  MSG_PEEK,
  NETLINK_ROUTE,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_MULTI,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_MIN_TYPE,
  NLMSGHDR,
  POLLERR,
  POLLIN,
  POLLRDNORM,
  SOCKADDR_NL,
  SOL_NETLINK,
  SOL_SOCKET,
} from "@kernelet/abi";
import { ownerOf } from "../../kernel/namespaces/user-namespace.ts";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import { type Incoming, type Outgoing, Socket, type SocketParts } from "../socket.ts";
import { READABLE, WRITABLE } from "../socket-events.ts";
import type { SocketOption } from "../socket-option.ts";
import { DIAG_HANDLERS } from "./diag-handlers.ts";
import type { Answer } from "./handler.ts";
import { encodeMessage, type NetlinkMessage, parseMessages } from "./message.ts";
import { NETLINK_OPTIONS, NETLINK_SOCKET_OPTIONS } from "./netlink-options.ts";
import { ROUTE_HANDLERS } from "./route-handlers.ts";

/** Answers to a dump are put together to pieces of about this size. */
const PIECE = 8192;

export class NetlinkSocket extends Socket {
  readonly family: number = AF_NETLINK;
  /** nl_pid: 0 until it is bound. */
  portId = 0;
  groups = 0;
  /** nl_pid of whom connect(2) named: 0 is the kernel. */
  peerPortId = 0;
  /** What waits to be read, each one a message of recvmsg(2). */
  readonly answers: Uint8Array[] = [];
  /** NETLINK_EXT_ACK and its kind, by number. */
  readonly settings: Map<number, number> = new Map();
  /** Port numbers in use, of this namespace and protocol. */
  readonly #ports: Set<number>;

  constructor(parts: SocketParts, ports: Set<number>) {
    super(parts);
    this.#ports = ports;
  }

  #decode(bytes: Uint8Array): { portId: number; groups: number } | Errno {
    if (bytes.length < SOCKADDR_NL.size) return EINVAL;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    if (view.getUint16(SOCKADDR_NL.nl_family, true) !== AF_NETLINK) return EINVAL;
    return {
      portId: view.getUint32(SOCKADDR_NL.nl_pid, true),
      groups: view.getUint32(SOCKADDR_NL.nl_groups, true),
    };
  }

  #encode(portId: number, groups: number): Uint8Array {
    const bytes = new Uint8Array(SOCKADDR_NL.size);
    const view = new DataView(bytes.buffer);
    view.setUint16(SOCKADDR_NL.nl_family, AF_NETLINK, true);
    view.setUint32(SOCKADDR_NL.nl_pid, portId, true);
    view.setUint32(SOCKADDR_NL.nl_groups, groups, true);
    return bytes;
  }

  override bind(task: Task, bytes: Uint8Array): SyscallResult {
    const wanted = this.#decode(bytes);
    if (isErrno(wanted)) return wanted;
    if (this.portId !== 0 && wanted.portId !== this.portId) return EINVAL;
    if (this.portId === 0) {
      if (wanted.portId !== 0 && this.#ports.has(wanted.portId)) return EADDRINUSE;
      this.#take(task, wanted.portId);
    }
    this.groups = wanted.groups;
    return 0;
  }

  /** The process's number, or one that no process has: netlink_autobind(). */
  #take(task: Task, portId: number): void {
    let chosen = portId !== 0 ? portId : task.pids.show(task.threadGroup.tgid);
    for (let next = 0xffff_f000; this.#ports.has(chosen); next--) chosen = next;
    this.portId = chosen;
    this.#ports.add(chosen);
  }

  override connect(task: Task, bytes: Uint8Array): SyscallResult {
    if (bytes.length < 2) return EINVAL;
    if (bytes[0] === 0 && bytes[1] === 0) {
      this.peerPortId = 0;
      return 0;
    }
    const to = this.#decode(bytes);
    if (isErrno(to)) return to;
    if (this.portId === 0) this.#take(task, 0);
    this.peerPortId = to.portId;
    return 0;
  }

  override localName(): Uint8Array {
    return this.#encode(this.portId, this.groups);
  }

  override peerName(): Uint8Array {
    return this.#encode(this.peerPortId, 0);
  }

  override sendMessage(task: Task, message: Outgoing): SyscallResult {
    const { bytes, length, flags, name } = message;
    if ((flags & MSG_OOB) !== 0) return EOPNOTSUPP;
    let to = this.peerPortId;
    if (name !== null) {
      const named = this.#decode(name);
      if (isErrno(named)) return named;
      if (named.groups !== 0 && !this.#isAdmin(task)) return EPERM;
      to = named.portId;
    }
    if (this.portId === 0) this.#take(task, 0);
    if (length > this.sendBuffer - 32) return EMSGSIZE;
    if (bytes.length < length) return EFAULT;
    if (to !== 0) return ECONNREFUSED; // Processes do not speak with each other here.
    for (const request of parseMessages(bytes.slice())) this.#answer(task, request);
    return length;
  }

  #isAdmin(task: Task): boolean {
    return task.credentials.hasIn(ownerOf(this.namespace), CAP_NET_ADMIN);
  }

  /** netlink_rcv_skb(), rtnetlink_rcv_msg(). */
  #answer(task: Task, request: NetlinkMessage): void {
    const { type, flags, body } = request;
    if ((flags & NLM_F_REQUEST) === 0 || type < NLMSG_MIN_TYPE) {
      if ((flags & NLM_F_ACK) !== 0) this.#acknowledge(request, 0);
      return;
    }
    const handlers = this.protocol === NETLINK_ROUTE ? ROUTE_HANDLERS : DIAG_HANDLERS;
    const handler = handlers.get(type);
    if (handler === undefined) {
      this.#acknowledge(request, EOPNOTSUPP);
    } else if (handler.isChange && !this.#isAdmin(task)) {
      this.#acknowledge(request, EPERM);
    } else if (handler.dump !== undefined && (flags & NLM_F_DUMP) !== 0) {
      const answers = handler.dump(this.namespace.stack, body);
      if (isErrno(answers)) this.#acknowledge(request, answers);
      else this.#sendDump(request, answers);
    } else {
      const answers = handler.handle(this.namespace.stack, request);
      if (isErrno(answers)) this.#acknowledge(request, answers);
      else {
        for (const answer of answers) this.#queue(this.#reply(request, answer, 0));
        if ((flags & NLM_F_ACK) !== 0) this.#acknowledge(request, 0);
      }
    }
  }

  #reply({ sequence }: NetlinkMessage, { type, body }: Answer, flags: number): Uint8Array {
    return encodeMessage({ type, flags, sequence, portId: this.portId, body });
  }

  #sendDump(request: NetlinkMessage, answers: readonly Answer[]): void {
    let parts: Uint8Array[] = [];
    let size = 0;
    for (const answer of answers) {
      const bytes = this.#reply(request, answer, NLM_F_MULTI);
      if (size + bytes.length > PIECE && size > 0) {
        this.#queue(joined(parts, size));
        parts = [];
        size = 0;
      }
      parts.push(bytes);
      size += bytes.length;
    }
    if (size > 0) this.#queue(joined(parts, size));
    const done = { type: NLMSG_DONE, body: new Uint8Array(4) };
    this.#queue(this.#reply(request, done, NLM_F_MULTI));
  }

  /** NLMSG_ERROR: an errno, 0 for none, and the request: of one that succeeded, its head. */
  #acknowledge(request: NetlinkMessage, error: Errno | 0): void {
    const whole = encodeMessage(request);
    const part = error === 0 ? whole.subarray(0, NLMSGHDR.size) : whole;
    const body = new Uint8Array(4 + part.length);
    new DataView(body.buffer).setInt32(0, error, true);
    body.set(part, 4);
    const flags = error === 0 ? 0x100 : 0; // NLM_F_CAPPED
    this.#queue(this.#reply(request, { type: NLMSG_ERROR, body }, flags));
  }

  #queue(bytes: Uint8Array): void {
    this.answers.push(bytes);
    this.queue.wake(READABLE);
  }

  override receiveMessage(
    task: Task,
    into: Uint8Array,
    flags: number,
    len: number,
  ): Incoming | SyscallResult {
    if ((flags & MSG_OOB) !== 0) return EOPNOTSUPP;
    const [bytes] = this.answers;
    if (bytes === undefined) {
      const error = this.takeError();
      if (error !== 0) return error;
      if (this.isNonblocking || (flags & MSG_DONTWAIT) !== 0) return EAGAIN;
      return this.wait(task, [this.queue], READABLE | POLLERR, "receive");
    }
    if ((flags & MSG_PEEK) === 0) this.answers.shift();
    const length = Math.min(len, bytes.length);
    if (length > into.length) return EFAULT;
    into.set(bytes.subarray(0, length));
    return { length, fullLength: bytes.length, name: this.#encode(0, 0), flags: 0 };
  }

  override optionsAt(level: number): ReadonlyMap<number, SocketOption> | Errno {
    if (level === SOL_SOCKET) return NETLINK_SOCKET_OPTIONS;
    return level === SOL_NETLINK ? NETLINK_OPTIONS : ENOPROTOOPT;
  }

  override poll(): number {
    return WRITABLE | (this.answers.length > 0 ? POLLIN | POLLRDNORM : 0);
  }

  protected override release(): void {
    this.#ports.delete(this.portId);
    this.answers.length = 0;
    this.queue.wake();
  }
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

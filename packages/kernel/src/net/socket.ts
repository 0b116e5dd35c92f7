/**
 * What the socket calls need of any socket: Linux's struct socket with its proto_ops, and what struct sock keeps for
 * all families. A family is a subclass; syscalls/sys_socket*.ts copy in and out and know no family.
 *
 * Addresses are the bytes of a sockaddr on both ways. Each method checks in the order of its Linux counterpart.
 */
import {
  EAGAIN,
  EFAULT,
  ENOTTY,
  EOPNOTSUPP,
  type Errno,
  FIOGETOWN,
  FIOSETOWN,
  MSG_DONTWAIT,
  O_NONBLOCK,
  O_RDWR,
  POLLERR,
  S_IFSOCK,
  SIOCGPGRP,
  SIOCSPGRP,
} from "@kernelet/abi";
import { FileDescription } from "../fs/file-description.ts";
import { ownerNumber, setOwnerNumber } from "../fs/file-owner.ts";
import { Inode } from "../fs/inode.ts";
import type { Path } from "../fs/path.ts";
import type { Vfs } from "../fs/vfs.ts";
import type { Credentials } from "../kernel/credentials.ts";
import type { NetNamespace } from "../kernel/namespaces/net-namespace.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { WaitQueue } from "../kernel/wait-queue.ts";
import { interfaceIoctl } from "./ip/interface-ioctl.ts";
import type { SocketOption } from "./socket-option.ts";

/** net.core.wmem_default and rmem_default. */
export const DEFAULT_BUFFER_SIZE = 212_992;

/** One of sendmsg(2)'s control messages; `data` is a copy. */
export interface ControlMessage {
  readonly level: number;
  readonly type: number;
  readonly data: Uint8Array;
}

/** A message on its way out. */
export interface Outgoing {
  readonly bytes: Uint8Array;
  /**
   * Of the whole message: more than there are bytes where not all of it can be read. A family gives EFAULT when it
   * comes to copy what is missing, and looks at everything else first, as its Linux counterpart.
   */
  readonly length: number;
  /** MSG_*. */
  readonly flags: number;
  /** The sockaddr that sendto(2) names; null for the peer. */
  readonly name: Uint8Array | null;
  readonly control: readonly ControlMessage[];
}

/** What a receive gave. */
export interface Incoming {
  readonly length: number;
  /** Of the whole datagram: more than `length` if it was cut. */
  readonly fullLength: number;
  /** The sender's sockaddr; null where none is told. */
  readonly name: Uint8Array | null;
  /** MSG_* for the caller's msg_flags, besides those that follow from the lengths. */
  readonly flags: number;
  /** The bytes were counted, and nobody gets them: MSG_TRUNC of a stream. */
  readonly isDiscarded?: boolean;
}

/** Takes control messages for recvmsg(2): syscalls/struct-msghdr.ts. */
export interface ControlSink {
  readonly room: number;
  flags: number;
  put(level: number, type: number, data: Uint8Array): void;
}

/** The inode behind a socket's descriptor; a socket bound to a path has another one there. */
class SocketInode extends Inode {
  constructor(vfs: Vfs, cred: Credentials) {
    const { fsuid: uid, fsgid: gid } = cred;
    super(vfs.sockets, vfs.sockets.newIno(), { mode: S_IFSOCK | 0o777, uid, gid });
  }
  override open(): SyscallResult {
    return EOPNOTSUPP;
  }
}

/** What a new socket is made with. */
export interface SocketParts {
  readonly path: Path;
  readonly flags: number;
  /** SOCK_*. */
  readonly type: number;
  readonly protocol: number;
  /** The maker's. */
  readonly namespace: NetNamespace;
}

/** Who makes a socket: a task, or the kernel for a connection that comes from outside. */
export type SocketMaker = Pick<Task, "kernel" | "credentials">;

export function socketParts(
  maker: SocketMaker,
  kind: { readonly type: number; readonly protocol?: number; readonly isNonblocking?: boolean },
  namespace: NetNamespace,
): SocketParts {
  const { vfs } = maker.kernel;
  const inode = new SocketInode(vfs, maker.credentials);
  return {
    path: vfs.sockets.path(`socket:[${inode.ino}]`, inode),
    flags: O_RDWR | (kind.isNonblocking === true ? O_NONBLOCK : 0),
    type: kind.type,
    protocol: kind.protocol ?? 0,
    namespace,
  };
}

export abstract class Socket extends FileDescription {
  /** AF_*. */
  abstract readonly family: number;
  readonly type: number;
  readonly protocol: number;
  readonly namespace: NetNamespace;
  /** Woken when anything here changes: input, room, a hang-up. */
  readonly queue: WaitQueue = new WaitQueue();
  /** SO_ERROR: told once. */
  error: Errno | 0 = 0;
  sendBuffer: number = DEFAULT_BUFFER_SIZE;
  receiveBuffer: number = DEFAULT_BUFFER_SIZE;
  /** SO_RCVLOWAT. */
  receiveLowat = 1;
  /** SO_PEEK_OFF; -1: off. */
  peekOffset = -1;
  /** SO_RCVTIMEO and SO_SNDTIMEO; 0 is for ever. */
  receiveTimeoutNs = 0;
  sendTimeoutNs = 0;
  /** SO_OOBINLINE. */
  isUrgentInline = false;
  /** SO_BINDTODEVICE: an interface's index; 0 for none. Means something where there are routes. */
  boundDevice = 0;
  /** Options that are kept and mean nothing here, by number: those of SOL_SOCKET. */
  readonly options: Map<number, number> = new Map();

  constructor(parts: SocketParts) {
    super(parts.path, parts.flags);
    this.type = parts.type;
    this.protocol = parts.protocol;
    this.namespace = parts.namespace;
  }

  override get knowsNoWait(): boolean {
    return true;
  }

  override get isSeekable(): boolean {
    return false;
  }
  /** Bytes in order, without boundaries. */
  get isStream(): boolean {
    return false;
  }
  override get continuesWrites(): boolean {
    return this.isStream;
  }
  /** SO_ACCEPTCONN. */
  get isListening(): boolean {
    return false;
  }

  // The calls. --------------------------------------------------------------------------------------------------

  abstract bind(task: Task, address: Uint8Array): SyscallResult;
  abstract connect(task: Task, address: Uint8Array): SyscallResult;
  abstract localName(): Uint8Array | Errno;
  abstract peerName(): Uint8Array | Errno;
  /** Who a connection that accept(2) gives comes from. */
  acceptedName(): Uint8Array | Errno {
    return this.peerName();
  }
  abstract sendMessage(task: Task, message: Outgoing): SyscallResult;
  /**
   * @param len bytes that are asked for: `into` has fewer where not all can be written, and what has no room there is
   *   EFAULT, lost if it is a record.
   * @returns what came, or a number: an errno or BLOCKED.
   */
  abstract receiveMessage(
    task: Task,
    into: Uint8Array,
    flags: number,
    len: number,
  ): Incoming | SyscallResult;

  listen(_task: Task, _backlog: number): SyscallResult {
    return EOPNOTSUPP;
  }
  /** accept(2). @returns the new end, with one reference. */
  accept(_task: Task): Socket | SyscallResult {
    return EOPNOTSUPP;
  }
  shutdown(_read: boolean, _write: boolean): SyscallResult {
    return EOPNOTSUPP;
  }

  /** The caller cannot use what came after all. */
  discard(_got: Incoming): void {}
  /** What came with the bytes, for recvmsg(2); takes what `got` owns. */
  writeControl(_task: Task, _sink: ControlSink, _got: Incoming, _flags: number): void {}

  /** The most that SO_RCVLOWAT takes. */
  get mostLowat(): number {
    return 0x7fffffff;
  }
  /** SO_SNDBUF or SO_RCVBUF was set. */
  buffersChanged(): void {}
  /** Some option was set. */
  optionsChanged(): void {}

  /** The rows of a level of getsockopt(2) or setsockopt(2), or why there are none. */
  abstract optionsAt(
    level: number,
    access: "get" | "set",
  ): ReadonlyMap<number, SocketOption> | Errno;

  // What is common. ---------------------------------------------------------------------------------------------

  override write(task: Task, from: Uint8Array): SyscallResult {
    return this.writePart(task, from, from.length);
  }

  override writePart(task: Task, from: Uint8Array, length: number): SyscallResult {
    return this.sendMessage(task, { bytes: from, length, flags: 0, name: null, control: [] });
  }

  override read(task: Task, into: Uint8Array): SyscallResult {
    return this.readPart(task, into, into.length);
  }

  override readPart(task: Task, into: Uint8Array, len: number): SyscallResult {
    return len === 0 ? 0 : this.#receiveBytes(task, into, 0, len);
  }

  /** Streams have a splice_read of their own, which need not wait; records are read. */
  override spliceRead(
    task: Task,
    into: Uint8Array,
    _off: number | null,
    isNonblocking: boolean,
  ): SyscallResult {
    const flags = isNonblocking && this.isStream ? MSG_DONTWAIT : 0;
    return this.#receiveBytes(task, into, flags, into.length);
  }

  #receiveBytes(task: Task, into: Uint8Array, flags: number, len: number): SyscallResult {
    const got = this.receiveMessage(task, into, flags, len);
    if (typeof got === "number") return got;
    this.discard(got); // read(2) cannot take descriptors.
    return got.length;
  }

  fail(error: Errno): void {
    this.error = error;
    this.queue.wake(POLLERR);
  }

  takeError(): Errno | 0 {
    const { error } = this;
    this.error = 0;
    return error;
  }

  /** Waits as long as the timeout option says: EAGAIN when that is over. */
  wait(
    task: Task,
    queues: readonly WaitQueue[],
    mask: number,
    direction: "send" | "receive",
  ): SyscallResult {
    const { pending } = task;
    const timeoutNs = direction === "send" ? this.sendTimeoutNs : this.receiveTimeoutNs;
    if (timeoutNs > 0) {
      pending.deadlineNs ??= task.kernel.clock.monotonicNs() + timeoutNs;
      if (task.timedOut || pending.deadlineNs <= task.kernel.clock.monotonicNs()) return EAGAIN;
    }
    const restart = timeoutNs > 0 ? "eintr" : "restart";
    return task.block(queues, { mask, deadlineNs: pending.deadlineNs, restart });
  }

  override pollQueues(): readonly WaitQueue[] {
    return [this.queue];
  }

  /** What any socket takes: sock_do_ioctl(). */
  override ioctl(task: Task, cmd: number, arg: number): SyscallResult {
    switch (cmd) {
      case FIOGETOWN:
      case SIOCGPGRP:
        return task.mm.writeInt32(arg, ownerNumber(task, this));
      case FIOSETOWN:
      case SIOCSPGRP: {
        const id = task.mm.readInt32(arg);
        return id === null ? EFAULT : setOwnerNumber(task, this, id);
      }
      default:
        return interfaceIoctl(task, this.namespace, cmd, arg) ?? ENOTTY;
    }
  }
}

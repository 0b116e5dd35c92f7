/** struct msghdr and its control messages: sendmsg(2), cmsg(3). */
import {
  CMSGHDR,
  EFAULT,
  EINVAL,
  ENOBUFS,
  type Errno,
  isErrno,
  MSG_CTRUNC,
  MSGHDR,
  SOL_SOCKET,
} from "@kernelet/abi";
import { PAGE_R } from "../arch/x86/processor.ts";
import type { Task } from "../kernel/task.ts";
import type { ControlMessage, ControlSink } from "../net/socket.ts";

export interface Msghdr {
  readonly name: number;
  readonly nameLength: number;
  readonly iov: number;
  readonly iovLength: number;
  readonly control: number;
  readonly controlLength: number;
}

export function readMsghdr(task: Task, addr: number): Msghdr | Errno {
  const { mm } = task;
  if (mm.accessibleLength(addr, MSGHDR.size, PAGE_R) < MSGHDR.size) return EFAULT;
  const { view } = mm.space;
  const word = (off: number): number =>
    view.getUint32(addr + off, true) + view.getUint32(addr + off + 4, true) * 2 ** 32;
  const name = word(MSGHDR.msg_name);
  const nameLength = name === 0 ? 0 : view.getInt32(addr + MSGHDR.msg_namelen, true);
  if (nameLength < 0) return EINVAL;
  return {
    name,
    nameLength,
    iov: word(MSGHDR.msg_iov),
    iovLength: word(MSGHDR.msg_iovlen),
    control: word(MSGHDR.msg_control),
    controlLength: word(MSGHDR.msg_controllen),
  };
}

function align(n: number): number {
  return (n + 7) & ~7;
}

/** sock_kmalloc(): net.core.optmem_max. */
const MOST_CONTROL = 131_072;
/** The type of a control message whose length is wrong: refused where a type that nobody knows is. */
const MALFORMED = -1;

/** Reads what is to be sent along. */
export function readControl(task: Task, header: Msghdr): readonly ControlMessage[] | Errno {
  if (header.controlLength === 0) return [];
  if (header.controlLength > MOST_CONTROL) return ENOBUFS;
  const bytes = task.mm.copyIn(header.control, header.controlLength);
  if (isErrno(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const messages: ControlMessage[] = [];
  for (let at = 0; at + CMSGHDR.size <= bytes.length; ) {
    const len = Number(view.getBigUint64(at + CMSGHDR.cmsg_len, true));
    if (len < CMSGHDR.size || at + len > bytes.length) {
      messages.push({ level: SOL_SOCKET, type: MALFORMED, data: bytes.subarray(0, 0) });
      break;
    }
    messages.push({
      level: view.getInt32(at + CMSGHDR.cmsg_level, true),
      type: view.getInt32(at + CMSGHDR.cmsg_type, true),
      data: bytes.subarray(at + CMSGHDR.size, at + len),
    });
    at += align(len);
  }
  return messages;
}

/** Fills the control buffer of a receiver. */
export class ControlWriter implements ControlSink {
  readonly #task: Task;
  readonly #addr: number;
  readonly #size: number;
  length = 0;
  /** MSG_CTRUNC if something did not fit. */
  flags = 0;

  constructor(task: Task, header: Msghdr) {
    this.#task = task;
    this.#addr = header.control;
    this.#size = header.control === 0 ? 0 : header.controlLength;
  }

  get room(): number {
    return this.#size - this.length;
  }

  put(level: number, type: number, data: Uint8Array): void {
    if (this.room < CMSGHDR.size) {
      this.flags |= MSG_CTRUNC;
      return;
    }
    const whole = CMSGHDR.size + data.length;
    if (whole > this.room) this.flags |= MSG_CTRUNC; // As much of it as there is room for.
    const len = Math.min(whole, this.room);
    const bytes = new Uint8Array(Math.min(align(len), this.room));
    const view = new DataView(bytes.buffer);
    view.setBigUint64(CMSGHDR.cmsg_len, BigInt(len), true);
    view.setInt32(CMSGHDR.cmsg_level, level, true);
    view.setInt32(CMSGHDR.cmsg_type, type, true);
    bytes.set(data.subarray(0, len - CMSGHDR.size), CMSGHDR.size);
    if (this.#task.mm.copyOut(this.#addr + this.length, bytes) === 0) this.length += bytes.length;
  }
}

/** Netlink messages as bytes: netlink(7). A header, a fixed part, and attributes, each padded to four bytes. */
import { NLMSGHDR } from "@kernelet/abi";
import { encodeName } from "../../fs/name.ts";

export interface NetlinkMessage {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly portId: number;
  /** What follows the header. */
  readonly body: Uint8Array;
}

function align(length: number): number {
  return (length + 3) & ~3;
}

/** The messages that one write holds. What is cut off is left out, as netlink_rcv_skb() does. */
export function* parseMessages(bytes: Uint8Array): IterableIterator<NetlinkMessage> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + NLMSGHDR.size <= bytes.length; ) {
    const length = view.getUint32(at + NLMSGHDR.nlmsg_len, true);
    if (length < NLMSGHDR.size || at + length > bytes.length) return;
    yield {
      type: view.getUint16(at + NLMSGHDR.nlmsg_type, true),
      flags: view.getUint16(at + NLMSGHDR.nlmsg_flags, true),
      sequence: view.getUint32(at + NLMSGHDR.nlmsg_seq, true),
      portId: view.getUint32(at + NLMSGHDR.nlmsg_pid, true),
      body: bytes.subarray(at + NLMSGHDR.size, at + length),
    };
    at += align(length);
  }
}

export function encodeMessage(message: NetlinkMessage): Uint8Array {
  const length = NLMSGHDR.size + message.body.length;
  const bytes = new Uint8Array(align(length));
  const view = new DataView(bytes.buffer);
  view.setUint32(NLMSGHDR.nlmsg_len, length, true);
  view.setUint16(NLMSGHDR.nlmsg_type, message.type, true);
  view.setUint16(NLMSGHDR.nlmsg_flags, message.flags, true);
  view.setUint32(NLMSGHDR.nlmsg_seq, message.sequence, true);
  view.setUint32(NLMSGHDR.nlmsg_pid, message.portId, true);
  bytes.set(message.body, NLMSGHDR.size);
  return bytes;
}

/** By type, those behind the first `from` bytes of a body. */
export function parseAttributes(body: Uint8Array, from: number): Map<number, Uint8Array> {
  const attributes = new Map<number, Uint8Array>();
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  for (let at = from; at + 4 <= body.length; ) {
    const length = view.getUint16(at, true);
    if (length < 4 || at + length > body.length) break;
    attributes.set(view.getUint16(at + 2, true) & 0x3fff, body.subarray(at + 4, at + length));
    at += align(length);
  }
  return attributes;
}

/** Puts a body together. */
export class BodyWriter {
  readonly #parts: Uint8Array[];
  #length: number;

  constructor(fixed: Uint8Array) {
    this.#parts = [fixed];
    this.#length = fixed.length;
  }

  bytes(type: number, data: Uint8Array): this {
    const length = 4 + data.length;
    const part = new Uint8Array(align(length));
    const view = new DataView(part.buffer);
    view.setUint16(0, length, true);
    view.setUint16(2, type, true);
    part.set(data, 4);
    this.#parts.push(part);
    this.#length += part.length;
    return this;
  }

  u32(type: number, value: number): this {
    return this.bytes(type, new Uint8Array(Uint32Array.of(value).buffer));
  }

  u8(type: number, value: number): this {
    return this.bytes(type, Uint8Array.of(value));
  }

  text(type: number, value: string): this {
    return this.bytes(type, encodeName(`${value}\0`));
  }

  end(): Uint8Array {
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

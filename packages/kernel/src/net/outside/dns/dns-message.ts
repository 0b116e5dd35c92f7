/** Messages of the domain name system: RFC 1035, with EDNS (RFC 6891) and extended errors (RFC 8914). */
import type { HostRecord, RecordType } from "../../../host-network.ts";

const HEADER = 12;
/** What fits into a datagram without EDNS. */
const PLAIN_SIZE = 512;
const LONGEST_LABEL = 63;
const LONGEST_NAME = 255;
const CLASS_IN = 1;
const TYPE_OPT = 41;
/** EDNS option "extended DNS error", and its code "prohibited". */
const OPTION_EDE = 15;
const EDE_PROHIBITED = 18;

// Bits of the header's second word.
const QR = 0x8000;
const OPCODE = 0x7800;
const TC = 0x0200;
const RD = 0x0100;
const RA = 0x0080;

export const NOERROR = 0;
const FORMERR = 1;
export const SERVFAIL = 2;
export const NXDOMAIN = 3;
const NOTIMP = 4;
export type Rcode = 0 | 1 | 2 | 3 | 4;

const TYPES: ReadonlyMap<number, RecordType> = new Map<number, RecordType>([
  [1, "A"],
  [2, "NS"],
  [5, "CNAME"],
  [6, "SOA"],
  [12, "PTR"],
  [15, "MX"],
  [16, "TXT"],
  [28, "AAAA"],
  [33, "SRV"],
]);
const TYPE_NUMBERS: ReadonlyMap<RecordType, number> = new Map(
  [...TYPES].map(([number, type]) => [type, number]),
);
/** "*": everything there is. RFC 8482 lets a server not say. */
const TYPE_ANY = 255;

export interface Query {
  readonly id: number;
  readonly flags: number;
  /** The question section, as it came: names keep their case. */
  readonly question: Uint8Array;
  /** Lower case, without the last dot; null for one that no host has: odd characters. */
  readonly name: string | null;
  /** null: one of those that nobody can be asked for; there are none of it. */
  readonly type: RecordType | null;
  /** What the question itself makes impossible. */
  readonly rcode: Rcode;
  readonly hasEdns: boolean;
  /** Bytes that the asker takes in a datagram. */
  readonly room: number;
}

const LABEL = /^[\x21-\x2d\x2f-\x7e]+$/;

/** @returns null for what is no query at all: it gets no answer. */
export function parseQuery(bytes: Uint8Array): Query | null {
  if (bytes.length < HEADER) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const flags = view.getUint16(2);
  if ((flags & QR) !== 0) return null;
  const base = { id: view.getUint16(0), flags, hasEdns: false, room: PLAIN_SIZE };
  const none = { ...base, question: new Uint8Array(0), name: null, type: null };
  if ((flags & OPCODE) !== 0) return { ...none, rcode: NOTIMP };
  const found = view.getUint16(4) === 1 ? readName(bytes, HEADER) : null;
  if (found === null || found.end + 4 > bytes.length) return { ...none, rcode: FORMERR };
  const end = found.end + 4;
  const number = view.getUint16(found.end);
  const isOther = view.getUint16(found.end + 2) !== CLASS_IN || number === TYPE_ANY;
  const edns = view.getUint16(6) + view.getUint16(8) === 0 ? ednsRoom(view, end) : null;
  return {
    ...base,
    question: bytes.slice(HEADER, end),
    name: found.name,
    type: TYPES.get(number) ?? null,
    rcode: isOther ? NOTIMP : NOERROR,
    hasEdns: edns !== null,
    room: edns ?? PLAIN_SIZE,
  };
}

/** A name without compression: a question comes first, and has nothing to point to. */
function readName(
  bytes: Uint8Array,
  start: number,
): { readonly name: string | null; readonly end: number } | null {
  const labels: string[] = [];
  let isPlain = true;
  let at = start;
  for (;;) {
    const length = bytes[at];
    if (length === undefined || length > LONGEST_LABEL) return null;
    at++;
    if (length === 0) break;
    const label = bytes.subarray(at, at + length);
    at += length;
    if (at > bytes.length || at - start > LONGEST_NAME) return null;
    const text = String.fromCharCode(...label);
    isPlain &&= LABEL.test(text);
    labels.push(text);
  }
  return { name: isPlain ? labels.join(".").toLowerCase() : null, end: at };
}

/** What an OPT record right behind the question offers; null without one. */
function ednsRoom(view: DataView, at: number): number | null {
  const isThere =
    view.getUint16(10) > 0 &&
    view.byteLength >= at + 11 &&
    view.getUint8(at) === 0 &&
    view.getUint16(at + 1) === TYPE_OPT;
  return isThere ? Math.max(PLAIN_SIZE, view.getUint16(at + 3)) : null;
}

export interface Reply {
  readonly rcode: Rcode;
  readonly records: readonly HostRecord[];
  /** Policy says no: who understands extended errors is told. */
  readonly isProhibited?: boolean;
}

/** @param room the most bytes; what has more is cut, and says so. */
export function buildReply(query: Query, reply: Reply, room: number): Uint8Array {
  const { rcode, records } = reply;
  const opt = query.hasEdns ? optRecord(room, reply.isProhibited === true) : new Uint8Array(0);
  const answers: Uint8Array[] = [];
  let size = HEADER + query.question.length + opt.length;
  let isCut = false;
  for (const record of records) {
    const bytes = encodeRecord(record);
    if (size + bytes.length > room) {
      isCut = true;
      break;
    }
    answers.push(bytes);
    size += bytes.length;
  }
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, query.id);
  view.setUint16(2, QR | (query.flags & (OPCODE | RD)) | RA | (isCut ? TC : 0) | rcode);
  view.setUint16(4, query.question.length > 0 ? 1 : 0);
  view.setUint16(6, answers.length);
  view.setUint16(10, opt.length > 0 ? 1 : 0);
  let at = HEADER;
  for (const part of [query.question, ...answers, opt]) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function optRecord(room: number, isProhibited: boolean): Uint8Array {
  const options = isProhibited ? [0, OPTION_EDE, 0, 2, 0, EDE_PROHIBITED] : [];
  const size = Math.min(room, 0xffff);
  return Uint8Array.of(
    0,
    ...u16(TYPE_OPT),
    ...u16(size),
    0,
    0,
    0,
    0,
    ...u16(options.length),
    ...options,
  );
}

function u16(value: number): readonly [number, number] {
  return [(value >>> 8) & 0xff, value & 0xff];
}

function u32(value: number): readonly number[] {
  return [...u16(value >>> 16), ...u16(value)];
}

/** Each record is about the name that was asked for: a pointer to it. */
function encodeRecord(record: HostRecord): Uint8Array {
  const data = encodeData(record);
  return Uint8Array.of(
    ...u16(0xc000 | HEADER),
    ...u16(TYPE_NUMBERS.get(record.type) ?? 0),
    ...u16(CLASS_IN),
    ...u32(Math.min(record.ttlSec, 0x7fffffff)),
    ...u16(data.length),
    ...data,
  );
}

function encodeData(record: HostRecord): readonly number[] {
  switch (record.type) {
    case "A":
      return [...record.address.bytes4()];
    case "AAAA":
      return [...record.address.bytes16()];
    case "CNAME":
    case "NS":
    case "PTR":
      return encodeName(record.name);
    case "MX":
      return [...u16(record.preference), ...encodeName(record.name)];
    case "SRV": {
      const { priority, weight, port, name } = record;
      return [...u16(priority), ...u16(weight), ...u16(port), ...encodeName(name)];
    }
    case "TXT":
      return record.texts.flatMap((text) => [Math.min(text.length, 255), ...text.subarray(0, 255)]);
    case "SOA":
      return [
        ...encodeName(record.primary),
        ...encodeName(record.mailbox),
        ...record.numbers.flatMap((number) => u32(number)),
      ];
  }
}

/** A name that is too long for the wire has nothing in it. */
function encodeName(name: string): readonly number[] {
  const bytes: number[] = [];
  for (const label of name.split(".")) {
    if (label === "") continue;
    const codes = [...label].map((char) => char.charCodeAt(0) & 0xff).slice(0, LONGEST_LABEL);
    bytes.push(codes.length, ...codes);
  }
  return bytes.length >= LONGEST_NAME ? [0] : [...bytes, 0];
}

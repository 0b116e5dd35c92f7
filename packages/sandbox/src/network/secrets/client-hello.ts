/** Whom a TLS connection is for, from its first bytes: ClientHello of RFC 8446 and what came before it. */

export type HelloReading =
  /** Not TLS, or nothing that we understand. */
  | { readonly kind: "other" }
  | { readonly kind: "more" }
  /** `serverName` in lower case; null: it names nobody, as for an address. */
  | { readonly kind: "hello"; readonly serverName: string | null };

const RECORD_HANDSHAKE = 22;
const RECORD_HEADER = 5;
const CLIENT_HELLO = 1;
const HANDSHAKE_HEADER = 4;
const VERSION_AND_RANDOM = 34;
const EXTENSION_SERVER_NAME = 0;
const NAME_OF_HOST = 0;
const MOST_HELLO = 65_536;

const OTHER: HelloReading = { kind: "other" };

export function readClientHello(bytes: Uint8Array): HelloReading {
  const records = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const parts: Buffer[] = [];
  let pos = 0;
  let wanted = HANDSHAKE_HEADER;
  let length = 0;
  // A hello may come in several records.
  while (length < wanted) {
    if (pos < records.length && records[pos] !== RECORD_HANDSHAKE) return OTHER;
    if (pos + 1 < records.length && records[pos + 1] !== 3) return OTHER;
    if (pos + RECORD_HEADER > records.length) return { kind: "more" };
    const part = records.subarray(
      pos + RECORD_HEADER,
      pos + RECORD_HEADER + records.readUInt16BE(pos + 3),
    );
    // Nobody may send an empty one, and many would never come to an end.
    if (records.readUInt16BE(pos + 3) === 0) return OTHER;
    pos += RECORD_HEADER + records.readUInt16BE(pos + 3);
    parts.push(part);
    length += part.length;
    if (pos > records.length && length < wanted) return { kind: "more" };
    if (wanted === HANDSHAKE_HEADER && length >= HANDSHAKE_HEADER) {
      const start = Buffer.concat(parts);
      if (start[0] !== CLIENT_HELLO) return OTHER;
      wanted += start.readUIntBE(1, 3);
      if (wanted > MOST_HELLO) return OTHER;
      if (pos > records.length && length < wanted) return { kind: "more" };
    }
  }
  return readBody(Buffer.concat(parts).subarray(HANDSHAKE_HEADER, wanted));
}

function readBody(body: Buffer): HelloReading {
  try {
    let pos = VERSION_AND_RANDOM;
    pos += 1 + body.readUInt8(pos); // Session.
    pos += 2 + body.readUInt16BE(pos); // Cipher suites.
    pos += 1 + body.readUInt8(pos); // Compression.
    if (pos === body.length) return { kind: "hello", serverName: null };
    const end = pos + 2 + body.readUInt16BE(pos);
    pos += 2;
    while (pos < end) {
      const type = body.readUInt16BE(pos);
      const length = body.readUInt16BE(pos + 2);
      if (type === EXTENSION_SERVER_NAME)
        return { kind: "hello", serverName: nameOf(body.subarray(pos + 4, pos + 4 + length)) };
      pos += 4 + length;
    }
    return { kind: "hello", serverName: null };
  } catch {
    // It ends before it should.
    return OTHER;
  }
}

function nameOf(list: Buffer): string | null {
  let pos = 2;
  while (pos < list.length) {
    const type = list.readUInt8(pos);
    const length = list.readUInt16BE(pos + 1);
    if (type === NAME_OF_HOST)
      return list.toString("latin1", pos + 3, pos + 3 + length).toLowerCase();
    pos += 3 + length;
  }
  return null;
}

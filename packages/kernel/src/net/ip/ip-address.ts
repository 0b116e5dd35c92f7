/**
 * An Internet address of either version, as four 32-bit words in the order of the wire. An IPv4 address is the
 * v4-mapped one (::ffff:a.b.c.d), so that a dual-stack socket and an IPv4 one speak of the same thing.
 */

const MAPPED = 0xffff;

function wordAt(bytes: Uint8Array, at: number): number {
  let word = 0;
  for (let i = at; i < at + 4; i++) word = (word << 8) | (bytes[i] as number);
  return word;
}

export class IpAddress {
  readonly words: readonly [number, number, number, number];

  constructor(a: number, b: number, c: number, d: number) {
    this.words = [a >>> 0, b >>> 0, c >>> 0, d >>> 0];
  }

  static v4(word: number): IpAddress {
    return new IpAddress(0, 0, MAPPED, word);
  }

  /** The 4 or 16 bytes of in_addr and in6_addr. */
  static from(bytes: Uint8Array): IpAddress {
    if (bytes.length === 4) return IpAddress.v4(wordAt(bytes, 0));
    return new IpAddress(wordAt(bytes, 0), wordAt(bytes, 4), wordAt(bytes, 8), wordAt(bytes, 12));
  }

  equals(other: IpAddress): boolean {
    const [a, b, c, d] = this.words;
    const [e, f, g, h] = other.words;
    return d === h && c === g && a === e && b === f;
  }

  /** IPv4, or mapped: the same. */
  get isV4(): boolean {
    const [a, b, c] = this.words;
    return a === 0 && b === 0 && c === MAPPED;
  }
  /** INADDR_ANY or in6addr_any. */
  get isAny(): boolean {
    const [a, b, c, d] = this.words;
    return a === 0 && b === 0 && d === 0 && (c === 0 || c === MAPPED);
  }
  get isLoopback(): boolean {
    const [a, b, c, d] = this.words;
    if (this.isV4) return d >>> 24 === 127;
    return a === 0 && b === 0 && c === 0 && d === 1;
  }
  get isMulticast(): boolean {
    const [a, , , d] = this.words;
    return this.isV4 ? d >>> 28 === 0xe : a >>> 24 === 0xff;
  }
  /** fe80::/10, and groups of one interface or one line: which interface is part of the name. */
  get needsScope(): boolean {
    const [a] = this.words;
    if (this.isV4) return false;
    const reach = (a >>> 16) & 0xf;
    return (
      (a & 0xffc00000) >>> 0 === 0xfe800000 || (this.isMulticast && (reach === 1 || reach === 2))
    );
  }
  /** 255.255.255.255. */
  get isBroadcast(): boolean {
    return this.isV4 && this.word === 0xffffffff;
  }

  /** The last word: all of an IPv4 address. */
  get word(): number {
    return this.words[3];
  }

  /** Whether the first `prefix` bits of an IPv4 (of 32) or IPv6 address (of 128) are those of `network`. */
  isIn(network: IpAddress, prefix: number): boolean {
    if (this.isV4 !== network.isV4) return false;
    let left = this.isV4 ? prefix + 96 : prefix;
    for (let i = 0; i < 4 && left > 0; i++, left -= 32) {
      const mask = left >= 32 ? 0xffffffff : ~(0xffffffff >>> left);
      if ((((this.words[i] as number) ^ (network.words[i] as number)) & mask) !== 0) return false;
    }
    return true;
  }

  /** The first address of an IPv4 network, and its last one. */
  masked(prefix: number): IpAddress {
    return IpAddress.v4(prefix === 0 ? 0 : this.word & (0xffffffff << (32 - prefix)));
  }
  /** The first address of a network of either version. */
  networkOf(prefix: number): IpAddress {
    const bits = this.isV4 ? prefix + 96 : prefix;
    const word = (i: number): number => {
      const left = Math.min(32, Math.max(0, bits - i * 32));
      return left === 0 ? 0 : (this.words[i] as number) & (0xffffffff << (32 - left));
    };
    return new IpAddress(word(0), word(1), word(2), word(3));
  }
  lastOf(prefix: number): IpAddress {
    return IpAddress.v4(prefix === 32 ? this.word : this.word | (0xffffffff >>> prefix));
  }

  /** in6_addr. */
  bytes16(): Uint8Array {
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    this.words.forEach((word, i) => {
      view.setUint32(i * 4, word);
    });
    return bytes;
  }

  /** in_addr. */
  bytes4(): Uint8Array {
    return this.bytes16().subarray(12);
  }

  /** Dotted, or in the short form of RFC 5952. */
  toString(): string {
    if (this.isV4) {
      const { word } = this;
      return `${word >>> 24}.${(word >>> 16) & 0xff}.${(word >>> 8) & 0xff}.${word & 0xff}`;
    }
    const groups = this.words.flatMap((word) => [word >>> 16, word & 0xffff]);
    let best = { at: -1, length: 1 };
    for (let at = 0; at < 8; at++) {
      let length = 0;
      while (at + length < 8 && groups[at + length] === 0) length++;
      if (length > best.length) best = { at, length };
    }
    const hex = groups.map((group) => group.toString(16));
    if (best.at < 0) return hex.join(":");
    return `${hex.slice(0, best.at).join(":")}::${hex.slice(best.at + best.length).join(":")}`;
  }

  /** @returns null if the text is no address. */
  static parse(text: string): IpAddress | null {
    const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
    if (v4 !== null) {
      let word = 0;
      for (let i = 1; i <= 4; i++) {
        const part = Number(v4[i]);
        if (part > 255) return null;
        word = (word << 8) | part;
      }
      return IpAddress.v4(word);
    }
    const bare = text.replace(/%.*$/, "");
    if (!bare.includes(":")) return null;
    const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(bare);
    if (tail !== null) {
      const last = IpAddress.parse(tail[2] as string);
      if (last === null) return null;
      const { word } = last;
      return IpAddress.parse(
        `${tail[1]}${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`,
      );
    }
    const halves = bare.split("::");
    if (halves.length > 2) return null;
    const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
    const [head = [], end = []] = groups;
    const missing = 8 - head.length - end.length;
    if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
    const all = [...head, ...new Array<string>(missing).fill("0"), ...end];
    if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
    const n = all.map((group) => Number.parseInt(group, 16));
    const word = (i: number) => (n[i] as number) * 65536 + (n[i + 1] as number);
    return new IpAddress(word(0), word(2), word(4), word(6));
  }
}

export const ANY4: IpAddress = IpAddress.v4(0);
export const ANY6: IpAddress = new IpAddress(0, 0, 0, 0);
export const LOOPBACK4: IpAddress = IpAddress.v4(0x7f000001);
export const LOOPBACK6: IpAddress = new IpAddress(0, 0, 0, 1);

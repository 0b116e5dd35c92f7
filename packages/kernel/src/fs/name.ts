/**
 * File names. Linux's are bytes; ours are strings, so that they can be keys and be printed. Valid UTF-8 becomes the
 * text it says; every other byte becomes a lone surrogate U+DC80..U+DCFF (Python's "surrogateescape"), so that
 * nothing is lost on the way back.
 */

/** Bytes of a name or path, without NUL, to a string. */
export function decodeName(bytes: Uint8Array): string {
  let text = "";
  const n = bytes.length;
  let i = 0;
  // Most names are ASCII: eight at a time (measured: a name of twenty bytes and a look-up by it in two thirds of the time).
  while (i + 8 <= n) {
    const a = bytes[i] as number;
    const b = bytes[i + 1] as number;
    const c = bytes[i + 2] as number;
    const d = bytes[i + 3] as number;
    const e = bytes[i + 4] as number;
    const f = bytes[i + 5] as number;
    const g = bytes[i + 6] as number;
    const h = bytes[i + 7] as number;
    if ((a | b | c | d | e | f | g | h) >= 0x80) break;
    text += String.fromCharCode(a, b, c, d, e, f, g, h);
    i += 8;
  }
  while (i < n) {
    const b = bytes[i] as number;
    if (b < 0x80) {
      text += String.fromCharCode(b);
      i++;
      continue;
    }
    const len = sequenceLength(bytes, i);
    if (len === 0) {
      text += String.fromCharCode(0xdc00 | b);
      i++;
      continue;
    }
    let point = b & (0xff >> (len + 1));
    for (let k = 1; k < len; k++) point = (point << 6) | ((bytes[i + k] as number) & 0x3f);
    text += String.fromCodePoint(point);
    i += len;
  }
  return text;
}

/** Length of the well-formed UTF-8 sequence of two to four bytes at `i`, or 0 (RFC 3629, section 4). */
function sequenceLength(bytes: Uint8Array, i: number): number {
  const b = bytes[i] as number;
  const len = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
  if (b < 0xc2 || b > 0xf4 || i + len > bytes.length) return 0;
  const second = bytes[i + 1] as number;
  const least = b === 0xe0 ? 0xa0 : b === 0xf0 ? 0x90 : 0x80;
  const most = b === 0xed ? 0x9f : b === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return 0;
  for (let k = 2; k < len; k++) {
    if (((bytes[i + k] as number) & 0xc0) !== 0x80) return 0;
  }
  return len;
}

/** The bytes of a name or path; the inverse of `decodeName`. */
export function encodeName(text: string): Uint8Array {
  const out = new Uint8Array(nameLength(text));
  putName(text, out, 0);
  return out;
}

/** Writes what `encodeName` gives to `into`, from `at` on; there is room. */
export function putName(text: string, into: Uint8Array, at: number): void {
  let o = at;
  for (let i = 0; i < text.length; i++) {
    const c = text.codePointAt(i) as number;
    if (c < 0x80) {
      into[o++] = c;
    } else if (c < 0x800) {
      into[o++] = 0xc0 | (c >> 6);
      into[o++] = 0x80 | (c & 0x3f);
    } else if (c >= 0xdc80 && c <= 0xdcff) {
      into[o++] = c & 0xff;
    } else if (c < 0x10000) {
      into[o++] = 0xe0 | (c >> 12);
      into[o++] = 0x80 | ((c >> 6) & 0x3f);
      into[o++] = 0x80 | (c & 0x3f);
    } else {
      into[o++] = 0xf0 | (c >> 18);
      into[o++] = 0x80 | ((c >> 12) & 0x3f);
      into[o++] = 0x80 | ((c >> 6) & 0x3f);
      into[o++] = 0x80 | (c & 0x3f);
      i++; // A pair of UTF-16 units.
    }
  }
}

/** Bytes that `encodeName` gives. */
export function nameLength(text: string): number {
  let len = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x80) len += 1;
    else if (c < 0x800) len += 2;
    else if (c >= 0xdc80 && c <= 0xdcff) len += 1;
    else if (c >= 0xd800 && c < 0xdc00 && i + 1 < text.length) {
      len += 4;
      i++;
    } else len += 3;
  }
  return len;
}

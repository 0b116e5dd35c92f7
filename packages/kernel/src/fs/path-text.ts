/**
 * From a path's bytes to its text and components. Programs name the same few files again and again, so what was made of
 * the last ones is kept: by their bytes, or by their text. Nothing depends on what is kept but time.
 */
import { decodeName } from "./name.ts";

/** Texts that are kept, by a hash of their bytes; and paths whose components are. */
const MAX_KEPT = 512;
const LONGEST_KEPT = 256;

const texts: (string | undefined)[] = new Array<string | undefined>(MAX_KEPT).fill(undefined);
const componentLists = new Map<string, readonly string[]>();

/** The text of the `len` bytes at `at`. */
export function pathText(bytes: Uint8Array, at: number, len: number): string {
  let hash = len;
  let all = 0;
  for (let i = 0; i < len; i++) {
    const byte = bytes[at + i] as number;
    hash = Math.imul(hash ^ byte, 0x0100_0193);
    all |= byte;
  }
  if (all >= 0x80 || len > LONGEST_KEPT) return decodeName(bytes.subarray(at, at + len));
  const slot = (hash ^ (hash >>> 16)) & (MAX_KEPT - 1);
  const kept = texts[slot];
  if (kept !== undefined && isTextOf(kept, bytes, at, len)) return kept;
  const text = decodeName(bytes.subarray(at, at + len));
  texts[slot] = text;
  return text;
}

function isTextOf(text: string, bytes: Uint8Array, at: number, len: number): boolean {
  if (text.length !== len) return false;
  for (let i = 0; i < len; i++) if (text.charCodeAt(i) !== bytes[at + i]) return false;
  return true;
}

/** The components of `path`, last first. */
export function componentsOf(path: string): readonly string[] {
  const kept = componentLists.get(path);
  if (kept !== undefined) return kept;
  const components: string[] = [];
  for (let end = path.length; end > 0; ) {
    const slash = path.lastIndexOf("/", end - 1);
    if (slash < end - 1) components.push(path.slice(slash + 1, end));
    end = slash;
  }
  if (path.length > LONGEST_KEPT) return components;
  if (componentLists.size >= MAX_KEPT) componentLists.clear();
  componentLists.set(path, components);
  return components;
}

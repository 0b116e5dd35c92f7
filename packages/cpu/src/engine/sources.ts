/** The guest code that a region was translated from: it is used where the guest has these bytes, and nowhere else. */
import type { KeptRegion } from "../archive/format.ts";
import { PAGE_SHIFT, Perm } from "../state.ts";
import type { GuestSpace } from "./guest-space.ts";

/** A range of guest code and what it looked like. */
export interface Source {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** Whether one of them has the byte at `pc`. */
export function hasCode(sources: readonly Source[], pc: number): boolean {
  return sources.some(({ start, bytes }) => start <= pc && pc < start + bytes.length);
}

/** Whether the bytes that decide whether it is used are its own at all. */
export function isOfItsCode({ pc, sources }: KeptRegion): boolean {
  return hasCode(sources, pc);
}

export function pagesOf(sources: readonly Source[]): number[] {
  const pages = new Set<number>();
  for (const { start, bytes } of sources) {
    const last = (start + bytes.length - 1) >>> PAGE_SHIFT;
    for (let page = start >>> PAGE_SHIFT; page <= last; page++) pages.add(page);
  }
  return [...pages];
}

/** Whether `space` has this code, and may run it. */
export function isSameCode(
  space: GuestSpace,
  code: { readonly pages: readonly number[]; readonly sources: readonly Source[] },
): boolean {
  for (const page of code.pages) {
    if (((space.perms[page] as number) & Perm.X) === 0) return false;
  }
  return code.sources.every(({ start, bytes }) => {
    const now = space.bytes.subarray(start, start + bytes.length);
    for (let i = 0; i < bytes.length; i++) if (now[i] !== bytes[i]) return false;
    return true;
  });
}

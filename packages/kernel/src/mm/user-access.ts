/**
 * The kernel's access to guest memory: checks, brings pages in, never throws. The guest's address is an index
 * into `space.bytes`, so a buffer is a view and nothing is copied twice.
 *
 * A view is good until the handler returns or touches another mapping of the same shared page; never keep it
 * over `task.block`.
 */
import { EFAULT, ENAMETOOLONG, type Errno, isErrno, PAGE_SIZE } from "@kernelet/abi";
import { type AddressSpace, PAGE_R, PAGE_W } from "../arch/x86/processor.ts";
import { storeU64 } from "./store-u64.ts";

const EMPTY = new Uint8Array(0);
/** A power of two. */
const KEPT_VIEWS = 16;

export type UserAccess = typeof PAGE_R | typeof PAGE_W;

export abstract class UserMemory {
  abstract readonly space: AddressSpace;
  /** By place and length. A program uses its buffers again and again, and making a view takes longer than a short read. */
  readonly #views: Uint8Array[] = new Array(KEPT_VIEWS).fill(EMPTY);
  /** What they are views of. */
  #viewed: Uint8Array = EMPTY;

  /** Brings the page of `addr` in. @returns whether the access is possible now. */
  abstract faultIn(addr: number, access: UserAccess): boolean;

  /**
   * A view of [addr, addr + len) for the kernel to read (PAGE_R) or write (PAGE_W). Shorter if only the first
   * part is accessible; EFAULT if nothing is.
   */
  userBuffer(addr: number, len: number, access: UserAccess): Uint8Array | Errno {
    if (len === 0) return EMPTY;
    const n = this.accessibleLength(addr, len, access);
    if (n === 0) return EFAULT;
    if (access === PAGE_W) this.space.willWrite(addr, addr + n);
    return this.view(addr, n);
  }

  /** Preconditions: [addr, addr + len) is accessible. */
  view(addr: number, len: number): Uint8Array {
    const { bytes } = this.space;
    if (bytes !== this.#viewed) {
      this.#viewed = bytes;
      this.#views.fill(EMPTY);
    }
    const slot = ((addr >>> 3) ^ len) & (KEPT_VIEWS - 1);
    const kept = this.#views[slot] as Uint8Array;
    if (kept.byteOffset === addr && kept.length === len) return kept;
    const made = bytes.subarray(addr, addr + len);
    this.#views[slot] = made;
    return made;
  }

  /** How many bytes from `addr` on can be accessed, up to `len`; their pages are present afterwards. */
  accessibleLength(addr: number, len: number, access: UserAccess): number {
    const space = this.space;
    // Also refuses what is not a plain address: fractions come from inexact 64-bit values only.
    if (!(addr >= 0 && addr < space.end)) return 0;
    const end = Math.min(addr + len, space.end);
    let page = addr - (addr % PAGE_SIZE);
    while (page < end) {
      if ((space.protection(page) & access) === 0) {
        if (!this.faultIn(Math.max(page, addr), access)) return Math.max(page - addr, 0);
      }
      page += PAGE_SIZE;
    }
    return end - addr;
  }

  /** A copy of [addr, addr + len): all of it or EFAULT. */
  copyIn(addr: number, len: number): Uint8Array | Errno {
    const view = this.userBuffer(addr, len, PAGE_R);
    if (isErrno(view)) return view;
    if (view.length < len) return EFAULT;
    return view.slice();
  }

  /** Writes all bytes or gives EFAULT; how much was written then is undefined, as in Linux. */
  copyOut(addr: number, bytes: Uint8Array): 0 | Errno {
    const view = this.userBuffer(addr, bytes.length, PAGE_W);
    if (isErrno(view)) return view;
    if (view.length < bytes.length) return EFAULT;
    view.set(bytes);
    return 0;
  }

  /** Makes [addr, addr + len) ready for stores of the kernel's own, all of it. */
  prepareWrite(addr: number, len: number): 0 | Errno {
    if (!this.#has(addr, len, PAGE_W)) return EFAULT;
    this.space.willWrite(addr, addr + len);
    return 0;
  }

  /** A string up to its NUL, without it. `maxLen` counts the NUL: longer ones give ENAMETOOLONG. */
  copyInString(addr: number, maxLen: number): Uint8Array | Errno {
    const len = this.stringLength(addr, maxLen);
    return isErrno(len) ? len : this.space.bytes.slice(addr, addr + len);
  }

  /** How long the string at `addr` is, without its NUL; errors as `copyInString`. Its pages are present afterwards. */
  stringLength(addr: number, maxLen: number): number | Errno {
    if (!(addr >= 0 && addr < this.space.end)) return EFAULT;
    let at = addr;
    const limit = addr + maxLen;
    while (at < limit) {
      const part = Math.min(PAGE_SIZE - (at % PAGE_SIZE), limit - at);
      const n = this.accessibleLength(at, part, PAGE_R);
      if (n === 0) return EFAULT;
      const { bytes } = this.space;
      for (const end = at + n; at < end; at++) if (bytes[at] === 0) return at - addr;
    }
    return ENAMETOOLONG;
  }

  /** Whether a value of `size` bytes can be accessed at `addr`, which may straddle two pages. */
  #has(addr: number, size: number, access: UserAccess): boolean {
    return this.accessibleLength(addr, size, access) === size;
  }

  readUint8(addr: number): number | Errno {
    return this.#has(addr, 1, PAGE_R) ? (this.space.bytes[addr] as number) : EFAULT;
  }

  /** null for a bad address: every value is possible. */
  readInt32(addr: number): number | null {
    return this.#has(addr, 4, PAGE_R) ? this.space.view.getInt32(addr, true) : null;
  }

  readUint32(addr: number): number | Errno {
    return this.#has(addr, 4, PAGE_R) ? this.space.view.getUint32(addr, true) : EFAULT;
  }

  /** An unsigned 64-bit value as a number: exact up to 2^53. */
  readU64(addr: number): number | Errno {
    if (!this.#has(addr, 8, PAGE_R)) return EFAULT;
    const view = this.space.view;
    return view.getUint32(addr, true) + view.getUint32(addr + 4, true) * 0x1_0000_0000;
  }

  /** A signed 64-bit value as a number, exact within ±2^53; null for a bad address. */
  readS64(addr: number): number | null {
    if (!this.#has(addr, 8, PAGE_R)) return null;
    const view = this.space.view;
    return view.getUint32(addr, true) + view.getInt32(addr + 4, true) * 0x1_0000_0000;
  }

  /** All 64 bits, unsigned; null for a bad address. */
  readBig(addr: number): bigint | null {
    return this.#has(addr, 8, PAGE_R) ? this.space.view.getBigUint64(addr, true) : null;
  }

  writeUint8(addr: number, value: number): 0 | Errno {
    if (!this.#has(addr, 1, PAGE_W)) return EFAULT;
    this.space.willWrite(addr, addr + 1);
    this.space.bytes[addr] = value;
    return 0;
  }

  /** Writes the low 32 bits. */
  writeInt32(addr: number, value: number): 0 | Errno {
    if (!this.#has(addr, 4, PAGE_W)) return EFAULT;
    this.space.willWrite(addr, addr + 4);
    this.space.view.setInt32(addr, value | 0, true);
    return 0;
  }

  writeUint32(addr: number, value: number): 0 | Errno {
    return this.writeInt32(addr, value);
  }

  /** Writes a number in ±2^53 as 64 bits. */
  writeU64(addr: number, value: number): 0 | Errno {
    const prepared = this.prepareWrite(addr, 8);
    if (prepared === 0) storeU64(this.space.view, addr, value);
    return prepared;
  }

  /** Two of them in a row: both or none. */
  writeU64Pair(addr: number, first: number, second: number): 0 | Errno {
    const prepared = this.prepareWrite(addr, 16);
    if (prepared !== 0) return prepared;
    storeU64(this.space.view, addr, first);
    storeU64(this.space.view, addr + 8, second);
    return 0;
  }

  writeBig(addr: number, value: bigint): 0 | Errno {
    if (!this.#has(addr, 8, PAGE_W)) return EFAULT;
    this.space.willWrite(addr, addr + 8);
    this.space.view.setBigUint64(addr, BigInt.asUintN(64, value), true);
    return 0;
  }
}

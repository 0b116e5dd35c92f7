/**
 * One guest address space: its memory, its permission bytes, the instances of code modules bound to it, and
 * what has been decoded from it.
 */
import { SLOT } from "../interp/core-module.ts";
import {
  GUEST_END,
  GUEST_START,
  JUMP_CACHE,
  JUMP_CACHE_ENTRIES,
  JUMP_CACHE_ENTRY_SIZE,
  PAGE_SHIFT,
  PAGE_SIZE,
  PERM_ABSENT,
  PERMS,
  Perm,
  S,
  SPANS,
  STATE,
} from "../state.ts";
import { CodeArea } from "./code-area.ts";
import type { CompiledRegion } from "./regions.ts";
import type { CpuRegisters } from "./registers.ts";

/** As the kernel gives them: PAGE_R, PAGE_W, PAGE_X. */
export const READ = 1;
export const WRITE = 2;
export const EXEC = 4;

/** This page has been accessible since the memory was last known to be zero. Not tested by generated code. */
const TOUCHED = 0x80;
const KEPT = TOUCHED | Perm.CODE;

/** Pages in a memory: 2^20. */
const PAGES = 0x10_0000;
/** Chunks of pages in which any was ever touched: what is zeroed and scanned at the end. */
const CHUNK_SHIFT = 8;
const CHUNK_PAGES = 1 << CHUNK_SHIFT;
/** A memory whose owner touched more than this isn't worth zeroing for the next one. */
const POOL_MAX_TOUCHED = 0x4000;

/** What the space tells the engine when code disappears. */
export interface CodeListener {
  /** The page had code that is now forgotten. */
  dropCode(space: GuestSpace, page: number): void;
}

/** The exports of the core module's instance. */
export interface CoreExports {
  run(): number;
  resume(rec: number): number;
  enter: WebAssembly.ExportValue;
}

export class GuestSpace {
  readonly start: number = GUEST_START;
  readonly end: number = GUEST_END;
  readonly memory: WebAssembly.Memory;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Permission bytes, one per page. */
  readonly perms: Uint8Array;
  /** The four bytes of each page in SPANS, as a word. */
  readonly #spans: Uint32Array;
  /** The STATE page as 32-bit and 64-bit words. */
  readonly state32: Int32Array;
  readonly stateBytes: Uint8Array;
  /** The jump cache as words: pc, record, 0, 0. */
  readonly jumpCache: Int32Array;
  readonly table: WebAssembly.Table;
  /** Ids of the code modules that have an instance here. */
  readonly units: Map<number, WebAssembly.Instance> = new Map();
  /** Whose registers are in the state block now. */
  live: CpuRegisters | undefined;
  core: CoreExports | undefined;
  /** Imports for code modules: memory, table, functions. */
  env: Record<string, WebAssembly.ExportValue> = {};

  /** Decoded instruction records. */
  readonly code: CodeArea;
  #codePage = -1;
  #codeBytes: Uint8Array = new Uint8Array(0);
  /** Record of the head of each decoded block, by pc. */
  readonly blocks: Map<number, number> = new Map();
  /** Blocks by the pages that their instructions lie in. */
  readonly pageBlocks: Map<number, number[]> = new Map();
  /** Regions in use, by the pages that they were translated from. */
  readonly pageRegions: Map<number, CompiledRegion[]> = new Map();
  /** Regions that were put into this space's table, by slot. */
  readonly regionSlots: Map<number, CompiledRegion> = new Map();
  /** Slots of those that write the status flags before they read them. */
  readonly quietSlots: Set<number> = new Set();
  /** Code was dropped since the flag was last cleared: frames of it may be on the Wasm stack. */
  codeDropped = false;
  /** Where to go on after Stop.resume: a record, or 0 for S.rip. */
  resumeRecord = 0;

  readonly #touched: Uint8Array = new Uint8Array(PAGES >>> CHUNK_SHIFT);
  readonly #listener: CodeListener;
  readonly #onRelease: (space: GuestSpace, reusable: boolean) => void;

  constructor(listener: CodeListener, onRelease: (space: GuestSpace, reusable: boolean) => void) {
    this.#listener = listener;
    this.#onRelease = onRelease;
    // Shared, though nobody shares it: V8 counts 4 GiB of memory pressure for one that isn't, and collects garbage
    // for every memory made (measured: 5 ms and more each, against 0.03 ms).
    this.memory = new WebAssembly.Memory({ initial: 65536, maximum: 65536, shared: true });
    const { buffer } = this.memory;
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.perms = new Uint8Array(buffer, PERMS, PAGES).fill(PERM_ABSENT);
    this.#spans = new Uint32Array(buffer, SPANS, PAGES);
    this.state32 = new Int32Array(buffer, STATE, S.end / 4);
    this.stateBytes = new Uint8Array(buffer, STATE, S.end);
    this.jumpCache = new Int32Array(
      buffer,
      JUMP_CACHE,
      (JUMP_CACHE_ENTRIES * JUMP_CACHE_ENTRY_SIZE) / 4,
    );
    this.code = new CodeArea(buffer);
    this.table = new WebAssembly.Table({ initial: SLOT.first, element: "anyfunc" });
  }

  /** The bytes of a page and the next, to decode from: indices beyond 2^31 into `bytes` are slow in V8. */
  codeBytes(page: number): Uint8Array {
    if (page !== this.#codePage) {
      this.#codePage = page;
      this.#codeBytes = this.bytes.subarray(page * PAGE_SIZE, (page + 2) * PAGE_SIZE);
    }
    return this.#codeBytes;
  }

  /** The region is not in the table any more: `page` has one less. */
  forgetRegion(page: number, region: CompiledRegion): void {
    const left = (this.pageRegions.get(page) ?? []).filter((r) => r !== region);
    if (left.length > 0) this.pageRegions.set(page, left);
    else this.pageRegions.delete(page);
  }

  /** Makes the table reach `size`; a new slot runs what S.rip names, like a region that isn't there. */
  growTable(size: number): void {
    const missing = size - this.table.length;
    if (missing > 0) this.table.grow(missing + 256, this.core?.enter);
  }

  protect(start: number, end: number, access: number): void {
    const first = start >>> PAGE_SHIFT;
    const last = Math.ceil(end / 4096);
    const { perms } = this;
    let own = 0;
    if ((access & READ) === 0) own |= Perm.NR;
    if ((access & WRITE) !== 0) own |= Perm.WRITABLE;
    if ((access & EXEC) !== 0) own |= Perm.X;
    if (access !== 0) own |= TOUCHED;
    for (let page = first; page < last; page++) {
      const chunk = page >>> CHUNK_SHIFT;
      if (access !== 0) this.#touched[chunk] = 1;
      else if (this.#touched[chunk] === 0) {
        // Nothing was ever here: it is absent as it stands.
        page |= CHUNK_PAGES - 1;
        continue;
      }
      const old = perms[page] as number;
      if ((old & Perm.CODE) !== 0 && (access & EXEC) === 0) this.#drop(page);
      const kept = (perms[page] as number) & KEPT;
      const indirect = (access & WRITE) === 0 || (kept & Perm.CODE) !== 0 ? Perm.NW : 0;
      perms[page] = own | kept | indirect;
    }
    this.#pairs(first - 1, last);
  }

  /** Brings NR2 and NW2 of the pages [first, last) up to date, and their spans. */
  #pairs(first: number, last: number): void {
    const { perms } = this;
    let next = last < PAGES ? (perms[last] as number) : PERM_ABSENT;
    for (let page = last - 1; page >= first && page >= 0; page--) {
      const own = (perms[page] as number) & ~(Perm.NR2 | Perm.NW2);
      const bits = own | (((own | next) & (Perm.NR | Perm.NW)) << 2);
      perms[page] = bits;
      next = bits;
      // NR and NW are in the places of Span.R and Span.W, NR2 and NW2 two higher.
      const allowed = ~bits & 15;
      const page4 = (allowed & 3) << 2;
      const within = (allowed & 3) | page4;
      const spans = (within * 0x0001_0101) | (((allowed >>> 2) | page4) << 24);
      if (this.#spans[page] !== spans) this.#spans[page] = spans;
    }
  }

  protection(addr: number): number {
    const bits = this.perms[addr >>> PAGE_SHIFT] as number;
    let access = 0;
    if ((bits & Perm.NR) === 0) access |= READ;
    if ((bits & Perm.WRITABLE) !== 0) access |= WRITE;
    if ((bits & Perm.X) !== 0) access |= EXEC;
    return access;
  }

  /** Notes that code was read from the page: stores to it must be seen from now on. */
  markCode(page: number): void {
    const bits = this.perms[page] as number;
    if ((bits & Perm.CODE) !== 0) return;
    this.perms[page] = bits | Perm.CODE | Perm.NW;
    this.#pairs(page - 1, page + 1);
  }

  /** Forgets the code of a page and lets stores through again. @returns false if there was none */
  dropPage(page: number): boolean {
    if (((this.perms[page] as number) & Perm.CODE) === 0) return false;
    this.#drop(page);
    this.#pairs(page - 1, page + 1);
    return true;
  }

  #drop(page: number): void {
    this.#listener.dropCode(this, page);
    this.codeDropped = true;
    let bits = (this.perms[page] as number) & ~Perm.CODE;
    if ((bits & Perm.WRITABLE) !== 0) bits &= ~Perm.NW;
    this.perms[page] = bits;
  }

  willWrite(start: number, end: number): void {
    const last = Math.ceil(end / 4096);
    for (let page = start >>> PAGE_SHIFT; page < last; page++) {
      if (((this.perms[page] as number) & Perm.CODE) !== 0) this.dropPage(page);
    }
  }

  zero(start: number, end: number): void {
    const last = Math.ceil(end / 4096);
    let page = start >>> PAGE_SHIFT;
    while (page < last) {
      if (this.#touched[page >>> CHUNK_SHIFT] === 0) {
        page = (page | (CHUNK_PAGES - 1)) + 1;
        continue;
      }
      if (((this.perms[page] as number) & TOUCHED) === 0) {
        page++;
        continue;
      }
      const from = page;
      while (page < last && ((this.perms[page] as number) & TOUCHED) !== 0) page++;
      this.bytes.fill(0, from * 4096, page * 4096);
    }
  }

  release(): void {
    this.live?.detach();
    const { perms } = this;
    let pages = 0;
    this.#touched.forEach((isTouched, chunk) => {
      if (isTouched === 0) return;
      const first = chunk << CHUNK_SHIFT;
      for (let i = first; i < first + CHUNK_PAGES; i++)
        if ((perms[i] as number) >= TOUCHED) pages++;
    });
    this.#onRelease(this, pages <= POOL_MAX_TOUCHED);
  }
  /** As it was made, for the next owner. Not at `release`: the last of a sandbox has none. */
  reset(): void {
    this.zero(0, GUEST_END);
    this.#touched.forEach((isTouched, chunk) => {
      const first = chunk << CHUNK_SHIFT;
      if (isTouched === 0) return;
      this.perms.fill(PERM_ABSENT, first, first + CHUNK_PAGES);
      this.#spans.fill(0, first, first + CHUNK_PAGES);
    });
    this.#touched.fill(0);
  }
}

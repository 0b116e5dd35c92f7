/**
 * The layout of a guest address space's linear memory, and of the register file in it.
 *
 * A guest address is an index into one 4 GiB `WebAssembly.Memory`. Two stretches of it are ours and never
 * mapped for the guest, so that one check (the permission byte) keeps the guest out of them:
 *
 *   0x0000_0000 .. JUMP_CACHE     never mapped either: a null pointer's neighbourhood
 *               JUMP_CACHE        pc → what runs there, direct mapped (256 KiB)
 *               STATE             the register file of the task that runs now (4 KiB)
 *               PERMS             one permission byte per 4 KiB page (1 MiB)
 *   GUEST_START .. GUEST_END      the guest's pages
 *               SPANS             four bytes per 4 KiB page, what regions test (4 MiB)
 *   CODE_BASE   .. 4 GiB          decoded instruction records (interpreter)
 *
 * What generated code addresses by a constant lies low: V8 folds a constant into x64's addressing mode only
 * below 2 GiB. It ends at 2 MiB, where lld puts the images of programs that are linked to a fixed address.
 */

export const PAGE_SHIFT = 12;
export const PAGE_SIZE = 4096;

/** First address after the low stretch that the guest can never map. */
export const GUEST_START = 0x20_0000;
/** First address that a guest can never map at the top. */
export const GUEST_END = 0xf800_0000;
/** What may be accessed, for each 1 KiB: `Span` bits. */
export const SPANS = 0xf800_0000;
/** Decoded instruction records. */
export const CODE_BASE = 0xf840_0000;
export const CODE_END = 0xffff_f000;
/** Direct-mapped cache from guest pc to what runs there. */
export const JUMP_CACHE = 0x8_0000;
export const JUMP_CACHE_ENTRIES = 0x4000;
export const JUMP_CACHE_ENTRY_SIZE = 16;
/**
 * An entry's words. The slot is a region's, or that of `enter`. Quiet is 1 if what runs there writes the status flags
 * before anything reads them, 0 otherwise and in entries that are empty.
 */
export const JUMP = { pc: 0, record: 4, slot: 8, quiet: 12 } as const;
/** The register file. */
export const STATE = 0xf_0000;
export const STATE_SIZE = 0x1000;
/** One byte of `Perm` bits per page. */
export const PERMS = 0x10_0000;

/**
 * Bits of a permission byte. The first four are what the interpreter tests: they say what is *not* allowed, so
 * that a test is `byte & mask` with nothing to invert.
 */
export const Perm = {
  /** This page may not be read. */
  NR: 1,
  /** This page may not be written directly: not writable, or code was translated from it. */
  NW: 2,
  /** This page or the next may not be read. */
  NR2: 4,
  /** This page or the next may not be written directly. */
  NW2: 8,
  /** Instructions may be fetched from this page. */
  X: 16,
  /** The kernel's own word: this page is writable (NW is clear for this without CODE). */
  WRITABLE: 32,
  /** Something was decoded or translated from this page, so a store must be seen. */
  CODE: 64,
} as const;

/** A page that isn't there. */
export const PERM_ABSENT = 15;

/**
 * Bits of the byte for 1 KiB in SPANS, which follow from the permission bytes. What has never been there is 0. They are
 * finer than pages because data often lies in the last page of a mapping, and seldom at the end of it.
 */
export const Span = {
  /** What begins here and has MAX_SPAN bytes at the most may be read. */
  R: 1,
  W: 2,
  /** This page may be read. */
  PAGE_R: 4,
  PAGE_W: 8,
} as const;
export const SPAN_SHIFT = 10;
export const MAX_SPAN: number = 1 << SPAN_SHIFT;

/**
 * Offsets from STATE. General registers are in encoding order (rax rcx rdx rbx rsp rbp rsi rdi r8…r15),
 * 8 bytes each, little endian, so `state + 8 * i` is a whole register and `+ 1` its AH-style byte.
 */
export const S = {
  gpr: 0,
  /** Reads as 0 always: base or index of an address that has none. */
  zero: 128,
  /** Next instruction to run (low 32 bits are all a guest pc has). */
  rip: 136,
  fsBase: 144,
  gsBase: 152,
  /** Sign-extended result of the last flag-setting operation: ZF, SF, PF come from it. See emit/flags.ts. */
  flagResult: 160,
  /** Carry vector of the last flag-setting operation: CF, OF, AF come from it, and deltas. */
  flagVector: 168,
  /** EFLAGS bits that no arithmetic touches: IF, TF, DF, IOPL, NT, AC, ID (at their EFLAGS places). i32. */
  flagsOther: 176,
  mxcsr: 180,
  /** Guest work left in this slice: loop iterations and calls (i32, counts down). */
  fuel: 184,
  /** Why `run` returned: a `Stop` code (i32). */
  stop: 188,
  /** Detail of the stop: exception vector, error code, faulting address (i32 each). */
  stopVector: 192,
  stopError: 196,
  /** Faulting address, all 64 bits. */
  stopAddress: 200,
  /** x87: control word, status word (TOP included), abridged tag word (1 bit a register: 1 = not empty), last opcode: u16 each. */
  fcw: 208,
  fsw: 210,
  ftw: 212,
  fop: 214,
  fip: 216,
  fdp: 224,
  /** The region that was left last, by its pc, and what for (i32 each). Of generated code, not of the guest. */
  leftRegion: 232,
  leftFor: 236,
  /** Scratch for values that an instruction hands to a helper: 16 × 8 bytes. */
  scratch: 256,
  /** xmm0…xmm15, 16 bytes each. */
  xmm: 512,
  /** x87 physical registers R0…R7 (not stack order), 16 bytes each: u64 significand, u16 sign and exponent. MMX aliases the significand. */
  x87: 768,
  /** End of what a context switch copies. */
  end: 896,
} as const;

export const RAX = 0;
export const RCX = 1;
export const RDX = 2;
export const RBX = 3;
export const RSP = 4;
export const RBP = 5;
export const RSI = 6;
export const RDI = 7;
export const R11 = 11;

/** EFLAGS bits (SDM vol. 1, 3.4.3). */
export const EFLAGS = {
  CF: 0x1,
  RESERVED1: 0x2,
  PF: 0x4,
  AF: 0x10,
  ZF: 0x40,
  SF: 0x80,
  TF: 0x100,
  IF: 0x200,
  DF: 0x400,
  OF: 0x800,
  IOPL: 0x3000,
  NT: 0x4000,
  RF: 0x10000,
  AC: 0x40000,
  ID: 0x200000,
} as const;

/** Exception vectors (SDM vol. 3, table 6-1) that a guest can raise. */
export const Vector = {
  DE: 0,
  DB: 1,
  BP: 3,
  OF: 4,
  BR: 5,
  UD: 6,
  NM: 7,
  SS: 12,
  GP: 13,
  PF: 14,
  MF: 16,
  AC: 17,
  XM: 19,
} as const;

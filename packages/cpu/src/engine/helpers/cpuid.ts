/**
 * CPUID: what this processor says of itself (SDM vol. 2, CPUID): x86-64-v2 and nothing more, as family 6 model 44, the last
 * kind that had just that. Programs choose code by vendor, model and cache sizes, so those are a real family's.
 */
import { RAX, RBX, RCX, RDX, S } from "../../state.ts";
import type { Helper, Machine } from "../helper.ts";

type Leaf = readonly [eax: number, ebx: number, ecx: number, edx: number];

const ZERO: Leaf = [0, 0, 0, 0];
const MAX_BASIC = 0x16;
const MAX_HYPERVISOR = 0x4000_0000;
const MAX_EXTENDED = 0x8000_0008;

/** 48 characters at most. */
const BRAND = "Kernelet Virtual x86-64-v2";
const VENDOR = "GenuineIntel";
const HYPERVISOR = "KerneletKern";

/** Family 6, model 0x2c, stepping 2. */
const SIGNATURE = 0x000206c2;

function bits(...numbers: readonly number[]): number {
  return numbers.reduce((mask, n) => mask | (1 << n), 0);
}

/** Leaf 1 ECX: SSE3, SSSE3, CMPXCHG16B, SSE4.1, SSE4.2, POPCNT, hypervisor. No XSAVE, AVX, AES, PCLMULQDQ, MOVBE, RDRAND. */
const FEATURES_ECX = bits(0, 9, 13, 19, 20, 23, 31);
/** Leaf 1 EDX: FPU, TSC, CX8, CMOV, CLFSH, MMX, FXSR, SSE, SSE2. */
const FEATURES_EDX = bits(0, 4, 8, 15, 19, 23, 24, 25, 26);
/** Leaf 7 EBX: ERMS, and EDX: FSRM. A repeated string instruction is one block copy here. */
const FEATURES7_EBX = bits(9);
const FEATURES7_EDX = bits(4);
/** Leaf 8000_0001 ECX: LAHF in 64-bit mode; EDX: SYSCALL, NX, RDTSCP, long mode. */
const EXTENDED_ECX = bits(0);
const EXTENDED_EDX = bits(11, 20, 27, 29);
/** Leaf 8000_0007 EDX: invariant TSC. */
const INVARIANT_TSC = bits(8);
/** CLFLUSH line in units of 8 bytes, one logical processor. */
const MISCELLANEOUS = (8 << 8) | (1 << 16);
/** 39 physical and 48 linear address bits. */
const ADDRESS_SIZES = (48 << 8) | 39;
/** The TSC counts nanoseconds. */
const TSC_HZ = 1_000_000_000;

/** Four bytes of a text as a register holds them. */
function word(text: string, off: number): number {
  let value = 0;
  for (let i = 3; i >= 0; i--) value = (value << 8) | (text.charCodeAt(off + i) || 0);
  return value;
}

function brand(leaf: number): Leaf {
  const off = (leaf - 0x8000_0002) * 16;
  return [word(BRAND, off), word(BRAND, off + 4), word(BRAND, off + 8), word(BRAND, off + 12)];
}

/** One subleaf of leaf 4. Types: 1 data, 2 instruction, 3 unified. */
function cache(type: number, level: number, ways: number, size: number): Leaf {
  const line = 64;
  const sets = size / (ways * line);
  return [type | (level << 5) | (1 << 8), ((ways - 1) << 22) | (line - 1), sets - 1, 0];
}

const KIB = 1024;
/** By subleaf. L3 is large so that C libraries keep to ordinary stores for all but huge copies. */
const CACHES: readonly Leaf[] = [
  cache(1, 1, 8, 32 * KIB),
  cache(2, 1, 4, 32 * KIB),
  cache(3, 2, 8, 256 * KIB),
  cache(3, 3, 16, 32 * 1024 * KIB),
];

/** The four registers for a leaf and subleaf. Leaves above the maximum read as 0. */
export function cpuidLeaf(leaf: number, subleaf: number): Leaf {
  switch (leaf) {
    case 0:
      return [MAX_BASIC, word(VENDOR, 0), word(VENDOR, 8), word(VENDOR, 4)];
    case 1:
      return [SIGNATURE, MISCELLANEOUS, FEATURES_ECX, FEATURES_EDX];
    case 2:
      // Descriptor FF: ask leaf 4.
      return [0x0000_ff01, 0, 0, 0];
    case 4:
      return CACHES[subleaf] ?? ZERO;
    case 7:
      return subleaf === 0 ? [0, FEATURES7_EBX, 0, FEATURES7_EDX] : ZERO;
    case 0xb:
      // One thread in a core, one core in a package.
      return subleaf < 2 ? [0, 1, ((subleaf + 1) << 8) | subleaf, 0] : [0, 0, subleaf, 0];
    case 0x15:
      return [1, 1, TSC_HZ, 0];
    case 0x16:
      return [TSC_HZ / 1e6, TSC_HZ / 1e6, 100, 0];
    case 0x4000_0000:
      return [MAX_HYPERVISOR, word(HYPERVISOR, 0), word(HYPERVISOR, 4), word(HYPERVISOR, 8)];
    case 0x8000_0000:
      return [MAX_EXTENDED, 0, 0, 0];
    case 0x8000_0001:
      return [0, 0, EXTENDED_ECX, EXTENDED_EDX];
    case 0x8000_0002:
    case 0x8000_0003:
    case 0x8000_0004:
      return brand(leaf);
    case 0x8000_0006:
      // L2: 256 KiB, 8 ways, lines of 64 bytes.
      return [0, 0, (256 << 16) | (6 << 12) | 64, 0];
    case 0x8000_0007:
      return [0, 0, 0, INVARIANT_TSC];
    case 0x8000_0008:
      return [ADDRESS_SIZES, 0, 0, 0];
    default:
      return ZERO;
  }
}

/** cpuid */
function cpuid(m: Machine): boolean {
  const [eax, ebx, ecx, edx] = cpuidLeaf(m.getU32(S.gpr + 8 * RAX), m.getU32(S.gpr + 8 * RCX));
  const write = (register: number, v: number): void =>
    m.setU64(S.gpr + 8 * register, BigInt(v >>> 0));
  write(RAX, eax);
  write(RBX, ebx);
  write(RCX, ecx);
  write(RDX, edx);
  return true;
}

export const cpuidHelpers: Record<string, Helper> = { cpuid };

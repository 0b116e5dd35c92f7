/**
 * The processor as /proc/cpuinfo names it. The kernel does not execute CPUID itself, so this is kept equal to what the
 * translator's CPUID says (x86-64-v2), in Linux's order of the bits (arch/x86/include/asm/cpufeatures.h).
 */

export const CPUINFO_MODEL = {
  vendor: "GenuineIntel",
  family: 6,
  model: 44,
  stepping: 2,
  name: "Kernelet Virtual x86-64-v2",
} as const;

export const CPUINFO_FLAGS: readonly string[] = [
  "fpu",
  "tsc",
  "cx8",
  "cmov",
  "clflush",
  "mmx",
  "fxsr",
  "sse",
  "sse2",
  "syscall",
  "nx",
  "rdtscp",
  "lm",
  "constant_tsc",
  "nonstop_tsc",
  "pni",
  "ssse3",
  "cx16",
  "sse4_1",
  "sse4_2",
  "popcnt",
  "hypervisor",
  "lahf_lm",
  "erms",
  "fsrm",
];

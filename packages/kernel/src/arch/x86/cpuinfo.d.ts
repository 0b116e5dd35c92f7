/**
 * The processor as /proc/cpuinfo names it. The kernel does not execute CPUID itself, so this is kept equal to what the
 * translator's CPUID says (x86-64-v2), in Linux's order of the bits (arch/x86/include/asm/cpufeatures.h).
 */
export declare const CPUINFO_MODEL: {
  readonly vendor: "GenuineIntel";
  readonly family: 6;
  readonly model: 44;
  readonly stepping: 2;
  readonly name: "Kernelet Virtual x86-64-v2";
};
export declare const CPUINFO_FLAGS: readonly string[];

/**
 * CPUID features that rows belong to but that this processor does not report, so that the decoder leaves
 * their rows out: it reports x86-64-v2 and decodes F3 0F BC/BD as BSF and BSR, as processors without BMI do.
 */
const DISABLED_FEATURES: ReadonlySet<string> = new Set([
  "bmi1",
  "bmi2",
  "abm",
  "movbe",
  "rdrand",
  "rdpid",
  "fsgsbase",
  "sha",
  "aes",
  "pclmul",
  "sse4a",
  "adx",
]);

export function isEnabled(feature: string | undefined): boolean {
  return feature === undefined || !DISABLED_FEATURES.has(feature);
}

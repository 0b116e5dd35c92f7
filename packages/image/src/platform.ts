/** Platforms: what an image was built for, and which of several to take. */
import { ImageError } from "./errors.ts";

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  /** Of the architecture: "v7" of arm, "v3" of amd64. */
  readonly variant?: string;
}

/** What a sandbox runs, whatever the host is. */
export const DEFAULT_PLATFORM: Platform = { os: "linux", architecture: "amd64" };

const ARCHITECTURES: Readonly<Record<string, Omit<Platform, "os">>> = {
  x86_64: { architecture: "amd64" },
  "x86-64": { architecture: "amd64" },
  i386: { architecture: "386" },
  aarch64: { architecture: "arm64" },
  armhf: { architecture: "arm", variant: "v7" },
  armel: { architecture: "arm", variant: "v6" },
};

const KNOWN = /^(386|amd64|arm|arm64|loong64|mips(64)?(le)?|ppc64(le)?|riscv64|s390x|wasm)$/;
const WORD = /^[a-z0-9_.-]+$/i;

/** "linux/arm64/v8", "linux/amd64", "arm64". */
export function parsePlatform(text: string): Platform {
  const parts = text.toLowerCase().split("/");
  const bad = (): ImageError =>
    new ImageError("bad-platform", `'${text}' is no platform; write linux/amd64 or linux/arm64/v8`);
  if (parts.length > 3 || !parts.every((part) => WORD.test(part))) throw bad();
  if (parts.length === 1) parts.unshift(DEFAULT_PLATFORM.os);
  const [os = "", arch = "", variant] = parts;
  const normal = ARCHITECTURES[arch] ?? { architecture: arch };
  if (!KNOWN.test(normal.architecture)) throw bad();
  return normalise({ os, ...normal, ...(variant !== undefined && { variant }) });
}

/** Variants that say nothing: arm64 is v8, amd64 is v1, arm without one is v7. */
function normalise(platform: Platform): Platform {
  const { os, architecture, variant } = platform;
  if (architecture === "arm64" && (variant === "v8" || variant === "8"))
    return { os, architecture };
  if (architecture === "amd64" && variant === "v1") return { os, architecture };
  if (architecture === "arm" && variant === undefined) return { os, architecture, variant: "v7" };
  return platform;
}

export function formatPlatform({ os, architecture, variant }: Platform): string {
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

/** How well what is there serves who wants; 0: not at all. A processor runs what was built for earlier variants. */
function score(wanted: Platform, found: Platform): number {
  const want = normalise(wanted);
  const have = normalise(found);
  if (want.os !== have.os || want.architecture !== have.architecture) return 0;
  if (want.variant === have.variant) return 100;
  const [most, given] = [level(want), level(have)];
  return given <= most ? 1 + given : 0;
}

function level({ architecture, variant }: Platform): number {
  if (variant === undefined) return architecture === "arm64" ? 8 : 1;
  const digits = /^v?(\d)/.exec(variant);
  return digits === null ? 99 : Number(digits[1]);
}

/** The best of several; the earlier of equals. Undefined if none will do. */
export function choosePlatform<T extends { readonly platform?: Platform }>(
  wanted: Platform,
  candidates: readonly T[],
): T | undefined {
  let best: T | undefined;
  let most = 0;
  for (const candidate of candidates) {
    const points = candidate.platform === undefined ? 0 : score(wanted, candidate.platform);
    if (points > most) {
      best = candidate;
      most = points;
    }
  }
  return best;
}

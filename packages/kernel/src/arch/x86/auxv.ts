/** The auxiliary vector of a new program: getauxval(3), create_elf_tables() in Linux's fs/binfmt_elf.c. */
import {
  AT_BASE,
  AT_CLKTCK,
  AT_EGID,
  AT_ENTRY,
  AT_EUID,
  AT_EXECFN,
  AT_FLAGS,
  AT_GID,
  AT_HWCAP,
  AT_HWCAP2,
  AT_MINSIGSTKSZ,
  AT_NULL,
  AT_PAGESZ,
  AT_PHDR,
  AT_PHENT,
  AT_PHNUM,
  AT_PLATFORM,
  AT_RANDOM,
  AT_SECURE,
  AT_UID,
  ELF64_AUXV,
  ELF64_PHDR,
  PAGE_SIZE,
} from "@kernelet/abi";
import type { ElfImage } from "../../fs/binfmt/elf.ts";
import type { Credentials } from "../../kernel/credentials.ts";

/** CPUID.1:EDX of a processor with x86-64-v2: FPU TSC CX8 CMOV CLFSH MMX FXSR SSE SSE2. */
const HWCAP = 0x0788_8111;

/** A signal frame with the 512 bytes of FXSAVE, rounded up; never above MINSIGSTKSZ. */
const MINSIGSTKSZ = 2048;

/** USER_HZ: ticks of times(2) and /proc/[pid]/stat. */
const CLOCK_TICKS = 100;

export interface AuxvParts {
  readonly image: ElfImage;
  readonly credentials: Credentials;
  /** AT_SECURE: the program gained rights. */
  readonly secure: boolean;
  /** Addresses of strings on the stack. */
  readonly random: number;
  readonly execfn: number;
  readonly platform: number;
}

/** The vector, in the order in which Linux 6.1 gives it. */
export function buildAuxv(parts: AuxvParts): Uint8Array {
  const { image, credentials } = parts;
  const entries: readonly (readonly [number, number])[] = [
    [AT_MINSIGSTKSZ, MINSIGSTKSZ],
    [AT_HWCAP, HWCAP],
    [AT_PAGESZ, PAGE_SIZE],
    [AT_CLKTCK, CLOCK_TICKS],
    [AT_PHDR, image.phdr],
    [AT_PHENT, ELF64_PHDR.size],
    [AT_PHNUM, image.phnum],
    [AT_BASE, image.base],
    [AT_FLAGS, 0],
    [AT_ENTRY, image.entry],
    [AT_UID, credentials.uid],
    [AT_EUID, credentials.euid],
    [AT_GID, credentials.gid],
    [AT_EGID, credentials.egid],
    [AT_SECURE, parts.secure ? 1 : 0],
    [AT_RANDOM, parts.random],
    [AT_HWCAP2, 0],
    [AT_EXECFN, parts.execfn],
    [AT_PLATFORM, parts.platform],
    [AT_NULL, 0],
  ];
  const bytes = new Uint8Array(entries.length * ELF64_AUXV.size);
  const view = new DataView(bytes.buffer);
  entries.forEach(([type, value], i) => {
    // Addresses are below 4 GiB, ids below 2^32: the high words stay zero.
    view.setUint32(i * ELF64_AUXV.size + ELF64_AUXV.a_type, type, true);
    view.setUint32(i * ELF64_AUXV.size + ELF64_AUXV.a_val, value, true);
  });
  return bytes;
}

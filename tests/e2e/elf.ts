/** ELF files made by hand, good and bad: one program header, code at a fixed address. elf(5). */
import { chmodSync, writeFileSync } from "node:fs";

const BASE = 0x400000;
const EHDR = 64;
const PHDR = 56;

const EM_386 = 3;
const EM_ARM = 40;
const EM_X86_64 = 62;
const EM_AARCH64 = 183;
export const MACHINES = {
  i386: EM_386,
  arm: EM_ARM,
  x86_64: EM_X86_64,
  aarch64: EM_AARCH64,
} as const;

export interface ElfOptions {
  readonly code?: readonly number[];
  /** EI_CLASS: 1 is 32-bit, 2 is 64-bit. */
  readonly elfClass?: number;
  readonly machine?: number;
  /** PT_INTERP. */
  readonly interpreter?: string;
  /** e_phoff. */
  readonly phoff?: number;
  readonly phentsize?: number;
  /** p_filesz of the only segment, if it is to differ from what there is. */
  readonly filesz?: number;
  readonly entry?: number;
}

/** exit_group(7). */
export const EXIT_7: readonly number[] = [0xb8, 0xe7, 0, 0, 0, 0xbf, 7, 0, 0, 0, 0x0f, 0x05];

export function elf(options: ElfOptions = {}): Uint8Array {
  const code = options.code ?? EXIT_7;
  const headers = options.interpreter === undefined ? 1 : 2;
  const text = EHDR + headers * PHDR;
  const path = new TextEncoder().encode(
    options.interpreter === undefined ? "" : `${options.interpreter}\0`,
  );
  const bytes = new Uint8Array(text + code.length + path.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, options.elfClass ?? 2, 1, 1]);
  view.setUint16(16, 2, true); // ET_EXEC
  view.setUint16(18, options.machine ?? EM_X86_64, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(24, BigInt(options.entry ?? BASE + text), true);
  view.setBigUint64(32, BigInt(options.phoff ?? EHDR), true);
  view.setUint16(52, EHDR, true);
  view.setUint16(54, options.phentsize ?? PHDR, true);
  view.setUint16(56, headers, true);
  const filesz = options.filesz ?? bytes.length;
  segment(view, EHDR, { type: 1, flags: 7, off: 0, addr: BASE, filesz });
  if (path.length > 0) {
    const off = text + code.length;
    segment(view, EHDR + PHDR, { type: 3, flags: 4, off, addr: BASE + off, filesz: path.length });
  }
  bytes.set(code, text);
  bytes.set(path, text + code.length);
  return bytes;
}

interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly off: number;
  readonly addr: number;
  readonly filesz: number;
}

function segment(view: DataView, at: number, { type, flags, off, addr, filesz }: Segment): void {
  view.setUint32(at, type, true);
  view.setUint32(at + 4, flags, true);
  view.setBigUint64(at + 8, BigInt(off), true);
  view.setBigUint64(at + 16, BigInt(addr), true);
  view.setBigUint64(at + 24, BigInt(addr), true);
  view.setBigUint64(at + 32, BigInt(filesz), true);
  view.setBigUint64(at + 40, BigInt(filesz), true);
  view.setBigUint64(at + 48, 4096n, true);
}

export function writeProgram(path: string, bytes: Uint8Array): string {
  writeFileSync(path, bytes);
  chmodSync(path, 0o755);
  return path;
}

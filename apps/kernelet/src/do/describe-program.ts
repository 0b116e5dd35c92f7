/**
 * Why a file is no program, for the person: execve(2) gives only a number. Looks at the host's file, which is what
 * the sandbox saw unless a volume lies over it; where that is not certain it says nothing.
 */
import { closeSync, constants, openSync, readSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join, sep } from "node:path";
import { EM_386, EM_AARCH64, EM_ARM, EM_RISCV, EM_X86_64, PT_INTERP } from "@kernelet/abi";
import type { DoRequest } from "./request.ts";

export interface ProgramFacts {
  readonly isFolder?: boolean;
  /** What names another program to run it: PT_INTERP, or the line after "#!". */
  readonly interpreter?: string;
  /** Why it cannot be executed, with an article. */
  readonly kind?: string;
}

/** Headers and the first lines. */
const LOOKED_AT = 4096;

const MACHINES: Readonly<Record<number, string>> = {
  [EM_386]: "32-bit x86 (i386)",
  [EM_ARM]: "32-bit Arm",
  [EM_AARCH64]: "64-bit Arm (AArch64)",
  [EM_RISCV]: "RISC-V",
};

export function describeProgram(request: DoRequest, subject: string): ProgramFacts {
  try {
    const path = hostPath(request, subject);
    if (path === undefined) return {};
    if (statSync(path).isDirectory()) return { isFolder: true };
    return describeBytes(readStart(path));
  } catch {
    return {};
  }
}

/** A link may lead out of a root that is not the host's own: then it means something else inside. */
function hostPath({ root, cwd }: DoRequest, subject: string): string | undefined {
  const path = realpathSync(join(root, isAbsolute(subject) ? subject : join(cwd, subject)));
  const prefix = root.endsWith(sep) ? root : root + sep;
  return path.startsWith(prefix) ? path : undefined;
}

function readStart(path: string): Buffer {
  // A FIFO without a writer would keep us waiting.
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const bytes = Buffer.alloc(LOOKED_AT);
    return bytes.subarray(0, readSync(fd, bytes, 0, LOOKED_AT, 0));
  } finally {
    closeSync(fd);
  }
}

function describeBytes(bytes: Buffer): ProgramFacts {
  if (bytes.length === 0) return { kind: "an empty file" };
  if (bytes.toString("latin1", 0, 2) === "#!") return describeScript(bytes);
  if (bytes.toString("latin1", 0, 4) !== "\x7fELF") {
    return { kind: "neither an ELF program nor a script with #!" };
  }
  return describeElf(bytes);
}

function describeScript(bytes: Buffer): ProgramFacts {
  const interpreter = /^#![ \t]*([^ \t\n\0]+)/.exec(bytes.toString("utf8"))?.[1];
  return interpreter === undefined
    ? { kind: "a script that names no interpreter" }
    : { interpreter };
}

const ELFCLASS64 = 2;
const SIZEOF_EHDR = 64;
const SIZEOF_PHDR = 56;

/** elf(5). */
function describeElf(bytes: Buffer): ProgramFacts {
  if (bytes.length < 20) return { kind: "an ELF file cut short" };
  const machine = bytes.readUInt16LE(18);
  if (machine !== EM_X86_64) {
    const name = MACHINES[machine] ?? `machine ${machine}`;
    return { kind: `a program for ${name}, and the sandbox's processor is x86-64` };
  }
  if (bytes[4] !== ELFCLASS64)
    return { kind: "a 32-bit program, and the sandbox's is a 64-bit kernel" };
  if (bytes.length < SIZEOF_EHDR) return { kind: "an ELF file cut short" };
  const interpreter = findInterpreter(bytes);
  if (interpreter !== undefined) return { interpreter, kind: "a damaged ELF file" };
  return { kind: "a damaged ELF file" };
}

function findInterpreter(bytes: Buffer): string | undefined {
  const table = Number(bytes.readBigUInt64LE(32));
  const count = bytes.readUInt16LE(56);
  for (let i = 0; i < count; i++) {
    const at = table + i * SIZEOF_PHDR;
    if (at + SIZEOF_PHDR > bytes.length) return undefined;
    if (bytes.readUInt32LE(at) !== PT_INTERP) continue;
    const off = Number(bytes.readBigUInt64LE(at + 8));
    const end = bytes.indexOf(0, off);
    return end < 0 ? undefined : bytes.toString("utf8", off, end);
  }
  return undefined;
}

/**
 * A start, before a start image is written (start-image.ts): a kernel boots over an empty root, and a program is loaded, makes
 * calls and ends. V8 compiles a function when it is first called, and what it has compiled is in the image: a start from
 * that need not wait for it (measured: 5 % of the processor time of `kernelet run IMAGE true`). Nothing else stays: whatever a
 * kernel knows hangs on the kernel.
 *
 * It is done REHEARSALS times. How many fields have a place in an object itself V8 finds out from the first instances of a class
 * (Map::kSlackTrackingCounterStart). An image that is written after fewer, or when no instance is left by the time that it decides,
 * has classes without any such place: their objects are dictionaries for good, and code that V8 has compiled calls it for
 * each field that it reads (getpid(2) took 350 ns then, and takes 90).
 *
 * There is no WebAssembly where an image is made, so there is no processor that runs code: the calls are a script.
 */
import {
  EI_CLASS,
  ELF_MAGIC,
  ELF64_EHDR,
  ELF64_PHDR,
  ELFCLASS64,
  ELFDATA2LSB,
  EM_X86_64,
  ENOSYS,
  ET_EXEC,
  EV_CURRENT,
  isErrno,
  O_CREAT,
  O_WRONLY,
  PF_R,
  PF_X,
  PT_LOAD,
  syscallNumber,
} from "@kernelet/abi";
import { rehearseProcessor } from "@kernelet/cpu";
import { FileAgent, type Host, ScriptedProcessor, type Task } from "@kernelet/kernel";
import { type Booted, boot } from "./boot.ts";
import { startProgram } from "./start-program.ts";
import { openStdio } from "./stdio.ts";

const PROGRAM = "/program";
const CODE_AT = 0x400000;

const REHEARSALS = 8;
/** Room for a stack as large as RLIMIT_STACK. */
const MEMORY_BYTES = 32 * 1024 * 1024;

const NO_ARGUMENTS = [0, 0, 0, 0, 0, 0];

/** What a program of any C library calls until its main function, and at its end. */
const CALLS = [
  ...["brk", "arch_prctl", "mmap", "access", "openat", "newfstatat", "fstat", "pread64", "read"],
  ...["mprotect", "munmap", "close", "set_tid_address", "set_robust_list", "rseq", "prlimit64"],
  ...["getrandom", "readlink", "getpid", "rt_sigaction", "rt_sigprocmask", "ioctl", "write"],
  "exit_group",
];

/** Reaches nothing. */
const NOWHERE: Host = {
  monotonicNs: () => performance.now() * 1e6,
  realtimeMs: () => performance.timeOrigin + performance.now(),
  entropy: (into) => into.fill(0),
  pread: () => ENOSYS,
  pwrite: () => ENOSYS,
  ftruncate: () => ENOSYS,
  fstat: () => ENOSYS,
  fsync: () => ENOSYS,
  close: () => {},
  writeStream: () => ENOSYS,
  requestInput: () => {},
  setTerminalRaw: () => {},
  log: () => {},
};

/** What a start has made. */
export interface Rehearsal {
  /** How the program ended, as wait(2) tells it; null: it did not. */
  readonly status: number | null;
  readonly booted: Booted;
  readonly task: Task;
}

/** All starts that an image has behind it. */
export function rehearseAll(): void {
  // Memory of their own for each would have V8 collect garbage, instances among it.
  const processor = new ScriptedProcessor(MEMORY_BYTES, true);
  const kept: Rehearsal[] = [];
  for (let i = 0; i < REHEARSALS; i++) {
    rehearseProcessor();
    kept.push(rehearse(processor));
  }
}

export function rehearse(processor: ScriptedProcessor): Rehearsal {
  const program = { argv: [PROGRAM], env: [], cwd: "/", isCwdRequired: true, user: "0" };
  const stdio = { kind: "streams", hasInput: false } as const;
  const config = { layers: [], volumes: [], program, stdio, hostname: "rehearsal" };
  const booted = boot(config, {
    ...{ processor, host: NOWHERE, writeTrace: () => {} },
    ...{ openFolder: () => ENOSYS, openImage: () => ENOSYS },
  });
  if ("stage" in booted) throw new Error(`the rehearsal does not boot: ${booted.subject}`);
  const { kernel, fs } = booted;
  const files = new FileAgent(kernel, fs);
  const handle = files.open(PROGRAM, O_WRONLY | O_CREAT, 0o755);
  if (isErrno(handle)) throw new Error(`the rehearsal has no program: ${handle}`);
  files.write(handle, elf(), 0);
  files.release();
  const parts = { kernel, host: NOWHERE, isTerminal: () => false };
  const task = startProgram(booted, program, "first", (context, owner) =>
    openStdio(parts, stdio, [0, 1, 2], context, owner),
  );
  if ("stage" in task) throw new Error(`the rehearsal does not start: ${task.subject}`);
  const numbers = CALLS.map((name) => syscallNumber(name) ?? 0).values();
  processor.program(task.registers, () => {
    const { value: nr } = numbers.next();
    return nr === undefined ? undefined : { kind: "syscall", nr, args: NO_ARGUMENTS };
  });
  while (kernel.runSlice() === "more");
  return { status: kernel.exitStatus, booted, task };
}

/** A file that can be executed: one segment, of the headers. */
function elf(): Uint8Array {
  const bytes = new Uint8Array(ELF64_EHDR.size + ELF64_PHDR.size);
  const view = new DataView(bytes.buffer);
  const phdr = ELF64_EHDR.size;
  view.setUint32(0, ELF_MAGIC, true);
  bytes.set([ELFCLASS64, ELFDATA2LSB, EV_CURRENT], EI_CLASS);
  view.setUint16(ELF64_EHDR.e_type, ET_EXEC, true);
  view.setUint16(ELF64_EHDR.e_machine, EM_X86_64, true);
  view.setBigUint64(ELF64_EHDR.e_entry, BigInt(CODE_AT), true);
  view.setBigUint64(ELF64_EHDR.e_phoff, BigInt(phdr), true);
  view.setUint16(ELF64_EHDR.e_phentsize, ELF64_PHDR.size, true);
  view.setUint16(ELF64_EHDR.e_phnum, 1, true);
  view.setUint32(phdr + ELF64_PHDR.p_type, PT_LOAD, true);
  view.setUint32(phdr + ELF64_PHDR.p_flags, PF_R | PF_X, true);
  view.setBigUint64(phdr + ELF64_PHDR.p_vaddr, BigInt(CODE_AT), true);
  view.setBigUint64(phdr + ELF64_PHDR.p_filesz, BigInt(bytes.length), true);
  view.setBigUint64(phdr + ELF64_PHDR.p_memsz, BigInt(bytes.length), true);
  view.setBigUint64(phdr + ELF64_PHDR.p_align, 0x1000n, true);
  return bytes;
}

/**
 * The stack of a new program: System V ABI, AMD64, 3.4.1; Linux's setup_arg_pages and create_elf_tables.
 *
 *   stackTop  8 zero bytes
 *             name of the program (AT_EXECFN)
 *             strings of the environment
 *             strings of the arguments
 *             "x86_64" (AT_PLATFORM), 16 random bytes (AT_RANDOM)
 *             auxiliary vector
 *             pointers to the environment, 0
 *             pointers to the arguments, 0
 *   rsp ->    number of arguments
 */
import {
  type Errno,
  isErrno,
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_GROWSDOWN,
  MAP_PRIVATE,
  MAP_STACK,
  PAGE_SIZE,
  PROT_EXEC,
  PROT_READ,
  PROT_WRITE,
} from "@kernelet/abi";
import type { ElfImage } from "../../fs/binfmt/elf.ts";
import type { Credentials } from "../../kernel/credentials.ts";
import type { MemoryManager } from "../../mm/memory-manager.ts";
import { buildAuxv } from "./auxv.ts";

/** Mapped below what is on the stack at the start: Linux's stack_expand, 128 KiB. */
const INITIAL_ROOM = 128 * 1024;

const PLATFORM = new TextEncoder().encode("x86_64\0");

export interface StackContents {
  readonly argv: readonly Uint8Array[];
  readonly env: readonly Uint8Array[];
  readonly execfn: Uint8Array;
  readonly random: Uint8Array;
  readonly image: ElfImage;
  readonly credentials: Credentials;
  readonly secure: boolean;
  readonly executable: boolean;
}

/** Bytes that the strings take, NULs included. */
function stringBytes(strings: readonly Uint8Array[]): number {
  let n = 0;
  for (const s of strings) n += s.length + 1;
  return n;
}

/** Maps the stack and fills it. @returns the stack pointer. */
export function setUpStack(mm: MemoryManager, contents: StackContents): number | Errno {
  const { argv, env, execfn } = contents;
  const top = mm.layout.stackTop;

  // Downwards: strings first.
  const execfnAddr = top - 8 - (execfn.length + 1);
  const envAddr = execfnAddr - stringBytes(env);
  const argAddr = envAddr - stringBytes(argv);
  const platformAddr = argAddr - (argAddr % 16) - 16;
  const randomAddr = platformAddr - 16;
  const pointers = 1 + argv.length + 1 + env.length + 1;
  const auxv = buildAuxv({
    image: contents.image,
    credentials: contents.credentials,
    secure: contents.secure,
    random: randomAddr,
    execfn: execfnAddr,
    platform: platformAddr,
  });
  let rsp = randomAddr - auxv.length - pointers * 8;
  rsp -= rsp % 16;

  const start = Math.floor((rsp - INITIAL_ROOM) / PAGE_SIZE) * PAGE_SIZE;
  const mapped = mm.mmap({
    addr: start,
    len: top - start,
    prot: PROT_READ | PROT_WRITE | (contents.executable ? PROT_EXEC : 0),
    flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN | MAP_STACK,
    name: "[stack]",
  });
  if (isErrno(mapped)) return mapped;

  const bytes = new Uint8Array(top - rsp);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const word = (value: number): void => {
    view.setUint32(at, value, true);
    at += 8;
  };
  const place = (strings: readonly Uint8Array[], addr: number): void => {
    let next = addr;
    for (const s of strings) {
      word(next);
      bytes.set(s, next - rsp);
      next += s.length + 1;
    }
    word(0);
  };
  word(argv.length);
  place(argv, argAddr);
  place(env, envAddr);
  bytes.set(auxv, at);
  bytes.set(contents.random, randomAddr - rsp);
  bytes.set(PLATFORM, platformAddr - rsp);
  bytes.set(execfn, execfnAddr - rsp);
  const written = mm.copyOut(rsp, bytes);
  if (isErrno(written)) return written;

  mm.startStack = rsp;
  mm.argStart = argAddr;
  mm.argEnd = envAddr;
  mm.envStart = envAddr;
  mm.envEnd = execfnAddr;
  mm.auxv = auxv;
  return rsp;
}

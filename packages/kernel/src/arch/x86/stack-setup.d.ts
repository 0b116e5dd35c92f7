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
import { type Errno } from "@kernelet/abi";
import type { ElfImage } from "../../fs/binfmt/elf.ts";
import type { Credentials } from "../../kernel/credentials.ts";
import type { MemoryManager } from "../../mm/memory-manager.ts";
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
export declare function stringBytes(strings: readonly Uint8Array[]): number;
/** Maps the stack and fills it. @returns the stack pointer. */
export declare function setUpStack(mm: MemoryManager, contents: StackContents): number | Errno;

/**
 * From a name to a program: opens files for execve(2) and follows `#!` lines to the ELF file behind them.
 * Linux's do_open_execat and search_binary_handler.
 */
import { type Errno } from "@kernelet/abi";
import { type ElfProgram } from "../fs/binfmt/elf.ts";
import type { FileDescription } from "../fs/file-description.ts";
import type { Path } from "../fs/path.ts";
import type { Task } from "./task.ts";
/** A file found for execve, and what to call it. */
export interface ExecTarget {
  /** Open, with one reference that the caller holds. */
  readonly file: FileDescription;
  /** AT_EXECFN, and the script's name for its interpreter. */
  readonly filename: Uint8Array;
  /** `filename` leads nowhere after close-on-exec (fexecve of a script): its interpreter could not open it. */
  readonly isInaccessible: boolean;
}
/** Opens the file at `path`, which was looked up, for execution. Holds one reference. */
export declare function openForExec(task: Task, path: Path): FileDescription | Errno;
/** Opens an interpreter by name, from the working directory. */
export declare function openByName(task: Task, name: Uint8Array): FileDescription | Errno;
/** A program ready to be loaded. */
export interface PreparedProgram {
  readonly program: ElfProgram;
  /** With what `#!` lines put in front. */
  readonly argv: readonly Uint8Array[];
}
/** Releases what `prepareProgram` opened. */
export declare function releaseProgram(prepared: PreparedProgram): void;
/** Finds the ELF program behind `target`. Takes a reference of its own on every file it keeps. */
export declare function prepareProgram(
  task: Task,
  target: ExecTarget,
  argv: readonly Uint8Array[],
): PreparedProgram | Errno;

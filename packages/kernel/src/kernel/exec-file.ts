/**
 * From a name to a program: opens files for execve(2) and follows `#!` lines to the ELF file behind them.
 * Linux's do_open_execat and search_binary_handler.
 */
import {
  BINPRM_BUF_SIZE,
  EACCES,
  ELOOP,
  ENOENT,
  type Errno,
  ETXTBSY,
  isErrno,
  O_RDONLY,
} from "@kernelet/abi";
import { type ElfProgram, openElf } from "../fs/binfmt/elf.ts";
import { isScript, parseScriptLine } from "../fs/binfmt/script.ts";
import type { FileDescription } from "../fs/file-description.ts";
import { decodeName } from "../fs/name.ts";
import type { Path } from "../fs/path.ts";
import { LOOKUP_FOLLOW, walkPath } from "../fs/path-walk.ts";
import { inodePermission, MAY_EXEC } from "../fs/permission.ts";
import type { Task } from "./task.ts";

/** Interpreters of interpreters: one more than this is ELOOP. */
const MAX_DEPTH = 5;

/** A file found for execve, and what to call it. */
export interface ExecTarget {
  /** Open, with one reference that the caller holds. */
  readonly file: FileDescription;
  /** AT_EXECFN, and the script's name for its interpreter. */
  readonly filename: Uint8Array;
  /** `filename` leads nowhere after close-on-exec (fexecve of a script): its interpreter could not open it. */
  readonly isInaccessible: boolean;
  /** The descriptor alone was given: the task is named after the file and not "4". */
  readonly isUnnamed?: boolean;
}

/** Opens the file at `path`, which was looked up, for execution. Holds one reference. */
export function openForExec(task: Task, path: Path): FileDescription | Errno {
  const { inode } = path;
  if (inode.isSymlink) return ELOOP;
  if (!inode.isRegular || path.mount.isNoExec) return EACCES;
  inode.refresh();
  const permission = inodePermission(inode, task.credentials, MAY_EXEC);
  if (permission !== 0) return permission;
  if (inode.writeCount > 0) return ETXTBSY;
  // Executing needs no permission to read.
  const file = inode.open(task, path, O_RDONLY);
  return typeof file === "number" ? EACCES : file.addRef();
}

/** Opens an interpreter by name, from the working directory. */
export function openByName(task: Task, name: Uint8Array): FileDescription | Errno {
  const path = walkPath(task, task.fs.cwd, decodeName(name), LOOKUP_FOLLOW);
  return isErrno(path) ? path : openForExec(task, path);
}

/** A program ready to be loaded. */
export interface PreparedProgram {
  readonly program: ElfProgram;
  /** With what `#!` lines put in front. */
  readonly argv: readonly Uint8Array[];
}

/** Releases what `prepareProgram` opened. */
export function releaseProgram(prepared: PreparedProgram): void {
  prepared.program.file.removeRef();
  prepared.program.interpreter?.file.removeRef();
}

/** Finds the ELF program behind `target`. Takes a reference of its own on every file it keeps. */
export function prepareProgram(
  task: Task,
  target: ExecTarget,
  argv: readonly Uint8Array[],
): PreparedProgram | Errno {
  let file = target.file.addRef();
  let name = target.filename;
  let args = argv;
  for (let depth = 0; ; depth++) {
    const head = readHead(task, file);
    if (isErrno(head)) return giveUp(file, head);
    if (!isScript(head)) {
      const program = openElf(task, file, head, (path) => openByName(task, path));
      return isErrno(program) ? giveUp(file, program) : { program, argv: args };
    }
    const line = parseScriptLine(head);
    if (isErrno(line)) return giveUp(file, line);
    if (depth === 0 && target.isInaccessible) return giveUp(file, ENOENT);
    if (depth >= MAX_DEPTH) return giveUp(file, ELOOP);
    // The script's own name takes the place of argv[0].
    const prefix = line.argument === null ? [line.interpreter] : [line.interpreter, line.argument];
    args = [...prefix, name, ...args.slice(1)];
    const interpreter = openByName(task, line.interpreter);
    file.removeRef();
    if (isErrno(interpreter)) return interpreter;
    file = interpreter;
    name = line.interpreter;
  }
}

function giveUp(file: FileDescription, error: Errno): Errno {
  file.removeRef();
  return error;
}

/** The first bytes of the file, filled up with zeros: bprm->buf. */
function readHead(task: Task, file: FileDescription): Uint8Array | Errno {
  const head = new Uint8Array(BINPRM_BUF_SIZE);
  let done = 0;
  while (done < head.length) {
    const n = file.read(task, head.subarray(done), done);
    if (isErrno(n)) return n;
    if (n <= 0) break;
    done += n;
  }
  if (done > 0) file.accessed();
  return head;
}

/** `#!` lines: Linux's fs/binfmt_script.c. execve(2), "Interpreter scripts". */
import { ENOEXEC, type Errno } from "@kernelet/abi";

export interface ScriptLine {
  readonly interpreter: Uint8Array;
  /** All that follows, as one argument; null if nothing does. */
  readonly argument: Uint8Array | null;
}

const HASH = 0x23;
const BANG = 0x21;
const NEWLINE = 0x0a;
const SPACE = 0x20;
const TAB = 0x09;

export function isScript(head: Uint8Array): boolean {
  return head[0] === HASH && head[1] === BANG;
}

/**
 * Parses the first line. `head`: the first 256 bytes of the file, filled up with zeros (bprm->buf).
 * An interpreter whose name may go on past them is refused; an argument is cut.
 */
export function parseScriptLine(head: Uint8Array): ScriptLine | Errno {
  if (!isScript(head)) return ENOEXEC;
  let end = head.indexOf(NEWLINE);
  const isSpace = (i: number): boolean => head[i] === SPACE || head[i] === TAB;
  const isTerminator = (i: number): boolean => isSpace(i) || head[i] === 0;

  if (end < 0) {
    let i = 2;
    while (i < head.length && isSpace(i)) i++;
    if (i === head.length) return ENOEXEC;
    while (i < head.length && !isTerminator(i)) i++;
    if (i === head.length) return ENOEXEC;
    end = head.length - 1;
  }
  while (end > 2 && isSpace(end - 1)) end--;

  let start = 2;
  while (start < end && isSpace(start)) start++;
  let stop = start;
  while (stop < end && !isTerminator(stop)) stop++;
  if (stop === start) return ENOEXEC;
  const interpreter = head.slice(start, stop);

  // A NUL ends the line like its end does.
  if (head[stop] === 0) return { interpreter, argument: null };
  let from = stop;
  while (from < end && isSpace(from)) from++;
  let to = from;
  while (to < end && head[to] !== 0) to++;
  return { interpreter, argument: to > from ? head.slice(from, to) : null };
}

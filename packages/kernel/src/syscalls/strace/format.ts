/** Values and structures of guest memory as strace(1) prints them. Nothing here changes the guest. */
import {
  CONTINUED_STATUS,
  isErrno,
  PAGE_SIZE,
  PATH_MAX,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  SIG_DFL,
  SIG_IGN,
  SIGACTION,
  SIGRTMAX,
  STAT,
  signalName,
} from "@kernelet/abi";
import type { Task } from "../../kernel/task.ts";
import { pollEvents, sigactionFlags } from "./flags.ts";

/** Bytes of a string that are shown. */
const STRING_LIMIT = 32;
/** Elements of an array that are shown. */
const ARRAY_LIMIT = 32;

export function hex(n: number): string {
  return n < 0 ? `-0x${(-n).toString(16)}` : `0x${n.toString(16)}`;
}

export function pointer(addr: number): string {
  return addr === 0 ? "NULL" : hex(addr);
}

const ESCAPES: Readonly<Record<number, string>> = {
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
  34: '\\"',
  92: "\\\\",
};

/** A string in quotes, bytes as C writes them. @param isCut an ellipsis follows. */
function quote(bytes: Uint8Array, isCut: boolean = bytes.length > STRING_LIMIT): string {
  let text = "";
  const shown = bytes.subarray(0, STRING_LIMIT);
  for (const [i, byte] of shown.entries()) {
    const escaped = ESCAPES[byte];
    if (escaped !== undefined) text += escaped;
    else if (byte >= 32 && byte < 127) text += String.fromCharCode(byte);
    else {
      // Octal, as short as the next character allows.
      const next = shown[i + 1] ?? 0;
      const digits = byte.toString(8);
      text += `\\${next >= 48 && next <= 55 ? digits.padStart(3, "0") : digits}`;
    }
  }
  return `"${text}"${isCut ? "..." : ""}`;
}

/** A path or another string: whole, up to PATH_MAX. */
export function cString(task: Task, addr: number, limit: number = PATH_MAX): string {
  if (addr === 0) return "NULL";
  const bytes = task.mm.copyInString(addr, PATH_MAX);
  if (isErrno(bytes)) return hex(addr);
  if (limit <= STRING_LIMIT) return quote(bytes);
  let text = "";
  for (let i = 0; i < bytes.length; i += STRING_LIMIT) {
    text += quote(bytes.subarray(i, i + STRING_LIMIT), false).slice(1, -1);
  }
  return `"${text}"`;
}

/** `len` bytes in quotes. */
export function buffer(task: Task, addr: number, len: number): string {
  if (addr === 0) return "NULL";
  const bytes = task.mm.copyIn(addr, Math.min(len, STRING_LIMIT));
  return isErrno(bytes) ? hex(addr) : quote(bytes, len > STRING_LIMIT);
}

export function mode(value: number): string {
  return value === 0 ? "000" : `0${value.toString(8)}`;
}

export function id(value: number): string {
  return value === 0xffffffff ? "-1" : String(value);
}

/** { first=…, second=… } of two 64-bit words, or the address if they cannot be read. */
function pair(task: Task, addr: number, first: string, second: string): string {
  if (addr === 0) return "NULL";
  const a = task.mm.readS64(addr);
  const b = task.mm.readS64(addr + 8);
  return a === null || b === null ? hex(addr) : `{${first}=${a}, ${second}=${b}}`;
}

export function timeSpec(task: Task, addr: number): string {
  return pair(task, addr, "tv_sec", "tv_nsec");
}

export function timeVal(task: Task, addr: number): string {
  return pair(task, addr, "tv_sec", "tv_usec");
}

export function timerPair(task: Task, addr: number, one: typeof timeSpec): string {
  if (addr === 0) return "NULL";
  return `{it_interval=${one(task, addr)}, it_value=${one(task, addr + 16)}}`;
}

function limitValue(n: bigint | null): string {
  if (n === null) return "?";
  if (n === 2n ** 64n - 1n) return "RLIM64_INFINITY";
  return n > 1024n && n % 1024n === 0n ? `${n / 1024n}*1024` : String(n);
}

export function rlimit(task: Task, addr: number): string {
  if (addr === 0) return "NULL";
  const soft = limitValue(task.mm.readBig(addr));
  return `{rlim_cur=${soft}, rlim_max=${limitValue(task.mm.readBig(addr + 8))}}`;
}

const shortName = (signo: number) => signalName(signo).replace("SIG", "");

/** [INT CHLD], or ~[KILL STOP] when more than half are in it. */
export function signalSet(task: Task, addr: number): string {
  if (addr === 0) return "NULL";
  const lo = task.mm.readInt32(addr);
  const hi = task.mm.readInt32(addr + 4);
  return lo === null || hi === null ? hex(addr) : signalSetWords(lo, hi);
}

function signalSetWords(lo: number, hi: number): string {
  const inside: string[] = [];
  const outside: string[] = [];
  for (let signo = 1; signo <= SIGRTMAX; signo++) {
    const bit = signo <= 32 ? (lo >>> (signo - 1)) & 1 : (hi >>> (signo - 33)) & 1;
    (bit === 1 ? inside : outside).push(shortName(signo));
  }
  return inside.length > 32 ? `~[${outside.join(" ")}]` : `[${inside.join(" ")}]`;
}

export function sigaction(task: Task, addr: number): string {
  if (addr === 0) return "NULL";
  const bytes = task.mm.copyIn(addr, SIGACTION.size);
  if (isErrno(bytes)) return hex(addr);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const handler = Number(view.getBigUint64(SIGACTION.sa_handler, true));
  const flags = view.getUint32(SIGACTION.sa_flags, true);
  const restorer = Number(view.getBigUint64(SIGACTION.sa_restorer, true));
  const mask = signalSetWords(
    view.getInt32(SIGACTION.sa_mask, true),
    view.getInt32(SIGACTION.sa_mask + 4, true),
  );
  const name = handler === SIG_DFL ? "SIG_DFL" : handler === SIG_IGN ? "SIG_IGN" : hex(handler);
  const end = restorer === 0 ? "" : `, sa_restorer=${hex(restorer)}`;
  return `{sa_handler=${name}, sa_mask=${mask}, sa_flags=${sigactionFlags(flags)}${end}}`;
}

const FILE_TYPES: ReadonlyMap<number, string> = new Map([
  [S_IFSOCK, "S_IFSOCK"],
  [S_IFLNK, "S_IFLNK"],
  [S_IFREG, "S_IFREG"],
  [S_IFBLK, "S_IFBLK"],
  [S_IFDIR, "S_IFDIR"],
  [S_IFCHR, "S_IFCHR"],
  [S_IFIFO, "S_IFIFO"],
]);

export function stat(task: Task, addr: number): string {
  if (addr === 0) return "NULL";
  const word = task.mm.readUint32(addr + STAT.st_mode);
  const size = task.mm.readS64(addr + STAT.st_size);
  const rdev = task.mm.readS64(addr + STAT.st_rdev);
  if (isErrno(word) || size === null || rdev === null) return hex(addr);
  const type = FILE_TYPES.get(word & S_IFMT) ?? mode(word & S_IFMT);
  const what =
    type === "S_IFCHR" || type === "S_IFBLK" ? `st_rdev=${hex(rdev)}` : `st_size=${size}`;
  return `{st_mode=${type}|${mode(word & ~S_IFMT)}, ${what}, ...}`;
}

/** What wait4 stored: [{WIFEXITED(s) && WEXITSTATUS(s) == 0}]. */
export function waitStatus(task: Task, addr: number): string {
  if (addr === 0) return "NULL";
  const status = task.mm.readInt32(addr);
  if (status === null) return hex(addr);
  return `[{${waitStatusText(status)}}]`;
}

function waitStatusText(status: number): string {
  if (status === CONTINUED_STATUS) return "WIFCONTINUED(s)";
  if ((status & 0xff) === 0x7f) {
    return `WIFSTOPPED(s) && WSTOPSIG(s) == ${signalName((status >>> 8) & 0xff)}`;
  }
  const signo = status & 0x7f;
  if (signo === 0) return `WIFEXITED(s) && WEXITSTATUS(s) == ${(status >>> 8) & 0xff}`;
  const core = (status & 0x80) !== 0 ? " && WCOREDUMP(s)" : "";
  return `WIFSIGNALED(s) && WTERMSIG(s) == ${signalName(signo)}${core}`;
}

/** A null-terminated array of strings. */
export function stringArray(task: Task, addr: number): string {
  if (addr === 0) return "NULL";
  const items: string[] = [];
  for (let i = 0; ; i++) {
    const item = task.mm.readU64(addr + 8 * i);
    if (isErrno(item)) return items.length === 0 ? hex(addr) : `[${items.join(", ")}, ???]`;
    if (item === 0) return `[${items.join(", ")}]`;
    if (i === ARRAY_LIMIT) return `[${items.join(", ")}, ...]`;
    items.push(cString(task, item, STRING_LIMIT));
  }
}

/** An environment is counted, not shown. */
export function environment(task: Task, addr: number): string {
  if (addr === 0) return "NULL";
  let count = 0;
  for (; count < PAGE_SIZE; count++) {
    const item = task.mm.readU64(addr + 8 * count);
    if (isErrno(item)) return hex(addr);
    if (item === 0) break;
  }
  return `${hex(addr)} /* ${count} var${count === 1 ? "" : "s"} */`;
}

/** @param limit bytes that were moved; the rest of the buffers is not shown. */
export function ioVectors(task: Task, addr: number, count: number, limit: number): string {
  if (addr === 0) return "NULL";
  const items: string[] = [];
  let left = limit;
  for (let i = 0; i < Math.min(count, ARRAY_LIMIT); i++) {
    const base = task.mm.readU64(addr + 16 * i);
    const len = task.mm.readU64(addr + 16 * i + 8);
    if (isErrno(base) || isErrno(len)) return hex(addr);
    const shown = Math.min(len, left);
    left -= shown;
    items.push(`{iov_base=${buffer(task, base, shown)}, iov_len=${len}}`);
  }
  return `[${items.join(", ")}${count > ARRAY_LIMIT ? ", ..." : ""}]`;
}

export function descriptorPair(task: Task, addr: number): string {
  const a = task.mm.readInt32(addr);
  const b = task.mm.readInt32(addr + 4);
  return a === null || b === null ? pointer(addr) : `[${a}, ${b}]`;
}

/** [{fd=3, events=POLLIN}], with what came when `isExit`. */
export function pollDescriptors(task: Task, addr: number, count: number, isExit: boolean): string {
  if (addr === 0) return "NULL";
  const items: string[] = [];
  for (let i = 0; i < Math.min(count, ARRAY_LIMIT); i++) {
    const fd = task.mm.readInt32(addr + 8 * i);
    const word = task.mm.readInt32(addr + 8 * i + 4);
    if (fd === null || word === null) return hex(addr);
    const revents = word >>> 16;
    if (isExit && revents === 0) continue;
    const what = isExit ? `revents=${pollEvents(revents)}` : `events=${pollEvents(word & 0xffff)}`;
    items.push(`{fd=${fd}, ${what}}`);
  }
  return `[${items.join(", ")}]`;
}

/** [3 5] */
export function descriptorSet(task: Task, addr: number, count: number): string {
  if (addr === 0) return "NULL";
  const bytes = task.mm.copyIn(addr, Math.ceil(Math.min(Math.max(count, 0), 1024) / 8));
  if (isErrno(bytes)) return hex(addr);
  const fds: number[] = [];
  for (let fd = 0; fd < bytes.length * 8 && fd < count; fd++) {
    if ((((bytes[fd >>> 3] as number) >>> (fd & 7)) & 1) === 1) fds.push(fd);
  }
  return `[${fds.join(" ")}]`;
}

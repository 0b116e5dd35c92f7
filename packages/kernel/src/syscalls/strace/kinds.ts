/**
 * Kinds of arguments: the words that the rows of table.ts use, and how each is printed. A kind that shows
 * what the kernel stored is printed when the call is over; all others when it begins.
 */
import {
  AT_FDCWD,
  CLONE_ARGS,
  EPOLL_EVENT,
  type Errno,
  isErrno,
  OPEN_HOW,
  signalName,
  UTSNAME,
} from "@kernelet/abi";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import { cloneFlags, epollEvents, FLAG_KINDS, openFlags } from "./flags.ts";
import * as format from "./format.ts";

/** A call being printed. The arguments are those of the beginning: registers may have changed since. */
export interface TracedCall {
  readonly task: Task;
  /** Unsigned, as the registers had them. */
  readonly args: readonly bigint[];
  /** Once the call is over. */
  readonly result: SyscallResult | null;
}

type Printer = (call: TracedCall, i: number) => string;

/** An argument as a number: exact for all that is an address or a length. */
function value(call: TracedCall, i: number): number {
  return Number(call.args[i] ?? 0n);
}

function int(call: TracedCall, i: number): number {
  return Number(BigInt.asIntN(32, call.args[i] ?? 0n));
}

/** Bytes that the call moved, 0 if it failed. */
function moved(call: TracedCall): number {
  return call.result === null || call.result < 0 ? 0 : call.result;
}

const at =
  (print: (task: Task, addr: number) => string): Printer =>
  (call, i) =>
    print(call.task, value(call, i));

/** What is stored there on success; else the address. */
const stored =
  (print: (task: Task, addr: number) => string): Printer =>
  (call, i) => {
    const failed = call.result !== null && call.result < 0;
    return failed ? format.pointer(value(call, i)) : print(call.task, value(call, i));
  };

/** Kinds that are printed when the call begins. */
const ENTER: Readonly<Record<string, Printer>> = {
  int: (call, i) => String(int(call, i)),
  fd: (call, i) => String(int(call, i)),
  uint: (call, i) => String(int(call, i) >>> 0),
  long: (call, i) => String(BigInt.asIntN(64, call.args[i] ?? 0n)),
  ulong: (call, i) => String(call.args[i] ?? 0n),
  hex: (call, i) => format.hex(value(call, i)),
  ptr: (call, i) => format.pointer(value(call, i)),
  id: (call, i) => format.id(int(call, i) >>> 0),
  mode: (call, i) => format.mode(int(call, i) >>> 0),
  signal: (call, i) => (int(call, i) === 0 ? "0" : signalName(int(call, i))),
  dirfd: (call, i) => (int(call, i) === AT_FDCWD ? "AT_FDCWD" : String(int(call, i))),
  path: at((task, addr) => format.cString(task, addr)),
  str: at((task, addr) => format.cString(task, addr)),
  buf: (call, i) => format.buffer(call.task, value(call, i), value(call, i + 1)),
  argv: at(format.stringArray),
  envp: at(format.environment),
  timespec: at(format.timeSpec),
  timeval: at(format.timeVal),
  itimerspec: at((task, addr) => format.timerPair(task, addr, format.timeSpec)),
  itimerval: at((task, addr) => format.timerPair(task, addr, format.timeVal)),
  sigset: at(format.signalSet),
  sigaction: at(format.sigaction),
  rlimit: at(format.rlimit),
  iov: (call, i) =>
    format.ioVectors(call.task, value(call, i), int(call, i + 1), Number.POSITIVE_INFINITY),
  pollfds: (call, i) =>
    format.pollDescriptors(call.task, value(call, i), int(call, i + 1) >>> 0, false),
  fdset: (call, i) => format.descriptorSet(call.task, value(call, i), int(call, 0)),
  sockaddr: (call, i) => format.buffer(call.task, value(call, i), value(call, i + 1)),
  epoll_event: at(epollEvent),
  clone_args: at(cloneArguments),
  open_how: at(openHow),
};

/** Kinds that are printed when the call is over. */
const EXIT: Readonly<Record<string, Printer>> = {
  outbuf: stored2((call, i) => format.buffer(call.task, value(call, i), moved(call))),
  outstr: stored((task, addr) => format.cString(task, addr)),
  stat: stored(format.stat),
  timespec_out: stored(format.timeSpec),
  timeval_out: stored(format.timeVal),
  sigset_out: stored(format.signalSet),
  sigaction_out: stored(format.sigaction),
  rlimit_out: stored(format.rlimit),
  wstatus_out: stored2((call, i) =>
    moved(call) === 0
      ? format.pointer(value(call, i))
      : format.waitStatus(call.task, value(call, i)),
  ),
  siginfo_out: (call, i) => format.pointer(value(call, i)),
  fdpair: stored(format.descriptorPair),
  iov_out: stored2((call, i) =>
    format.ioVectors(call.task, value(call, i), int(call, i + 1), moved(call)),
  ),
  epoll_events_out: stored2((call, i) => epollEventArray(call.task, value(call, i), moved(call))),
  uname_out: stored(systemName),
};

function stored2(print: Printer): Printer {
  return (call, i) =>
    call.result !== null && call.result < 0 ? format.pointer(value(call, i)) : print(call, i);
}

/** Whether an argument can only be printed when the call is over. */
export function isPrintedAtExit(kind: string): boolean {
  return EXIT[kind] !== undefined;
}

export function isKnownKind(kind: string): boolean {
  return (EXIT[kind] ?? ENTER[kind] ?? FLAG_KINDS[kind]) !== undefined;
}

/** Prints argument `i`. */
export function printArgument(call: TracedCall, kind: string, i: number): string {
  const flags = FLAG_KINDS[kind];
  if (flags !== undefined) return flags(int(call, i));
  const print = EXIT[kind] ?? ENTER[kind];
  return print === undefined ? format.hex(value(call, i)) : print(call, i);
}

function epollEvent(task: Task, addr: number): string {
  const events = task.mm.readUint32(addr + EPOLL_EVENT.events);
  const data = task.mm.readBig(addr + EPOLL_EVENT.data);
  if (isErrno(events) || data === null) return format.pointer(addr);
  return `{events=${epollEvents(events)}, data=0x${data.toString(16)}}`;
}

function epollEventArray(task: Task, addr: number, count: number): string {
  const items: string[] = [];
  for (let i = 0; i < count; i++) items.push(epollEvent(task, addr + i * EPOLL_EVENT.size));
  return `[${items.join(", ")}]`;
}

function words(
  task: Task,
  addr: number,
  offsets: readonly (readonly [string, number, (n: number) => string])[],
): string {
  const fields: string[] = [];
  for (const [name, offset, print] of offsets) {
    const word: number | Errno = task.mm.readU64(addr + offset);
    if (isErrno(word)) return format.pointer(addr);
    fields.push(`${name}=${print(word)}`);
  }
  return `{${fields.join(", ")}}`;
}

function cloneArguments(task: Task, addr: number): string {
  return words(task, addr, [
    ["flags", CLONE_ARGS.flags, cloneFlags],
    ["child_tid", CLONE_ARGS.child_tid, format.pointer],
    ["parent_tid", CLONE_ARGS.parent_tid, format.pointer],
    ["exit_signal", CLONE_ARGS.exit_signal, (n) => (n === 0 ? "0" : signalName(n))],
    ["stack", CLONE_ARGS.stack, format.pointer],
    ["stack_size", CLONE_ARGS.stack_size, format.hex],
    ["tls", CLONE_ARGS.tls, format.pointer],
  ]);
}

function openHow(task: Task, addr: number): string {
  return words(task, addr, [
    ["flags", OPEN_HOW.flags, openFlags],
    ["mode", OPEN_HOW.mode, format.mode],
    ["resolve", OPEN_HOW.resolve, format.hex],
  ]);
}

function systemName(task: Task, addr: number): string {
  const sysname = format.cString(task, addr + UTSNAME.sysname);
  return `{sysname=${sysname}, nodename=${format.cString(task, addr + UTSNAME.nodename)}, ...}`;
}

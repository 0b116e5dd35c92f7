/**
 * Prints system calls and signals as strace -f does, a line at a time:
 *
 *   [pid     3] openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 3
 *   [pid     2] wait4(-1,  <unfinished ...>
 *   [pid     3] +++ exited with 0 +++
 *   [pid     2] <... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 3
 *
 * Subscribes to the kernel's hooks; prints nothing of its own accord.
 */
import {
  CLONE_CHILD_CLEARTID,
  CLONE_CHILD_SETTID,
  CLONE_PARENT_SETTID,
  CLONE_PIDFD,
  CLONE_SETTLS,
  EINTR,
  ERESTARTSYS,
  type Errno,
  errnoMessage,
  errnoName,
  isErrno,
  SI_KERNEL,
  SI_TIMER,
  SIGBUS,
  SIGCHLD,
  SIGFPE,
  SIGILL,
  SIGSEGV,
  SIGTRAP,
  signalName,
} from "@kernelet/abi";
import { BLOCKED, NO_RETURN, type SyscallResult } from "../../kernel/result.ts";
import type { SigInfo } from "../../kernel/siginfo.ts";
import type { Task } from "../../kernel/task.ts";
import type { SecurityHooks } from "../../security/hooks.ts";
import type { SyscallRow } from "../row.ts";
import { cloneFlags, siCode } from "./flags.ts";
import { hex, pointer } from "./format.ts";
import { isPrintedAtExit, printArgument, type TracedCall } from "./kinds.ts";

/** Where strace's results stand. */
const RESULT_COLUMN = 40;

/** Calls whose result is an address. */
const ADDRESS_RESULTS = new Set(["mmap", "brk", "mremap", "shmat"]);
/** Calls that return 0 when their time is over. */
const TIMEOUTS = new Set(["poll", "ppoll", "select", "pselect6"]);
const FAULTS = new Set([SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP]);

/** A call whose line is not finished. */
interface OpenCall {
  readonly row: SyscallRow;
  readonly args: readonly bigint[];
  /** Arguments printed so far, with "name(" or after "resumed>". */
  text: string;
  /** How many of them. */
  printed: number;
  /** The comma before the next one has been printed. */
  hasComma: boolean;
  /** The beginning stands on a line of its own, ended by <unfinished ...>. */
  isBroken: boolean;
}

export interface StraceOptions {
  /** Takes a line without its end. */
  readonly write: (line: string) => void;
  /** Numbers of the calls to print; all if absent. */
  readonly calls?: ReadonlySet<number>;
}

export class Strace implements SecurityHooks {
  readonly #write: (line: string) => void;
  readonly #calls: ReadonlySet<number> | undefined;
  readonly #open: Map<Task, OpenCall> = new Map();
  /** More than one task has been seen: lines say whose they are. */
  #hasSeveral = false;
  #first: Task | null = null;

  constructor(options: StraceOptions) {
    this.#write = options.write;
    this.#calls = options.calls;
  }

  #isTraced(row: SyscallRow): boolean {
    return this.#calls === undefined || this.#calls.has(row.nr);
  }

  #line(task: Task, text: string): void {
    this.#first ??= task;
    if (this.#first !== task) this.#hasSeveral = true;
    this.#breakOthers(task);
    this.#write(this.#prefix(task) + text);
  }

  #prefix(task: Task): string {
    return this.#hasSeveral ? `[pid ${String(task.tid).padStart(5)}] ` : "";
  }

  /** Another task's line comes: those that have begun are ended for now. */
  #breakOthers(but: Task): void {
    for (const [task, call] of this.#open) {
      if (task === but || call.isBroken) continue;
      this.#write(`${this.#prefix(task)}${call.text} <unfinished ...>`);
      call.isBroken = true;
      call.text = `<... ${call.row.name} resumed>`;
    }
  }

  /** Only looks: it has no verdict. */
  syscallEnter(task: Task, row: SyscallRow): undefined {
    if (!this.#isTraced(row)) return;
    const args = row.kinds.map((_, i) => task.args.big(i));
    const text = `${row.name}(`;
    const call: OpenCall = { row, args, text, printed: 0, hasComma: false, isBroken: false };
    this.#printArguments(task, call, null);
    this.#open.set(task, call);
    // The end of a task brings no result.
    if (row.name === "exit" || row.name === "exit_group") {
      this.#open.delete(task);
      this.#line(task, withResult(`${call.text})`, "?"));
    }
  }

  /** Prints as many arguments as can be: before the result, those up to the first that it is needed for. */
  #printArguments(task: Task, call: OpenCall, result: SyscallResult | null): void {
    const { row, args } = call;
    if (row.name === "clone") {
      if (call.printed === 0) call.text += cloneArguments(args);
      call.printed = row.kinds.length;
      return;
    }
    const traced: TracedCall = { task, args, result };
    for (; call.printed < row.kinds.length; call.printed++) {
      const kind = row.kinds[call.printed] as string;
      if (isLeftOut(call, call.printed)) continue;
      if (call.printed > 0 && !call.hasComma) call.text += ", ";
      call.hasComma = true;
      if (result === null && isPrintedAtExit(kind)) return;
      call.text += printArgument(traced, kind, call.printed);
      call.hasComma = false;
    }
  }

  syscallExit(task: Task, row: SyscallRow, result: SyscallResult): void {
    const call = this.#open.get(task);
    if (call === undefined) return;
    this.#open.delete(task);
    if (result === NO_RETURN && row.name === "rt_sigreturn") {
      this.#line(task, withResult(`${call.text})`, `${task.registers.getInt32(0)}`));
      return;
    }
    this.#printArguments(task, call, result);
    this.#line(task, withResult(`${call.text})`, resultText(row, result)));
  }

  signalDelivered(task: Task, info: SigInfo): void {
    this.#line(task, `--- ${signalName(info.signo)} ${signalInfo(info)} ---`);
  }

  groupStopped(task: Task, signo: number): void {
    this.#line(task, `--- stopped by ${signalName(signo)} ---`);
  }

  taskCreated(parent: Task | null, _child: Task): void {
    if (parent !== null) this.#hasSeveral = true;
  }

  taskExited(task: Task, status: number): void {
    const call = this.#open.get(task);
    if (call !== undefined) {
      this.#open.delete(task);
      this.#line(task, withResult(`${call.text})`, "?"));
    }
    const signo = status & 0x7f;
    const core = (status & 0x80) !== 0 ? " (core dumped)" : "";
    this.#line(
      task,
      signo === 0
        ? `+++ exited with ${(status >>> 8) & 0xff} +++`
        : `+++ killed by ${signalName(signo)}${core} +++`,
    );
  }
}

/** clone(2)'s arguments have names, and are there as the flags say. */
function cloneArguments(args: readonly bigint[]): string {
  const [flags = 0, stack = 0, parentTid = 0, childTid = 0, tls = 0] = args.map(Number);
  const words = [`child_stack=${pointer(stack)}`, `flags=${cloneFlags(flags)}`];
  if ((flags & (CLONE_PARENT_SETTID | CLONE_PIDFD)) !== 0)
    words.push(`parent_tid=${pointer(parentTid)}`);
  if ((flags & CLONE_SETTLS) !== 0) words.push(`tls=${hex(tls)}`);
  if ((flags & (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID)) !== 0) {
    words.push(`child_tidptr=${pointer(childTid)}`);
  }
  return words.join(", ");
}

/** The mode of open is there only if the call makes a file. */
function isLeftOut(call: OpenCall, i: number): boolean {
  if (call.row.kinds[i] !== "mode") return false;
  const before = call.row.kinds[i - 1];
  if (before !== "open_flags") return false;
  const creates = 0o100n | 0o20000000n;
  return ((call.args[i - 1] ?? 0n) & creates) === 0n;
}

function withResult(call: string, result: string): string {
  return `${call.padEnd(RESULT_COLUMN - 1)} = ${result}`;
}

function resultText(row: SyscallRow, result: SyscallResult): string {
  if (result === NO_RETURN || result === BLOCKED) return "0";
  if (isErrno(result)) return errorText(result);
  if (ADDRESS_RESULTS.has(row.name)) return hex(result);
  if (row.name === "umask") return `0${result.toString(8)}`;
  if (result === 0 && TIMEOUTS.has(row.name)) return "0 (Timeout)";
  return String(result);
}

function errorText(errno: Errno): string {
  const isRestart = errno <= ERESTARTSYS;
  const value = isRestart ? "?" : "-1";
  return errno === EINTR || !isRestart
    ? `${value} ${errnoName(errno)} (${errnoMessage(errno)})`
    : `? ${errnoName(errno)} (${errnoMessage(errno)})`;
}

function signalInfo(info: SigInfo): string {
  const { signo, code } = info;
  const fields = [`si_signo=${signalName(signo)}`, `si_code=${siCode(signo, code)}`];
  const isKernels = code > 0 && code < SI_KERNEL;
  if (isKernels && FAULTS.has(signo)) {
    fields.push(`si_addr=${info.addr === undefined || info.addr === 0 ? "NULL" : hex(info.addr)}`);
  } else if (isKernels && signo === SIGCHLD) {
    const status = info.status ?? 0;
    fields.push(`si_pid=${info.pid}`, `si_uid=${info.uid}`);
    fields.push(`si_status=${code === 1 ? status : signalName(status)}`);
    fields.push(`si_utime=${info.utime ?? 0}`, `si_stime=${info.stime ?? 0}`);
  } else if (code === SI_TIMER) {
    fields.push(`si_timerid=${info.timerId ?? 0}`, `si_overrun=${info.overrun ?? 0}`);
  } else if (code !== SI_KERNEL) {
    fields.push(`si_pid=${info.pid ?? 0}`, `si_uid=${info.uid ?? 0}`);
  }
  return `{${fields.join(", ")}}`;
}

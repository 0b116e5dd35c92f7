/** Names of signals and what each does when nothing handles it: signal(7), "Standard signals". */

import { SIGRTMAX, SIGRTMIN } from "./signal.ts";

/**
 * What a signal does by default: end the task, end it with a core, stop it, continue it, or
 * nothing.
 */
export type DefaultAction = "term" | "core" | "stop" | "cont" | "ign";

interface Row {
  readonly name: string;
  readonly action: DefaultAction;
  /** What strsignal(3) of the GNU C library says. */
  readonly description: string;
}

// biome-ignore format: one signal per line, in the order of their numbers from 1.
const ROWS: readonly Row[] = [
  { name: "SIGHUP",    action: "term", description: "Hangup" },
  { name: "SIGINT",    action: "term", description: "Interrupt" },
  { name: "SIGQUIT",   action: "core", description: "Quit" },
  { name: "SIGILL",    action: "core", description: "Illegal instruction" },
  { name: "SIGTRAP",   action: "core", description: "Trace/breakpoint trap" },
  { name: "SIGABRT",   action: "core", description: "Aborted" },
  { name: "SIGBUS",    action: "core", description: "Bus error" },
  { name: "SIGFPE",    action: "core", description: "Floating point exception" },
  { name: "SIGKILL",   action: "term", description: "Killed" },
  { name: "SIGUSR1",   action: "term", description: "User defined signal 1" },
  { name: "SIGSEGV",   action: "core", description: "Segmentation fault" },
  { name: "SIGUSR2",   action: "term", description: "User defined signal 2" },
  { name: "SIGPIPE",   action: "term", description: "Broken pipe" },
  { name: "SIGALRM",   action: "term", description: "Alarm clock" },
  { name: "SIGTERM",   action: "term", description: "Terminated" },
  { name: "SIGSTKFLT", action: "term", description: "Stack fault" },
  { name: "SIGCHLD",   action: "ign",  description: "Child exited" },
  { name: "SIGCONT",   action: "cont", description: "Continued" },
  { name: "SIGSTOP",   action: "stop", description: "Stopped (signal)" },
  { name: "SIGTSTP",   action: "stop", description: "Stopped" },
  { name: "SIGTTIN",   action: "stop", description: "Stopped (tty input)" },
  { name: "SIGTTOU",   action: "stop", description: "Stopped (tty output)" },
  { name: "SIGURG",    action: "ign",  description: "Urgent I/O condition" },
  { name: "SIGXCPU",   action: "core", description: "CPU time limit exceeded" },
  { name: "SIGXFSZ",   action: "core", description: "File size limit exceeded" },
  { name: "SIGVTALRM", action: "term", description: "Virtual timer expired" },
  { name: "SIGPROF",   action: "term", description: "Profiling timer expired" },
  { name: "SIGWINCH",  action: "ign",  description: "Window changed" },
  { name: "SIGIO",     action: "term", description: "I/O possible" },
  { name: "SIGPWR",    action: "term", description: "Power failure" },
  { name: "SIGSYS",    action: "core", description: "Bad system call" },
];

/** "SIGTERM"; a real-time signal as strace prints it: "SIGRT_2". */
export function signalName(signo: number): string {
  const row = ROWS[signo - 1];
  if (row !== undefined) return row.name;
  if (signo === SIGRTMIN) return "SIGRTMIN";
  if (signo > SIGRTMIN && signo <= SIGRTMAX) return `SIGRT_${signo - SIGRTMIN}`;
  return String(signo);
}

/** What a shell prints when the signal has ended a program: "Segmentation fault". */
export function signalDescription(signo: number): string {
  const row = ROWS[signo - 1];
  if (row !== undefined) return row.description;
  const first = SIGRTMIN + 2; // The C library keeps two for itself and has no name for them.
  if (signo >= first && signo <= SIGRTMAX) return `Real-time signal ${signo - first}`;
  return `Unknown signal ${signo}`;
}

/** Real-time signals end the task. Preconditions: `signo` is a signal. */
export function defaultAction(signo: number): DefaultAction {
  return ROWS[signo - 1]?.action ?? "term";
}

/** Number of a name, with or without "SIG"; undefined if there is none such. */
export function signalNumber(name: string): number | undefined {
  const full = name.startsWith("SIG") ? name : `SIG${name}`;
  if (full === "SIGIOT") return 6;
  if (full === "SIGPOLL") return 29;
  const index = ROWS.findIndex((row) => row.name === full);
  return index < 0 ? undefined : index + 1;
}

/** Whether a number is a signal's. Zero is none, though kill(2) takes it. */
export function isValidSignal(signo: number): boolean {
  return Number.isInteger(signo) && signo >= 1 && signo <= SIGRTMAX;
}

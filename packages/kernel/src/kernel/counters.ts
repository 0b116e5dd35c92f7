/** What programs asked of this kernel: counts for the report. */
import { NR_SYSCALLS } from "@kernelet/abi";

export class Counters {
  /** By number; the last is for numbers that no call has. Arrays, because each call comes by here. */
  readonly #calls: Float64Array = new Float64Array(NR_SYSCALLS + 1);
  readonly #errors: Float64Array = new Float64Array(NR_SYSCALLS + 1);
  forks = 0;
  execs = 0;
  signals = 0;
  /** Lines that seccomp filters have put into the log. */
  seccompLogs = 0;
  pageFaults = 0;
  contextSwitches = 0;

  /** Calls by number; tries after a wait not counted. */
  get syscalls(): ReadonlyMap<number, number> {
    return used(this.#calls);
  }

  /** Calls that gave an errno, by number. */
  get errors(): ReadonlyMap<number, number> {
    return used(this.#errors);
  }

  countSyscall(nr: number): void {
    const i = nr >= 0 && nr < NR_SYSCALLS ? nr : NR_SYSCALLS;
    this.#calls[i] = (this.#calls[i] as number) + 1;
  }

  countError(nr: number): void {
    const i = nr >= 0 && nr < NR_SYSCALLS ? nr : NR_SYSCALLS;
    this.#errors[i] = (this.#errors[i] as number) + 1;
  }
}

function used(counts: Float64Array): ReadonlyMap<number, number> {
  const map = new Map<number, number>();
  counts.forEach((count, nr) => {
    if (count > 0) map.set(nr, count);
  });
  return map;
}

/** What programs asked of this kernel: counts for the report. */
export class Counters {
  /** Calls by number; tries after a wait not counted. */
  readonly syscalls: Map<number, number> = new Map();
  /** Calls that gave an errno, by number. */
  readonly errors: Map<number, number> = new Map();
  forks = 0;
  execs = 0;
  signals = 0;
  pageFaults = 0;
  contextSwitches = 0;

  countSyscall(nr: number): void {
    this.syscalls.set(nr, (this.syscalls.get(nr) ?? 0) + 1);
  }

  countError(nr: number): void {
    this.errors.set(nr, (this.errors.get(nr) ?? 0) + 1);
  }
}

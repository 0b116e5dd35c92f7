/** What programs asked of this kernel: counts for the report. */
export declare class Counters {
  /** Calls by number; tries after a wait not counted. */
  readonly syscalls: Map<number, number>;
  /** Calls that gave an errno, by number. */
  readonly errors: Map<number, number>;
  forks: number;
  execs: number;
  signals: number;
  pageFaults: number;
  contextSwitches: number;
  countSyscall(nr: number): void;
  countError(nr: number): void;
}

/** Infinity stands for RLIM_INFINITY. */
export interface Rlimit {
  soft: number;
  hard: number;
}
/** What the first process starts with: Linux's INIT_RLIMITS with the descriptors of systemd's hosts. */
export declare function defaultRlimits(taskLimit: number): Rlimit[];

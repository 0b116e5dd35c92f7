/** Resource limits: getrlimit(2). */
import {
  RLIM_NLIMITS,
  RLIMIT_CORE,
  RLIMIT_MEMLOCK,
  RLIMIT_MSGQUEUE,
  RLIMIT_NICE,
  RLIMIT_NOFILE,
  RLIMIT_NPROC,
  RLIMIT_RTPRIO,
  RLIMIT_SIGPENDING,
  RLIMIT_STACK,
} from "@kernelet/abi";

/** Infinity stands for RLIM_INFINITY. */
export interface Rlimit {
  soft: number;
  hard: number;
}

const MIB = 1024 * 1024;

/** What the first process starts with: Linux's INIT_RLIMITS with the descriptors of systemd's hosts. */
export function defaultRlimits(taskLimit: number): Rlimit[] {
  const limits: Rlimit[] = [];
  for (let i = 0; i < RLIM_NLIMITS; i++) {
    limits.push({ soft: Number.POSITIVE_INFINITY, hard: Number.POSITIVE_INFINITY });
  }
  limits[RLIMIT_STACK] = { soft: 8 * MIB, hard: Number.POSITIVE_INFINITY };
  limits[RLIMIT_CORE] = { soft: 0, hard: Number.POSITIVE_INFINITY };
  limits[RLIMIT_NPROC] = { soft: taskLimit, hard: taskLimit };
  limits[RLIMIT_NOFILE] = { soft: 1024, hard: 1_048_576 };
  limits[RLIMIT_MEMLOCK] = { soft: 8 * MIB, hard: 8 * MIB };
  limits[RLIMIT_SIGPENDING] = { soft: taskLimit, hard: taskLimit };
  limits[RLIMIT_MSGQUEUE] = { soft: 819_200, hard: 819_200 };
  limits[RLIMIT_NICE] = { soft: 0, hard: 0 };
  limits[RLIMIT_RTPRIO] = { soft: 0, hard: 0 };
  return limits;
}

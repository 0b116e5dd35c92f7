/** Which process a number means: numbers come back, after a while or a reboot, and then mean somebody else. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";

export interface ProcessIdentity {
  readonly pid: number;
  /** Differs between processes that have had the same number. */
  readonly startTime: string;
}

/** @returns undefined if there is no such process, or only what is left of one. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startTime = process.platform === "linux" ? fromProc(pid) : fromPs(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  return identify(pid)?.startTime === startTime;
}

/**
 * proc_pid_stat(5): field 22 is the start in clock ticks since the boot, field 20 the number of threads. The name before may hold
 * anything. A process that was killed is shown as a zombie once its first thread is gone; the others still hold its ports.
 */
function fromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state] = fields;
    if (state === "X" || (state === "Z" && Number(fields[17]) <= 1)) return undefined;
    return `${bootId()} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
}

function fromPs(pid: number): string | undefined {
  const { status, stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], {
    encoding: "utf8",
  });
  const text = status === 0 ? stdout.trim() : "";
  return text === "" ? undefined : text;
}

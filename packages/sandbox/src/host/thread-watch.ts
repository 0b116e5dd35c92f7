/** What Node tells of the thread that runs the sandbox: V8's samples of it, and the processor time it has used. */
import process from "node:process";
import { startCpuProfile } from "node:v8";

export interface ThreadWatch {
  /** V8 begins to take samples. @returns ends that; gives its profile as JSON. */
  sample(): () => string;
  /** Processor time in microseconds, of this thread and of all of the process. */
  threadUs(): number;
  processUs(): number;
  /** The clock that V8's profiles go by, in microseconds. */
  monotonicUs(): number;
}

export const threadWatch: ThreadWatch = {
  sample: () => {
    const samples = startCpuProfile();
    return () => samples.stop();
  },
  threadUs: () => totalOf(process.threadCpuUsage()),
  processUs: () => totalOf(process.cpuUsage()),
  monotonicUs: () => Number(process.hrtime.bigint() / 1000n),
};

function totalOf({ user, system }: NodeJS.CpuUsage): number {
  return user + system;
}

/** struct rusage as getrusage(2) and wait4(2) store it. */
import { type Errno, PAGE_SIZE, RUSAGE } from "@kernelet/abi";
import { NSEC_PER_SEC } from "../kernel/clock.ts";
import type { Rusage } from "../kernel/rusage.ts";
import type { Task } from "../kernel/task.ts";

/** What no sandbox has (swaps, block I/O, signals) is 0, as in Linux for most fields. */
export function copyOutRusage(task: Task, addr: number, usage: Rusage): 0 | Errno {
  const bytes = new Uint8Array(RUSAGE.size);
  const view = new DataView(bytes.buffer);
  const setLong = (offset: number, n: number) => view.setBigInt64(offset, BigInt(n), true);
  const setTime = (offset: number, ns: number) => {
    const sec = Math.floor(ns / NSEC_PER_SEC);
    setLong(offset, sec);
    setLong(offset + 8, Math.floor((ns - sec * NSEC_PER_SEC) / 1000));
  };
  setTime(RUSAGE.ru_utime, usage.userNs);
  setTime(RUSAGE.ru_stime, usage.systemNs);
  setLong(RUSAGE.ru_maxrss, (usage.maxResidentPages * PAGE_SIZE) / 1024);
  setLong(RUSAGE.ru_minflt, usage.minorFaults);
  setLong(RUSAGE.ru_nvcsw, usage.voluntarySwitches);
  setLong(RUSAGE.ru_nivcsw, usage.involuntarySwitches);
  return task.mm.copyOut(addr, bytes);
}

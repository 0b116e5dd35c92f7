/** RLIMIT_FSIZE: setrlimit(2), write(2). */
import { EFBIG, type Errno, RLIMIT_FSIZE, SIGXFSZ } from "@kernelet/abi";
import { userInfo } from "../kernel/siginfo.ts";
import { sendToThread } from "../kernel/signal.ts";
import type { Task } from "../kernel/task.ts";

/** How much of a write at `off` the limit allows; if nothing, the task gets SIGXFSZ. */
export function limitedWriteLength(task: Task, off: number, len: number): number | Errno {
  const soft = task.threadGroup.rlimits[RLIMIT_FSIZE]?.soft ?? Number.POSITIVE_INFINITY;
  // Linux keeps it in a loff_t: beyond 2^63 it is negative, and lets nothing through.
  const limit = soft >= 2 ** 63 && soft !== Number.POSITIVE_INFINITY ? -1 : soft;
  if (off + len <= limit) return len;
  return off < limit ? limit - off : tooBig(task);
}

/** Whether truncate(2) may make a file grow to this size. */
export function checkFileSize(task: Task, size: number): 0 | Errno {
  const limit = task.threadGroup.rlimits[RLIMIT_FSIZE]?.soft ?? Number.POSITIVE_INFINITY;
  return size <= limit ? 0 : tooBig(task);
}

function tooBig(task: Task): Errno {
  sendToThread(task, userInfo(SIGXFSZ, task.threadGroup.tgid, task.credentials.uid));
  return EFBIG;
}

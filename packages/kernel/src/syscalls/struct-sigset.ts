/** sigset_t arguments: an address and its size, which must be the kernel's 8. */
import { EFAULT, EINVAL, type Errno } from "@kernelet/abi";
import { SignalSet } from "../kernel/signal-set.ts";
import type { Task } from "../kernel/task.ts";

export const SIGSET_SIZE = 8;

export function readSignalSet(task: Task, addr: number): SignalSet | Errno {
  const lo = task.mm.readInt32(addr);
  const hi = task.mm.readInt32(addr + 4);
  return lo === null || hi === null ? EFAULT : new SignalSet(lo, hi);
}

export function writeSignalSet(task: Task, addr: number, set: SignalSet): 0 | Errno {
  const { mm } = task;
  const prepared = mm.prepareWrite(addr, SIGSET_SIZE);
  if (prepared !== 0) return prepared;
  mm.space.view.setInt32(addr, set.lo, true);
  mm.space.view.setInt32(addr + 4, set.hi, true);
  return 0;
}

/** The set of a call that takes an optional mask with its size: null if there is none. */
export function optionalSignalSet(
  task: Task,
  addr: number,
  size: number,
): SignalSet | null | Errno {
  if (addr === 0) return null;
  if (size !== SIGSET_SIZE) return EINVAL;
  return readSignalSet(task, addr);
}

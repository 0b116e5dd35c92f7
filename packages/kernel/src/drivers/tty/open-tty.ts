/** open(2) of a terminal, and /dev/tty: tty(4). */
import { CAP_SYS_ADMIN, EBUSY, EIO, ENXIO, O_NOCTTY } from "@kernelet/abi";
import type { FileDescription } from "../../fs/file-description.ts";
import type { Path } from "../../fs/path.ts";
import type { DeviceDriver } from "../../fs/vfs.ts";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import { adoptOnOpen } from "./job-control.ts";
import { Tty } from "./tty.ts";

/** Whether `task` may open `tty`; makes it the task's terminal if it has none. */
export function prepareOpen(task: Task, flags: number, tty: Tty): 0 | SyscallResult {
  if (tty.isHungUp) return EIO;
  if (tty.isExclusive && !task.credentials.has(CAP_SYS_ADMIN)) return EBUSY;
  if ((flags & O_NOCTTY) === 0) adoptOnOpen(task, tty);
  return 0;
}

export function openTty(
  task: Task,
  path: Path,
  flags: number,
  tty: Tty,
): FileDescription | SyscallResult {
  const allowed = prepareOpen(task, flags, tty);
  return allowed === 0 ? tty.newFile(path, flags & ~O_NOCTTY) : allowed;
}

/** /dev/tty: whatever terminal the process has. */
export const controllingTtyDriver: DeviceDriver = {
  open(task: Task, path: Path, flags: number): FileDescription | SyscallResult {
    const { terminal } = task.threadGroup;
    if (!(terminal instanceof Tty)) return ENXIO;
    return terminal.isHungUp ? EIO : terminal.newFile(path, flags & ~O_NOCTTY);
  },
};

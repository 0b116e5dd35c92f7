/** pipe(2), pipe2(2). */
import { EINVAL, isErrno, O_CLOEXEC, O_DIRECT, O_NONBLOCK } from "@kernelet/abi";
import { newPipe } from "../fs/pipe/pipe-file.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

/** Either both descriptors reach the application or neither exists. */
function makePipe(task: Task, addr: number, flags: number): SyscallResult {
  if (flags & ~(O_NONBLOCK | O_CLOEXEC | O_DIRECT)) return EINVAL;
  const ends = newPipe(task, flags);
  const fds = task.fdTable.install(ends, { cloexec: (flags & O_CLOEXEC) !== 0 });
  if (isErrno(fds)) {
    for (const end of ends) end.addRef().removeRef();
    return fds;
  }
  const result = task.mm.copyOut(addr, new Uint8Array(Int32Array.from(fds).buffer));
  if (isErrno(result)) task.fdTable.remove(fds); // A bad pointer must not leak descriptors.
  return result;
}

export function pipe(task: Task, args: SyscallArgs): SyscallResult {
  return makePipe(task, args.pointer(0), 0);
}

export function pipe2(task: Task, args: SyscallArgs): SyscallResult {
  return makePipe(task, args.pointer(0), args.int(1));
}

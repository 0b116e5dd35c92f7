/** ioctl(2): the requests that every descriptor takes; all others are the file's own. */
import {
  EBADF,
  EFAULT,
  ENOTTY,
  FIGETBSZ,
  FIOASYNC,
  FIOCLEX,
  FIONBIO,
  FIONCLEX,
  FIONREAD,
  FIOQSIZE,
  isErrno,
  O_ASYNC,
  O_NONBLOCK,
} from "@kernelet/abi";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

export function ioctl(task: Task, args: SyscallArgs): SyscallResult {
  const fd = args.fd(0);
  const cmd = args.uint(1);
  const arg = args.pointer(2);
  const file = task.fdTable.file(fd);
  if (isErrno(file)) return EBADF;
  switch (cmd) {
    case FIOCLEX:
      task.fdTable.setCloexec(fd, true);
      return 0;
    case FIONCLEX:
      task.fdTable.setCloexec(fd, false);
      return 0;
    case FIONBIO:
    case FIOASYNC: {
      const on = task.mm.readInt32(arg);
      if (on === null) return EFAULT;
      if (cmd === FIOASYNC) {
        const isOn = (file.flags & O_ASYNC) !== 0;
        if (isOn === (on !== 0)) return 0;
        if (file.asyncSource() === null) return ENOTTY;
        file.setAsync(fd, on !== 0);
      } else file.flags = on !== 0 ? file.flags | O_NONBLOCK : file.flags & ~O_NONBLOCK;
      return 0;
    }
    case FIGETBSZ:
      return file.inode.isRegular || file.inode.isDirectory
        ? task.mm.writeInt32(arg, file.inode.blockSize)
        : ENOTTY;
    case FIOQSIZE:
      if (!file.inode.isRegular && !file.inode.isDirectory && !file.inode.isSymlink) return ENOTTY;
      return task.mm.writeU64(arg, file.inode.blocks * 512);
    default:
  }
  if (cmd === FIONREAD && file.inode.isRegular) {
    const size = file.size();
    return isErrno(size) ? size : task.mm.writeInt32(arg, size - file.pos);
  }
  return file.ioctl(task, cmd, arg);
}

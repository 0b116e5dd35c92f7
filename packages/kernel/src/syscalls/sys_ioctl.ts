/** ioctl(2): the requests that every descriptor takes; all others are the file's own. */
import {
  CAP_SYS_RAWIO,
  EBADF,
  EFAULT,
  EINVAL,
  EISDIR,
  ENOTTY,
  EOPNOTSUPP,
  EPERM,
  type Errno,
  EXDEV,
  FIBMAP,
  FICLONE,
  FICLONERANGE,
  FIGETBSZ,
  FIOASYNC,
  FIOCLEX,
  FIONBIO,
  FIONCLEX,
  FIONREAD,
  FIOQSIZE,
  FS_IOC_FIEMAP,
  isErrno,
  O_APPEND,
  O_ASYNC,
  O_NONBLOCK,
} from "@kernelet/abi";
import type { FileDescription } from "../fs/file-description.ts";
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
      return task.mm.writeInt32(arg, file.inode.blockSize);
    case FS_IOC_FIEMAP:
      return EOPNOTSUPP;
    case FICLONE:
      return cloneRange(task, file, args.int(2));
    case FICLONERANGE: {
      const src = task.mm.readS64(arg);
      return src === null ? EFAULT : cloneRange(task, file, src);
    }
    case FIOQSIZE:
      if (!file.inode.isRegular && !file.inode.isDirectory && !file.inode.isSymlink) return ENOTTY;
      return task.mm.writeU64(arg, file.inode.blocks * 512);
    default:
  }
  if (cmd === FIBMAP && file.inode.isRegular) return blockNumber(task, arg);
  if (cmd === FIONREAD && file.inode.isRegular) {
    const size = file.size();
    return isErrno(size) ? size : task.mm.writeInt32(arg, size - file.pos);
  }
  return file.ioctl(task, cmd, arg);
}

/** ioctl_fibmap(): no file system here has blocks with numbers. */
function blockNumber(task: Task, arg: number): Errno {
  if (!task.credentials.has(CAP_SYS_RAWIO)) return EPERM;
  return task.mm.readInt32(arg) === null ? EFAULT : EINVAL;
}

/** vfs_clone_file_range(): what is wrong with the files comes first; then no file system here shares blocks. */
function cloneRange(task: Task, to: FileDescription, fd: number): Errno {
  const from = task.fdTable.file(fd);
  if (isErrno(from)) return EBADF;
  if (from.inode.superblock !== to.inode.superblock) return EXDEV;
  if (from.inode.isDirectory || to.inode.isDirectory) return EISDIR;
  if (!from.inode.isRegular || !to.inode.isRegular) return EINVAL;
  if (!from.isReadable || !to.isWritable || (to.flags & O_APPEND) !== 0) return EBADF;
  return EOPNOTSUPP;
}

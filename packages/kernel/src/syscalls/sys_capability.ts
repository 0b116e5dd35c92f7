/** capget(2), capset(2). */
import {
  _LINUX_CAPABILITY_VERSION_1,
  _LINUX_CAPABILITY_VERSION_2,
  _LINUX_CAPABILITY_VERSION_3,
  CAP_SETPCAP,
  EFAULT,
  EINVAL,
  EPERM,
  type Errno,
  ESRCH,
  isErrno,
  USER_CAP_DATA,
  USER_CAP_HEADER,
} from "@kernelet/abi";
import { BitSet64 } from "../kernel/bit-set.ts";
import { allCapabilities, Credentials } from "../kernel/credentials.ts";
import { isKernelReaper } from "../kernel/reaper.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

/**
 * 32-bit words per set of the header's version: cap_validate_magic(). An unknown version is answered with ours, and EINVAL.
 */
function readWords(task: Task, addr: number): 1 | 2 | Errno {
  const version = task.mm.readInt32(addr + USER_CAP_HEADER.version);
  if (version === null) return EFAULT;
  if (version === _LINUX_CAPABILITY_VERSION_1) return 1;
  const isTwoWords =
    version === _LINUX_CAPABILITY_VERSION_2 || version === _LINUX_CAPABILITY_VERSION_3;
  if (isTwoWords) return 2;
  const stored = task.mm.writeUint32(addr, _LINUX_CAPABILITY_VERSION_3);
  return isErrno(stored) ? stored : EINVAL;
}

function credentialsOf(task: Task, pid: number): Credentials | undefined {
  if (isKernelReaper(task, pid)) return Credentials.root();
  return pid === 0 ? task.credentials : task.pids.task(pid)?.credentials;
}

export function capget(task: Task, args: SyscallArgs): SyscallResult {
  const dataAddr = args.pointer(1);
  const headerAddr = args.pointer(0);
  const words = readWords(task, headerAddr);
  // Without data, only the version is asked for.
  if (dataAddr === 0) return words === EINVAL || !isErrno(words) ? 0 : words;
  if (isErrno(words)) return words;
  const pid = task.mm.readInt32(headerAddr + USER_CAP_HEADER.pid);
  if (pid === null) return EFAULT;
  if (pid < 0) return EINVAL;
  const credentials = credentialsOf(task, pid);
  if (credentials === undefined) return ESRCH;

  const { effective, permitted, inheritable } = credentials;
  const bytes = new Uint8Array(words * USER_CAP_DATA.size);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < words; i++) {
    const at = i * USER_CAP_DATA.size;
    const word = (set: BitSet64) => (i === 0 ? set.lo : set.hi);
    view.setInt32(at + USER_CAP_DATA.effective, word(effective), true);
    view.setInt32(at + USER_CAP_DATA.permitted, word(permitted), true);
    view.setInt32(at + USER_CAP_DATA.inheritable, word(inheritable), true);
  }
  return task.mm.copyOut(dataAddr, bytes);
}

export function capset(task: Task, args: SyscallArgs): SyscallResult {
  const headerAddr = args.pointer(0);
  const words = readWords(task, headerAddr);
  if (isErrno(words)) return words;
  const pid = task.mm.readInt32(headerAddr + USER_CAP_HEADER.pid);
  if (pid === null) return EFAULT;
  if (pid !== 0 && pid !== task.pids.show(task.tid)) return EPERM;
  const bytes = task.mm.copyIn(args.pointer(1), words * USER_CAP_DATA.size);
  if (isErrno(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const readSet = (offset: number) => {
    const hi = words === 2 ? view.getInt32(USER_CAP_DATA.size + offset, true) : 0;
    const set = new BitSet64(view.getInt32(offset, true), hi);
    set.intersect(allCapabilities());
    return set;
  };
  const old = task.credentials;
  const next = old.copy();
  next.effective = readSet(USER_CAP_DATA.effective);
  next.permitted = readSet(USER_CAP_DATA.permitted);
  next.inheritable = readSet(USER_CAP_DATA.inheritable);

  const gains = (set: BitSet64, ...from: BitSet64[]) => {
    const limit = new BitSet64();
    for (const source of from) limit.union(source);
    return !set.isSubsetOf(limit);
  };
  if (!old.hasHere(CAP_SETPCAP) && gains(next.inheritable, old.inheritable, old.permitted))
    return EPERM;
  if (gains(next.inheritable, old.inheritable, old.bounding)) return EPERM;
  if (gains(next.permitted, old.permitted)) return EPERM;
  if (gains(next.effective, next.permitted)) return EPERM;
  next.ambient.intersect(next.permitted);
  next.ambient.intersect(next.inheritable);
  task.credentials = next;
  return 0;
}

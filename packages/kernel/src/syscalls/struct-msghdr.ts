/** struct msghdr and its control messages: sendmsg(2), cmsg(3), unix(7) "Ancillary messages". */
import {
  CAP_SETGID,
  CAP_SETUID,
  CAP_SYS_ADMIN,
  CAP_SYS_RESOURCE,
  CMSGHDR,
  EBADF,
  EINVAL,
  EMSGSIZE,
  EPERM,
  type Errno,
  ESRCH,
  ETOOMANYREFS,
  isErrno,
  MSG_CTRUNC,
  MSGHDR,
  RLIMIT_NOFILE,
  SCM_CREDENTIALS,
  SCM_MAX_FD,
  SCM_PIDFD,
  SCM_RIGHTS,
  SOL_SOCKET,
  UCRED,
} from "@kernelet/abi";
import type { FileDescription } from "../fs/file-description.ts";
import { openPidfd } from "../fs/pidfd.ts";
import type { Task } from "../kernel/task.ts";
import type { ThreadGroup } from "../kernel/thread-group.ts";
import type { SenderCredentials } from "../net/sender-credentials.ts";
import type { Ancillary } from "../net/unix-send.ts";

export interface Msghdr {
  readonly name: number;
  readonly nameLength: number;
  readonly iov: number;
  readonly iovLength: number;
  readonly control: number;
  readonly controlLength: number;
}

export function readMsghdr(task: Task, addr: number): Msghdr | Errno {
  const bytes = task.mm.copyIn(addr, MSGHDR.size);
  if (isErrno(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const word = (off: number): number => Number(view.getBigUint64(off, true));
  const nameLength = view.getInt32(MSGHDR.msg_namelen, true);
  if (nameLength < 0) return EINVAL;
  const iovLength = word(MSGHDR.msg_iovlen);
  if (iovLength > 1024) return EMSGSIZE;
  return {
    name: word(MSGHDR.msg_name),
    nameLength,
    iov: word(MSGHDR.msg_iov),
    iovLength,
    control: word(MSGHDR.msg_control),
    controlLength: word(MSGHDR.msg_controllen),
  };
}

function align(n: number): number {
  return (n + 7) & ~7;
}

/** Reads what is to be sent along. Takes a reference of each file. */
export function readAncillary(task: Task, header: Msghdr): Ancillary | Errno {
  if (header.control === 0 || header.controlLength < CMSGHDR.size) return { files: [] };
  if (header.controlLength > 65536) return EINVAL;
  const bytes = task.mm.copyIn(header.control, header.controlLength);
  if (isErrno(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const files: FileDescription[] = [];
  let sender: SenderCredentials | undefined;
  for (let at = 0; at + CMSGHDR.size <= bytes.length; ) {
    const len = Number(view.getBigUint64(at + CMSGHDR.cmsg_len, true));
    if (len < CMSGHDR.size || at + len > bytes.length) return EINVAL;
    const data = new DataView(
      bytes.buffer,
      bytes.byteOffset + at + CMSGHDR.size,
      len - CMSGHDR.size,
    );
    const level = view.getInt32(at + CMSGHDR.cmsg_level, true);
    const type = view.getInt32(at + CMSGHDR.cmsg_type, true);
    at += align(len);
    if (level !== SOL_SOCKET) continue;
    if (type === SCM_RIGHTS) {
      const found = collectFiles(task, data, files);
      if (found !== 0) return found;
    } else if (type === SCM_CREDENTIALS) {
      const given = readCredentials(task, data);
      if (isErrno(given)) return given;
      sender = given;
    } else {
      return EINVAL;
    }
  }
  if (files.length > 0 && isTooManyInFlight(task)) return ETOOMANYREFS;
  for (const file of files) file.addRef();
  return sender === undefined ? { files } : { files, sender };
}

/** too_many_unix_fds(): sockets in flight count against the descriptors that a process may have. */
function isTooManyInFlight(task: Task): boolean {
  const { credentials: cred, threadGroup } = task;
  if (task.kernel.vfs.unix.inFlight.size <= threadGroup.soft(RLIMIT_NOFILE)) return false;
  return !cred.has(CAP_SYS_RESOURCE) && !cred.has(CAP_SYS_ADMIN);
}

function collectFiles(task: Task, data: DataView, into: FileDescription[]): 0 | Errno {
  if (into.length + Math.floor(data.byteLength / 4) > SCM_MAX_FD) return EINVAL;
  for (let off = 0; off + 4 <= data.byteLength; off += 4) {
    const file = task.fdTable.get(data.getInt32(off, true));
    if (file === null) return EBADF;
    into.push(file);
  }
  return 0;
}

/** A process may lie about itself only with the capabilities: scm_check_creds(). */
function readCredentials(task: Task, data: DataView): SenderCredentials | Errno {
  if (data.byteLength !== UCRED.size) return EINVAL;
  const pid = data.getInt32(UCRED.pid, true);
  const uid = data.getUint32(UCRED.uid, true);
  const gid = data.getUint32(UCRED.gid, true);
  const cred = task.credentials;
  const pidOk = pid === task.pids.show(task.threadGroup.tgid) || cred.has(CAP_SYS_ADMIN);
  const uidOk = [cred.uid, cred.euid, cred.suid].includes(uid) || cred.has(CAP_SETUID);
  const gidOk = [cred.gid, cred.egid, cred.sgid].includes(gid) || cred.has(CAP_SETGID);
  if (!pidOk || !uidOk || !gidOk) return EPERM;
  if (!task.pids.isUsed(pid)) return ESRCH;
  const group = task.pids.threadGroup(pid);
  return group === undefined ? { pid, uid, gid } : { pid, uid, gid, group };
}

/** What a receiver's control buffer was filled with. */
export interface WrittenControl {
  readonly length: number;
  /** MSG_CTRUNC if something did not fit. */
  readonly flags: number;
}

/** What is to be told of a message besides its bytes. */
export interface Control {
  /** Their references are used up. */
  readonly files: readonly FileDescription[];
  /** Null where nobody had asked for it when the message was sent. */
  readonly sender: SenderCredentials | null;
  /** SO_PASSCRED, SO_PASSPIDFD. */
  readonly wantsCredentials: boolean;
  readonly wantsPidfd: boolean;
  /** MSG_CMSG_CLOEXEC. */
  readonly isCloexec: boolean;
}

/** Who sent a message that does not say: no process, and the overflow ids. */
const UNKNOWN: SenderCredentials = { pid: 0, uid: 65534, gid: 65534 };

/** Installs received files and tells of them, and of the sender. */
export function writeControl(task: Task, header: Msghdr, control: Control): WrittenControl {
  const { files, sender } = control;
  const size = header.control === 0 ? 0 : header.controlLength;
  const out = new ControlWriter(task, header.control, size);
  if (control.wantsCredentials)
    out.put(SCM_CREDENTIALS, encodeCredentials(task, sender ?? UNKNOWN));
  if (files.length > 0) {
    const room = Math.max(0, Math.floor((out.room - CMSGHDR.size) / 4));
    const fds = installAll(task, files.slice(0, room), control.isCloexec);
    if (fds.length > 0) out.put(SCM_RIGHTS, new Uint8Array(Int32Array.from(fds).buffer));
    if (fds.length < files.length) out.flags |= MSG_CTRUNC;
    for (const file of files) file.removeRef();
  }
  if (control.wantsPidfd && sender?.group !== undefined) putPidfd(task, out, sender.group);
  return { length: out.length, flags: out.flags };
}

/** Without room nothing is opened. */
function putPidfd(task: Task, out: ControlWriter, group: ThreadGroup): void {
  if (out.room < CMSGHDR.size + 4) {
    out.flags |= MSG_CTRUNC;
    return;
  }
  const fd = openPidfd(task, group, 0);
  out.put(SCM_PIDFD, new Uint8Array(Int32Array.of(fd).buffer));
}

function installAll(task: Task, files: readonly FileDescription[], cloexec: boolean): number[] {
  const fds: number[] = [];
  for (const file of files) {
    const fd = task.fdTable.add(file, { cloexec });
    if (isErrno(fd)) break;
    fds.push(fd);
  }
  return fds;
}

/** As `task` sees them: the process by its number in the task's PID namespace. */
export function encodeCredentials(task: Task, sender: SenderCredentials): Uint8Array {
  const { uid, gid, group } = sender;
  const pid = group === undefined ? sender.pid : task.pids.show(group.tgid);
  const bytes = new Uint8Array(UCRED.size);
  const view = new DataView(bytes.buffer);
  view.setInt32(UCRED.pid, pid, true);
  view.setUint32(UCRED.uid, uid, true);
  view.setUint32(UCRED.gid, gid, true);
  return bytes;
}

class ControlWriter {
  readonly #task: Task;
  readonly #addr: number;
  readonly #size: number;
  length = 0;
  flags = 0;

  constructor(task: Task, addr: number, size: number) {
    this.#task = task;
    this.#addr = addr;
    this.#size = size;
  }

  get room(): number {
    return this.#size - this.length;
  }

  put(type: number, data: Uint8Array): void {
    if (this.room < CMSGHDR.size) {
      this.flags |= MSG_CTRUNC;
      return;
    }
    const whole = CMSGHDR.size + data.length;
    if (whole > this.room) this.flags |= MSG_CTRUNC; // As much of it as there is room for.
    const len = Math.min(whole, this.room);
    const bytes = new Uint8Array(Math.min(align(len), this.room));
    const view = new DataView(bytes.buffer);
    view.setBigUint64(CMSGHDR.cmsg_len, BigInt(len), true);
    view.setInt32(CMSGHDR.cmsg_level, SOL_SOCKET, true);
    view.setInt32(CMSGHDR.cmsg_type, type, true);
    bytes.set(data.subarray(0, len - CMSGHDR.size), CMSGHDR.size);
    if (this.#task.mm.copyOut(this.#addr + this.length, bytes) === 0) this.length += bytes.length;
  }
}

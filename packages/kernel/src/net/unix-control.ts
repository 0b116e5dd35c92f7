/** What unix sockets send along with bytes: descriptors and credentials. unix(7) "Ancillary messages", net/core/scm.c. */
import {
  CAP_SETGID,
  CAP_SETUID,
  CAP_SYS_ADMIN,
  CAP_SYS_RESOURCE,
  CMSGHDR,
  EBADF,
  EINVAL,
  ENOTCONN,
  EPERM,
  type Errno,
  ESRCH,
  ETOOMANYREFS,
  isErrno,
  MSG_CMSG_CLOEXEC,
  MSG_CTRUNC,
  RLIMIT_NOFILE,
  SCM_CREDENTIALS,
  SCM_MAX_FD,
  SCM_PIDFD,
  SCM_RIGHTS,
  SOCK_SEQPACKET,
  SOL_SOCKET,
  UCRED,
} from "@kernelet/abi";
import type { FileDescription } from "../fs/file-description.ts";
import { openPidfd } from "../fs/pidfd.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { ThreadGroup } from "../kernel/thread-group.ts";
import type { SenderCredentials } from "./sender-credentials.ts";
import type { ControlMessage, ControlSink, Outgoing } from "./socket.ts";
import type { UnixSocket } from "./unix.ts";
import type { Received } from "./unix-receive.ts";
import { type Ancillary, send } from "./unix-send.ts";

/** sendmsg(2) and its kind. */
export function sendUnix(task: Task, sock: UnixSocket, message: Outgoing): SyscallResult {
  const { bytes, length, flags, control } = message;
  if (sock.type === SOCK_SEQPACKET) {
    const error = sock.takeError();
    if (error !== 0) return error;
    if (sock.state !== "connected") return ENOTCONN;
  }
  const ancillary = readAncillary(task, control);
  if (isErrno(ancillary)) return ancillary;
  const before = task.pending.done;
  const name = message.name !== null && message.name.length > 0 ? message.name : null;
  const result = send(task, sock, { bytes, length, flags, ancillary, name });
  // The files have gone with the first byte, or with a datagram, even an empty one.
  const isGone = sock.isStream ? task.pending.done > 0 : result >= 0;
  if (!isGone || before > 0) for (const file of ancillary.files) file.removeRef();
  return result;
}

/** Takes a reference of each file that is to be sent along. */
function readAncillary(task: Task, control: readonly ControlMessage[]): Ancillary | Errno {
  const files: FileDescription[] = [];
  let sender: SenderCredentials | undefined;
  for (const { level, type, data } of control) {
    if (level !== SOL_SOCKET) continue;
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    if (type === SCM_RIGHTS) {
      const found = collectFiles(task, view, files);
      if (found !== 0) return found;
    } else if (type === SCM_CREDENTIALS) {
      const given = readCredentials(task, view);
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

/** Who sent a message that does not say: no process, and the overflow ids. */
const UNKNOWN: SenderCredentials = { pid: 0, uid: 65534, gid: 65534 };

/** Installs received files and tells of them, and of the sender. */
export function writeUnixControl(
  task: Task,
  sock: UnixSocket,
  sink: ControlSink,
  { files, sender, isEndOfRecords }: Received,
  flags: number,
): void {
  if (isEndOfRecords === true) return;
  if (sock.passesCredentials)
    sink.put(SOL_SOCKET, SCM_CREDENTIALS, encodeCredentials(task, sender ?? UNKNOWN));
  if (files.length > 0) {
    const room = Math.max(0, Math.floor((sink.room - CMSGHDR.size) / 4));
    const fds = installAll(task, files.slice(0, room), (flags & MSG_CMSG_CLOEXEC) !== 0);
    if (fds.length > 0)
      sink.put(SOL_SOCKET, SCM_RIGHTS, new Uint8Array(Int32Array.from(fds).buffer));
    if (fds.length < files.length) sink.flags |= MSG_CTRUNC;
    for (const file of files) file.removeRef();
  }
  if (sock.passesPidfd && sender?.group !== undefined) putPidfd(task, sink, sender.group);
}

/** Without room nothing is opened. */
function putPidfd(task: Task, sink: ControlSink, group: ThreadGroup): void {
  if (sink.room < CMSGHDR.size + 4) {
    sink.flags |= MSG_CTRUNC;
    return;
  }
  const fd = openPidfd(task, group, 0);
  sink.put(SOL_SOCKET, SCM_PIDFD, new Uint8Array(Int32Array.of(fd).buffer));
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

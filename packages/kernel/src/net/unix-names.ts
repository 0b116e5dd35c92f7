/** Unix sockets and their addresses: bind(2), connect(2), and whom a message is for. net/unix/af_unix.c. */
import {
  AT_FDCWD,
  EADDRINUSE,
  ECONNREFUSED,
  EEXIST,
  EINVAL,
  EPROTOTYPE,
  type Errno,
  isErrno,
  S_IFSOCK,
} from "@kernelet/abi";
import { startOf } from "../fs/at.ts";
import { makeNode, removeName } from "../fs/namei.ts";
import { LOOKUP_FOLLOW, walkPath } from "../fs/path-walk.ts";
import { filePermission, MAY_WRITE } from "../fs/permission.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { UnixSocket } from "./unix.ts";
import { decodeUnixAddress, type UnixAddress } from "./unix-address.ts";

export function bindUnix(task: Task, sock: UnixSocket, bytes: Uint8Array): SyscallResult {
  const address = decodeUnixAddress(bytes);
  if (isErrno(address)) return address;
  const { table } = sock;
  const isBound = sock.address.kind !== "unnamed";
  switch (address.kind) {
    case "unnamed":
      sock.autobind();
      return 0;
    case "abstract":
      if (isBound) return EINVAL;
      if (!table.bindName(address.name, sock)) return EADDRINUSE;
      break;
    default: {
      const start = startOf(task, AT_FDCWD, address.path);
      if (isErrno(start)) return start;
      const mode = S_IFSOCK | (sock.inode.mode & 0o777);
      const path = makeNode(task, start, address.path, mode, 0);
      if (isErrno(path)) return path === EEXIST ? EADDRINUSE : path;
      if (isBound) {
        removeName(task, start, address.path); // unix_bind_bsd() looks at the socket when the name is there.
        return EINVAL;
      }
      table.bindInode(path.inode, sock);
    }
  }
  sock.address = address;
  return 0;
}

/** The socket of `sock`'s type that is bound at `address`. */
export function findSocket(task: Task, sock: UnixSocket, address: UnixAddress): UnixSocket | Errno {
  const found = lookUp(task, sock, address);
  if (isErrno(found)) return found;
  return found.type === sock.type ? found : EPROTOTYPE;
}

function lookUp(task: Task, sock: UnixSocket, address: UnixAddress): UnixSocket | Errno {
  const { table } = sock;
  if (address.kind === "abstract") {
    return table.byName(sock, address.name) ?? ECONNREFUSED;
  }
  if (address.kind === "unnamed") return EINVAL;
  const start = startOf(task, AT_FDCWD, address.path);
  if (isErrno(start)) return start;
  const path = walkPath(task, start, address.path, LOOKUP_FOLLOW);
  if (isErrno(path)) return path;
  const permission = filePermission(path.mount, path.inode, task.credentials, MAY_WRITE);
  if (permission !== 0) return permission;
  return table.atInode(path.inode) ?? ECONNREFUSED;
}

export function connectUnix(task: Task, sock: UnixSocket, bytes: Uint8Array): SyscallResult {
  // AF_UNSPEC takes a datagram socket's peer away.
  if (sock.isDatagram && bytes.length >= 2 && bytes[0] === 0 && bytes[1] === 0) {
    sock.disconnect();
    return 0;
  }
  const address = decodeUnixAddress(bytes);
  if (isErrno(address)) return address;
  if (address.kind === "unnamed") return EINVAL;
  if (sock.passesCredentials || sock.passesPidfd) sock.autobind();
  const to = findSocket(task, sock, address);
  if (isErrno(to)) return to;
  return sock.connectTo(task, to);
}

/** The options of unix sockets: unix(7). */
import {
  ENODATA,
  EOPNOTSUPP,
  type Errno,
  SO_PASSCRED,
  SO_PASSPIDFD,
  SO_PASSSEC,
  SO_PEERCRED,
  SO_PEERGROUPS,
  SO_PEERPIDFD,
  SO_REUSEPORT,
} from "@kernelet/abi";
import { openPidfd } from "../fs/pidfd.ts";
import type { Task } from "../kernel/task.ts";
import { flagOption, kept, type OptionRows, type SocketOption } from "./socket-option.ts";
import { SOCKET_ROWS } from "./socket-options.ts";
import type { UnixSocket } from "./unix.ts";
import { encodeCredentials } from "./unix-control.ts";

function peerPidfd(sock: UnixSocket, task: Task): number | Errno {
  const { group } = sock.peerIdentity;
  if (group === undefined) return ENODATA;
  return openPidfd(task, group, 0);
}

function peerGroups(sock: UnixSocket): Uint8Array | Errno {
  const { group } = sock.peerIdentity;
  if (group === undefined) return ENODATA;
  return new Uint8Array(Uint32Array.from(group.leader.credentials.groups).buffer);
}

const ROWS: OptionRows<UnixSocket> = [
  [SO_PASSCRED, flagOption<UnixSocket, "passesCredentials">("passesCredentials")],
  [SO_PASSSEC, kept(SO_PASSSEC)],
  [SO_PASSPIDFD, flagOption<UnixSocket, "passesPidfd">("passesPidfd")],
  [SO_PEERCRED, { get: (sock, task) => encodeCredentials(task, sock.peerIdentity) }],
  [SO_PEERPIDFD, { get: peerPidfd }],
  [SO_PEERGROUPS, { get: peerGroups }],
  [SO_REUSEPORT, { get: () => 0, set: (_sock, value) => (value !== 0 ? EOPNOTSUPP : 0) }],
];

export const UNIX_OPTIONS: ReadonlyMap<number, SocketOption> = new Map([
  ...SOCKET_ROWS,
  ...(ROWS as OptionRows),
]);

/** /proc/net/unix: proc_pid_net(5), unix_seq_show(). */
import type { NetNamespace } from "../kernel/namespaces/net-namespace.ts";
import type { UnixSocket } from "./unix.ts";
import type { UnixTable } from "./unix-table.ts";

/** SS_UNCONNECTED, SS_CONNECTING, SS_CONNECTED. */
const UNCONNECTED = 1;
const CONNECTING = 2;
const CONNECTED = 3;
/** SO_ACCEPTCON. */
const ACCEPTS = 1 << 16;

function hex(value: number, width: number): string {
  return value.toString(16).toUpperCase().padStart(width, "0");
}

function line(socket: UnixSocket): string {
  const { address, type, inode } = socket;
  const state = socket.isUnaccepted
    ? CONNECTING
    : socket.state === "connected"
      ? CONNECTED
      : UNCONNECTED;
  const fields = [
    "0000000000000000:",
    hex(socket.refs + 1, 8),
    hex(0, 8),
    hex(socket.isListening ? ACCEPTS : 0, 8),
    hex(type, 4),
    hex(state, 2),
    String(inode.ino).padStart(5),
  ];
  if (address.kind === "pathname") fields.push(address.path);
  else if (address.kind === "abstract") fields.push(`@${address.name.replaceAll("\0", "@")}`);
  return `${fields.join(" ")}\n`;
}

/** Those of one network namespace. */
export function procNetUnix(table: UnixTable, namespace: NetNamespace): string {
  let text = "Num       RefCount Protocol Flags    Type St Inode Path\n";
  for (const socket of table.sockets) if (socket.namespace === namespace) text += line(socket);
  return text;
}

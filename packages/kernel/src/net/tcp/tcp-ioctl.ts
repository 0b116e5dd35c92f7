/** ioctl(2) of TCP sockets: tcp(7), tcp_ioctl(). */
import {
  EINVAL,
  FIONREAD,
  SIOCATMARK,
  SIOCOUTQ,
  SIOCOUTQNSD,
  TCP_LISTEN,
  TCP_SYN_SENT,
} from "@kernelet/abi";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import type { TcpSocket } from "./tcp-socket.ts";

/** tcp_inq(): up to the mark. */
function readable(sock: TcpSocket): number {
  if (sock.state === TCP_SYN_SENT) return 0;
  const { urgentState, urgentAt, readCount, receivedCount } = sock;
  const isBefore = urgentState === "none" || urgentAt < readCount || urgentAt >= receivedCount;
  return sock.isUrgentInline || isBefore ? receivedCount - readCount : urgentAt - readCount;
}

/** @returns null if it is not TCP's own. */
export function tcpIoctl(
  task: Task,
  sock: TcpSocket,
  cmd: number,
  arg: number,
): SyscallResult | null {
  switch (cmd) {
    case FIONREAD:
      return sock.state === TCP_LISTEN ? EINVAL : task.mm.writeInt32(arg, readable(sock));
    case SIOCATMARK: {
      const isAt = sock.urgentState !== "none" && sock.urgentAt === sock.readCount;
      return task.mm.writeInt32(arg, isAt ? 1 : 0);
    }
    case SIOCOUTQ:
    case SIOCOUTQNSD:
      return sock.state === TCP_LISTEN ? EINVAL : task.mm.writeInt32(arg, sock.unsent.length);
    default:
      return null;
  }
}

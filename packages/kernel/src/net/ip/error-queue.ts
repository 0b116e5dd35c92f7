/** Errors of the network that a socket asked to be told of: IP_RECVERR, MSG_ERRQUEUE; ip_recv_error(). */
import {
  AF_INET,
  EAGAIN,
  type Errno,
  IP_RECVERR,
  IPV6_RECVERR,
  MSG_ERRQUEUE,
  SO_EE_ORIGIN_ICMP,
  SO_EE_ORIGIN_ICMP6,
  SOCK_EXTENDED_ERR,
  SOCKADDR_IN6,
  SOL_IP,
  SOL_IPV6,
} from "@kernelet/abi";
import type { InetSocket } from "../inet-socket.ts";
import type { ControlSink, Incoming } from "../socket.ts";
import type { IpAddress } from "./ip-address.ts";
import { type Endpoint, encodeEndpoint } from "./sockaddr.ts";

/** One error: what was sent, to whom, and who says that it did not arrive. */
export interface QueuedError {
  readonly errno: Errno;
  /** ICMP's type and code. */
  readonly type: number;
  readonly code: number;
  readonly offender: IpAddress;
  readonly to: Endpoint;
  /** What was sent: as much of it as the message that tells of it brings back. */
  readonly payload: Uint8Array;
}

/** What MSG_ERRQUEUE gives: the message, and its error beside it. */
export interface IncomingError extends Incoming {
  readonly queued: QueuedError;
}

export function receiveError(sock: InetSocket, into: Uint8Array): IncomingError | Errno {
  const queued = sock.errors.shift();
  if (queued === undefined) return EAGAIN;
  // The next one in the queue is told by SO_ERROR, too.
  sock.error = sock.errors[0]?.errno ?? 0;
  const { payload, to } = queued;
  const length = Math.min(into.length, payload.length);
  into.set(payload.subarray(0, length));
  const name = encodeEndpoint(sock.family, to);
  return { length, fullLength: payload.length, name, flags: MSG_ERRQUEUE, queued };
}

export function isIncomingError(got: Incoming): got is IncomingError {
  return "queued" in got;
}

/** sock_extended_err and the address of the offender, as IP_RECVERR or IPV6_RECVERR tells them. */
export function writeQueuedError(sock: InetSocket, sink: ControlSink, error: QueuedError): void {
  const { offender } = error;
  const { isV4 } = offender;
  const name = encodeEndpoint(isV4 ? AF_INET : sock.family, {
    address: offender,
    port: 0,
    scope: 0,
  });
  const data = new Uint8Array(
    SOCK_EXTENDED_ERR.size + Math.max(name.length, isV4 ? 16 : SOCKADDR_IN6.size),
  );
  const view = new DataView(data.buffer);
  view.setUint32(SOCK_EXTENDED_ERR.ee_errno, -error.errno, true);
  data[SOCK_EXTENDED_ERR.ee_origin] = isV4 ? SO_EE_ORIGIN_ICMP : SO_EE_ORIGIN_ICMP6;
  data[SOCK_EXTENDED_ERR.ee_type] = error.type;
  data[SOCK_EXTENDED_ERR.ee_code] = error.code;
  data.set(name, SOCK_EXTENDED_ERR.size);
  if (isV4) sink.put(SOL_IP, IP_RECVERR, data);
  else sink.put(SOL_IPV6, IPV6_RECVERR, data);
}

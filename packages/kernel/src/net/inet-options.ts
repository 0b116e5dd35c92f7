/** SOL_SOCKET of the Internet families: what they have besides what all have. socket(7). */
import {
  ENOPROTOOPT,
  EOPNOTSUPP,
  SO_INCOMING_CPU,
  SO_PASSCRED,
  SO_PEERCRED,
  SO_RCVBUF,
  SO_REUSEPORT,
  SO_SNDBUF,
  UCRED,
} from "@kernelet/abi";
import type { InetSocket } from "./inet-socket.ts";
import { kept, type OptionRows, type SocketOption } from "./socket-option.ts";
import { SOCKET_ROWS } from "./socket-options.ts";

function nobody(): Uint8Array {
  const bytes = new Uint8Array(UCRED.size);
  bytes.fill(0xff, UCRED.uid);
  return bytes;
}

/** A size that the program sets stays. */
function fixedBuffer(option: number): SocketOption<InetSocket> {
  const common = SOCKET_ROWS.find(([nr]) => nr === option)?.[1];
  return {
    get: common?.get,
    set(sock, value, bytes, task) {
      sock.fixBuffer(option === SO_RCVBUF ? "receive" : "send");
      return common?.set?.(sock, value, bytes, task) ?? ENOPROTOOPT;
    },
  };
}

const ROWS: OptionRows<InetSocket> = [
  [SO_REUSEPORT, kept(SO_REUSEPORT)],
  [SO_PASSCRED, { get: () => EOPNOTSUPP, set: () => EOPNOTSUPP }],
  [SO_PEERCRED, { get: nobody }],
  [SO_RCVBUF, fixedBuffer(SO_RCVBUF)],
  [SO_SNDBUF, fixedBuffer(SO_SNDBUF)],
  [SO_INCOMING_CPU, { get: () => 0, set: () => 0 }],
];

export const INET_SOCKET_OPTIONS: ReadonlyMap<number, SocketOption> = new Map([
  ...SOCKET_ROWS,
  ...(ROWS as OptionRows),
]);

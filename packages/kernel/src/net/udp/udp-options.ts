/** The options of UDP: udp(7), udp_lib_setsockopt(). */
import { UDP_CORK } from "@kernelet/abi";
import type { OptionRows, SocketOption } from "../socket-option.ts";
import { uncork } from "./udp-send.ts";
import type { UdpSocket } from "./udp-socket.ts";

const ROWS: OptionRows<UdpSocket> = [
  [
    UDP_CORK,
    {
      get: (sock) => (sock.isCorking ? 1 : 0),
      set(sock, value, _bytes, task) {
        sock.isCorking = value !== 0;
        if (!sock.isCorking) uncork(task, sock);
        return 0;
      },
    },
  ],
];

export const UDP_OPTIONS_TABLE: ReadonlyMap<number, SocketOption> = new Map(ROWS as OptionRows);

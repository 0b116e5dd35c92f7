/** The options of UDP: udp(7), udp_lib_setsockopt(). */
import {
  UDP_CORK,
  UDP_NO_CHECK6_RX,
  UDP_NO_CHECK6_TX,
  UDPLITE_RECV_CSCOV,
  UDPLITE_SEND_CSCOV,
} from "@kernelet/abi";
import { mapFlag, type OptionRows, type SocketOption } from "../socket-option.ts";
import { uncork } from "./udp-send.ts";
import type { UdpSocket } from "./udp-socket.ts";

/** Whether a checksum may be missing, over IPv6: kept, as there are none here. */
const NO_CHECKS = [UDP_NO_CHECK6_TX, UDP_NO_CHECK6_RX].map(
  (option) => [option, mapFlag<UdpSocket>(({ options }) => options, -option)] as const,
);

const ROWS: OptionRows<UdpSocket> = [
  ...NO_CHECKS,
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

/** How much a checksum covers: all, or at least the header. Nothing is sent with one here. */
function coverage(option: number): SocketOption<UdpSocket> {
  return {
    get: ({ options }) => options.get(-option) ?? 0,
    set({ options }, value) {
      const least = value !== 0 && value < 8 ? 8 : value;
      options.set(-option, Math.min(least, 65_535));
      return 0;
    },
  };
}

const LITE_ROWS: OptionRows<UdpSocket> = [
  ...ROWS,
  [UDPLITE_SEND_CSCOV, coverage(UDPLITE_SEND_CSCOV)],
  [UDPLITE_RECV_CSCOV, coverage(UDPLITE_RECV_CSCOV)],
];

export const UDPLITE_OPTIONS_TABLE: ReadonlyMap<number, SocketOption> = new Map(
  LITE_ROWS as OptionRows,
);
export const UDP_OPTIONS_TABLE: ReadonlyMap<number, SocketOption> = new Map(ROWS as OptionRows);

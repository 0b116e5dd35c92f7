/** The options of netlink sockets: netlink(7). They say what answers carry besides; ours carry nothing more. */
import { EINVAL, type Errno } from "@kernelet/abi";
import { mapFlag, type OptionRows, type SocketOption } from "../socket-option.ts";
import { SOCKET_ROWS } from "../socket-options.ts";
import type { NetlinkSocket } from "./netlink-socket.ts";

const ADD_MEMBERSHIP = 1;
const DROP_MEMBERSHIP = 2;
const PKTINFO = 3;
const BROADCAST_ERROR = 4;
const NO_ENOBUFS = 5;
const CAP_ACK = 10;
const EXT_ACK = 11;
const GET_STRICT_CHK = 12;

/** Groups hear of changes; a number beyond 32 has no bit, and is heard of as little. */
function membership(isMember: boolean) {
  return (sock: NetlinkSocket, group: number): 0 | Errno => {
    if (group < 1 || group > 32) return EINVAL;
    const bit = 1 << (group - 1);
    sock.groups = (isMember ? sock.groups | bit : sock.groups & ~bit) >>> 0;
    return 0;
  };
}

function kept(option: number): readonly [number, SocketOption<NetlinkSocket>] {
  return [option, mapFlag<NetlinkSocket>(({ settings }) => settings, option)];
}

const ROWS: OptionRows<NetlinkSocket> = [
  [ADD_MEMBERSHIP, { set: membership(true) }],
  [DROP_MEMBERSHIP, { set: membership(false) }],
  kept(PKTINFO),
  kept(BROADCAST_ERROR),
  kept(NO_ENOBUFS),
  kept(CAP_ACK),
  kept(EXT_ACK),
  kept(GET_STRICT_CHK),
];

export const NETLINK_OPTIONS: ReadonlyMap<number, SocketOption> = new Map(ROWS as OptionRows);
export const NETLINK_SOCKET_OPTIONS: ReadonlyMap<number, SocketOption> = new Map(SOCKET_ROWS);

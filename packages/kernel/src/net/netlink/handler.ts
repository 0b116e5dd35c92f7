/** What answers a request of a netlink protocol, by the request's type. */
import type { Errno } from "@kernelet/abi";
import type { NetStack } from "../ip/net-stack.ts";
import type { NetlinkMessage } from "./message.ts";

export interface Answer {
  readonly type: number;
  readonly body: Uint8Array;
}

export interface NetlinkHandler {
  /** Needs CAP_NET_ADMIN. */
  readonly isChange: boolean;
  /** NLM_F_DUMP. */
  readonly dump?: (stack: NetStack, body: Uint8Array) => readonly Answer[] | Errno;
  readonly handle: (stack: NetStack, message: NetlinkMessage) => readonly Answer[] | Errno;
}

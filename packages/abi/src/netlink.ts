/** netlink(7), rtnetlink(7): what routing sockets speak of. */

// Flags of a message.
export const NLM_F_REQUEST = 0x1;
export const NLM_F_MULTI = 0x2;
export const NLM_F_ACK = 0x4;
export const NLM_F_ROOT = 0x100;
export const NLM_F_MATCH = 0x200;
export const NLM_F_DUMP = 0x300;
export const NLM_F_REPLACE = 0x100;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;

// Types of messages.
export const NLMSG_NOOP = 1;
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
export const NLMSG_MIN_TYPE = 16;
export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_GETLINK = 18;
export const RTM_SETLINK = 19;
export const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
export const RTM_GETADDR = 22;
export const RTM_NEWROUTE = 24;
export const RTM_DELROUTE = 25;
export const RTM_GETROUTE = 26;

// Attributes of a link.
export const IFLA_ADDRESS = 1;
export const IFLA_BROADCAST = 2;
export const IFLA_IFNAME = 3;
export const IFLA_MTU = 4;
export const IFLA_QDISC = 6;
export const IFLA_STATS = 7;
export const IFLA_TXQLEN = 13;
export const IFLA_OPERSTATE = 16;
export const IFLA_LINKMODE = 17;
export const IFLA_STATS64 = 23;
export const IFLA_GROUP = 27;
export const IFLA_PROMISCUITY = 30;
export const IFLA_NUM_TX_QUEUES = 31;
export const IFLA_NUM_RX_QUEUES = 32;
export const IFLA_CARRIER = 33;

// Attributes of an address.
export const IFA_ADDRESS = 1;
export const IFA_LOCAL = 2;
export const IFA_LABEL = 3;
export const IFA_BROADCAST = 4;
export const IFA_CACHEINFO = 6;
export const IFA_FLAGS = 8;
export const IFA_F_PERMANENT = 0x80;

// Attributes of a route, and what kinds there are.
export const RTA_DST = 1;
export const RTA_OIF = 4;
export const RTA_GATEWAY = 5;
export const RTA_PREFSRC = 7;
export const RTA_TABLE = 15;
export const RT_TABLE_MAIN = 254;
export const RT_TABLE_LOCAL = 255;
export const RTPROT_KERNEL = 2;
export const RTPROT_BOOT = 3;
export const RTN_UNICAST = 1;
export const RTN_LOCAL = 2;
export const RT_SCOPE_HOST = 254;
export const RT_SCOPE_LINK = 253;
export const RT_SCOPE_UNIVERSE = 0;

/** RTM_NEWLINK. */
export const IFINFOMSG = {
  size: 16,
  ifi_family: 0,
  ifi_type: 2,
  ifi_index: 4,
  ifi_flags: 8,
  ifi_change: 12,
} as const;

/** RTM_NEWADDR. */
export const IFADDRMSG = {
  size: 8,
  ifa_family: 0,
  ifa_prefixlen: 1,
  ifa_flags: 2,
  ifa_scope: 3,
  ifa_index: 4,
} as const;

/** RTM_NEWROUTE. */
export const RTMSG = {
  size: 12,
  rtm_family: 0,
  rtm_dst_len: 1,
  rtm_src_len: 2,
  rtm_tos: 3,
  rtm_table: 4,
  rtm_protocol: 5,
  rtm_scope: 6,
  rtm_type: 7,
  rtm_flags: 8,
} as const;

/** The one request of NETLINK_SOCK_DIAG: sock_diag(7). */
export const SOCK_DIAG_BY_FAMILY = 20;

/** What is asked for: sockets of a family and protocol, in some states. */
export const INET_DIAG_REQ_V2 = {
  size: 56,
  sdiag_family: 0,
  sdiag_protocol: 1,
  idiag_ext: 2,
  idiag_states: 4,
  id: 8,
} as const;

/** One socket. */
export const INET_DIAG_MSG = {
  size: 72,
  idiag_family: 0,
  idiag_state: 1,
  idiag_timer: 2,
  idiag_retrans: 3,
  id: 4,
  idiag_expires: 52,
  idiag_rqueue: 56,
  idiag_wqueue: 60,
  idiag_uid: 64,
  idiag_inode: 68,
} as const;

/** Its addresses, big-endian, and its interface and cookie. */
export const INET_DIAG_SOCKID = {
  size: 48,
  idiag_sport: 0,
  idiag_dport: 2,
  idiag_src: 4,
  idiag_dst: 20,
  idiag_if: 36,
  idiag_cookie: 40,
} as const;

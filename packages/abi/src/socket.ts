/**
 * Sockets: socket(2), setsockopt(2), socket(7), unix(7), netdevice(7).
 */

// Address families.
export const AF_UNSPEC = 0;
export const AF_UNIX = 1;
export const AF_LOCAL = 1;
export const AF_INET = 2;
export const AF_AX25 = 3;
export const AF_IPX = 4;
export const AF_APPLETALK = 5;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;
export const AF_PACKET = 17;
export const AF_ALG = 38;
export const AF_VSOCK = 40;
export const AF_XDP = 44;

// Types.
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_RDM = 4;
export const SOCK_SEQPACKET = 5;
export const SOCK_PACKET = 10;

// Flags ored into the type, also of accept4(2).
export const SOCK_CLOEXEC = 0o2000000;
export const SOCK_NONBLOCK = 0o4000;

// The mask of the type without its flags.
export const SOCK_TYPE_MASK = 0xf;

// Protocols.
export const IPPROTO_IP = 0;
export const IPPROTO_ICMP = 1;
export const IPPROTO_IGMP = 2;
export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;
export const IPPROTO_IPV6 = 41;
export const IPPROTO_ICMPV6 = 58;
export const IPPROTO_RAW = 255;
export const IPPROTO_UDPLITE = 136;

// Levels of setsockopt(2).
export const SOL_SOCKET = 1;
export const SOL_IP = 0;
export const SOL_TCP = 6;
export const SOL_UDP = 17;
export const SOL_IPV6 = 41;
export const SOL_RAW = 255;
export const SOL_PACKET = 263;
export const SOL_NETLINK = 270;

// Options at SOL_SOCKET.
export const SO_DEBUG = 1;
export const SO_REUSEADDR = 2;
export const SO_TYPE = 3;
export const SO_ERROR = 4;
export const SO_DONTROUTE = 5;
export const SO_BROADCAST = 6;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_KEEPALIVE = 9;
export const SO_OOBINLINE = 10;
export const SO_NO_CHECK = 11;
export const SO_PRIORITY = 12;
export const SO_LINGER = 13;
export const SO_BSDCOMPAT = 14;
export const SO_REUSEPORT = 15;
export const SO_PASSCRED = 16;
export const SO_PEERCRED = 17;
export const SO_RCVLOWAT = 18;
export const SO_SNDLOWAT = 19;
export const SO_RCVTIMEO = 20;
export const SO_SNDTIMEO = 21;
export const SO_BINDTODEVICE = 25;
export const SO_ATTACH_FILTER = 26;
export const SO_DETACH_FILTER = 27;
export const SO_PEERNAME = 28;
export const SO_TIMESTAMP = 29;
export const SO_ACCEPTCONN = 30;
export const SO_PEERSEC = 31;
export const SO_SNDBUFFORCE = 32;
export const SO_RCVBUFFORCE = 33;
export const SO_PASSSEC = 34;
export const SO_TIMESTAMPNS = 35;
export const SO_MARK = 36;
export const SO_TIMESTAMPING = 37;
export const SO_PROTOCOL = 38;
export const SO_DOMAIN = 39;
export const SO_RXQ_OVFL = 40;
export const SO_PEEK_OFF = 42;
export const SO_LOCK_FILTER = 44;
export const SO_BUSY_POLL = 46;
export const SO_INCOMING_CPU = 49;
export const SO_ATTACH_BPF = 50;
export const SO_MEMINFO = 55;
export const SO_INCOMING_NAPI_ID = 56;
export const SO_COOKIE = 57;
export const SO_PEERGROUPS = 59;
export const SO_ZEROCOPY = 60;
export const SO_TXTIME = 61;
export const SO_BINDTOIFINDEX = 62;
export const SO_PASSPIDFD = 76;
export const SO_PEERPIDFD = 77;
export const SO_WIFI_STATUS = 41;
export const SO_NOFCS = 43;
export const SO_SELECT_ERR_QUEUE = 45;
export const SO_MAX_PACING_RATE = 47;
export const SO_BPF_EXTENSIONS = 48;
export const SO_TIMESTAMP_NEW = 63;
export const SO_TIMESTAMPNS_NEW = 64;
export const SO_RCVTIMEO_NEW = 66;
export const SO_SNDTIMEO_NEW = 67;
export const SO_PREFER_BUSY_POLL = 69;
export const SO_BUSY_POLL_BUDGET = 70;
export const SO_NETNS_COOKIE = 71;
export const SO_BUF_LOCK = 72;
export const SO_RESERVE_MEM = 73;
export const SO_TXREHASH = 74;
export const SO_RCVMARK = 75;
export const SO_DETACH_REUSEPORT_BPF = 68;
export const SO_CNX_ADVICE = 53;

// Flags of sendmsg(2) and recvmsg(2).
export const MSG_OOB = 0x1;
export const MSG_PEEK = 0x2;
export const MSG_DONTROUTE = 0x4;
export const MSG_CTRUNC = 0x8;
export const MSG_PROXY = 0x10;
export const MSG_TRUNC = 0x20;
export const MSG_DONTWAIT = 0x40;
export const MSG_EOR = 0x80;
export const MSG_WAITALL = 0x100;
export const MSG_FIN = 0x200;
export const MSG_SYN = 0x400;
export const MSG_CONFIRM = 0x800;
export const MSG_RST = 0x1000;
export const MSG_ERRQUEUE = 0x2000;
export const MSG_NOSIGNAL = 0x4000;
export const MSG_MORE = 0x8000;
export const MSG_WAITFORONE = 0x10000;
export const MSG_BATCH = 0x40000;
export const MSG_ZEROCOPY = 0x4000000;
export const MSG_FASTOPEN = 0x20000000;
/** Of the 32-bit system calls' own use. */
export const MSG_CMSG_COMPAT: number = 0x8000_0000 | 0;
export const MSG_CMSG_CLOEXEC = 0x40000000;

// Control messages at SOL_SOCKET.
export const SCM_RIGHTS = 1;
export const SCM_CREDENTIALS = 2;
export const SCM_PIDFD = 4;
export const SCM_TIMESTAMP = 29;
export const SCM_TIMESTAMPNS = 35;

// The most descriptors of one SCM_RIGHTS (the kernel's SCM_MAX_FD), and the longest backlog by
// default.
export const SCM_MAX_FD = 253;
export const SOMAXCONN = 4096;

// How shutdown(2) shuts.
export const SHUT_RD = 0;
export const SHUT_WR = 1;
export const SHUT_RDWR = 2;

// Netlink protocols.
export const NETLINK_ROUTE = 0;
export const NETLINK_SOCK_DIAG = 4;
export const NETLINK_AUDIT = 9;
export const NETLINK_KOBJECT_UEVENT = 15;
export const NETLINK_GENERIC = 16;

// Flags of a network interface.
export const IFF_UP = 0x1;
export const IFF_BROADCAST = 0x2;
export const IFF_LOOPBACK = 0x8;
export const IFF_POINTOPOINT = 0x10;
export const IFF_RUNNING = 0x40;
export const IFF_NOARP = 0x80;
export const IFF_PROMISC = 0x100;
export const IFF_MULTICAST = 0x1000;

/** The family alone says which of the following an address is. */
export const SOCKADDR = {
  size: 16,
  sa_family: 0,
  sa_data: 2,
} as const;

/** Room for any address. */
export const SOCKADDR_STORAGE = {
  size: 128,
  ss_family: 0,
} as const;

/** unix(7). A path that starts with a NUL is abstract. */
export const SOCKADDR_UN = {
  size: 110,
  sun_family: 0,
  sun_path: 2,
} as const;

/** ip(7). Port and address are big-endian. */
export const SOCKADDR_IN = {
  size: 16,
  sin_family: 0,
  sin_port: 2,
  sin_addr: 4,
} as const;

/** ipv6(7). */
export const SOCKADDR_IN6 = {
  size: 28,
  sin6_family: 0,
  sin6_port: 2,
  sin6_flowinfo: 4,
  sin6_addr: 8,
  sin6_scope_id: 24,
} as const;

/** netlink(7). */
export const SOCKADDR_NL = {
  size: 12,
  nl_family: 0,
  nl_pid: 4,
  nl_groups: 8,
} as const;

/** packet(7). */
export const SOCKADDR_LL = {
  size: 20,
  sll_family: 0,
  sll_protocol: 2,
  sll_ifindex: 4,
  sll_hatype: 8,
  sll_pkttype: 10,
  sll_halen: 11,
  sll_addr: 12,
} as const;

/** recvmsg(2). Lengths are 64-bit. */
export const MSGHDR = {
  size: 56,
  msg_name: 0,
  msg_namelen: 8,
  msg_iov: 16,
  msg_iovlen: 24,
  msg_control: 32,
  msg_controllen: 40,
  msg_flags: 48,
} as const;

/** recvmmsg(2). */
export const MMSGHDR = {
  size: 64,
  msg_hdr: 0,
  msg_len: 56,
} as const;

/** cmsg(3). Data follow at 16, padded to 8. */
export const CMSGHDR = {
  size: 16,
  cmsg_len: 0,
  cmsg_level: 8,
  cmsg_type: 12,
} as const;

/** SO_PEERCRED and SCM_CREDENTIALS. */
export const UCRED = {
  size: 12,
  pid: 0,
  uid: 4,
  gid: 8,
} as const;

/** SO_LINGER. */
export const LINGER = {
  size: 8,
  l_onoff: 0,
  l_linger: 4,
} as const;

/** netdevice(7): a name and a union. */
export const IFREQ = {
  size: 40,
  ifr_name: 0,
  ifr_addr: 16,
  ifr_flags: 16,
  ifr_ifindex: 16,
  ifr_mtu: 16,
  ifr_hwaddr: 16,
} as const;

/** A netlink message. */
export const NLMSGHDR = {
  size: 16,
  nlmsg_len: 0,
  nlmsg_type: 4,
  nlmsg_flags: 6,
  nlmsg_seq: 8,
  nlmsg_pid: 12,
} as const;

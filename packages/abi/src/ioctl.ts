/**
 * Requests of ioctl(2): terminals (ioctl_tty(2)), descriptors, and how a request number is made
 * (ioctl.h).
 */

// Terminal attributes and control.
export const TCGETS = 0x5401;
export const TCSETS = 0x5402;
export const TCSETSW = 0x5403;
export const TCSETSF = 0x5404;
export const TCGETA = 0x5405;
export const TCSETA = 0x5406;
export const TCSETAW = 0x5407;
export const TCSETAF = 0x5408;
export const TCSBRK = 0x5409;
export const TCXONC = 0x540a;
export const TCFLSH = 0x540b;
export const TCGETS2 = 0x802c542a;
export const TIOCGLCKTRMIOS = 0x5456;
export const TIOCSLCKTRMIOS = 0x5457;
export const TCSETS2 = 0x402c542b;
export const TCSETSW2 = 0x402c542c;
export const TCSETSF2 = 0x402c542d;
export const TCSBRKP = 0x5425;
export const TIOCEXCL = 0x540c;
export const TIOCNXCL = 0x540d;
export const TIOCSCTTY = 0x540e;
export const TIOCGPGRP = 0x540f;
export const TIOCSPGRP = 0x5410;
export const TIOCOUTQ = 0x5411;
export const TIOCSTI = 0x5412;
export const TIOCGWINSZ = 0x5413;
export const TIOCSWINSZ = 0x5414;
export const TIOCMGET = 0x5415;
export const TIOCMBIS = 0x5416;
export const TIOCMBIC = 0x5417;
export const TIOCMSET = 0x5418;
export const TIOCGSOFTCAR = 0x5419;
export const TIOCSSOFTCAR = 0x541a;
export const TIOCINQ = 0x541b;
export const TIOCLINUX = 0x541c;
export const TIOCCONS = 0x541d;
export const TIOCGSERIAL = 0x541e;
export const TIOCSSERIAL = 0x541f;
export const TIOCPKT = 0x5420;
export const TIOCNOTTY = 0x5422;
export const TIOCSETD = 0x5423;
export const TIOCGETD = 0x5424;
export const TIOCSBRK = 0x5427;
export const TIOCCBRK = 0x5428;
export const TIOCGSID = 0x5429;
export const TIOCGPTN = 0x80045430;
export const TIOCSPTLCK = 0x40045431;
export const TIOCGDEV = 0x80045432;
export const TIOCSIG = 0x40045436;
export const TIOCVHANGUP = 0x5437;
export const TIOCGPKT = 0x80045438;
export const TIOCGPTLCK = 0x80045439;
export const TIOCGEXCL = 0x80045440;
export const TIOCGPTPEER = 0x5441;

// Requests that any descriptor may take.
export const FIONREAD = 0x541b;
export const FIONBIO = 0x5421;
export const FIOASYNC = 0x5452;
export const FIONCLEX = 0x5450;
export const FIOCLEX = 0x5451;
export const FIOQSIZE = 0x5460;

// Files and filesystems.
export const FIBMAP = 0x1;
export const FIGETBSZ = 0x2;
export const FIFREEZE = 0xc0045877;
export const FITHAW = 0xc0045878;
export const FITRIM = 0xc0185879;
export const FICLONE = 0x40049409;
export const FICLONERANGE = 0x4020940d;
export const FIDEDUPERANGE = 0xc0189436;
export const FS_IOC_GETFLAGS = 0x80086601;
export const FS_IOC_SETFLAGS = 0x40086602;
export const FS_IOC_GETVERSION = 0x80087601;
export const FS_IOC_FIEMAP = 0xc020660b;
export const FS_IOC_FSGETXATTR = 0x801c581f;
export const FS_IOC_FSSETXATTR = 0x401c5820;
export const BLKGETSIZE64 = 0x80081272;
export const BLKGETSIZE = 0x1260;
export const BLKSSZGET = 0x1268;

// Inode flags of FS_IOC_GETFLAGS.
export const FS_IMMUTABLE_FL = 0x10;
export const FS_APPEND_FL = 0x20;
export const FS_NODUMP_FL = 0x40;
export const FS_NOATIME_FL = 0x80;

// Sockets and network interfaces.
export const SIOCGIFNAME = 0x8910;
export const SIOCGIFCONF = 0x8912;
export const SIOCGIFFLAGS = 0x8913;
export const SIOCGIFADDR = 0x8915;
export const SIOCGIFDSTADDR = 0x8917;
export const SIOCGIFBRDADDR = 0x8919;
export const SIOCGIFNETMASK = 0x891b;
export const SIOCGIFMETRIC = 0x891d;
export const SIOCGIFMTU = 0x8921;
export const SIOCGIFHWADDR = 0x8927;
export const SIOCGIFINDEX = 0x8933;
export const SIOCGIFTXQLEN = 0x8942;
export const SIOCSIFFLAGS = 0x8914;
export const SIOCSIFADDR = 0x8916;
export const SIOCATMARK = 0x8905;
export const SIOCINQ = 0x541b;
export const SIOCOUTQ = 0x5411;
export const SIOCOUTQNSD = 0x894b;
export const SIOCGSTAMP = 0x8906;
export const SIOCGSTAMPNS = 0x8907;
export const FIOSETOWN = 0x8901;
export const SIOCSPGRP = 0x8902;
export const FIOGETOWN = 0x8903;
export const SIOCGPGRP = 0x8904;
export const SIOCSIFMTU = 0x8922;
export const SIOCSIFNETMASK = 0x891c;
export const SIOCSIFTXQLEN = 0x8943;
export const SIOCGIFMAP = 0x8970;
export const SIOCETHTOOL = 0x8946;

// Consoles; programs ask to find out whether they have one.
export const KDGKBTYPE = 0x4b33;
export const KDGETMODE = 0x4b3b;
export const KDSETMODE = 0x4b3a;
export const KDGKBMODE = 0x4b44;
export const VT_OPENQRY = 0x5600;
export const VT_GETMODE = 0x5601;
export const VT_GETSTATE = 0x5603;

// Random number device.
export const RNDGETENTCNT = 0x80045200;
export const RNDADDTOENTCNT = 0x40045201;

// Namespace files.
export const NS_GET_USERNS = 0xb701;
export const NS_GET_PARENT = 0xb702;
export const NS_GET_NSTYPE = 0xb703;
export const NS_GET_OWNER_UID = 0xb704;

// The packet mode of a pseudo-terminal: the control byte a master reads.
export const TIOCPKT_DATA = 0x0;
export const TIOCPKT_FLUSHREAD = 0x1;
export const TIOCPKT_FLUSHWRITE = 0x2;
export const TIOCPKT_STOP = 0x4;
export const TIOCPKT_START = 0x8;
export const TIOCPKT_NOSTOP = 0x10;
export const TIOCPKT_DOSTOP = 0x20;
export const TIOCPKT_IOCTL = 0x40;

// Parts of a request number.
export const _IOC_NRSHIFT = 0;
export const _IOC_TYPESHIFT = 8;
export const _IOC_SIZESHIFT = 16;
export const _IOC_DIRSHIFT = 30;
export const _IOC_NONE = 0;
export const _IOC_WRITE = 1;
export const _IOC_READ = 2;

// The line disciplines a terminal may be asked for.
export const N_TTY = 0;

/**
 * The parts of a request number made by _IOC: `type` is a character's code, `size` the argument's
 * bytes.
 */
export interface IoctlParts {
  readonly dir: number;
  readonly type: number;
  readonly nr: number;
  readonly size: number;
}

/**
 * Takes a request number apart. The older numbers (0x54.., 0x89..) have neither size nor
 * direction.
 */
export function ioctlParts(request: number): IoctlParts {
  return {
    dir: (request >>> _IOC_DIRSHIFT) & 3,
    type: (request >>> _IOC_TYPESHIFT) & 0xff,
    nr: (request >>> _IOC_NRSHIFT) & 0xff,
    size: (request >>> _IOC_SIZESHIFT) & 0x3fff,
  };
}

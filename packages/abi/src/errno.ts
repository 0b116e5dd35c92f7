/**
 * Error numbers as the kernel returns them: negative, so that one number carries either a result or
 * an error (Linux's IS_ERR). errno(3); include/uapi/asm-generic/errno-base.h and errno.h.
 */

declare const brand: unique symbol;

/** A negated error number, -4095 to -1. */
export type Errno = number & { readonly [brand]: "Errno" };

/** The greatest error number there can be: Linux's MAX_ERRNO. */
export const MAX_ERRNO = 4095;

/** Whether the result of a system call is an error. */
export function isErrno(x: unknown): x is Errno {
  return typeof x === "number" && x < 0 && x >= -MAX_ERRNO;
}

export const EPERM = -1 as Errno;
export const ENOENT = -2 as Errno;
export const ESRCH = -3 as Errno;
export const EINTR = -4 as Errno;
export const EIO = -5 as Errno;
export const ENXIO = -6 as Errno;
export const E2BIG = -7 as Errno;
export const ENOEXEC = -8 as Errno;
export const EBADF = -9 as Errno;
export const ECHILD = -10 as Errno;
export const EAGAIN = -11 as Errno;
export const ENOMEM = -12 as Errno;
export const EACCES = -13 as Errno;
export const EFAULT = -14 as Errno;
export const ENOTBLK = -15 as Errno;
export const EBUSY = -16 as Errno;
export const EEXIST = -17 as Errno;
export const EXDEV = -18 as Errno;
export const ENODEV = -19 as Errno;
export const ENOTDIR = -20 as Errno;
export const EISDIR = -21 as Errno;
export const EINVAL = -22 as Errno;
export const ENFILE = -23 as Errno;
export const EMFILE = -24 as Errno;
export const ENOTTY = -25 as Errno;
export const ETXTBSY = -26 as Errno;
export const EFBIG = -27 as Errno;
export const ENOSPC = -28 as Errno;
export const ESPIPE = -29 as Errno;
export const EROFS = -30 as Errno;
export const EMLINK = -31 as Errno;
export const EPIPE = -32 as Errno;
export const EDOM = -33 as Errno;
export const ERANGE = -34 as Errno;
export const EDEADLK = -35 as Errno;
export const ENAMETOOLONG = -36 as Errno;
export const ENOLCK = -37 as Errno;
export const ENOSYS = -38 as Errno;
export const ENOTEMPTY = -39 as Errno;
export const ELOOP = -40 as Errno;
export const ENOMSG = -42 as Errno;
export const EIDRM = -43 as Errno;
export const ECHRNG = -44 as Errno;
export const EL2NSYNC = -45 as Errno;
export const EL3HLT = -46 as Errno;
export const EL3RST = -47 as Errno;
export const ELNRNG = -48 as Errno;
export const EUNATCH = -49 as Errno;
export const ENOCSI = -50 as Errno;
export const EL2HLT = -51 as Errno;
export const EBADE = -52 as Errno;
export const EBADR = -53 as Errno;
export const EXFULL = -54 as Errno;
export const ENOANO = -55 as Errno;
export const EBADRQC = -56 as Errno;
export const EBADSLT = -57 as Errno;
export const EBFONT = -59 as Errno;
export const ENOSTR = -60 as Errno;
export const ENODATA = -61 as Errno;
export const ETIME = -62 as Errno;
export const ENOSR = -63 as Errno;
export const ENONET = -64 as Errno;
export const ENOPKG = -65 as Errno;
export const EREMOTE = -66 as Errno;
export const ENOLINK = -67 as Errno;
export const EADV = -68 as Errno;
export const ESRMNT = -69 as Errno;
export const ECOMM = -70 as Errno;
export const EPROTO = -71 as Errno;
export const EMULTIHOP = -72 as Errno;
export const EDOTDOT = -73 as Errno;
export const EBADMSG = -74 as Errno;
export const EOVERFLOW = -75 as Errno;
export const ENOTUNIQ = -76 as Errno;
export const EBADFD = -77 as Errno;
export const EREMCHG = -78 as Errno;
export const ELIBACC = -79 as Errno;
export const ELIBBAD = -80 as Errno;
export const ELIBSCN = -81 as Errno;
export const ELIBMAX = -82 as Errno;
export const ELIBEXEC = -83 as Errno;
export const EILSEQ = -84 as Errno;
export const ERESTART = -85 as Errno;
export const ESTRPIPE = -86 as Errno;
export const EUSERS = -87 as Errno;
export const ENOTSOCK = -88 as Errno;
export const EDESTADDRREQ = -89 as Errno;
export const EMSGSIZE = -90 as Errno;
export const EPROTOTYPE = -91 as Errno;
export const ENOPROTOOPT = -92 as Errno;
export const EPROTONOSUPPORT = -93 as Errno;
export const ESOCKTNOSUPPORT = -94 as Errno;
export const EOPNOTSUPP = -95 as Errno;
export const EPFNOSUPPORT = -96 as Errno;
export const EAFNOSUPPORT = -97 as Errno;
export const EADDRINUSE = -98 as Errno;
export const EADDRNOTAVAIL = -99 as Errno;
export const ENETDOWN = -100 as Errno;
export const ENETUNREACH = -101 as Errno;
export const ENETRESET = -102 as Errno;
export const ECONNABORTED = -103 as Errno;
export const ECONNRESET = -104 as Errno;
export const ENOBUFS = -105 as Errno;
export const EISCONN = -106 as Errno;
export const ENOTCONN = -107 as Errno;
export const ESHUTDOWN = -108 as Errno;
export const ETOOMANYREFS = -109 as Errno;
export const ETIMEDOUT = -110 as Errno;
export const ECONNREFUSED = -111 as Errno;
export const EHOSTDOWN = -112 as Errno;
export const EHOSTUNREACH = -113 as Errno;
export const EALREADY = -114 as Errno;
export const EINPROGRESS = -115 as Errno;
export const ESTALE = -116 as Errno;
export const EUCLEAN = -117 as Errno;
export const ENOTNAM = -118 as Errno;
export const ENAVAIL = -119 as Errno;
export const EISNAM = -120 as Errno;
export const EREMOTEIO = -121 as Errno;
export const EDQUOT = -122 as Errno;
export const ENOMEDIUM = -123 as Errno;
export const EMEDIUMTYPE = -124 as Errno;
export const ECANCELED = -125 as Errno;
export const ENOKEY = -126 as Errno;
export const EKEYEXPIRED = -127 as Errno;
export const EKEYREVOKED = -128 as Errno;
export const EKEYREJECTED = -129 as Errno;
export const EOWNERDEAD = -130 as Errno;
export const ENOTRECOVERABLE = -131 as Errno;
export const ERFKILL = -132 as Errno;
export const EHWPOISON = -133 as Errno;

// Second names of the same numbers.
export const EDEADLOCK: Errno = EDEADLK;
export const ENOTSUP: Errno = EOPNOTSUPP;
export const EWOULDBLOCK: Errno = EAGAIN;

// The kernel's own: an interrupted call says how it is to be restarted (include/linux/errno.h).
// Signal
// delivery replaces them by EINTR or by the call's repetition, so the application never sees one.
export const ERESTARTSYS = -512 as Errno;
export const ERESTARTNOINTR = -513 as Errno;
export const ERESTARTNOHAND = -514 as Errno;
export const ENOIOCTLCMD = -515 as Errno;
export const ERESTART_RESTARTBLOCK = -516 as Errno;

// biome-ignore format: one error per line.
const ERRORS: readonly (readonly [name: string, errno: Errno, message: string])[] = [
  ["EPERM", EPERM, "Operation not permitted"],
  ["ENOENT", ENOENT, "No such file or directory"],
  ["ESRCH", ESRCH, "No such process"],
  ["EINTR", EINTR, "Interrupted system call"],
  ["EIO", EIO, "Input/output error"],
  ["ENXIO", ENXIO, "No such device or address"],
  ["E2BIG", E2BIG, "Argument list too long"],
  ["ENOEXEC", ENOEXEC, "Exec format error"],
  ["EBADF", EBADF, "Bad file descriptor"],
  ["ECHILD", ECHILD, "No child processes"],
  ["EAGAIN", EAGAIN, "Resource temporarily unavailable"],
  ["ENOMEM", ENOMEM, "Cannot allocate memory"],
  ["EACCES", EACCES, "Permission denied"],
  ["EFAULT", EFAULT, "Bad address"],
  ["ENOTBLK", ENOTBLK, "Block device required"],
  ["EBUSY", EBUSY, "Device or resource busy"],
  ["EEXIST", EEXIST, "File exists"],
  ["EXDEV", EXDEV, "Invalid cross-device link"],
  ["ENODEV", ENODEV, "No such device"],
  ["ENOTDIR", ENOTDIR, "Not a directory"],
  ["EISDIR", EISDIR, "Is a directory"],
  ["EINVAL", EINVAL, "Invalid argument"],
  ["ENFILE", ENFILE, "Too many open files in system"],
  ["EMFILE", EMFILE, "Too many open files"],
  ["ENOTTY", ENOTTY, "Inappropriate ioctl for device"],
  ["ETXTBSY", ETXTBSY, "Text file busy"],
  ["EFBIG", EFBIG, "File too large"],
  ["ENOSPC", ENOSPC, "No space left on device"],
  ["ESPIPE", ESPIPE, "Illegal seek"],
  ["EROFS", EROFS, "Read-only file system"],
  ["EMLINK", EMLINK, "Too many links"],
  ["EPIPE", EPIPE, "Broken pipe"],
  ["EDOM", EDOM, "Numerical argument out of domain"],
  ["ERANGE", ERANGE, "Numerical result out of range"],
  ["EDEADLK", EDEADLK, "Resource deadlock avoided"],
  ["ENAMETOOLONG", ENAMETOOLONG, "File name too long"],
  ["ENOLCK", ENOLCK, "No locks available"],
  ["ENOSYS", ENOSYS, "Function not implemented"],
  ["ENOTEMPTY", ENOTEMPTY, "Directory not empty"],
  ["ELOOP", ELOOP, "Too many levels of symbolic links"],
  ["ENOMSG", ENOMSG, "No message of desired type"],
  ["EIDRM", EIDRM, "Identifier removed"],
  ["ECHRNG", ECHRNG, "Channel number out of range"],
  ["EL2NSYNC", EL2NSYNC, "Level 2 not synchronized"],
  ["EL3HLT", EL3HLT, "Level 3 halted"],
  ["EL3RST", EL3RST, "Level 3 reset"],
  ["ELNRNG", ELNRNG, "Link number out of range"],
  ["EUNATCH", EUNATCH, "Protocol driver not attached"],
  ["ENOCSI", ENOCSI, "No CSI structure available"],
  ["EL2HLT", EL2HLT, "Level 2 halted"],
  ["EBADE", EBADE, "Invalid exchange"],
  ["EBADR", EBADR, "Invalid request descriptor"],
  ["EXFULL", EXFULL, "Exchange full"],
  ["ENOANO", ENOANO, "No anode"],
  ["EBADRQC", EBADRQC, "Invalid request code"],
  ["EBADSLT", EBADSLT, "Invalid slot"],
  ["EBFONT", EBFONT, "Bad font file format"],
  ["ENOSTR", ENOSTR, "Device not a stream"],
  ["ENODATA", ENODATA, "No data available"],
  ["ETIME", ETIME, "Timer expired"],
  ["ENOSR", ENOSR, "Out of streams resources"],
  ["ENONET", ENONET, "Machine is not on the network"],
  ["ENOPKG", ENOPKG, "Package not installed"],
  ["EREMOTE", EREMOTE, "Object is remote"],
  ["ENOLINK", ENOLINK, "Link has been severed"],
  ["EADV", EADV, "Advertise error"],
  ["ESRMNT", ESRMNT, "Srmount error"],
  ["ECOMM", ECOMM, "Communication error on send"],
  ["EPROTO", EPROTO, "Protocol error"],
  ["EMULTIHOP", EMULTIHOP, "Multihop attempted"],
  ["EDOTDOT", EDOTDOT, "RFS specific error"],
  ["EBADMSG", EBADMSG, "Bad message"],
  ["EOVERFLOW", EOVERFLOW, "Value too large for defined data type"],
  ["ENOTUNIQ", ENOTUNIQ, "Name not unique on network"],
  ["EBADFD", EBADFD, "File descriptor in bad state"],
  ["EREMCHG", EREMCHG, "Remote address changed"],
  ["ELIBACC", ELIBACC, "Can not access a needed shared library"],
  ["ELIBBAD", ELIBBAD, "Accessing a corrupted shared library"],
  ["ELIBSCN", ELIBSCN, ".lib section in a.out corrupted"],
  ["ELIBMAX", ELIBMAX, "Attempting to link in too many shared libraries"],
  ["ELIBEXEC", ELIBEXEC, "Cannot exec a shared library directly"],
  ["EILSEQ", EILSEQ, "Invalid or incomplete multibyte or wide character"],
  ["ERESTART", ERESTART, "Interrupted system call should be restarted"],
  ["ESTRPIPE", ESTRPIPE, "Streams pipe error"],
  ["EUSERS", EUSERS, "Too many users"],
  ["ENOTSOCK", ENOTSOCK, "Socket operation on non-socket"],
  ["EDESTADDRREQ", EDESTADDRREQ, "Destination address required"],
  ["EMSGSIZE", EMSGSIZE, "Message too long"],
  ["EPROTOTYPE", EPROTOTYPE, "Protocol wrong type for socket"],
  ["ENOPROTOOPT", ENOPROTOOPT, "Protocol not available"],
  ["EPROTONOSUPPORT", EPROTONOSUPPORT, "Protocol not supported"],
  ["ESOCKTNOSUPPORT", ESOCKTNOSUPPORT, "Socket type not supported"],
  ["EOPNOTSUPP", EOPNOTSUPP, "Operation not supported"],
  ["EPFNOSUPPORT", EPFNOSUPPORT, "Protocol family not supported"],
  ["EAFNOSUPPORT", EAFNOSUPPORT, "Address family not supported by protocol"],
  ["EADDRINUSE", EADDRINUSE, "Address already in use"],
  ["EADDRNOTAVAIL", EADDRNOTAVAIL, "Cannot assign requested address"],
  ["ENETDOWN", ENETDOWN, "Network is down"],
  ["ENETUNREACH", ENETUNREACH, "Network is unreachable"],
  ["ENETRESET", ENETRESET, "Network dropped connection on reset"],
  ["ECONNABORTED", ECONNABORTED, "Software caused connection abort"],
  ["ECONNRESET", ECONNRESET, "Connection reset by peer"],
  ["ENOBUFS", ENOBUFS, "No buffer space available"],
  ["EISCONN", EISCONN, "Transport endpoint is already connected"],
  ["ENOTCONN", ENOTCONN, "Transport endpoint is not connected"],
  ["ESHUTDOWN", ESHUTDOWN, "Cannot send after transport endpoint shutdown"],
  ["ETOOMANYREFS", ETOOMANYREFS, "Too many references: cannot splice"],
  ["ETIMEDOUT", ETIMEDOUT, "Connection timed out"],
  ["ECONNREFUSED", ECONNREFUSED, "Connection refused"],
  ["EHOSTDOWN", EHOSTDOWN, "Host is down"],
  ["EHOSTUNREACH", EHOSTUNREACH, "No route to host"],
  ["EALREADY", EALREADY, "Operation already in progress"],
  ["EINPROGRESS", EINPROGRESS, "Operation now in progress"],
  ["ESTALE", ESTALE, "Stale file handle"],
  ["EUCLEAN", EUCLEAN, "Structure needs cleaning"],
  ["ENOTNAM", ENOTNAM, "Not a XENIX named type file"],
  ["ENAVAIL", ENAVAIL, "No XENIX semaphores available"],
  ["EISNAM", EISNAM, "Is a named type file"],
  ["EREMOTEIO", EREMOTEIO, "Remote I/O error"],
  ["EDQUOT", EDQUOT, "Disk quota exceeded"],
  ["ENOMEDIUM", ENOMEDIUM, "No medium found"],
  ["EMEDIUMTYPE", EMEDIUMTYPE, "Wrong medium type"],
  ["ECANCELED", ECANCELED, "Operation canceled"],
  ["ENOKEY", ENOKEY, "Required key not available"],
  ["EKEYEXPIRED", EKEYEXPIRED, "Key has expired"],
  ["EKEYREVOKED", EKEYREVOKED, "Key has been revoked"],
  ["EKEYREJECTED", EKEYREJECTED, "Key was rejected by service"],
  ["EOWNERDEAD", EOWNERDEAD, "Owner died"],
  ["ENOTRECOVERABLE", ENOTRECOVERABLE, "State not recoverable"],
  ["ERFKILL", ERFKILL, "Operation not possible due to RF-kill"],
  ["EHWPOISON", EHWPOISON, "Memory page has hardware error"],
  ["ERESTARTSYS", ERESTARTSYS, "To be restarted if SA_RESTART is set"],
  ["ERESTARTNOINTR", ERESTARTNOINTR, "To be restarted"],
  ["ERESTARTNOHAND", ERESTARTNOHAND, "To be restarted if no handler"],
  ["ENOIOCTLCMD", ENOIOCTLCMD, "No such ioctl"],
  ["ERESTART_RESTARTBLOCK", ERESTART_RESTARTBLOCK, "Interrupted by signal"],
];

const byNumber: ReadonlyMap<number, readonly [name: string, message: string]> = new Map(
  ERRORS.map(([name, errno, message]) => [errno, [name, message]]),
);

/** "ENOENT"; of a number that has no name, the number. */
export function errnoName(errno: Errno): string {
  return byNumber.get(errno)?.[0] ?? String(errno);
}

/** What strerror(3) of the GNU C library says: "No such file or directory". */
export function errnoMessage(errno: Errno): string {
  return byNumber.get(errno)?.[1] ?? `Unknown error ${-errno}`;
}

/** The error of a name, for host errors, which carry names: Node's `code`. */
export function errnoByName(name: string): Errno | undefined {
  return byName.get(name);
}

const byName: ReadonlyMap<string, Errno> = new Map(ERRORS.map(([name, errno]) => [name, errno]));

/**
 * Why a signal was sent: siginfo_t as plain data, and its 128 bytes. Which fields hold depends on the
 * signal and its code: sigaction(2), "The siginfo_t argument"; kernel/signal.c, siginfo_layout().
 */
import {
  SI_ASYNCNL,
  SI_DETHREAD,
  SI_KERNEL,
  SI_QUEUE,
  SI_TIMER,
  SI_TKILL,
  SI_USER,
  SIGBUS,
  SIGCHLD,
  SIGFPE,
  SIGILL,
  SIGINFO,
  SIGPOLL,
  SIGSEGV,
  SIGSYS,
  SIGTRAP,
} from "@kernelet/abi";

export interface SigInfo {
  readonly signo: number;
  readonly code: number;
  readonly errno?: number;
  /** Sender (kill, rt_sigqueueinfo) or child (SIGCHLD). */
  readonly pid?: number;
  readonly uid?: number;
  /** sigqueue's value, a timer's sigev_value. */
  readonly value?: bigint;
  /** A child, whatever signal tells of it: exit code or signal; and times in ticks of USER_HZ. */
  readonly status?: number;
  readonly utime?: number;
  readonly stime?: number;
  /** Faults: the address. */
  readonly addr?: number;
  /** Timer: its id, and its overrun count. */
  readonly timerId?: number;
  readonly overrun?: number;
  /** SIGIO. */
  readonly band?: number;
  readonly fd?: number;
  /** SIGSYS. */
  readonly syscall?: number;
  readonly arch?: number;
  /** The bytes as the sender gave them, from si_pid on: rt_sigqueueinfo copies all of them. */
  readonly raw?: Uint8Array;
}

/** A signal from kill(2). */
export function userInfo(signo: number, pid: number, uid: number): SigInfo {
  return { signo, code: SI_USER, pid, uid };
}

/** A signal from the kernel itself, with no more to say: SEND_SIG_PRIV. */
export function kernelInfo(signo: number): SigInfo {
  return { signo, code: SI_KERNEL, pid: 0, uid: 0 };
}

function isFault(signo: number): boolean {
  return (
    signo === SIGSEGV ||
    signo === SIGBUS ||
    signo === SIGFPE ||
    signo === SIGILL ||
    signo === SIGTRAP
  );
}

/** sizeof(struct kernel_siginfo): what the kernel keeps of the 128 bytes. */
export const KERNEL_SIGINFO_SIZE = 48;

/** The last si_code of signals that have codes of their own: NSIGILL and so on. */
const LAST_CODE: ReadonlyMap<number, number> = new Map([
  [SIGILL, 11],
  [SIGFPE, 15],
  [SIGSEGV, 9],
  [SIGBUS, 5],
  [SIGTRAP, 6],
  [SIGCHLD, 6],
  [SIGPOLL, 6],
  [SIGSYS, 2],
]);
/** NSIGPOLL: the codes that SIGIO's replacement by F_SETSIG may have. */
const LAST_POLL_CODE = 6;

/** Whether the kernel knows what a siginfo with this code holds: known_siginfo_layout(). */
export function hasKnownLayout(signo: number, code: number): boolean {
  if (code === SI_KERNEL || code === SI_ASYNCNL) return true;
  if (code > SI_USER) return code <= (LAST_CODE.get(signo) ?? LAST_POLL_CODE);
  return code >= SI_DETHREAD;
}

/** Writes the 128 bytes of a siginfo_t. Preconditions: `into` has SIGINFO.size bytes. */
export function writeSigInfo(info: SigInfo, into: Uint8Array): void {
  into.fill(0);
  const view = new DataView(into.buffer, into.byteOffset, SIGINFO.size);
  if (info.raw !== undefined) into.set(info.raw, SIGINFO.si_pid);
  view.setInt32(SIGINFO.si_signo, info.signo, true);
  view.setInt32(SIGINFO.si_errno, info.errno ?? 0, true);
  view.setInt32(SIGINFO.si_code, info.code, true);
  if (info.raw !== undefined) return;

  const { code, signo } = info;
  if (code === SI_TIMER) {
    view.setInt32(SIGINFO.si_tid, info.timerId ?? 0, true);
    view.setInt32(SIGINFO.si_overrun, info.overrun ?? 0, true);
    view.setBigInt64(SIGINFO.si_value, BigInt.asIntN(64, info.value ?? 0n), true);
  } else if (code > 0 && code < SI_KERNEL && isFault(signo)) {
    view.setBigUint64(SIGINFO.si_addr, BigInt(info.addr ?? 0), true);
  } else if (info.status !== undefined) {
    view.setInt32(SIGINFO.si_pid, info.pid ?? 0, true);
    view.setUint32(SIGINFO.si_uid, info.uid ?? 0, true);
    view.setInt32(SIGINFO.si_status, info.status ?? 0, true);
    view.setBigInt64(SIGINFO.si_utime, BigInt(info.utime ?? 0), true);
    view.setBigInt64(SIGINFO.si_stime, BigInt(info.stime ?? 0), true);
  } else if (info.band !== undefined) {
    view.setBigInt64(SIGINFO.si_band, BigInt(info.band ?? 0), true);
    view.setInt32(SIGINFO.si_fd, info.fd ?? 0, true);
  } else if (code > 0 && code < SI_KERNEL && signo === SIGSYS) {
    view.setBigUint64(SIGINFO.si_call_addr, BigInt(info.addr ?? 0), true);
    view.setInt32(SIGINFO.si_syscall, info.syscall ?? 0, true);
    view.setUint32(SIGINFO.si_arch, info.arch ?? 0, true);
  } else {
    view.setInt32(SIGINFO.si_pid, info.pid ?? 0, true);
    view.setUint32(SIGINFO.si_uid, info.uid ?? 0, true);
    if (info.value !== undefined) {
      view.setBigInt64(SIGINFO.si_value, BigInt.asIntN(64, info.value), true);
    }
  }
}

/** What rt_sigqueueinfo(2) was given: kept whole, since the layout is the sender's affair. */
export function readSigInfo(bytes: Uint8Array, signo: number): SigInfo {
  const view = new DataView(bytes.buffer, bytes.byteOffset, SIGINFO.size);
  const code = view.getInt32(SIGINFO.si_code, true);
  const common = { signo, code, errno: view.getInt32(SIGINFO.si_errno, true) };
  const raw = bytes.slice(SIGINFO.si_pid, SIGINFO.size);
  if (code === SI_QUEUE || code === SI_TKILL || code === SI_USER) {
    return {
      ...common,
      raw,
      pid: view.getInt32(SIGINFO.si_pid, true),
      uid: view.getUint32(SIGINFO.si_uid, true),
      value: view.getBigInt64(SIGINFO.si_value, true),
    };
  }
  return { ...common, raw };
}

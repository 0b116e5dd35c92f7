export interface SigInfo {
  readonly signo: number;
  readonly code: number;
  readonly errno?: number;
  /** Sender (kill, rt_sigqueueinfo) or child (SIGCHLD). */
  readonly pid?: number;
  readonly uid?: number;
  /** sigqueue's value, a timer's sigev_value. */
  readonly value?: bigint;
  /** SIGCHLD: exit code or signal; and times in ticks of USER_HZ. */
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
export declare function userInfo(signo: number, pid: number, uid: number): SigInfo;
/** A signal from the kernel itself, with no more to say: SEND_SIG_PRIV. */
export declare function kernelInfo(signo: number): SigInfo;
/** Writes the 128 bytes of a siginfo_t. Preconditions: `into` has SIGINFO.size bytes. */
export declare function writeSigInfo(info: SigInfo, into: Uint8Array): void;
/** What rt_sigqueueinfo(2) was given: kept whole, since the layout is the sender's affair. */
export declare function readSigInfo(bytes: Uint8Array, signo: number): SigInfo;

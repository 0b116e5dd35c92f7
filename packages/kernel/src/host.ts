/**
 * The Host interface: everything that a sandbox can reach outside itself, and the only door there.
 * Small, typed, deny by default. The implementation (sandbox) counts and logs each call.
 * Calls are synchronous; what comes from outside later (input, signals, timers) the host delivers by calling
 * the kernel (`Kernel.hostInput` etc.) between slices.
 * File errors come back as negative errno of the guest's ABI: mapped once, at the host's edge.
 */
import type { Errno } from "@kernelet/abi";
import type { HostNetwork } from "./host-network.ts";

/** One entry of a host folder. `type` as in d_type (DT_*). */
export interface HostDirent {
  readonly name: string;
  readonly type: number;
}

/** lstat of a host file. Times in nanoseconds since the epoch as two numbers. */
export interface HostStat {
  readonly ino: number;
  readonly dev: number;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev: number;
  readonly size: number;
  readonly blocks: number;
  readonly atimeSec: number;
  readonly atimeNsec: number;
  readonly mtimeSec: number;
  readonly mtimeNsec: number;
  readonly ctimeSec: number;
  readonly ctimeNsec: number;
}

/** A folder of the host that policy opened to the sandbox. Paths are relative to it, "/"-separated, no "..", never followed through a symlink. */
export interface HostFolder {
  readonly writable: boolean;
  lstat(path: string): HostStat | Errno;
  readlink(path: string): string | Errno;
  readdir(path: string): readonly HostDirent[] | Errno;
  /** Opens a regular file. @returns a handle ≥ 0 or an errno. */
  open(path: string, write: boolean): number;
  create(path: string, mode: number): number;
  mkdir(path: string, mode: number): 0 | Errno;
  unlink(path: string): 0 | Errno;
  rmdir(path: string): 0 | Errno;
  rename(from: string, to: string): 0 | Errno;
  symlink(target: string, path: string): 0 | Errno;
  link(from: string, to: string): 0 | Errno;
  chmod(path: string, mode: number): 0 | Errno;
  chown(path: string, uid: number, gid: number): 0 | Errno;
  utimes(path: string, atimeMs: number, mtimeMs: number): 0 | Errno;
}

export interface Host {
  /** The network outside; absent: there is none. */
  readonly network?: HostNetwork | undefined;
  /** Nanoseconds since boot of the host's monotonic clock. A double: exact to ~100 ns for 26 days. */
  monotonicNs(): number;
  /** Wall clock: milliseconds since the epoch, with fraction. */
  realtimeMs(): number;
  entropy(into: Uint8Array): void;
  /** Reads at `off`; @returns bytes read (0 at the end) or an errno. */
  pread(handle: number, into: Uint8Array, off: number): number;
  pwrite(handle: number, from: Uint8Array, off: number): number;
  ftruncate(handle: number, size: number): 0 | Errno;
  fstat(handle: number): HostStat | Errno;
  fsync(handle: number): 0 | Errno;
  close(handle: number): void;
  /** Writes to a stream of the caller's: stdout (1), stderr (2), or one of a process that was started later. @returns bytes taken, or EAGAIN when the reader is slow: `streamWritable` is called on the kernel later. */
  writeStream(stream: number, bytes: Uint8Array): number;
  /** Asks for input from stdin (0), or from a stream of a process that was started later; the host answers by `Kernel.streamInput(stream, bytes | null)` later, once per call. */
  requestInput(stream: number): void;
  /** Tells the person's terminal about raw or cooked mode (termios of the console changed). */
  setTerminalRaw(raw: boolean): void;
  /** One line for the log, from the kernel to the person (unimplemented instruction, OOM kill …). */
  log(level: "debug" | "info" | "warn" | "error", message: string): void;
}

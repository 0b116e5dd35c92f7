/**
 * What the process that starts a sandbox and the sandbox say to each other, over Node's IPC channel (a socket that
 * only these two have). Plain JSON.
 *
 *   launcher → sandbox   start (once, first), signal, resize
 *   sandbox → launcher   serving (before anything of the guest runs), log, raw, then exactly one of exited or failed
 *
 * When the channel closes, the sandbox ends: it never outlives who started it.
 */
import type { Report } from "./report.ts";

/** A folder of the host's, opened to the sandbox. */
export interface FolderGrant {
  /** Absolute path on the host, symbolic links resolved. */
  readonly path: string;
  readonly writable: boolean;
}

export interface VolumeGrant extends FolderGrant {
  /** Absolute path inside. */
  readonly target: string;
}

export interface SandboxConfig {
  /** Read-only layers of the root, the uppermost first. */
  readonly layers: readonly FolderGrant[];
  readonly volumes: readonly VolumeGrant[];
  /** The program, as a path or as a name to be looked up in PATH inside, and its arguments. */
  readonly argv: readonly string[];
  /** `NAME=value`. */
  readonly env: readonly string[];
  readonly cwd: string;
  /** Fail if `cwd` is not there, instead of starting in "/". */
  readonly isCwdRequired: boolean;
  /** `user[:group]`, names of the root's /etc/passwd and /etc/group or numbers. */
  readonly user: string;
  readonly hostname: string;
  /** Bytes for all processes and files together. */
  readonly memoryLimit?: number;
  /** The most tasks at one time. */
  readonly taskLimit?: number;
  /** What strace's `-e trace=` takes, "all" for everything; absent: no trace. */
  readonly traceSet?: string;
  /** Descriptor that trace lines go to: 2, or one that was inherited. */
  readonly traceFd?: number;
  /** Where stdin, stdout and stderr stand, for those that are regular files. */
  readonly files?: readonly StreamFile[];
  /** Size of the terminal behind stdin, stdout or stderr, for those that are one. */
  readonly terminal?: TerminalSize;
  /** false: the processor interprets everything. For debugging. */
  readonly translate?: boolean;
}

/** A descriptor of the caller's as it was before the sandbox had it. */
export interface StreamFile {
  /** 0, 1 or 2. */
  readonly number: number;
  readonly pos: number;
  /** O_*. */
  readonly flags: number;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export type ToSandbox =
  | { readonly type: "start"; readonly config: SandboxConfig }
  | { readonly type: "signal"; readonly signo: number }
  | ({ readonly type: "resize" } & TerminalSize);

/** What could not be set up. */
export type StartStage = "trace" | "root" | "volume" | "user" | "cwd" | "program";

export interface StartFailure {
  readonly stage: StartStage;
  /** The path or name it is about. */
  readonly subject: string;
  /** Negative. */
  readonly errno: number;
}

export type FromSandbox =
  | { readonly type: "serving" }
  | {
      readonly type: "log";
      readonly level: "debug" | "info" | "warn" | "error";
      readonly message: string;
    }
  | { readonly type: "raw"; readonly raw: boolean }
  | ({ readonly type: "failed" } & StartFailure)
  | { readonly type: "exited"; readonly status: number; readonly report: Report };

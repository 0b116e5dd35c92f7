/**
 * What a sandbox and those who control it say to each other over a channel (channel/). Messages are plain JSON; bytes of
 * streams go beside them. The first channel is the launcher's, a socket that only these two have; a sandbox that
 * outlives its launcher listens for more.
 *
 *   launcher → sandbox     start (once, first), signal, resize, stop
 *   sandbox → launcher     serving (before anything of the guest runs), log, raw, ready, then exactly one of exited or failed
 *
 *   client → sandbox       run, kill, resize-process, end-input, taken; a client numbers the processes that it asks for
 *   sandbox → client       started or refused, then ended
 *   client → sandbox       ask: a request of requests.ts
 *   sandbox → client       answer, to each ask, in their order
 *
 * When the launcher's channel closes, the sandbox ends, unless it is detached: then it ends with its first process.
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

/** A program, and as what it starts. */
export interface ProgramSpec {
  /** The program, as a path or as a name to be looked up in PATH inside, and its arguments. */
  readonly argv: readonly string[];
  /** `NAME=value`. */
  readonly env: readonly string[];
  readonly cwd: string;
  /** Fail if `cwd` is not there, instead of starting in "/". */
  readonly isCwdRequired: boolean;
  /** `user[:group]`, names of the root's /etc/passwd and /etc/group or numbers. */
  readonly user: string;
}

/** Descriptors 0, 1 and 2 of a program. */
export type StdioSpec =
  /** Those of the sandbox process. For the first program only. */
  | {
      readonly kind: "inherited";
      /** Where stdin, stdout and stderr stand, for those that are regular files. */
      readonly files?: readonly StreamFile[];
      /** Size of the terminal behind stdin, stdout or stderr, for those that are one. */
      readonly terminal?: TerminalSize;
    }
  /** Streams of the channel. Without input, descriptor 0 is /dev/null. */
  | { readonly kind: "streams"; readonly hasInput: boolean }
  /** A terminal of its own, whose keys and screen are streams of the channel. */
  | ({ readonly kind: "terminal" } & TerminalSize);

/** An image of the host's store, opened to the sandbox: files, absolute paths. */
export interface ImageGrant {
  /** What packages/abi/src/image-tree.ts describes. */
  readonly tree: string;
  /** Uncompressed tars of its layers, the lowest first. */
  readonly layers: readonly string[];
}

export interface SandboxConfig {
  /** Read-only layers of the root, the uppermost first. */
  readonly layers: readonly FolderGrant[];
  /** An image below them. */
  readonly image?: ImageGrant;
  readonly volumes: readonly VolumeGrant[];
  /** The sandbox ends with it. null: there is none, and the sandbox lives until its channel closes. */
  readonly program: ProgramSpec | null;
  /** Of the first program; it is process 0 of the launcher's channel. */
  readonly stdio: StdioSpec;
  readonly hostname: string;
  /** Bytes for all processes and files together. */
  readonly memoryLimit?: number;
  /** The most tasks at one time. */
  readonly taskLimit?: number;
  /** What strace's `-e trace=` takes, "all" for everything; absent: no trace. */
  readonly traceSet?: string;
  /** Descriptor that trace lines go to: 2, or one that was inherited. */
  readonly traceFd?: number;
  /** Where translated code is kept from run to run: a folder that nothing but that may be in. Absent: it isn't kept. */
  readonly codeFolder?: string;
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

/** The streams of process `n` of a channel are 3n, 3n + 1 and 3n + 2: stdin, stdout (or the screen), stderr. */
export const STREAMS_PER_PROCESS = 3;

export type ToSandbox =
  | { readonly type: "start"; readonly config: SandboxConfig }
  /** Everything ends, and the sandbox says "exited". */
  | { readonly type: "stop" }
  /** For the first program: its foreground group or itself. */
  | { readonly type: "signal"; readonly signo: number }
  /** The person's terminal, where the first program inherited it. */
  | ({ readonly type: "resize" } & TerminalSize)
  | {
      readonly type: "run";
      /** Not in use on this channel. */
      readonly process: number;
      readonly program: ProgramSpec;
      readonly stdio: StdioSpec;
    }
  /** A signal for a process, or for its whole process group. */
  | {
      readonly type: "kill";
      readonly process: number;
      readonly signo: number;
      readonly group: boolean;
    }
  | ({ readonly type: "resize-process"; readonly process: number } & TerminalSize)
  /** No more input will come. */
  | { readonly type: "end-input"; readonly process: number }
  /** So many bytes of output were taken; more may come. */
  | Taken
  | Ask;

/** What could not be set up. */
export type StartStage = "trace" | "root" | "volume" | "user" | "cwd" | "program";

export interface StartFailure {
  readonly stage: StartStage;
  /** The path or name it is about. */
  readonly subject: string;
  /** Negative. */
  readonly errno: number;
}

/** Flow control: a sender has at most WINDOW bytes of a stream under way. */
export interface Taken {
  readonly type: "taken";
  readonly stream: number;
  readonly bytes: number;
}

/** What `op` takes and gives: requests.ts. Bytes go with the message. */
export interface Ask {
  readonly type: "ask";
  /** The client's own, for the answer. */
  readonly id: number;
  readonly op: string;
  readonly args: unknown;
}

export interface Answer {
  readonly type: "answer";
  readonly id: number;
  /** Absent if it failed. */
  readonly value?: unknown;
  /** Negative; why it failed. */
  readonly errno?: number;
}

export type FromSandbox =
  /** The code is loaded; nothing of the guest has run. */
  | { readonly type: "serving" }
  | {
      readonly type: "log";
      readonly level: "debug" | "info" | "warn" | "error";
      readonly message: string;
    }
  | { readonly type: "raw"; readonly raw: boolean }
  | ({ readonly type: "failed" } & StartFailure)
  /** The kernel stands, and the first program, if there is one, has started. */
  | { readonly type: "ready" }
  /** `pid` as the guest sees it. */
  | { readonly type: "started"; readonly process: number; readonly pid: number }
  | ({ readonly type: "refused"; readonly process: number } & StartFailure)
  /** All output has gone before. `status` as wait(2) has it. */
  | { readonly type: "ended"; readonly process: number; readonly status: number }
  | Taken
  | Answer
  | { readonly type: "exited"; readonly status: number; readonly report: Report };

/**
 * What a sandbox and those who control it say to each other over a channel (channel/). Messages are plain JSON; bytes of
 * streams go beside them. The first channel is the launcher's, a socket that only these two have; a sandbox that
 * outlives its launcher listens for more.
 *
 *   launcher → sandbox     start (once, first), signal, resize, stop
 *   sandbox → launcher     serving (before anything of the guest runs), log, raw, published, ready, then exactly one of exited or failed;
 *                          before exited the profile, in pieces, if one was asked for
 *
 *   client → sandbox       run, attach, kill, resize-process, end-input, taken; a client numbers the processes that it asks for
 *   sandbox → client       started or refused, missed, then ended
 *   client → sandbox       ask: a request of requests.ts
 *   sandbox → client       answer, to each ask, in their order
 *   sandbox → client       traced, watched, question, attempt: what it has subscribed to
 *   client → sandbox       verdict, to each question; decision, to each attempt
 *
 * When the launcher's channel closes, the sandbox ends, unless it is detached: then it ends with its first process.
 */

import type { CallDescription, CallRecord, WatchEvent } from "@kernelet/kernel";
import type { NetworkAttempt, NetworkRequest, PublishedPort } from "./network/network-request.ts";
import type { Report } from "./report.ts";

/** A folder of the host's, opened to the sandbox. A volume may be a file. */
export interface FolderGrant {
  /** Absolute path on the host, symbolic links resolved. */
  readonly path: string;
  readonly writable: boolean;
  /** Of the folder, open in the sandbox process: see grant-descriptors.ts. */
  readonly descriptor?: number;
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
  /** HOME is set to the user's own folder if `env` has none. */
  readonly hasHome?: boolean;
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

/** How a client takes part in the streams of the first program of a detached sandbox, which it shares with others. */
export interface AttachOptions {
  /** It sends input, too. */
  readonly hasInput: boolean;
  /**
   * true: as at a pipe, the program waits until the client has taken what it wrote, however long that is. false: it waits a
   * while, and then the client misses output, which the log has all the same.
   */
  readonly isLossless: boolean;
}

/** Where the output of the first program goes, in the format of Docker's json-file: detached/log-files.ts. */
export interface LogSpec {
  /** Inherited descriptors of its files: the one to go on with first, then in the order in which they are taken. */
  readonly fds: readonly number[];
  /** Of each; null: without end. */
  readonly maxBytes: number | null;
  /** How many files came before the first, if it is new. */
  readonly sequence: number;
}

/** A sandbox that outlives its launcher. Descriptors are inherited, so that the process needs no right to open files. */
export interface DetachedSpec {
  /** A unix socket that listens for further clients. */
  readonly socketFd: number;
  readonly log: LogSpec;
  /** What happens to the sandbox is appended there: journal.ts. */
  readonly journalFd: number;
  /** The first program's stdin ends with the first client that has sent it input. */
  readonly isInputOnce: boolean;
  /** The launcher is attached from the start: process 0 of its channel. */
  readonly attach?: AttachOptions;
}

/** A small text file that is mounted over one of the root's. */
export interface FileGrant {
  readonly target: string;
  readonly content: string;
}

export interface TmpfsGrant {
  readonly target: string;
  /** Options of mount(8) for tmpfs: "size=64m,mode=1777". */
  readonly options: string;
}

/** RLIMIT_*; null is infinity. */
export interface RlimitSpec {
  readonly resource: number;
  readonly soft: number | null;
  readonly hard: number | null;
}

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
  /** Of the first program; it is process 0 of the launcher's channel, unless the sandbox is detached. */
  readonly stdio: StdioSpec;
  readonly detached?: DetachedSpec;
  /** An inherited descriptor: what was changed in the root is written there at the end, as a layer. Absent: it is lost. */
  readonly layerFd?: number;
  /** "program": the first program is pid 1. Default: the kernel has a pid 1 of its own. */
  readonly init?: "reaper" | "program";
  readonly isRootReadOnly?: boolean;
  readonly tmpfs?: readonly TmpfsGrant[];
  readonly files?: readonly FileGrant[];
  /**
   * Further lines of /etc/resolv.conf, which is a file of its own then, over the root's. Absent: where names can be asked
   * for, the root's is replaced.
   */
  readonly resolverOptions?: string;
  /** Folders of the root that are made if they are not there. */
  readonly folders?: readonly string[];
  /** Its limits stand in /sys/fs/cgroup, as in a container; `do` shows a machine. */
  readonly isContainer?: boolean;
  /** Parts of a processor that the guest may use, from 0 to 1. */
  readonly cpuShare?: number;
  /** CAP_* that programs may have. Default: all. */
  readonly capabilities?: readonly number[];
  /** Where they differ from the kernel's defaults. */
  readonly rlimits?: readonly RlimitSpec[];
  readonly hostname: string;
  /** Absent: itself alone can be reached, over lo. */
  readonly network?: NetworkRequest;
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
  /** Machine code for the archives there: to be read only. */
  readonly nativeFolder?: string;
  /** false: the processor interprets everything. For debugging. */
  readonly translate?: boolean;
  /** true: where the time goes is watched, and told at the end (profile/). */
  readonly profile?: boolean;
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
      /** Its streams are /dev/null, and the client hears no more of it than that it has started. */
      readonly isLeft?: boolean;
    }
  /** The first program, as the client's process of that number. */
  | ({ readonly type: "attach"; readonly process: number } & AttachOptions)
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
  | Verdict
  | NetworkDecision
  | Ask;

/** What could not be set up. */
export type StartStage = "trace" | "root" | "volume" | "port" | "user" | "cwd" | "program";

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

interface Subscribed {
  /** The client's number of what it has subscribed to. */
  readonly subscription: number;
}

interface Losing {
  /** So many more were not kept, because nobody took those before. */
  readonly lost: number;
}

/** What becomes of a call that a question was about. */
export interface Verdict {
  readonly type: "verdict";
  /** The question's. */
  readonly id: number;
  /** Negative: what the call gives; null: it is made. */
  readonly errno: number | null;
  readonly delayMs: number;
}

/** Whether there will be a connection, a flow or an answer that an attempt was about. */
export interface NetworkDecision {
  readonly type: "decision";
  /** The attempt's. */
  readonly id: number;
  readonly isAllowed: boolean;
  /** For the report; "": none. */
  readonly reason: string;
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
  /** Ports lead inside from now on: with what they got for a host port of 0. Comes before "ready". */
  | { readonly type: "published"; readonly ports: readonly PublishedPort[] }
  /** The kernel stands, and the first program, if there is one, has started. */
  | { readonly type: "ready" }
  /** `pid` as the guest sees it. */
  | { readonly type: "started"; readonly process: number; readonly pid: number }
  | ({ readonly type: "refused"; readonly process: number } & StartFailure)
  /** All output has gone before. `status` as wait(2) has it. */
  | { readonly type: "ended"; readonly process: number; readonly status: number }
  | Taken
  /** The client was too slow, and so much output did not come: it goes on where the program is now. */
  | { readonly type: "missed"; readonly stream: number; readonly bytes: number }
  | Answer
  /** A piece of the profile: bytes of JSON (profile/profile-data.ts) go with it. */
  | { readonly type: "profile" }
  | ({
      readonly type: "question";
      readonly id: number;
      readonly call: CallDescription;
    } & Subscribed)
  | ({
      readonly type: "attempt";
      readonly id: number;
      readonly attempt: NetworkAttempt;
    } & Subscribed)
  | ({ readonly type: "traced"; readonly items: readonly CallRecord[] } & Subscribed & Losing)
  | ({ readonly type: "watched"; readonly items: readonly WatchEvent[] } & Subscribed & Losing)
  /** `hasLayer`: something was changed in the root, and what `layerFd` got is whole. */
  | {
      readonly type: "exited";
      readonly status: number;
      readonly hasLayer: boolean;
      /** Archived modules that there was no machine code for. */
      readonly uncompiled: number;
      readonly report: Report;
    };

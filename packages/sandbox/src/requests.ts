/** What a client may ask of a sandbox besides processes, and what it gets: the arguments and values of Ask and Answer. */
import type { AgentStat, AttributeChange, DirectoryEntry } from "@kernelet/kernel";
import type { NetworkPolicy, PublishedPort } from "./network/network-request.ts";
import type { SecretsRequest } from "./network/secrets/secrets.ts";
import type { Report } from "./report.ts";

/** Most bytes that one `read` gives or one `write` takes. */
export const MAX_TRANSFER: number = 512 * 1024;

interface Request<Args, Value> {
  readonly args: Args;
  readonly value: Value;
}

interface PathArgs {
  readonly path: string;
}

interface HandleArgs {
  readonly handle: number;
  /** null: where the last one ended. */
  readonly off: number | null;
}

/** Something that goes on until `unsubscribe`. */
interface Subscription {
  /** The client's number for it, which it has used for no other. */
  readonly id: number;
}

interface CallSet {
  /** As strace's `-e trace=` takes it. */
  readonly set: string;
}

/** What runs in a sandbox, and what it holds. */
export interface Stats {
  readonly memoryBytes: number;
  readonly peakMemoryBytes: number;
  /** Infinity is null. */
  readonly memoryLimitBytes: number | null;
  readonly tasks: number;
  readonly taskLimit: number;
  /** Of all processes, ended ones too. */
  readonly cpuNs: number;
  readonly isPaused: boolean;
  /** Since the start. */
  readonly uptimeMs: number;
}

export interface Changes {
  readonly changes: readonly {
    /** From the root, without a slash in front; the root itself is "". */
    readonly path: string;
    readonly kind: "added" | "changed" | "removed";
  }[];
  readonly total: number;
}

/** Files: kernel's FileAgent says what each does. */
export interface Requests {
  readonly stat: Request<PathArgs & { readonly followsLinks: boolean }, AgentStat>;
  readonly realpath: Request<PathArgs, string>;
  readonly readlink: Request<PathArgs, string>;
  readonly readdir: Request<PathArgs, readonly DirectoryEntry[]>;
  readonly mkdir: Request<PathArgs & { readonly mode: number }, 0>;
  readonly rmdir: Request<PathArgs, 0>;
  readonly unlink: Request<PathArgs, 0>;
  readonly rename: Request<{ from: string; to: string; mayReplace: boolean }, 0>;
  readonly symlink: Request<PathArgs & { readonly target: string }, 0>;
  readonly link: Request<PathArgs & { readonly existing: string }, 0>;
  readonly change: Request<
    PathArgs & { readonly followsLinks: boolean; readonly change: AttributeChange },
    0
  >;
  /** O_*. Gives a handle. */
  readonly open: Request<PathArgs & { readonly flags: number; readonly mode: number }, number>;
  /** The bytes go with the answer. */
  readonly read: Request<HandleArgs & { readonly len: number }, number>;
  /** The bytes go with the request. Gives how many were written. */
  readonly write: Request<HandleArgs, number>;
  readonly fstat: Request<{ readonly handle: number }, AgentStat>;
  readonly close: Request<{ readonly handle: number }, 0>;

  /** Events of a file, or of a directory and what is in it, come as "watched". */
  readonly watch: Request<Subscription & PathArgs & { readonly isRecursive: boolean }, 0>;
  /** Calls of the set wait for our verdict, and come as "question". */
  readonly hook: Request<Subscription & CallSet, 0>;
  /** Calls of the set are recorded, and come as "traced". */
  readonly trace: Request<Subscription & CallSet, 0>;
  /**
   * What the policy leaves to be asked (NetworkPolicy.asks) comes as "attempt", to this client alone; without an answer in
   * `timeoutMs` it is refused. ENETDOWN without a network.
   */
  readonly decide: Request<Subscription & { readonly timeoutMs: number }, 0>;
  /** Ends one of these. What still waits for a verdict is denied. */
  readonly unsubscribe: Request<Subscription, 0>;

  /** No process runs until `resume`; timers that come due meanwhile fire then. */
  readonly pause: Request<null, 0>;
  readonly resume: Request<null, 0>;
  /** For the first program. ESRCH if there is none. */
  readonly signal: Request<{ readonly signo: number }, 0>;
  /** Everything ends. */
  readonly stop: Request<null, 0>;
  /**
   * What was changed in the root since the start: the names from number `from` on, as many as go into an answer. None are
   * left when `total` is reached.
   */
  readonly changes: Request<{ readonly from: number }, Changes>;
  /**
   * What was changed in the root since the start, as a layer of an image, piece by piece: the bytes go with the answer, whose
   * value is how many; 0: that was all. It is of one moment if nothing runs meanwhile. EIO if a file has changed, EINVAL if
   * none was begun.
   */
  readonly layer: Request<{ readonly isFirst: boolean }, number>;
  readonly stats: Request<null, Stats>;
  readonly report: Request<null, Report>;

  /** Another policy from now on; what is open and not allowed any more is cut. ENETDOWN without a network. */
  readonly setPolicy: Request<NetworkPolicy, 0>;
  readonly policy: Request<null, NetworkPolicy>;

  /** Secrets instead of those before, for connections that are made from now on. ENETDOWN without a network. */
  readonly setSecrets: Request<SecretsRequest, 0>;

  /** A port of the host's leads inside from now on. Gives it with what it got for a host port of 0. */
  readonly publish: Request<PublishedPort, PublishedPort>;
  /** All that are published. */
  readonly ports: Request<null, readonly PublishedPort[]>;
}

export type Op = keyof Requests;
export type ArgsOf<O extends Op> = Requests[O]["args"];
export type ValueOf<O extends Op> = Requests[O]["value"];

/** Answers to what clients ask (../requests.ts): one row per request. */
import { EINVAL, ENOSYS, type Errno, isErrno } from "@kernelet/abi";
import type { FileAgent } from "@kernelet/kernel";
import type { NetworkPolicy, PublishedPort } from "../network/network-request.ts";
import type { SecretsRequest } from "../network/secrets/secrets.ts";
import type { Report } from "../report.ts";
import {
  type ArgsOf,
  type Changes,
  MAX_TRANSFER,
  type Op,
  type Stats,
  type ValueOf,
} from "../requests.ts";
import type { Observer } from "./observer.ts";

/** What the rows work on. */
export interface Asked {
  readonly files: FileAgent;
  pause(): void;
  resume(): void;
  signal(signo: number): 0 | Errno;
  stop(): void;
  changes(from: number): Changes;
  stats(): Stats;
  report(): Report;
  setPolicy(policy: NetworkPolicy): 0 | Errno;
  policy(): NetworkPolicy | Errno;
  setSecrets(request: SecretsRequest): 0 | Errno;
  publish(port: PublishedPort): Promise<PublishedPort | Errno>;
  ports(): readonly PublishedPort[];
}

/** A value with bytes beside it. */
class WithBytes {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

type Row<O extends Op> = (
  asked: Asked,
  args: ArgsOf<O>,
  bytes: Uint8Array,
  observer: Observer,
) => ValueOf<O> | WithBytes | Errno | Promise<ValueOf<O> | Errno>;

const ROWS: { readonly [O in Op]: Row<O> } = {
  stat: ({ files }, { path, followsLinks }) => files.stat(path, followsLinks),
  realpath: ({ files }, { path }) => files.realpath(path),
  readlink: ({ files }, { path }) => files.readlink(path),
  readdir: ({ files }, { path }) => files.readdir(path),
  mkdir: ({ files }, { path, mode }) => files.mkdir(path, mode),
  rmdir: ({ files }, { path }) => files.rmdir(path),
  unlink: ({ files }, { path }) => files.unlink(path),
  rename: ({ files }, { from, to, mayReplace }) => files.rename(from, to, mayReplace),
  symlink: ({ files }, { target, path }) => files.symlink(target, path),
  link: ({ files }, { existing, path }) => files.link(existing, path),
  change: ({ files }, { path, followsLinks, change }) => files.change(path, followsLinks, change),
  open: ({ files }, { path, flags, mode }) => files.open(path, flags, mode),
  read: ({ files }, { handle, len, off }) => {
    if (len > MAX_TRANSFER) return EINVAL;
    const read = files.read(handle, len, off);
    return isErrno(read) ? read : new WithBytes(read);
  },
  write: ({ files }, { handle, off }, bytes) => files.write(handle, bytes, off),
  fstat: ({ files }, { handle }) => files.fstat(handle),
  close: ({ files }, { handle }) => files.close(handle),
  watch: (_asked, { id, path, isRecursive }, _bytes, observer) =>
    observer.watch(id, path, isRecursive),
  hook: (_asked, { id, set }, _bytes, observer) => observer.hook(id, set),
  trace: (_asked, { id, set }, _bytes, observer) => observer.trace(id, set),
  decide: (_asked, { id, timeoutMs }, _bytes, observer) => observer.decide(id, timeoutMs),
  unsubscribe: (_asked, { id }, _bytes, observer) => observer.unsubscribe(id),
  pause: (asked) => {
    asked.pause();
    return 0;
  },
  resume: (asked) => {
    asked.resume();
    return 0;
  },
  signal: (asked, { signo }) => asked.signal(signo),
  stop: (asked) => {
    asked.stop();
    return 0;
  },
  changes: (asked, { from }) => asked.changes(from),
  layer: (_asked, { isFirst }, _bytes, observer) => {
    const piece = observer.layer(isFirst);
    return isErrno(piece) ? piece : new WithBytes(piece);
  },
  stats: (asked) => asked.stats(),
  report: (asked) => asked.report(),
  setPolicy: (asked, policy) => asked.setPolicy(policy),
  policy: (asked) => asked.policy(),
  setSecrets: (asked, request) => asked.setSecrets(request),
  publish: (asked, port) => asked.publish(port),
  ports: (asked) => asked.ports(),
};

export interface Reply {
  readonly value?: unknown;
  readonly errno?: number;
  readonly bytes?: Uint8Array;
}

/** What a client asks, with what answers it. */
export interface Question {
  readonly asked: Asked;
  /** The client's own. */
  readonly observer: Observer;
  readonly op: string;
  readonly args: unknown;
  readonly bytes: Uint8Array;
}

/** @param reply called at once, or later where the host has to say something first. */
export function answer(
  { asked, observer, op, args, bytes }: Question,
  reply: (reply: Reply) => void,
): void {
  if (!Object.hasOwn(ROWS, op)) {
    reply({ errno: ENOSYS });
    return;
  }
  const row = ROWS[op as Op] as Row<Op>;
  const result = row(asked, args as ArgsOf<Op>, bytes, observer);
  if (result instanceof Promise) void result.then((value) => reply(replyOf(value)));
  else reply(replyOf(result));
}

function replyOf(result: ValueOf<Op> | WithBytes | Errno): Reply {
  if (result instanceof WithBytes) return { value: result.bytes.length, bytes: result.bytes };
  return isErrno(result) ? { errno: result } : { value: result };
}

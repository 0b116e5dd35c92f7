/** A program that runs in a sandbox. */
import type { Writable } from "node:stream";
import { type Errno, errnoName, SIGKILL } from "@kernelet/abi";
import {
  type Connection,
  type GuestProcess,
  type ProgramSpec,
  SandboxEndedError,
  StartError,
  type StdioSpec,
  type TerminalSize,
} from "@kernelet/sandbox";
import { collect } from "./collect.ts";
import { ExecFailedError, type ExecFailure, SandboxStoppedError } from "./errors.ts";
import { type Input, MAX_OUTPUT_BYTES, type SpawnOptions, timeoutOf } from "./exec-options.ts";
import {
  type Collected,
  type ExecResult,
  ExitError,
  exitCodeOf,
  resultOf,
  signalOf,
  TimeoutError,
} from "./result.ts";
import { type SignalLike, signalOfArgument } from "./signals.ts";

/** What happens to a process, in order. */
export type ProcessEvent =
  | { readonly type: "stdout" | "stderr"; readonly data: Uint8Array }
  | { readonly type: "exit"; readonly exitCode: number; readonly signal: string | null };

export interface ProcessParts {
  readonly sandbox: Pick<Connection, "run">;
  readonly sandboxId: string;
  readonly program: ProgramSpec;
  readonly stdio: StdioSpec;
  readonly options: SpawnOptions;
}

/** Why a process was killed by us. */
type Cut =
  | { readonly kind: "timeout"; readonly timeoutMs: number }
  | { readonly kind: "abort"; readonly reason: unknown };

/**
 * A handle on a process. Awaited, it gives the result when the process has ended and its output was collected. Whoever
 * takes `stdout`, `stderr` or the events reads the output instead, and the result's is empty.
 */
export class Process
  implements PromiseLike<ExecResult>, AsyncIterable<ProcessEvent>, AsyncDisposable
{
  /** Its pid inside, once it runs. Rejected with ExecFailedError. */
  readonly started: Promise<number>;
  readonly #parts: ProcessParts;
  readonly #command: string;
  readonly #guest: Promise<GuestProcess>;
  readonly #startMs: number = performance.now();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #aborted: () => void;
  #result: Promise<ExecResult> | null = null;
  /** Somebody reads the output. */
  #isTaken = false;
  #cut: Cut | null = null;

  constructor(parts: ProcessParts) {
    this.#parts = parts;
    this.#command = parts.program.argv.join(" ");
    const { signal } = parts.options;
    this.#guest = this.#start();
    this.started = this.#guest.then(({ pid }) => pid);
    // Nobody need ask.
    this.started.catch(() => {});
    this.#aborted = () => this.#cutOff({ kind: "abort", reason: signal?.reason });
    if (signal?.aborted === true) this.#aborted();
    else signal?.addEventListener("abort", this.#aborted, { once: true });
    const timeoutMs = timeoutOf(parts.options);
    if (timeoutMs !== undefined) {
      this.#timer = setTimeout(() => this.#cutOff({ kind: "timeout", timeoutMs }), timeoutMs);
    }
    this.#guest.then(
      ({ ended }) =>
        ended.then(
          () => this.#settled(),
          () => this.#settled(),
        ),
      () => this.#settled(),
    );
  }

  /** What the process reads. Closing it is the end of the input. */
  get stdin(): WritableStream<Uint8Array> {
    const guest = this.#guest;
    return new WritableStream<Uint8Array>({
      write: async (chunk) => write((await guest).stdin, chunk),
      close: async () => {
        (await guest).stdin.end();
      },
      abort: async () => {
        (await guest).stdin.end();
      },
    });
  }

  /** What it writes; with a terminal, the screen. To be read once. */
  get stdout(): ReadableStream<Uint8Array> {
    return this.#stream("stdout");
  }

  get stderr(): ReadableStream<Uint8Array> {
    return this.#stream("stderr");
  }

  /** Writes to stdin, as a program with a pipe would. */
  async write(data: string | Uint8Array): Promise<void> {
    const guest = await this.#guest;
    await write(guest.stdin, data);
  }

  /** No more input. */
  async closeStdin(): Promise<void> {
    (await this.#guest).stdin.end();
  }

  /** Sends a signal, to the process or to its whole group. */
  async kill(
    signal: SignalLike = "SIGTERM",
    options: { readonly group?: boolean } = {},
  ): Promise<void> {
    const signo = signalOfArgument("signal", signal);
    (await this.#guest).kill(signo, options.group === true);
  }

  async resize(size: TerminalSize): Promise<void> {
    (await this.#guest).resize(size);
  }

  /** Waits for the end. @throws ExecFailedError, TimeoutError, ExitError, SandboxStoppedError, or the abort's reason */
  wait(): Promise<ExecResult> {
    this.#result ??= this.#finish();
    return this.#result;
  }

  // biome-ignore lint/suspicious/noThenProperty: the handle is the promise of its result, as in execa.
  then<A = ExecResult, B = never>(
    fulfilled?: ((result: ExecResult) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.wait().then(fulfilled, rejected);
  }

  /** The output as it comes, and the end. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ProcessEvent, void, undefined> {
    this.#isTaken = true;
    const guest = await this.#guest;
    yield* merge(guest);
    const status = await this.#ended(guest);
    yield { type: "exit", exitCode: exitCodeOf(status), signal: signalOf(status) };
  }

  /** Kills it, if it still runs, with its group. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      const guest = await this.#guest;
      guest.kill(SIGKILL, true);
      await guest.ended;
    } catch {
      // It never started, or the sandbox is gone.
    }
  }

  async #start(): Promise<GuestProcess> {
    const { sandbox, sandboxId, program, stdio, options } = this.#parts;
    let guest: GuestProcess;
    try {
      guest = await sandbox.run(program, stdio);
    } catch (error) {
      throw startError(error, sandboxId);
    }
    const { stdin } = options;
    if (stdin !== undefined && stdin !== "ignore" && stdin !== "pipe") {
      void feed(guest.stdin, stdin).catch((error) =>
        this.#cutOff({ kind: "abort", reason: error }),
      );
    }
    return guest;
  }

  async #finish(): Promise<ExecResult> {
    const guest = await this.#guest;
    const most = this.#parts.options.maxOutputBytes ?? MAX_OUTPUT_BYTES;
    const nothing: Collected = { bytes: new Uint8Array(0), truncated: false };
    const [stdout, stderr, status] = await Promise.all([
      this.#isTaken ? nothing : collect(guest.stdout, most),
      this.#isTaken ? nothing : collect(guest.stderr, most),
      this.#ended(guest),
    ]);
    const result = resultOf(status, stdout, stderr, performance.now() - this.#startMs);
    const cut = this.#cut;
    if (cut?.kind === "abort") throw cut.reason;
    if (cut?.kind === "timeout") throw new TimeoutError(this.#command, cut.timeoutMs, result);
    if (this.#parts.options.check === true && result.exitCode !== 0) {
      throw new ExitError(this.#command, result);
    }
    return result;
  }

  async #ended(guest: GuestProcess): Promise<number> {
    try {
      return await guest.ended;
    } catch (error) {
      throw new SandboxStoppedError(this.#parts.sandboxId, error);
    }
  }

  #stream(which: "stdout" | "stderr"): ReadableStream<Uint8Array> {
    this.#isTaken = true;
    let reader: AsyncIterator<Uint8Array> | null = null;
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          reader ??= (await this.#guest)[which][
            Symbol.asyncIterator
          ]() as AsyncIterator<Uint8Array>;
          const { done, value } = await reader.next();
          if (done === true) controller.close();
          else controller.enqueue(value);
        },
        cancel: async () => {
          (await this.#guest)[which].resume();
        },
      },
      { highWaterMark: 0 },
    );
  }

  #cutOff(cut: Cut): void {
    this.#cut ??= cut;
    this.#guest.then(
      (guest) => guest.kill(SIGKILL, true),
      () => {},
    );
  }

  #settled(): void {
    clearTimeout(this.#timer);
    this.#parts.options.signal?.removeEventListener("abort", this.#aborted);
  }
}

/** What two streams bring, in the order in which it comes. A reader that waits makes the process wait. */
async function* merge(guest: GuestProcess): AsyncGenerator<ProcessEvent, void, undefined> {
  const next = (type: "stdout" | "stderr", iterator: AsyncIterator<Uint8Array>) =>
    iterator.next().then(({ done, value }) => ({ type, iterator, done, value }));
  const pending = new Map(
    (["stdout", "stderr"] as const).map((type) => [
      type,
      next(type, guest[type][Symbol.asyncIterator]() as AsyncIterator<Uint8Array>),
    ]),
  );
  while (pending.size > 0) {
    const { type, iterator, done, value } = await Promise.race(pending.values());
    if (done === true) pending.delete(type);
    else {
      pending.set(type, next(type, iterator));
      yield { type, data: value };
    }
  }
}

/** Gives a process what it is to read, and then the end. A process that does not read it all is no error. */
async function feed(stdin: Writable, input: Input): Promise<void> {
  if (typeof input === "string" || input instanceof Uint8Array) {
    stdin.end(input);
    return;
  }
  const source =
    input instanceof ReadableStream ? (input as unknown as AsyncIterable<Uint8Array>) : input;
  for await (const chunk of source) await write(stdin, chunk);
  stdin.end();
}

/** Resolves when the process may be given more. */
function write(stdin: Writable, data: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stdin.write(data, (error) => (error ? reject(error) : resolve()));
  });
}

const KINDS: Readonly<Record<string, ExecFailure>> = {
  ENOENT: "NotFound",
  ENOTDIR: "NotFound",
  EACCES: "PermissionDenied",
  EPERM: "PermissionDenied",
  ENOEXEC: "NotExecutable",
  EAGAIN: "ResourceLimit",
  ENOMEM: "ResourceLimit",
  E2BIG: "ResourceLimit",
};

function startError(error: unknown, sandboxId: string): Error {
  if (error instanceof SandboxEndedError) return new SandboxStoppedError(sandboxId, error);
  if (!(error instanceof StartError)) return error as Error;
  const { stage, subject, errno: number } = error.failure;
  const errno = errnoName(number as Errno);
  const kind: ExecFailure =
    stage === "cwd" ? "BadCwd" : stage === "user" ? "BadUser" : (KINDS[errno] ?? "NotExecutable");
  return new ExecFailedError(
    `cannot start ${subject}: ${error.message}`,
    { kind, subject, errno },
    error,
  );
}

/**
 * A sandbox: a kernel of its own in a process of its own, in which programs run. It ends with the program that made it, or
 * earlier by `stop`, `kill` or `await using`. One that is detached ends by `stop` or `kill` alone.
 */
import { type Errno, errnoMessage } from "@kernelet/abi";
import {
  launch,
  type Outcome,
  openCacheFolder,
  type Report,
  SandboxEndedError,
  type Stats,
  type SystemCallRecord,
} from "@kernelet/sandbox";
import { type AbortOptions, abortable } from "./abort.ts";
import {
  createDetached,
  type Found,
  findDetached,
  type Handle,
  listDetached,
  type RootOption,
} from "./detached.ts";
import { InvalidArgumentError, SandboxStoppedError, StartFailedError } from "./errors.ts";
import type { EventStream } from "./events.ts";
import { type ExecDefaults, programSpec, type SpawnOptions, stdioSpec } from "./exec-options.ts";
import { SandboxFs } from "./fs/sandbox-fs.ts";
import type { Hook } from "./hooks.ts";
import { type ImageOptions, openImageStore } from "./image.ts";
import { type Calls, Observing, type Subscription } from "./observing.ts";
import { type CreateOptions, type LogListener, planSandbox } from "./options.ts";
import { SandboxPorts } from "./ports.ts";
import { Process } from "./process.ts";
import type { ExecResult } from "./result.ts";
import { SandboxNetwork } from "./sandbox-network.ts";
import { type PreparedSecrets, prepareSecrets } from "./secrets/secrets.ts";
import { writeTrust } from "./secrets/trust.ts";
import { type ShellValue, shellTemplate } from "./shell.ts";

export type SandboxState = "running" | "paused" | "stopped";

/** A template of a command line. */
export type ShellTag = (strings: TemplateStringsArray, ...values: readonly ShellValue[]) => Process;

/** Sandboxes that this program has made or found, and that have not ended. */
const live: Map<string, Sandbox> = new Map();

export class Sandbox implements AsyncDisposable {
  readonly id: string;
  readonly name: string;
  /** Its files. */
  readonly fs: SandboxFs;
  /** Ports of this machine that lead inside. */
  readonly ports: SandboxPorts;
  /** What it reaches. */
  readonly network: SandboxNetwork;
  /** How it ended, when it has. Never rejected. */
  readonly ended: Promise<Outcome>;
  /** It outlives this program. */
  readonly isDetached: boolean;
  readonly #defaults: ExecDefaults;
  readonly #process: Handle;
  readonly #observing: Observing;
  #state: SandboxState;

  private constructor(found: Found, onLog: LogListener) {
    const { id, name, defaults, handle: process } = found;
    this.id = id;
    this.name = name;
    this.isDetached = found.isDetached;
    this.fs = new SandboxFs(process, id);
    this.ports = new SandboxPorts(process, id);
    this.network = new SandboxNetwork({ process, sandboxId: id, onLog });
    this.#defaults = defaults;
    this.#process = process;
    this.#state = found.isPaused ? "paused" : "running";
    this.ended = process.outcome.catch((): Outcome => ({ kind: "lost", code: null, signal: null }));
    this.#observing = new Observing({ process, sandboxId: id, ended: this.ended, onLog });
    void this.ended.then(() => {
      this.#state = "stopped";
      live.delete(this.id);
    });
  }

  /**
   * Makes a sandbox and waits until its kernel stands. A string alone names an image.
   *
   * @throws InvalidArgumentError, ImageNotFoundError, ImageFailedError, StartFailedError, or the signal's reason
   */
  static create(
    image: string,
    options?: Omit<CreateOptions, "image" | "rootfs"> & Partial<ImageOptions>,
  ): Promise<Sandbox>;
  static create(options: CreateOptions): Promise<Sandbox>;
  static async create(imageOrOptions: string | CreateOptions, more: object = {}): Promise<Sandbox> {
    const options: CreateOptions =
      typeof imageOrOptions === "string" ? { ...more, image: imageOrOptions } : imageOrOptions;
    options.signal?.throwIfAborted();
    const onLog = options.onLog ?? (() => {});
    const secrets = await prepareSecrets(options.secrets, options.network);
    if (options.detached === true) {
      const detached = Sandbox.#join(await createDetached(options, secrets), onLog);
      if (options.signal !== undefined) detached.#endWith(options.signal);
      return await detached.#prepare(options, secrets);
    }
    // Nobody removes the image's files before they are open.
    const sandbox = await ("image" in options
      ? openImageStore(options).using(() => Sandbox.#launch(options, secrets, onLog))
      : Sandbox.#launch(options, secrets, onLog));
    return await sandbox.#prepare(options, secrets);
  }

  /** Before anything runs in it. */
  async #prepare({ network }: CreateOptions, secrets: PreparedSecrets | null): Promise<this> {
    try {
      if (secrets !== null) {
        const { request, authority } = secrets;
        await this.#process.ask("setSecrets", request);
        if (authority !== null) await writeTrust(this.fs, authority);
      }
      if (network?.decide !== undefined) {
        const { decide, decideTimeoutMs } = network;
        await this.network.update({
          decide,
          ...(decideTimeoutMs !== undefined && { decideTimeoutMs }),
        });
      }
      return this;
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  static async #launch(
    options: CreateOptions,
    secrets: PreparedSecrets | null,
    onLog: LogListener,
  ): Promise<Sandbox> {
    const plan = await planSandbox(options, secrets);
    options.signal?.throwIfAborted();
    if ([...live.values()].some(({ name }) => name === plan.name)) {
      throw new InvalidArgumentError("name", `there is a sandbox '${plan.name}' already`);
    }
    let last = "";
    const cacheFolder = openCacheFolder(process.env);
    const sandboxProcess = launch({
      config: plan.config,
      stdio: ["ignore", "ignore", "ignore"],
      ...(cacheFolder !== undefined && { cacheFolder }),
      onLog: (level, message) => {
        last = message;
        options.onLog?.(level, message);
      },
    });
    const sandbox = new Sandbox(
      { ...plan, handle: sandboxProcess, isDetached: false, isPaused: false },
      onLog,
    );
    live.set(sandbox.id, sandbox);
    if (options.signal !== undefined) sandbox.#endWith(options.signal);
    if (!(await sandboxProcess.ready)) {
      options.signal?.throwIfAborted();
      throw new StartFailedError(describe(await sandbox.ended, last));
    }
    return sandbox;
  }

  /**
   * A sandbox that runs, by id or name: one of this program's, or one that is detached, whoever made it.
   * @returns undefined if there is none.
   */
  static async get(
    idOrName: string,
    options: RootOption & AbortOptions = {},
  ): Promise<Sandbox | undefined> {
    const own = live.get(idOrName) ?? [...live.values()].find(({ name }) => name === idOrName);
    if (own !== undefined) return own;
    const found = await abortable(() => findDetached(idOrName, options), options.signal);
    return found === undefined ? undefined : Sandbox.#join(found);
  }

  /** The sandboxes that run: this program's, and those that are detached. */
  static async list(options: RootOption & AbortOptions = {}): Promise<Sandbox[]> {
    const detached = await abortable(() => listDetached(options), options.signal);
    for (const found of detached) Sandbox.#join(found);
    return [...live.values()];
  }

  /** The one that is known already, or a new one. */
  static #join(found: Found, onLog: LogListener = () => {}): Sandbox {
    const known = live.get(found.id);
    if (known !== undefined) {
      found.handle.close();
      return known;
    }
    const sandbox = new Sandbox(found, onLog);
    live.set(sandbox.id, sandbox);
    return sandbox;
  }

  #endWith(signal: AbortSignal): void {
    const end = (): void => this.#process.kill();
    signal.addEventListener("abort", end, { once: true });
    void this.ended.then(() => signal.removeEventListener("abort", end));
  }

  get state(): SandboxState {
    return this.#state;
  }

  /** The sandbox's process on the host. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /**
   * Runs a program to its end. A string alone is a command line for /bin/sh. A program that fails is no error: its result
   * says so.
   *
   * @throws ExecFailedError, TimeoutError, SandboxStoppedError, the signal's reason; with `check`, ExitError
   */
  exec(command: string, options?: SpawnOptions): Promise<ExecResult>;
  exec(program: string, args: readonly string[], options?: SpawnOptions): Promise<ExecResult>;
  exec(
    program: string,
    argsOrOptions: readonly string[] | SpawnOptions = {},
    options: SpawnOptions = {},
  ): Promise<ExecResult> {
    const [argv, chosen] = argvOf(program, argsOrOptions, options);
    const hasInput = chosen.stdin !== undefined && chosen.stdin !== "ignore";
    return this.#start(argv, chosen, hasInput).wait();
  }

  /**
   * Runs a command line; values become words, whatever is in them: sb.sh`cat ${name}`. Options come first:
   * sb.sh({ timeout: "10s" })`make`.
   */
  sh(strings: TemplateStringsArray, ...values: readonly ShellValue[]): Process;
  sh(options: SpawnOptions): ShellTag;
  sh(
    first: TemplateStringsArray | SpawnOptions,
    ...values: readonly ShellValue[]
  ): Process | ShellTag {
    const tag =
      (options: SpawnOptions): ShellTag =>
      (strings, ...words) => {
        const hasInput = options.stdin !== undefined && options.stdin !== "ignore";
        return this.#start(["/bin/sh", "-c", shellTemplate(strings, words)], options, hasInput);
      };
    return "raw" in first ? tag({})(first, ...values) : tag(first);
  }

  /** Starts a program and gives a handle at once. Its `stdin` is a pipe unless options say otherwise. */
  spawn(command: string, options?: SpawnOptions): Process;
  spawn(program: string, args: readonly string[], options?: SpawnOptions): Process;
  spawn(
    program: string,
    argsOrOptions: readonly string[] | SpawnOptions = {},
    options: SpawnOptions = {},
  ): Process {
    const [argv, chosen] = argvOf(program, argsOrOptions, options);
    return this.#start(argv, chosen, chosen.stdin !== "ignore");
  }

  /** No process runs until `resume`. */
  async pause(options: AbortOptions = {}): Promise<void> {
    await this.#ask("pause", options);
    this.#state = "paused";
  }

  async resume(options: AbortOptions = {}): Promise<void> {
    await this.#ask("resume", options);
    this.#state = "running";
  }

  /**
   * Decides about system calls: `calls` is a name, several, or a group as strace(1) has them ("%network"). What the hook
   * gives holds for this call; several hooks are asked in their order. Programs cannot get around it, but another thread
   * may change what an argument points to between the hook and the call: for the network there are rules.
   *
   * @returns what ends the hook, as does the signal; calls that then still wait are denied.
   * @throws InvalidArgumentError, SandboxStoppedError
   */
  on(calls: Calls, hook: Hook, options: AbortOptions = {}): Promise<Subscription> {
    return this.#observing.on(calls, hook, options);
  }

  /**
   * System calls from now on, as data, until the loop over them is left: `for await (const call of sb.trace("%file"))`.
   * A reader that is too slow loses some (`lost`); programs do not wait for it. A signal ends it, with its reason.
   */
  trace(calls: Calls = "all", options: AbortOptions = {}): EventStream<SystemCallRecord> {
    return this.#observing.trace(calls, options);
  }

  /** What runs in it, and what it holds. */
  stats(options: AbortOptions = {}): Promise<Stats> {
    return this.#ask("stats", options);
  }

  /** What its programs asked of their kernel, and what of that reached the host. */
  report(options: AbortOptions = {}): Promise<Report> {
    return this.#ask("report", options);
  }

  /** Ends it and everything in it. @returns its report; null if it had ended otherwise. */
  async stop({ signal }: AbortOptions = {}): Promise<Report | null> {
    const outcome = await abortable(() => {
      this.#process.stop();
      return this.ended;
    }, signal);
    return outcome.kind === "exited" ? outcome.report : null;
  }

  /** Ends its process at once. */
  async kill(): Promise<void> {
    this.#process.kill();
    await this.ended;
  }

  /** Lets go of a sandbox that is detached: it goes on. */
  release(): void {
    if (!this.isDetached) return;
    live.delete(this.id);
    this.#process.close();
  }

  /** Stops it; lets go of one that is detached. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isDetached) this.release();
    else await this.stop();
  }

  #start(argv: readonly string[], options: SpawnOptions, hasInput: boolean): Process {
    return new Process({
      sandbox: this.#process,
      sandboxId: this.id,
      program: programSpec(this.#defaults, argv, options),
      stdio: stdioSpec(options, hasInput),
      options,
    });
  }

  async #ask<O extends "pause" | "resume" | "stats" | "report">(op: O, { signal }: AbortOptions) {
    try {
      return (await abortable(() => this.#process.ask(op, null), signal)).value;
    } catch (error) {
      throw error instanceof SandboxEndedError ? new SandboxStoppedError(this.id, error) : error;
    }
  }
}

function argvOf(
  program: string,
  argsOrOptions: readonly string[] | SpawnOptions,
  options: SpawnOptions,
): [readonly string[], SpawnOptions] {
  if (Array.isArray(argsOrOptions)) return [[program, ...argsOrOptions], options];
  return [["/bin/sh", "-c", program], argsOrOptions as SpawnOptions];
}

function describe(outcome: Outcome, last: string): string {
  switch (outcome.kind) {
    case "failed":
      return `${outcome.stage}: ${outcome.subject}: ${errnoMessage(outcome.errno as Errno)}`;
    case "killed":
      return "it was killed";
    default:
      return last === "" ? "its process ended too early" : (last.split("\n", 1)[0] as string);
  }
}

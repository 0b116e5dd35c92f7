/**
 * Starts a sandbox process and speaks with it. For the side that is not in the sandbox: the command line, the SDK.
 *
 * The process gets an empty environment and Node's permission model: it may read its own code and the granted
 * folders, write to folders granted for writing, and start nothing.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Connection } from "./client/connect.ts";
import type { GuestProcess } from "./client/guest-process.ts";
import { Link } from "./client/link.ts";
import { openCodeFolder, translatorVersion } from "./code-folder.ts";
import { openGrants } from "./grant-descriptors.ts";
import {
  type CodeFolders,
  isWorthCompiling,
  nativeName,
  openNativeFolder,
  startCompiling,
} from "./native-code/native-folder.ts";
import { type PublishedPort, reachesOutside } from "./network/network-request.ts";
import type { Outcome } from "./outcome.ts";
import { ProfileReceiver } from "./profile/transfer.ts";
import type {
  FolderGrant,
  FromSandbox,
  SandboxConfig,
  TerminalSize,
  ToSandbox,
} from "./protocol.ts";
import { buildFacts, findImage, imageKey, isImageWanted } from "./start-image.ts";
import { streamFiles } from "./stream-files.ts";

/** Guest calls nest on V8's stack; KiB. Below the usual 8 MiB of the main thread. */
const STACK_KIB = 7000;

const V8_FLAGS: readonly string[] = [
  `--stack-size=${STACK_KIB}`,
  // memory-watch.ts.
  "--expose-gc",
  // MiB. V8 would let a sandbox that starts many processes have 190 MiB of garbage; collected, there are 26.
  "--max-semi-space-size=16",
  // MiB. Starting makes some 10 MiB of objects: room for them without five collections (measured: 9 % of the time of
  // `true`). What is free goes back when the sandbox waits.
  "--min-semi-space-size=4",
  "--initial-heap-size=64",
  // Translated code says which branches are seldom taken; V8 lays it out by that (measured: 5 to 10 %).
  "--experimental-wasm-branch-hinting",
  // host/v8-code.ts.
  "--allow-natives-syntax",
];

const CHANNEL_FD = 3;
/** The first program's number on our channel. */
const FIRST_PROCESS = 0;

export interface LaunchOptions {
  readonly config: SandboxConfig;
  /** Descriptors of this process for the sandbox's 0, 1, 2 and, from 4 on, more (a trace file). Default: our own. */
  readonly stdio?: readonly (number | "ignore")[];
  /** What makes the next start quicker is kept there (cache-folder.ts). Default: nothing is. */
  readonly cacheFolder?: string;
  /**
   * It outlives us: `config.detached` says how. Called with its pid before it does anything; what it throws ends it.
   * `close` lets go of it.
   */
  readonly onDetached?: (pid: number) => void;
  readonly onLog?: (level: "debug" | "info" | "warn" | "error", message: string) => void;
  /** Ports lead inside; called before anything runs. */
  readonly onPublished?: (ports: readonly PublishedPort[]) => void;
  /** The guest wants the terminal in this mode. */
  readonly onRaw?: (raw: boolean) => void;
}

export interface Sandbox extends Connection {
  readonly pid: number | undefined;
  readonly outcome: Promise<Outcome>;
  /** The kernel stands and the first program runs; false if it came to its end without. */
  readonly ready: Promise<boolean>;
  /** The first program, where it does not have this process's streams. Rejected with SandboxEndedError. */
  readonly first: Promise<GuestProcess>;
  /** A signal for the guest: its foreground group or first process. */
  signal(signo: number): void;
  resize(size: TerminalSize): void;
  /** Ends everything in it; `outcome` has its report. */
  stop(): void;
  /** Ends the process at once. */
  kill(): void;
}

export function launch(options: LaunchOptions): Sandbox {
  const main = mainModule();
  const image = imageFor(main, options.cacheFolder);
  let attempt = new Attempt(main, image, options);
  let isKilled = false;
  const retried = async (): Promise<Attempt> => {
    if (image === undefined) return attempt;
    const isServing = await attempt.isServing;
    if (isServing || isKilled) return attempt;
    const first = await attempt.outcome;
    if (first.kind !== "lost") return attempt;
    // The image is damaged, and nothing has run yet.
    fs.rmSync(image, { force: true });
    attempt = new Attempt(main, undefined, options);
    return attempt;
  };
  const used = retried();
  const first = used.then(({ first }) => first);
  // Nobody need ask.
  first.catch(() => {});
  return {
    get pid() {
      return attempt.child.pid;
    },
    outcome: used.then(({ outcome }) => outcome),
    ready: used.then(({ isReady }) => isReady),
    first,
    closed: used.then(({ link }) => link.closed),
    close: () => {
      void used.then((last) => last.close());
    },
    leave: async (program) => (await used).link.processes.leave(program),
    attach: async (options) => (await used).link.attach(options),
    run: async (program, stdio) => (await used).link.processes.run(program, stdio),
    ask: async (op, args, bytes) => (await used).link.requester.ask(op, args, bytes),
    subscribe: async (kind, options, handler) =>
      (await used).link.subscriptions.subscribe(kind, options, handler),
    signal: (signo) => attempt.send({ type: "signal", signo }),
    resize: (size) => attempt.send({ type: "resize", ...size }),
    stop: () => attempt.send({ type: "stop" }),
    kill: () => {
      isKilled = true;
      attempt.kill();
    },
  };
}

/** One process that is to be the sandbox. */
class Attempt {
  readonly child: ChildProcess;
  readonly link: Link;
  readonly outcome: Promise<Outcome>;
  readonly first: Promise<GuestProcess>;
  /** It has said so: its code is loaded, and a guest may have run. false: it has ended before. */
  readonly isServing: Promise<boolean>;
  readonly isReady: Promise<boolean>;
  readonly #options: LaunchOptions;
  readonly #serving: PromiseWithResolvers<boolean> = Promise.withResolvers<boolean>();
  readonly #ready: PromiseWithResolvers<boolean> = Promise.withResolvers<boolean>();
  readonly #profile: ProfileReceiver = new ProfileReceiver();
  #last: Outcome | null = null;
  readonly #main: string;
  readonly #folders: CodeFolders | undefined;
  #uncompiled = 0;
  #isKilled = false;

  constructor(main: string, image: string | undefined, options: LaunchOptions) {
    const { cacheFolder } = options;
    const codeFolder = cacheFolder === undefined ? undefined : openCodeFolder(cacheFolder, main);
    const stdio = options.stdio ?? [];
    const inherited = stdio.slice(CHANNEL_FD);
    const grants = openGrants(options.config, CHANNEL_FD + 1 + inherited.length);
    const nativeFolder =
      cacheFolder === undefined || codeFolder === undefined
        ? undefined
        : openNativeFolder(cacheFolder, codeFolder, main, V8_FLAGS);
    const config = {
      ...grants.config,
      ...(codeFolder !== undefined && { codeFolder }),
      ...(nativeFolder !== undefined && { nativeFolder }),
    };
    this.#main = main;
    if (codeFolder !== undefined && nativeFolder !== undefined)
      this.#folders = { code: codeFolder, native: nativeFolder };
    this.#options = options;
    this.isServing = this.#serving.promise;
    this.isReady = this.#ready.promise;
    const from = image === undefined ? [] : ["--snapshot-blob", image];
    const isDetached = config.detached !== undefined;
    this.child = spawn(process.execPath, [...nodeOptions(main, config), ...from, main], {
      env: {},
      // A session of its own: what a terminal sends to its processes is not for this one.
      detached: isDetached,
      // The channel is descriptor 3.
      stdio: [
        ...[stdio[0] ?? 0, stdio[1] ?? 1, stdio[2] ?? 2],
        "pipe",
        ...inherited,
        ...grants.descriptors,
      ],
    });
    grants.close();
    const socket = this.child.stdio[CHANNEL_FD] as Duplex;
    this.link = new Link(socket, (message, bytes) => this.#receive(message, bytes));
    this.first =
      config.stdio.kind === "inherited"
        ? Promise.reject(new Error("the first program has the process's own streams"))
        : this.link.processes.expect(FIRST_PROCESS);
    this.first.catch(() => {});
    this.outcome = this.#waitForEnd(isDetached);
    if (this.child.pid !== undefined) this.#noteDetached(this.child.pid);
    // Where the process cannot start, its end says more than an error here.
    this.send({ type: "start", config: withFiles(config, stdio) });
  }

  send(message: ToSandbox): void {
    // It may have ended meanwhile: then nobody needs to hear.
    this.link.send(message);
  }

  #noteDetached(pid: number): void {
    try {
      this.#options.onDetached?.(pid);
    } catch (error) {
      this.kill();
      throw error;
    }
  }

  /** Lets go of a sandbox that goes on without us. */
  close(): void {
    this.child.unref();
    this.link.close();
  }

  kill(): void {
    this.#isKilled = true;
    this.child.kill("SIGKILL");
  }

  #receive(message: FromSandbox, bytes: Uint8Array): void {
    switch (message.type) {
      case "serving":
        this.#serving.resolve(true);
        break;
      case "ready":
        this.#ready.resolve(true);
        break;
      case "log":
        this.#options.onLog?.(message.level, message.message);
        break;
      case "published":
        this.#options.onPublished?.(message.ports);
        break;
      case "raw":
        this.#options.onRaw?.(message.raw);
        break;
      case "failed": {
        const { stage, subject, errno } = message;
        this.#last = { kind: "failed", stage, subject, errno };
        break;
      }
      case "profile":
        this.#profile.receive(bytes);
        break;
      case "exited": {
        const { status, hasLayer, report } = message;
        this.#uncompiled = message.uncompiled;
        const profile = this.#profile.finish();
        const last = { kind: "exited", status, hasLayer, report } as const;
        this.#last = { ...last, ...(profile !== null && { profile }) };
        break;
      }
      default:
    }
  }

  /** What this run would have liked to find is there for the next one. */
  #compile(): void {
    if (this.#folders === undefined || !isWorthCompiling(this.#folders, this.#uncompiled)) return;
    startCompiling(this.#folders, this.#main, V8_FLAGS, false).unref();
  }

  #waitForEnd(isDetached: boolean): Promise<Outcome> {
    // The channel closes with our death, and that ends the sandbox; this is for when its event loop is stuck.
    const killAtExit = (): void => {
      this.child.kill("SIGKILL");
    };
    if (!isDetached) process.on("exit", killAtExit);
    const over = (): void => {
      process.off("exit", killAtExit);
      this.#serving.resolve(false);
      this.#ready.resolve(false);
      this.link.over();
    };
    return new Promise<Outcome>((resolve, reject) => {
      this.child.once("error", (error) => {
        over();
        reject(error);
      });
      // Not "exit": messages may still be on their way then.
      this.child.once("close", (code, signal) => {
        over();
        this.#compile();
        if (this.#last !== null) resolve(this.#last);
        else resolve(this.#isKilled ? { kind: "killed" } : { kind: "lost", code, signal });
      });
    });
  }
}

/** What is known here of the streams that the sandbox inherits. */
function withFiles(config: SandboxConfig, stdio: readonly (number | "ignore")[]): SandboxConfig {
  if (config.stdio.kind !== "inherited") return config;
  const inherited = [0, 1, 2].map((n) => stdio[n] ?? n);
  const files = streamFiles(inherited);
  return { ...config, stdio: { ...config.stdio, files } };
}

/** The image to start `main` from. If there is none yet, one is being made for the next time. */
function imageFor(main: string, cacheFolder: string | undefined): string | undefined {
  const bundle = cacheFolder === undefined ? undefined : buildFacts(main)?.sandbox;
  if (cacheFolder === undefined || bundle === undefined) return undefined;
  const folder = path.join(cacheFolder, "start");
  const key = imageKey(bundle, V8_FLAGS);
  const image = findImage(folder, key);
  if (image === undefined && isImageWanted(folder, key)) {
    const script = path.join(path.dirname(main), "make-start-image.js");
    const args = [script, folder, key, main, ...V8_FLAGS];
    spawn(process.execPath, args, { detached: true, env: {}, stdio: "ignore" }).unref();
  }
  return image;
}

/** What this version of Kernelet calls its part of the cache. */
export interface CurrentNames {
  /** undefined: sources have no start image. */
  readonly imageKey: string | undefined;
  readonly codeFolder: string;
  /** undefined: sources have no machine code. */
  readonly nativeFolder: string | undefined;
}

export function currentNames(): CurrentNames {
  const main = mainModule();
  const bundle = buildFacts(main)?.sandbox;
  const codeFolder = translatorVersion(main);
  return {
    imageKey: bundle === undefined ? undefined : imageKey(bundle, V8_FLAGS),
    codeFolder,
    nativeFolder: bundle === undefined ? undefined : nativeName(codeFolder, V8_FLAGS),
  };
}

/**
 * Compiles now what would be compiled after the next runs (`kernelet cache compile`).
 * @returns the exit code of who does; undefined where there is nothing to compile it with or for
 */
export async function compileCode(cacheFolder: string): Promise<number | undefined> {
  const main = mainModule();
  const code = openCodeFolder(cacheFolder, main);
  const native = code && openNativeFolder(cacheFolder, code, main, V8_FLAGS);
  if (code === undefined || native === undefined) return undefined;
  const child = startCompiling({ code, native }, main, V8_FLAGS, true);
  const [exitCode] = (await once(child, "close")) as [number | null];
  return exitCode ?? 1;
}

/** This package's main module: beside us as source, or bundled (tools/build.ts) beside the command line's bundle. */
function mainModule(): string {
  const here = fileURLToPath(import.meta.url);
  const name = path.extname(here) === ".ts" ? "main.ts" : "sandbox.cjs";
  return path.join(path.dirname(here), name);
}

/** Options of Node: what the process may touch, and its stack. */
export function nodeOptions(main: string, config: SandboxConfig): string[] {
  const grants: readonly FolderGrant[] = [...config.layers, ...config.volumes];
  const { tree, layers } = config.image ?? { layers: [] };
  const readable = [...codeFolders(main), ...grants.map((grant) => grant.path), ...layers];
  if (tree !== undefined) readable.push(tree);
  const writable = grants.filter((grant) => grant.writable).map((grant) => grant.path);
  // Names below an open directory: see host/node-path.ts.
  if (config.codeFolder !== undefined) {
    readable.push(config.codeFolder);
    writable.push(config.codeFolder);
  }
  if (config.nativeFolder !== undefined) readable.push(config.nativeFolder);
  const { network } = config;
  const isNetworkAllowed =
    network !== undefined &&
    reachesOutside(network) &&
    process.allowedNodeEnvironmentFlags.has("--allow-net");
  const throughDescriptors = grants.some((grant) => grant.path !== "/");
  if (throughDescriptors) readable.push(DESCRIPTORS);
  if (writable.length > 0) writable.push(DESCRIPTORS);
  return [
    "--permission",
    // Node 24 knows no such permission: there the Host alone stands before the network.
    ...(isNetworkAllowed ? ["--allow-net"] : []),
    ...outermost(readable).map((folder) => `--allow-fs-read=${folder}`),
    ...outermost(writable).map((folder) => `--allow-fs-write=${folder}`),
    "--disable-warning=ExperimentalWarning",
    ...V8_FLAGS,
  ];
}

const DESCRIPTORS = "/proc/self/fd/";

/** Without folders below others: granted one of those first, Node 24 forgets the outer folder itself. */
function outermost(folders: readonly string[]): string[] {
  return [...new Set(folders)].filter(
    (folder) => !folders.some((other) => other !== folder && isBelow(folder, other)),
  );
}

function isBelow(folder: string, other: string): boolean {
  return folder.startsWith(other.endsWith(path.sep) ? other : other + path.sep);
}

/** Where the code of the sandbox process lies: one bundle, or in a checkout the packages and what they are linked from. */
function codeFolders(main: string): string[] {
  if (path.extname(main) !== ".ts") return [path.dirname(main)];
  const workspace = path.resolve(path.dirname(main), "../../..");
  return [
    path.join(workspace, "packages"),
    path.join(workspace, "node_modules"),
    path.join(workspace, "package.json"),
  ].map((folder) => (fs.existsSync(folder) ? fs.realpathSync(folder) : folder));
}

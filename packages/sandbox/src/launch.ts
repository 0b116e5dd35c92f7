/**
 * Starts a sandbox process and speaks with it. For the side that is not in the sandbox: the command line, the SDK.
 *
 * The process gets an empty environment and Node's permission model: it may read its own code and the granted
 * folders, write to folders granted for writing, and start nothing.
 */
import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type {
  FolderGrant,
  FromSandbox,
  SandboxConfig,
  StartFailure,
  TerminalSize,
} from "./protocol.ts";
import type { Report } from "./report.ts";
import { bundleId, findImage, imageKey } from "./start-image.ts";
import { streamFiles } from "./stream-files.ts";

/** Guest calls nest on V8's stack; KiB. Below the usual 8 MiB of the main thread. */
const STACK_KIB = 7000;

const V8_FLAGS: readonly string[] = [
  `--stack-size=${STACK_KIB}`,
  // memory-watch.ts.
  "--expose-gc",
  // Translated code says which branches are seldom taken; V8 lays it out by that (measured: 5 to 10 %).
  "--experimental-wasm-branch-hinting",
];

export interface LaunchOptions {
  readonly config: SandboxConfig;
  /** Descriptors of this process for the sandbox's 0, 1, 2 and, from 4 on, more (a trace file). Default: our own. */
  readonly stdio?: readonly number[];
  /** What makes the next start quicker is kept there (cache-folder.ts). Default: nothing is. */
  readonly cacheFolder?: string;
  readonly onLog?: (level: "debug" | "info" | "warn" | "error", message: string) => void;
  /** The guest wants the terminal in this mode. */
  readonly onRaw?: (raw: boolean) => void;
}

/** How a sandbox ended. */
export type Outcome =
  /** The first program ended: wait status, see wait(2). */
  | { readonly kind: "exited"; readonly status: number; readonly report: Report }
  /** It could not be started. */
  | ({ readonly kind: "failed" } & StartFailure)
  /** We ended it: `kill`. */
  | { readonly kind: "killed" }
  /** The sandbox process itself ended too early: an error of ours, or of the machine. */
  | { readonly kind: "lost"; readonly code: number | null; readonly signal: string | null };

export interface Sandbox {
  readonly pid: number | undefined;
  readonly outcome: Promise<Outcome>;
  /** A signal for the guest: its foreground group or first process. */
  signal(signo: number): void;
  resize(size: TerminalSize): void;
  /** Ends the process at once. */
  kill(): void;
}

export function launch(options: LaunchOptions): Sandbox {
  const main = mainModule();
  const image = imageFor(main, options.cacheFolder);
  let attempt = new Attempt(main, image, options);
  let isKilled = false;
  const outcome = async (): Promise<Outcome> => {
    const first = await attempt.outcome;
    if (image === undefined || attempt.isServing || isKilled || first.kind !== "lost") return first;
    // The image is damaged, and nothing has run yet.
    fs.rmSync(image, { force: true });
    attempt = new Attempt(main, undefined, options);
    return attempt.outcome;
  };
  return {
    get pid() {
      return attempt.child.pid;
    },
    outcome: outcome(),
    signal: (signo) => send(attempt.child, { type: "signal", signo }),
    resize: (size) => send(attempt.child, { type: "resize", ...size }),
    kill: () => {
      isKilled = true;
      attempt.kill();
    },
  };
}

/** One process that is to be the sandbox. */
class Attempt {
  readonly child: ChildProcess;
  readonly outcome: Promise<Outcome>;
  readonly kill: () => void;
  /** It has said so: its code is loaded, and a guest may have run. */
  isServing = false;

  constructor(main: string, image: string | undefined, options: LaunchOptions) {
    const { config } = options;
    const stdio = options.stdio ?? [];
    const from = image === undefined ? [] : ["--snapshot-blob", image];
    this.child = spawn(process.execPath, [...nodeOptions(main, config), ...from, main], {
      env: {},
      // The channel is descriptor 3.
      stdio: [stdio[0] ?? 0, stdio[1] ?? 1, stdio[2] ?? 2, "ipc", ...stdio.slice(3)],
      serialization: "json",
    });
    this.child.once("message", () => {
      this.isServing = true;
    });
    const end = waitForEnd(this.child, options);
    this.outcome = end.promise;
    this.kill = end.kill;
    const files = streamFiles([0, 1, 2].map((n) => stdio[n] ?? n));
    // Where the process cannot start, its end says more than this error.
    this.child.send({ type: "start", config: { ...config, files } }, () => {});
  }
}

/** The image to start `main` from. If there is none yet, one is being made for the next time. */
function imageFor(main: string, cacheFolder: string | undefined): string | undefined {
  const bundle = cacheFolder === undefined ? undefined : bundleId(main);
  if (cacheFolder === undefined || bundle === undefined) return undefined;
  const folder = path.join(cacheFolder, "start");
  const key = imageKey(bundle, V8_FLAGS);
  const image = findImage(folder, key);
  if (image === undefined) {
    const script = path.join(path.dirname(main), "make-start-image.js");
    const args = [script, folder, key, main, ...V8_FLAGS];
    spawn(process.execPath, args, { detached: true, env: {}, stdio: "ignore" }).unref();
  }
  return image;
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
  const readable = [...codeFolders(main), ...grants.map((grant) => grant.path)];
  const writable = grants.filter((grant) => grant.writable).map((grant) => grant.path);
  // Names below an open directory: see host/node-path.ts.
  const throughDescriptors = grants.some((grant) => grant.path !== "/");
  if (throughDescriptors) readable.push(DESCRIPTORS);
  if (writable.length > 0) writable.push(DESCRIPTORS);
  return [
    "--permission",
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

function send(child: ChildProcess, message: object): void {
  // It may have ended meanwhile: then nobody needs to hear.
  if (child.connected) child.send(message, () => {});
}

function waitForEnd(
  child: ChildProcess,
  options: LaunchOptions,
): { promise: Promise<Outcome>; kill: () => void } {
  let last: Outcome | null = null;
  let isKilled = false;
  // The channel closes with our death, and that ends the sandbox; this is for when its event loop is stuck.
  const killAtExit = (): void => {
    child.kill("SIGKILL");
  };
  process.on("exit", killAtExit);

  child.on("message", (message: FromSandbox) => {
    switch (message.type) {
      case "serving":
        break;
      case "log":
        options.onLog?.(message.level, message.message);
        break;
      case "raw":
        options.onRaw?.(message.raw);
        break;
      case "failed":
        last = {
          kind: "failed",
          stage: message.stage,
          subject: message.subject,
          errno: message.errno,
        };
        break;
      case "exited":
        last = { kind: "exited", status: message.status, report: message.report };
        break;
    }
  });
  const promise = new Promise<Outcome>((resolve, reject) => {
    child.once("error", (error) => {
      process.off("exit", killAtExit);
      reject(error);
    });
    // Not "exit": messages may still be on their way then.
    child.once("close", (code, signal) => {
      process.off("exit", killAtExit);
      if (last !== null) resolve(last);
      else resolve(isKilled ? { kind: "killed" } : { kind: "lost", code, signal });
    });
  });
  return {
    promise,
    kill: () => {
      isKilled = true;
      child.kill("SIGKILL");
    },
  };
}

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
import { streamFiles } from "./stream-files.ts";

/** Guest calls nest on V8's stack; KiB. Below the usual 8 MiB of the main thread. */
const STACK_KIB = 7000;

export interface LaunchOptions {
  readonly config: SandboxConfig;
  /** Descriptors of this process for the sandbox's 0, 1, 2 and, from 4 on, more (a trace file). Default: our own. */
  readonly stdio?: readonly number[];
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
  const { config } = options;
  const main = mainModule();
  const extra = (options.stdio ?? []).slice(3);
  const child = spawn(process.execPath, [...nodeOptions(main, config), main], {
    env: {},
    // The channel is descriptor 3.
    stdio: [
      options.stdio?.[0] ?? 0,
      options.stdio?.[1] ?? 1,
      options.stdio?.[2] ?? 2,
      "ipc",
      ...extra,
    ],
    serialization: "json",
  });
  const outcome = waitForEnd(child, options);
  const files = streamFiles([0, 1, 2].map((n) => options.stdio?.[n] ?? n));
  child.send({ type: "start", config: { ...config, files } });
  return {
    pid: child.pid,
    outcome: outcome.promise,
    signal: (signo) => send(child, { type: "signal", signo }),
    resize: (size) => send(child, { type: "resize", ...size }),
    kill: outcome.kill,
  };
}

/** This package's main module: beside us as source, or bundled (tools/build.ts) beside the command line's bundle. */
function mainModule(): string {
  const here = fileURLToPath(import.meta.url);
  const name = path.extname(here) === ".ts" ? "main.ts" : "sandbox.js";
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
    `--stack-size=${STACK_KIB}`,
    // memory-watch.ts.
    "--expose-gc",
    // Translated code says which branches are seldom taken; V8 lays it out by that (measured: 5 to 10 %).
    "--experimental-wasm-branch-hinting",
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

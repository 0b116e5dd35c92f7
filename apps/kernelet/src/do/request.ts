/** From options to what is to be done: all that can be wrong is found before a sandbox starts. */
import { totalmem } from "node:os";
import { resolve } from "node:path";
import process from "node:process";
import type { NetworkRequest } from "@kernelet/sandbox";
import { CliError } from "../errors.ts";
import type { Io } from "../io.ts";
import { buildEnvironment } from "../options/environment.ts";
import { parseHostname } from "../options/hostname.ts";
import { buildNetwork, type NetworkOptions } from "../options/network.ts";
import type { ProfileFile } from "../options/profile-file.ts";
import { parseVolume, requireFolder, type Volume } from "../options/volume.ts";

/** As podman(1) has it: room for any program, and none for a fork bomb. */
export const DEFAULT_PIDS_LIMIT = 2048;

/** What the parser gives for `do`, named by the long options. */
export interface DoOptions extends NetworkOptions {
  readonly env?: readonly string[];
  readonly envFile?: readonly string[];
  readonly workdir?: string;
  readonly user?: string;
  readonly hostname: string;
  readonly memory?: number;
  readonly pidsLimit: number;
  readonly timeout?: number;
  readonly rootfs: string;
  readonly volume?: readonly string[];
  readonly trace?: true;
  readonly traceSet?: string;
  readonly traceFile?: string;
  readonly report?: true;
  readonly reportFormat?: "text" | "json";
  readonly reportFile?: string;
  readonly profile?: ProfileFile;
  readonly interpret?: true;
  readonly cache: boolean;
}

export interface DoRequest {
  /** Absolute path of a folder of the host's. */
  readonly root: string;
  readonly argv: readonly string[];
  /** `NAME=value`. */
  readonly env: readonly string[];
  readonly cwd: string;
  /** The person named `cwd`; else it is the caller's, and "/" does when the root hasn't it. */
  readonly isCwdRequired: boolean;
  /** `user[:group]` as the root's files name them, or numbers. */
  readonly user: string;
  readonly hostname: string;
  /** Bytes. */
  readonly memoryLimit: number;
  readonly taskLimit: number;
  readonly timeoutMs: number | undefined;
  readonly volumes: readonly Volume[];
  readonly network: NetworkRequest;
  /** What to trace, as strace's `-e trace=` takes it; undefined: nothing. */
  readonly traceSet: string | undefined;
  /** undefined: stderr. */
  readonly traceFile: string | undefined;
  readonly report: "text" | "json" | undefined;
  readonly reportFile: string | undefined;
  /** Where a profile is to be written, if one is wanted. */
  readonly profile: ProfileFile | undefined;
  readonly translate: boolean;
  /** What an earlier run has left is used, and something is left for the next one. */
  readonly cache: boolean;
}

export function buildRequest(io: Io, argv: readonly string[], options: DoOptions): DoRequest {
  if (argv[0] === "") throw new CliError("bad-usage", "the program's name is empty");
  const cwd = io.cwd();
  const root = resolve(cwd, options.rootfs);
  requireFolder("--rootfs", root);
  // A file to write into asks for what it holds.
  const isTraced =
    options.trace || options.traceSet !== undefined || options.traceFile !== undefined;
  const isReported = options.report || options.reportFile !== undefined;
  return {
    root,
    argv,
    env: buildEnvironment(io, {
      assignments: options.env ?? [],
      files: options.envFile ?? [],
      isOwnRoot: root === "/",
    }),
    cwd: options.workdir ?? cwd,
    isCwdRequired: options.workdir !== undefined,
    user: options.user ?? callersIds(),
    hostname: parseHostname("--hostname", options.hostname),
    memoryLimit: options.memory ?? Math.floor(totalmem() / 2),
    taskLimit: options.pidsLimit,
    timeoutMs: options.timeout,
    network: buildNetwork(options),
    volumes: (options.volume ?? []).map((text) => parseVolume(text, cwd)),
    traceSet: isTraced ? (options.traceSet ?? "all") : undefined,
    traceFile: options.traceFile,
    report: isReported ? (options.reportFormat ?? "text") : undefined,
    reportFile: options.reportFile,
    profile: options.profile,
    translate: options.interpret !== true,
    cache: options.cache,
  };
}

/** The owner of the caller's files in the sandbox is who it is outside. Windows has no numbers. */
function callersIds(): string {
  return `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
}

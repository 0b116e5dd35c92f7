/** Options of `Sandbox.create`, checked and turned into what the sandbox process takes. */
import { randomBytes } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import { totalmem } from "node:os";
import { posix, resolve } from "node:path";
import type { SandboxConfig, VolumeGrant } from "@kernelet/sandbox";
import { InvalidArgumentError } from "./errors.ts";
import type { Environment, ExecDefaults } from "./exec-options.ts";
import { type ImageOptions, prepareImage } from "./image.ts";
import { type NetworkOptions, networkRequest } from "./network.ts";
import type { PreparedSecrets, Secrets } from "./secrets/secrets.ts";
import { trustVariables } from "./secrets/trust.ts";
import { type SizeText, sizeBytes } from "./units.ts";

/** A folder of the host's at a place inside. */
export interface Mount {
  /** The host's folder. */
  readonly source: string;
  /** Absolute path inside; made if it is not there. */
  readonly target: string;
  /** Default: read-only. */
  readonly writable?: boolean;
}

export type LogListener = (level: "debug" | "info" | "warn" | "error", message: string) => void;

/** What holds whatever the root is. */
interface CommonOptions {
  /** Default: made up. */
  readonly name?: string;
  readonly hostname?: string;
  /** Of all programs. */
  readonly env?: Environment;
  /** Where programs start. Default "/". */
  readonly cwd?: string;
  /** Who programs run as. Default "0:0". */
  readonly user?: string;
  /** For all processes and files together. Default: half of the machine's. */
  readonly memory?: SizeText;
  readonly memoryMiB?: number;
  /** The most processes and threads at a time. Default 2048. */
  readonly pidsLimit?: number;
  readonly mounts?: readonly Mount[];
  /** Default: it reaches nothing but itself. */
  readonly network?: NetworkOptions;
  /**
   * What servers get and the guest never has: its variables hold placeholders, and the values are put in outside, into
   * HTTP requests to the hosts that are named.
   */
  readonly secrets?: Secrets;
  /** What the sandbox says to people: a killed process, an instruction that is not implemented. */
  readonly onLog?: LogListener;
  /** Ends the sandbox when it aborts. */
  readonly signal?: AbortSignal;
  /**
   * It outlives this program, until somebody stops it: `Sandbox.get` and the command line find it. Leaving an `await using`
   * block lets go of it. Needs an image.
   */
  readonly detached?: boolean;
}

/** The root: an image, or a folder of the host's. It is only read; a layer above takes writes and is gone at the end. */
export type CreateOptions = CommonOptions & (ImageOptions | { readonly rootfs: string });

const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const DEFAULT_PIDS_LIMIT = 2048;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
const ID_BYTES = 6;

export interface Plan {
  readonly id: string;
  readonly name: string;
  readonly config: SandboxConfig;
  readonly defaults: ExecDefaults;
}

/** @throws InvalidArgumentError, and what prepareImage throws */
export async function planSandbox(
  options: CreateOptions,
  secrets: PreparedSecrets | null,
): Promise<Plan> {
  const id = randomBytes(ID_BYTES).toString("hex");
  const name = options.name ?? id;
  if (!NAME.test(name)) throw new InvalidArgumentError("name", `'${name}' is no name`);
  const memoryLimit = memoryOf(options);
  const network = networkRequest(options.network);
  const volumes = (options.mounts ?? []).map(volume);
  const image = "image" in options ? await prepareImage(options) : undefined;
  const root = "rootfs" in options ? [folder("rootfs", options.rootfs)] : [];
  return {
    id,
    name,
    defaults: {
      cwd: options.cwd ?? (image?.config.workingDir || "/"),
      env: environmentOf(image?.config.env ?? [], options.env, secrets),
      user: options.user ?? (image?.config.user || "0:0"),
    },
    config: {
      layers: root.map((path) => ({ path, writable: false })),
      ...(image !== undefined && { image: image.grant }),
      volumes,
      network,
      program: null,
      stdio: { kind: "streams", hasInput: false },
      hostname: options.hostname ?? name,
      memoryLimit,
      isContainer: true,
      taskLimit: options.pidsLimit ?? DEFAULT_PIDS_LIMIT,
    },
  };
}

export function memoryOf({ memory, memoryMiB }: CreateOptions): number {
  if (memoryMiB !== undefined) return sizeBytes("memoryMiB", memoryMiB * 2 ** 20);
  return memory === undefined ? Math.floor(totalmem() / 2) : sizeBytes("memory", memory);
}

/** @param ofImage `NAME=value` each. */
export function environmentOf(
  ofImage: readonly string[],
  env: Environment = {},
  secrets: PreparedSecrets | null = null,
): ReadonlyMap<string, string> {
  const variables = new Map([
    ["PATH", DEFAULT_PATH],
    ["HOME", "/root"],
  ]);
  for (const text of ofImage) {
    const equals = text.indexOf("=");
    if (equals > 0) variables.set(text.slice(0, equals), text.slice(equals + 1));
  }
  const { authority = null, env: placeholders = new Map() } = secrets ?? {};
  if (authority !== null) for (const [name, file] of trustVariables(env)) variables.set(name, file);
  for (const [name, placeholder] of placeholders) {
    if (env[name] !== undefined) throw new InvalidArgumentError("env", `'${name}' is a secret`);
    variables.set(name, placeholder);
  }
  for (const [name, value] of Object.entries(env)) {
    if (name === "" || name.includes("="))
      throw new InvalidArgumentError("env", `'${name}' is no name`);
    if (value === undefined) variables.delete(name);
    else variables.set(name, value);
  }
  return variables;
}

export function volume({ source, target, writable }: Mount): VolumeGrant {
  if (!posix.isAbsolute(target)) {
    throw new InvalidArgumentError("mounts", `target '${target}' is not absolute`);
  }
  const path = folder("mounts", source);
  return { path, target: posix.normalize(target), writable: writable === true };
}

function folder(argument: string, path: string): string {
  const absolute = resolve(path);
  const stat = statSync(absolute, { throwIfNoEntry: false });
  if (stat === undefined) throw new InvalidArgumentError(argument, `${absolute}: no such folder`);
  if (!stat.isDirectory()) throw new InvalidArgumentError(argument, `${absolute} is no folder`);
  return realpathSync(absolute);
}

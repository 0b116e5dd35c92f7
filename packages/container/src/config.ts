/** What a container is, as data: all that is needed to start it, and what people want to know of it. */
import type { ImageConfig } from "@kernelet/image";
import {
  MAX_PORT,
  type NetworkRequest,
  type PublishedPort,
  type RlimitSpec,
} from "@kernelet/sandbox";

export type MountSpec =
  | {
      readonly type: "bind";
      /** The host's folder or file, absolute, symbolic links resolved. */
      readonly source: string;
      readonly target: string;
      readonly writable: boolean;
    }
  | {
      readonly type: "volume";
      /** Empty in a request: it is made for this container alone, and gets a name. */
      readonly name: string;
      readonly target: string;
      readonly writable: boolean;
      /** An empty one stays so, whatever the image has at `target`. */
      readonly isNotSeeded?: boolean;
    }
  | {
      readonly type: "tmpfs";
      readonly target: string;
      /** As mount(8)'s, for tmpfs. */
      readonly options: string;
    };

/** Names of volumes. */
export function volumesOf(mounts: readonly MountSpec[]): string[] {
  return mounts.flatMap((mount) => (mount.type === "volume" ? [mount.name] : []));
}

export const RESTART_POLICIES = ["no", "on-failure", "always", "unless-stopped"] as const;

export interface RestartPolicy {
  readonly name: (typeof RESTART_POLICIES)[number];
  /** Of "on-failure"; null: any number of times. */
  readonly most: number | null;
}

export interface LogConfig {
  /** Of one file; null: without end. */
  readonly maxBytes: number | null;
  /** How many files there are at most; 0: there is no log. */
  readonly maxFiles: number;
}

/** What a person or program asks for; what it leaves out comes from the image, or has a default. */
export interface ContainerRequest {
  readonly name?: string;
  /** Of the program; replaces the image's CMD. */
  readonly command?: readonly string[];
  /** Replaces the image's, and its CMD. An empty one takes it away. */
  readonly entrypoint?: readonly string[];
  /** No program of its own: it lives until it is stopped, for programs that are started in it. */
  readonly isIdle?: boolean;
  /** `NAME=value`, or `NAME` to take away what the image sets. */
  readonly env?: readonly string[];
  readonly cwd?: string;
  readonly user?: string;
  readonly hostname?: string;
  readonly isTty?: boolean;
  /** Its stdin stays open. */
  readonly isInputOpen?: boolean;
  /** … until the first who was attached to it leaves. */
  readonly isInputOnce?: boolean;
  readonly mounts?: readonly MountSpec[];
  readonly isReadOnly?: boolean;
  readonly memoryLimit?: number;
  readonly taskLimit?: number;
  /** Parts of one processor, from 0 to 1. */
  readonly cpus?: number;
  /** CAP_*. */
  readonly capabilities?: readonly number[];
  readonly rlimits?: readonly RlimitSpec[];
  readonly hasInit?: boolean;
  readonly stopSignal?: number;
  readonly stopTimeoutS?: number;
  readonly restart?: RestartPolicy;
  readonly autoRemove?: boolean;
  readonly log?: LogConfig;
  readonly labels?: Readonly<Record<string, string>>;
  /** `name:address`, for /etc/hosts. */
  readonly extraHosts?: readonly string[];
  /** Default: itself and public addresses. */
  readonly network?: NetworkRequest;
  /** Further ports, of those that the image says: `80/tcp`. */
  readonly exposed?: readonly string[];
  /** The exposed ones are published, on free ports of 127.0.0.1. */
  readonly isPublishingAll?: boolean;
  readonly dnsSearch?: readonly string[];
  readonly dnsOptions?: readonly string[];
}

export interface ContainerConfig {
  readonly version: 1;
  readonly id: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly createdMs: number;
  /** As it was asked for, and what it was then. */
  readonly image: { readonly name: string; readonly id: string; readonly layerCount: number };
  /** null: no program of its own. */
  readonly argv: readonly string[] | null;
  /** The image's part of `argv`, for those who show it: how many words are the entrypoint. */
  readonly entrypointWords: number;
  readonly env: readonly string[];
  readonly cwd: string;
  readonly user: string;
  readonly hostname: string;
  readonly isTty: boolean;
  readonly isInputOpen: boolean;
  readonly isInputOnce: boolean;
  readonly mounts: readonly MountSpec[];
  readonly isReadOnly: boolean;
  readonly memoryLimit: number | null;
  readonly taskLimit: number;
  readonly cpus: number | null;
  readonly capabilities: readonly number[];
  readonly rlimits: readonly RlimitSpec[];
  readonly hasInit: boolean;
  readonly stopSignal: number;
  readonly stopTimeoutS: number;
  readonly restart: RestartPolicy;
  readonly autoRemove: boolean;
  readonly log: LogConfig;
  readonly labels: Readonly<Record<string, string>>;
  readonly extraHosts: readonly string[];
  readonly network: NetworkRequest;
  /** `80/tcp`: what the image and who made it say of it. */
  readonly exposed: readonly string[];
  readonly dnsSearch: readonly string[];
  readonly dnsOptions: readonly string[];
}

const DEFAULT_TASK_LIMIT = 2048;
const DEFAULT_STOP_TIMEOUT_S = 10;
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const SIGTERM = 15;
/** As a user of docker(1) expects, but for the addresses of private networks. */
const PUBLIC_NETWORK: NetworkRequest = { mode: "public", allow: [], deny: [], ports: [] };
/** Docker's has no end, and fills disks. */
export const DEFAULT_LOG: LogConfig = { maxBytes: 10 * 2 ** 20, maxFiles: 3 };
const NO_RESTART: RestartPolicy = { name: "no", most: null };

export interface ConfigParts {
  readonly id: string;
  readonly name: string;
  readonly createdMs: number;
  readonly image: ContainerConfig["image"];
  readonly imageConfig: ImageConfig;
  /** Of the image, or SIGTERM. */
  readonly imageStopSignal: number | undefined;
  readonly defaultCapabilities: readonly number[];
}

/** The request, and the image's configuration where it says nothing. */
export function configFor(request: ContainerRequest, parts: ConfigParts): ContainerConfig {
  const { id, name, createdMs, image, imageConfig } = parts;
  const entrypoint = request.entrypoint ?? imageConfig.entrypoint;
  // Another entrypoint makes nothing of the arguments that were meant for the image's.
  const imageCommand = request.entrypoint === undefined ? imageConfig.cmd : [];
  const command = request.command ?? imageCommand;
  const hostname = request.hostname ?? id.slice(0, 12);
  const isTty = request.isTty === true;
  const exposed = [...new Set([...imageConfig.exposedPorts, ...(request.exposed ?? [])])];
  const network = request.network ?? PUBLIC_NETWORK;
  return {
    ...{ version: 1, id, name, createdMs, image },
    argv: request.isIdle === true ? null : [...entrypoint, ...command],
    entrypointWords: entrypoint.length,
    env: environment(imageConfig.env, request.env ?? [], { hostname, isTty }),
    cwd: request.cwd ?? (imageConfig.workingDir || "/"),
    user: request.user ?? (imageConfig.user || "0:0"),
    hostname,
    isTty,
    isInputOpen: request.isInputOpen === true,
    isInputOnce: request.isInputOnce === true,
    mounts: request.mounts ?? [],
    isReadOnly: request.isReadOnly === true,
    memoryLimit: request.memoryLimit ?? null,
    taskLimit: request.taskLimit ?? DEFAULT_TASK_LIMIT,
    cpus: request.cpus ?? null,
    capabilities: request.capabilities ?? parts.defaultCapabilities,
    rlimits: request.rlimits ?? [],
    hasInit: request.hasInit === true,
    stopSignal: request.stopSignal ?? parts.imageStopSignal ?? SIGTERM,
    stopTimeoutS: request.stopTimeoutS ?? DEFAULT_STOP_TIMEOUT_S,
    restart: request.restart ?? NO_RESTART,
    autoRemove: request.autoRemove === true,
    log: request.log ?? DEFAULT_LOG,
    labels: { ...imageConfig.labels, ...request.labels },
    extraHosts: request.extraHosts ?? [],
    network: request.isPublishingAll === true ? publishing(network, exposed) : network,
    exposed,
    dnsSearch: request.dnsSearch ?? [],
    dnsOptions: request.dnsOptions ?? [],
  };
}

/** With those ports that are not published yet. */
function publishing(network: NetworkRequest, exposed: readonly string[]): NetworkRequest {
  const further = exposed
    .flatMap(exposedPorts)
    .filter(
      (port) =>
        !network.ports.some(
          ({ guestPort, protocol }) => guestPort === port.guestPort && protocol === port.protocol,
        ),
    );
  return { ...network, ports: [...network.ports, ...further] };
}

/**
 * `80`, `80/udp`, `8000-8010/tcp`.
 * @returns how they are published; none if it says no ports: an image's mistake exposes nothing.
 */
export function exposedPorts(text: string): PublishedPort[] {
  const [, first = "", last = first, protocol = "tcp"] =
    /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp))?$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (from < 1 || to > MAX_PORT) return [];
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => ({
    ...{ hostAddress: "127.0.0.1", hostPort: 0, guestPort: from + i },
    protocol: protocol === "udp" ? "udp" : "tcp",
  }));
}

/** PATH, HOSTNAME and TERM as Docker sets them, then the image's, then what was asked for. */
function environment(
  ofImage: readonly string[],
  asked: readonly string[],
  { hostname, isTty }: { readonly hostname: string; readonly isTty: boolean },
): string[] {
  const variables = new Map([
    ["PATH", DEFAULT_PATH],
    ["HOSTNAME", hostname],
  ]);
  if (isTty) variables.set("TERM", "xterm");
  for (const text of [...ofImage, ...asked]) {
    const equals = text.indexOf("=");
    if (equals < 0) variables.delete(text);
    else if (equals > 0) variables.set(text.slice(0, equals), text.slice(equals + 1));
  }
  return [...variables].map(([name, value]) => `${name}=${value}`);
}

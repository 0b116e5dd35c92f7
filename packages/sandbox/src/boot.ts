/** From a configuration to a kernel with its root. No Node here: the parts come from the caller. */
import { EINVAL, type Errno, isErrno, O_CREAT, O_EXCL, O_WRONLY } from "@kernelet/abi";
import {
  defaultRlimits,
  FileAgent,
  type FsContext,
  type Host,
  type HostFolder,
  type ImageSource,
  Kernel,
  mountRoot,
  PLAN4,
  type Processor,
  type Volume,
} from "@kernelet/kernel";
import type {
  FileGrant,
  FolderGrant,
  ImageGrant,
  SandboxConfig,
  StartFailure,
} from "./protocol.ts";
import { failure, type ProgramLimits } from "./start-program.ts";
import { attachTrace } from "./trace.ts";

const RESOLV_CONF = "/etc/resolv.conf";
const NAME_SERVER_LINES = `nameserver ${PLAN4.nameServer}\noptions edns0\n`;

export interface BootParts {
  readonly processor: Processor;
  readonly host: Host;
  readonly openFolder: (grant: FolderGrant, isStatic: boolean) => HostFolder | Errno;
  readonly openImage: (grant: ImageGrant) => ImageSource | Errno;
  /** Takes a line of the trace. */
  readonly writeTrace: (line: string) => void;
}

/** A kernel, and the root for processes that start from outside. */
export interface Booted {
  readonly kernel: Kernel;
  readonly fs: FsContext;
  readonly limits: ProgramLimits;
}

export function boot(config: SandboxConfig, parts: BootParts): Booted | StartFailure {
  const kernel = new Kernel({
    processor: parts.processor,
    host: parts.host,
    options: {
      hostname: config.hostname,
      isKept: config.program === null,
      ...(config.init !== undefined && { init: config.init }),
      hasLoopback: config.network?.mode !== "none",
      ...(config.memoryLimit === undefined ? {} : { memoryLimit: config.memoryLimit }),
      ...(config.taskLimit === undefined ? {} : { taskLimit: config.taskLimit }),
      ...(config.isContainer === true && { isContainer: true }),
      ...(config.cpuShare !== undefined && { cpuShare: config.cpuShare }),
    },
  });
  if (config.traceSet !== undefined) {
    const unknown = attachTrace(kernel, config.traceSet, parts.writeTrace);
    if (unknown !== null) return failure("trace", unknown, EINVAL);
  }
  const image = config.image === undefined ? undefined : parts.openImage(config.image);
  if (isErrno(image)) return failure("root", config.image?.tree ?? "", image);
  const layers: HostFolder[] = [];
  for (const grant of config.layers) {
    const folder = parts.openFolder(grant, true);
    if (isErrno(folder)) return failure("root", grant.path, folder);
    layers.push(folder);
  }
  const volumes: Volume[] = [];
  for (const grant of config.volumes) {
    const folder = parts.openFolder(grant, false);
    if (isErrno(folder)) return failure("volume", grant.path, folder);
    volumes.push({ folder, target: grant.target, source: grant.path });
  }
  const fs = mountRoot(kernel, {
    ...{ image, layers, volumes },
    tmpfs: config.tmpfs ?? [],
    files: [...(config.files ?? []), ...resolverFile(config, kernel)],
    folders: config.folders ?? [],
    isReadOnly: config.isRootReadOnly === true,
  });
  if ("target" in fs) {
    const { target, errno } = fs;
    return target === "/"
      ? failure("root", config.layers[0]?.path ?? "/", errno)
      : failure("volume", target, errno);
  }
  if (kernel.outside !== null && config.resolverOptions === undefined) nameServer(kernel, fs);
  return { kernel, fs, limits: limitsOf(config, kernel) };
}

function limitsOf({ capabilities, rlimits = [] }: SandboxConfig, kernel: Kernel): ProgramLimits {
  const limits = defaultRlimits(kernel.taskLimit);
  for (const { resource, soft, hard } of rlimits) {
    const infinity = Number.POSITIVE_INFINITY;
    limits[resource] = { soft: soft ?? infinity, hard: hard ?? infinity };
  }
  return { capabilities: capabilities ?? null, rlimits: limits };
}

function resolverFile({ resolverOptions }: SandboxConfig, kernel: Kernel): FileGrant[] {
  if (resolverOptions === undefined) return [];
  const content = kernel.outside === null ? "" : `${NAME_SERVER_LINES}${resolverOptions}`;
  return [{ target: RESOLV_CONF, content }];
}

/** Names are answered inside: the root's own name servers are those of another network. */
function nameServer(kernel: Kernel, fs: FsContext): void {
  const files = new FileAgent(kernel, fs);
  const text = new TextEncoder().encode(NAME_SERVER_LINES);
  files.mkdir("/etc", 0o755);
  // Often a link to where another program keeps it. One that is mounted there, or read-only, stays.
  files.unlink(RESOLV_CONF);
  const handle = files.open(RESOLV_CONF, O_WRONLY | O_CREAT | O_EXCL, 0o644);
  if (!isErrno(handle)) files.write(handle, text, 0);
  files.release();
}

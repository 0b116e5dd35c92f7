/** What the sandbox process is told to run a container: its configuration, with the host's files that it means. */
import { totalmem } from "node:os";
import type { SandboxConfig, TerminalSize, TmpfsGrant, VolumeGrant } from "@kernelet/sandbox";
import type { ContainerConfig, MountSpec } from "./config.ts";
import type { Container } from "./container.ts";
import { etcFiles, resolverOptions } from "./etc-files.ts";

const DEFAULT_SIZE: TerminalSize = { columns: 80, rows: 24 };

/** @param layers of its root, the lowest first. */
export function sandboxConfig(
  container: Container,
  layers: readonly string[],
  size?: TerminalSize,
): SandboxConfig {
  const { config, paths } = container;
  const { isTty, isInputOpen, cpus } = config;
  return {
    layers: [],
    image: { tree: paths.tree, layers },
    volumes: config.mounts.flatMap((mount) => volumeGrant(container, mount)),
    tmpfs: config.mounts.flatMap(tmpfsGrant),
    files: etcFiles(config),
    resolverOptions: resolverOptions(config),
    folders: [config.cwd],
    isRootReadOnly: config.isReadOnly,
    program: programOf(config),
    stdio: isTty
      ? { kind: "terminal", ...(size ?? DEFAULT_SIZE) }
      : { kind: "streams", hasInput: isInputOpen },
    init: config.hasInit || config.argv === null ? "reaper" : "program",
    isContainer: true,
    hostname: config.hostname,
    network: config.network,
    memoryLimit: config.memoryLimit ?? Math.floor(totalmem() / 2),
    taskLimit: config.taskLimit,
    capabilities: config.capabilities,
    rlimits: config.rlimits,
    ...(cpus !== null && { cpuShare: cpus }),
  };
}

function programOf({ argv, env, cwd, user }: ContainerConfig): SandboxConfig["program"] {
  return argv === null ? null : { argv, env, cwd, user, isCwdRequired: true, hasHome: true };
}

function volumeGrant({ store }: Container, mount: MountSpec): VolumeGrant[] {
  if (mount.type === "tmpfs") return [];
  const { target, writable } = mount;
  const path = mount.type === "bind" ? mount.source : store.volumes.folderOf(mount.name);
  return [{ path, target, writable }];
}

function tmpfsGrant(mount: MountSpec): TmpfsGrant[] {
  return mount.type === "tmpfs" ? [{ target: mount.target, options: mount.options }] : [];
}

/** `inspect`: all that is known of a container, as docker(1) prints it. */
import { signalName } from "@kernelet/abi";
import {
  type Container,
  type ContainerConfig,
  type ContainerState,
  capabilityName,
  type MountSpec,
} from "@kernelet/container";
import type { PublishedPort } from "@kernelet/sandbox";

const NEVER = "0001-01-01T00:00:00Z";
const NANO = 1e9;

export function describeContainer(container: Container): object {
  const { config, paths } = container;
  const state = container.state();
  const [program = "", ...args] = config.argv ?? [];
  return {
    Id: config.id,
    Created: timeOf(config.createdMs),
    Path: program,
    Args: args,
    State: stateFacts(state),
    Image: config.image.id,
    LogPath: config.log.maxFiles === 0 ? "" : paths.log,
    Name: `/${config.name}`,
    RestartCount: state.restarts,
    Platform: "linux",
    HostConfig: hostFacts(config),
    Mounts: config.mounts.map((mount) => mountFacts(container, mount)),
    Config: configFacts(config),
    NetworkSettings: { Ports: portFacts(state.ports) },
  };
}

function timeOf(ms: number | null): string {
  return ms === null ? NEVER : new Date(ms).toISOString();
}

function stateFacts(state: ContainerState): object {
  const { status } = state;
  return {
    Status: status,
    Running: status === "running" || status === "paused",
    Paused: status === "paused",
    Restarting: status === "restarting",
    OOMKilled: state.isOutOfMemory,
    Dead: false,
    Pid: state.pid ?? 0,
    ExitCode: state.exitCode,
    Error: state.error,
    StartedAt: timeOf(state.startedMs),
    FinishedAt: timeOf(state.finishedMs),
  };
}

function hostFacts(config: ContainerConfig): object {
  const { network } = config;
  return {
    NetworkMode: network.mode,
    PortBindings: portFacts(network.ports),
    Allow: network.allow,
    Deny: network.deny,
    Dns: network.dns ?? [],
    DnsSearch: config.dnsSearch,
    DnsOptions: config.dnsOptions,
    ExtraHosts: config.extraHosts,
    RestartPolicy: { Name: config.restart.name, MaximumRetryCount: config.restart.most ?? 0 },
    AutoRemove: config.autoRemove,
    Capabilities: config.capabilities.map(capabilityName),
    ReadonlyRootfs: config.isReadOnly,
    Memory: config.memoryLimit ?? 0,
    NanoCpus: Math.round((config.cpus ?? 0) * NANO),
    PidsLimit: config.taskLimit,
    Ulimits: config.rlimits,
    Init: config.hasInit,
    LogConfig: logFacts(config.log),
  };
}

function logFacts({ maxBytes, maxFiles }: ContainerConfig["log"]): object {
  if (maxFiles === 0) return { Type: "none", Config: {} };
  const size = maxBytes === null ? {} : { "max-size": String(maxBytes) };
  return { Type: "json-file", Config: { ...size, "max-file": String(maxFiles) } };
}

function mountFacts({ store }: Container, mount: MountSpec): object {
  const { target: Destination } = mount;
  switch (mount.type) {
    case "tmpfs":
      return { Type: "tmpfs", Source: "", Destination, Mode: mount.options, RW: true };
    case "bind":
      return { Type: "bind", Source: mount.source, Destination, RW: mount.writable };
    case "volume": {
      const Source = store.volumes.folderOf(mount.name);
      return { Type: "volume", Name: mount.name, Source, Destination, RW: mount.writable };
    }
  }
}

function configFacts(config: ContainerConfig): object {
  const { argv, entrypointWords } = config;
  return {
    Hostname: config.hostname,
    User: config.user,
    Tty: config.isTty,
    OpenStdin: config.isInputOpen,
    StdinOnce: config.isInputOnce,
    Env: config.env,
    Cmd: argv?.slice(entrypointWords) ?? null,
    Entrypoint: entrypointWords === 0 ? null : (argv?.slice(0, entrypointWords) ?? null),
    Image: config.image.name,
    WorkingDir: config.cwd,
    Labels: config.labels,
    StopSignal: signalName(config.stopSignal),
    StopTimeout: config.stopTimeoutS,
  };
}

function portFacts(ports: readonly PublishedPort[]): object {
  const facts: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const { guestPort, protocol, hostAddress, hostPort } of ports) {
    const key = `${guestPort}/${protocol}`;
    facts[key] ??= [];
    facts[key].push({ HostIp: hostAddress, HostPort: String(hostPort) });
  }
  return facts;
}

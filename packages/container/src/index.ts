/** @kernelet/container: containers that outlive who made them, without a daemon. */
export {
  ALL_CAPABILITIES,
  capabilityName,
  capabilityNumber,
  DEFAULT_CAPABILITIES,
} from "./capabilities.ts";
export { type CommitRequest, commitContainer, type RunConfig } from "./commit.ts";
export {
  type ContainerConfig,
  type ContainerRequest,
  DEFAULT_LOG,
  exposedPorts,
  type LogConfig,
  type MountSpec,
  RESTART_POLICIES,
  type RestartPolicy,
} from "./config.ts";
export { Container } from "./container.ts";
export { type Change, diffContainer } from "./diff.ts";
export { diskUse } from "./disk-use.ts";
export { ContainerError, type ContainerErrorCode } from "./errors.ts";
export { type ContainerEvent, type EventOptions, readEvents } from "./events.ts";
export { type FileConnection, usingFiles } from "./files.ts";
export { type FindImageOptions, findImage, PULL_POLICIES, type PullPolicy } from "./find-image.ts";
export { type ContainerSize, containerSize } from "./layers.ts";
export { type LogEntry, type LogOptions, readLog } from "./logs.ts";
export { NotStartedError, type StartedContainer, type StartOptions } from "./start.ts";
export { type ContainerState, type ContainerStatus, exitCodeOf } from "./state.ts";
export { ContainerStore } from "./store.ts";
export { type Volume, type VolumeRequest, Volumes } from "./volumes.ts";

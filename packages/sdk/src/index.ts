/** The public API: sandboxes from TypeScript. */
export type { PullPolicy } from "@kernelet/container";
export type { ImageEvent } from "@kernelet/image";
export type {
  CallAddress,
  NetworkAttempt,
  NetworkPolicy,
  SystemCall,
  SystemCallRecord,
} from "@kernelet/sandbox";
export type { AbortOptions } from "./abort.ts";
export {
  type ErrorCode,
  type ExecContext,
  ExecFailedError,
  type ExecFailure,
  type ImageContext,
  ImageFailedError,
  ImageNotFoundError,
  InvalidArgumentError,
  NetworkDownError,
  type PortContext,
  PortUnavailableError,
  SandboxError,
  SandboxStoppedError,
  StartFailedError,
} from "./errors.ts";
export { EventStream } from "./events.ts";
export type { Environment, Input, SpawnOptions } from "./exec-options.ts";
export { FileError } from "./fs/file-error.ts";
export { type FileData, type OpenFlags, SandboxFs, type WriteOptions } from "./fs/sandbox-fs.ts";
export { Dirent, Stats } from "./fs/stats.ts";
export { type FileEvent, FileWatch, type WatchOptions } from "./fs/watch.ts";
export type { Hook, HookVerdict } from "./hooks.ts";
export type { ImageOptions } from "./image.ts";
export type {
  Decide,
  ExposeOptions,
  NetworkOptions,
  NetworkVerdict,
  PolicyOptions,
  PortOptions,
} from "./network.ts";
export type { Calls, Subscription } from "./observing.ts";
export type { CreateOptions, Mount } from "./options.ts";
export { type ExposedPort, SandboxPorts } from "./ports.ts";
export { Process, type ProcessEvent } from "./process.ts";
export { type ExecResult, ExitError, TimeoutError } from "./result.ts";
export { Sandbox, type SandboxState, type ShellTag } from "./sandbox.ts";
export { type PolicyUpdate, SandboxNetwork } from "./sandbox-network.ts";
export type { SecretOptions, Secrets } from "./secrets/secrets.ts";
export { type ShellValue, shellQuote } from "./shell.ts";
export type { SignalLike } from "./signals.ts";
export type { DurationText, SizeText } from "./units.ts";

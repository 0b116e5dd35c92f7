/** @kernelet/sandbox: one kernel in a process of its own. */
export type {
  CallAddress,
  CallDescription as SystemCall,
  CallRecord as SystemCallRecord,
  WatchEvent,
} from "@kernelet/kernel";
export { type CacheEntry, cacheEntries, removeEntries } from "./cache-contents.ts";
export { cacheFolderOf, openCacheFolder } from "./cache-folder.ts";
export { type Connection, connect, type Joined, listenAt } from "./client/connect.ts";
export type { GuestProcess } from "./client/guest-process.ts";
export { SandboxEndedError, StartError } from "./client/guest-processes.ts";
export { type Answered, GuestError } from "./client/requester.ts";
export type { AttemptDecision, CallVerdict, SubscriptionEvents } from "./client/subscriptions.ts";
export { hashSources } from "./code-folder.ts";
export { CODE_LIMIT } from "./code-limit.ts";
export { formatEvent, type JournalEvent, parseJournal } from "./detached/journal.ts";
export { MAX_LOG_HEADER, parseLogHeader } from "./detached/log-files.ts";
export { compileCode, currentNames, type LaunchOptions, launch, type Sandbox } from "./launch.ts";
export {
  NETWORK_MODES,
  type NetworkAttempt,
  type NetworkMode,
  type NetworkPolicy,
  type NetworkRequest,
  type PortProtocol,
  type PublishedPort,
} from "./network/network-request.ts";
export { MAX_PORT, parseRule } from "./network/rule.ts";
export {
  namesInside,
  parseSecretHost,
  type SecretSpec,
  type SecretsRequest,
} from "./network/secrets/secrets.ts";
export type { Outcome } from "./outcome.ts";
export {
  FrameKind,
  type FrameKindId,
  type ProfileData,
  type ProfileFrame,
} from "./profile/profile-data.ts";
export type {
  AttachOptions,
  DetachedSpec,
  FileGrant,
  FolderGrant,
  ImageGrant,
  ProgramSpec,
  RlimitSpec,
  SandboxConfig,
  StartFailure,
  StartStage,
  StdioSpec,
  TerminalSize,
  TmpfsGrant,
  VolumeGrant,
} from "./protocol.ts";
export { describeLeft, formatReport, type Report } from "./report.ts";
export type { ArgsOf, Changes, Op, Requests, Stats, ValueOf } from "./requests.ts";
export type { BuildFacts } from "./start-image.ts";
export { LONGEST_MS, parseDuration, parseSize } from "./units.ts";

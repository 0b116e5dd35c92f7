/** @kernelet/sandbox: one kernel in a process of its own. */
export { cacheFolderOf, openCacheFolder } from "./cache-folder.ts";
export { type LaunchOptions, launch, type Outcome, type Sandbox } from "./launch.ts";
export type {
  FolderGrant,
  SandboxConfig,
  StartFailure,
  StartStage,
  TerminalSize,
  VolumeGrant,
} from "./protocol.ts";
export { describeLeft, formatReport, type Report } from "./report.ts";

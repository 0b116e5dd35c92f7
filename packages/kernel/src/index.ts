/** A user-space Linux kernel. What `sandbox` needs to boot one, drive it and watch it. */
export {
  type AddressSpace,
  type Events,
  PAGE_R,
  PAGE_W,
  PAGE_X,
  PF_INSTRUCTION,
  PF_PRESENT,
  PF_WRITE,
  type Processor,
  Reg,
  type Registers,
  type Stop,
} from "./arch/x86/processor.ts";
export { type HostFileState, HostFiles } from "./drivers/host-file.ts";
export { HostStream, openHostStream, type StreamDirection } from "./drivers/host-stream.ts";
export { openNull } from "./drivers/null.ts";
export { type OpenedConsole, openConsole } from "./drivers/tty/console.ts";
export { HostTerminal, openHostTerminal } from "./drivers/tty/host-pty.ts";
export { buildElf } from "./fs/binfmt/elf-builder.ts";
export {
  type FileVolume,
  type MountFailure,
  mountRoot,
  type RootOptions,
  type TmpfsVolume,
  type Volume,
} from "./fs/boot.ts";
export { displayPath } from "./fs/d-path.ts";
export { type AgentStat, FileAgent } from "./fs/file-agent.ts";
export type { FileDescription } from "./fs/file-description.ts";
export { FsContext } from "./fs/fs-context.ts";
export { ImageTree } from "./fs/imagefs/image-tree.ts";
export type { ImageSource } from "./fs/imagefs/imagefs.ts";
export type { ByteSource } from "./fs/imagefs/paged-bytes.ts";
export type { AttributeChange, DirectoryEntry, Inode } from "./fs/inode.ts";
export { decodeName, encodeName } from "./fs/name.ts";
export { type OverlayChange, overlayChanges } from "./fs/overlayfs/changes.ts";
export { Path } from "./fs/path.ts";
export { LOOKUP_DIRECTORY, LOOKUP_FOLLOW, walkPath } from "./fs/path-walk.ts";
export { inodePermission, MAY_EXEC, MAY_READ, MAY_WRITE } from "./fs/permission.ts";
export { encodeAcl } from "./fs/posix-acl.ts";
export type { Superblock } from "./fs/superblock.ts";
export type { Walker } from "./fs/walker.ts";
export type { WatchAgent, WatchEvent } from "./fs/watch-agent.ts";
export type { Host, HostDirent, HostFolder, HostStat } from "./host.ts";
export type {
  HostAnswer,
  HostEndpoint,
  HostNetwork,
  HostNetworkEvents,
  HostQuestion,
  HostRecord,
  RecordType,
} from "./host-network.ts";
export { Credentials } from "./kernel/credentials.ts";
export {
  type Accounting,
  type Console,
  type HostInput,
  Kernel,
  type KernelOptions,
  type ProcessOptions,
  type SliceResult,
} from "./kernel/kernel.ts";
export { BLOCKED, NO_RETURN, type SyscallResult } from "./kernel/result.ts";
export { defaultRlimits, type Rlimit } from "./kernel/rlimit.ts";
export type { Sampler } from "./kernel/sampler.ts";
export type { SigInfo } from "./kernel/siginfo.ts";
export type { Task } from "./kernel/task.ts";
export type { ThreadGroup } from "./kernel/thread-group.ts";
export { bringInCode, type CodeMapping, codeMapping } from "./mm/code-origin.ts";
export type { PageCache } from "./mm/page-cache.ts";
export type { Vma } from "./mm/vma.ts";
export { IpAddress } from "./net/ip/ip-address.ts";
export { PLAN4, PLAN6 } from "./net/outside/address-plan.ts";
export type { CallAddress, CallDescription } from "./security/call-description.ts";
export { type CallRecord, CallRecorder } from "./security/call-recorder.ts";
export type { Gatekeeper, GateVerdict } from "./security/gate.ts";
export type { HookList, SecurityHooks, Verdict } from "./security/hooks.ts";
export type { SupportLevel, SyscallRow } from "./syscalls/row.ts";
export { Strace, type StraceOptions } from "./syscalls/strace/strace.ts";
export { parseTraceSet } from "./syscalls/strace/trace-set.ts";
export { SYSCALLS, syscallTable } from "./syscalls/table.ts";

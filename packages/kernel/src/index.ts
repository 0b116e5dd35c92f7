/** @kernelet/kernel: a Linux kernel in user space. What those who boot one need; all else is internal. */
export type { AddressSpace, Events, Processor, Registers, Stop } from "./arch/x86/processor.ts";
export { HostStream, openHostStream } from "./drivers/host-stream.ts";
export { mountRoot, type RootOptions, type Volume } from "./fs/boot.ts";
export type { FileDescription } from "./fs/file-description.ts";
export type { FsContext } from "./fs/fs-context.ts";
export { decodeName, encodeName } from "./fs/name.ts";
export type { Path } from "./fs/path.ts";
export { LOOKUP_DIRECTORY, LOOKUP_FOLLOW, walkPath } from "./fs/path-walk.ts";
export { inodePermission, MAY_EXEC } from "./fs/permission.ts";
export type { Walker } from "./fs/walker.ts";
export type { Host, HostDirent, HostFolder, HostStat } from "./host.ts";
export { Credentials } from "./kernel/credentials.ts";
export { type Accounting, Kernel, type KernelOptions, type SliceResult } from "./kernel/kernel.ts";
export type { Task } from "./kernel/task.ts";

/** The first process: made by the kernel instead of by fork. */
import type { Errno } from "@kernelet/abi";
import type { FileDescription } from "../fs/file-description.ts";
import type { FsContext } from "../fs/fs-context.ts";
import type { Credentials } from "./credentials.ts";
import type { Kernel } from "./kernel.ts";
import type { Rlimit } from "./rlimit.ts";
import { Task } from "./task.ts";
export interface InitTaskOptions {
  /** Root, working directory and umask. The task takes a reference. */
  readonly fs: FsContext;
  readonly credentials: Credentials;
  /** Descriptors 0, 1, 2 …; one object may be there several times. */
  readonly stdio: readonly FileDescription[];
  readonly rlimits: readonly Rlimit[];
}
/** A process without a parent, in a session of its own, with an empty address space. Not yet runnable. */
export declare function createInitTask(kernel: Kernel, options: InitTaskOptions): Task | Errno;

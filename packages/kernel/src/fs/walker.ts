/** Whoever looks up names: a task, or the kernel itself while it boots. `Task` has this shape. */
import type { Credentials } from "../kernel/credentials.ts";
import type { FsContext } from "./fs-context.ts";

export interface Walker {
  readonly fs: FsContext;
  readonly credentials: Credentials;
  /** For /proc/self and /proc/thread-self. */
  readonly tid?: number;
  readonly threadGroup?: { readonly tgid: number };
}

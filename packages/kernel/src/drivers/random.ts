/** /dev/random and /dev/urandom: random(4). Since Linux 5.18 they differ only before there is enough entropy. */
import { EINVAL, EPERM, RNDADDTOENTCNT, RNDGETENTCNT } from "@kernelet/abi";
import type { Path } from "../fs/path.ts";
import type { DeviceDriver } from "../fs/vfs.ts";
import type { SyscallResult } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import { DeviceFile } from "./device-file.ts";

/** What the host gives at once. */
const CHUNK = 65536;

class RandomFile extends DeviceFile {
  override get knowsNoWait(): boolean {
    return true;
  }

  override read(task: Task, into: Uint8Array): number {
    for (let at = 0; at < into.length; at += CHUNK) {
      task.kernel.host.entropy(into.subarray(at, Math.min(at + CHUNK, into.length)));
    }
    return into.length;
  }

  /** Mixing something in changes nothing: the host's generator is the source. */
  override write(_task: Task, from: Uint8Array): number {
    return from.length;
  }

  override ioctl(task: Task, cmd: number, arg: number): SyscallResult {
    if (cmd === RNDGETENTCNT) return task.mm.writeInt32(arg, 256);
    return cmd === RNDADDTOENTCNT ? EPERM : EINVAL;
  }
}

export const randomDriver: DeviceDriver = {
  open: (_task: Task, path: Path, flags: number) => new RandomFile(path, flags),
};

/** /dev/zero and /dev/full: zero(4), full(4). */
import { ENOSPC, type Errno } from "@kernelet/abi";
import type { Path } from "../fs/path.ts";
import type { DeviceDriver } from "../fs/vfs.ts";
import type { Task } from "../kernel/task.ts";
import { DeviceFile } from "./device-file.ts";

class ZeroFile extends DeviceFile {
  override get knowsNoWait(): boolean {
    return true;
  }
  override read(_task: Task, into: Uint8Array): number {
    into.fill(0);
    return into.length;
  }
  override write(_task: Task, from: Uint8Array): number | Errno {
    return from.length;
  }
  override mmapSource(): "zero" {
    return "zero";
  }
}

class FullFile extends ZeroFile {
  override get knowsNoWait(): boolean {
    return false;
  }
  override write(): Errno {
    return ENOSPC;
  }
}

export const zeroDriver: DeviceDriver = {
  open: (_task: Task, path: Path, flags: number) => new ZeroFile(path, flags),
};

export const fullDriver: DeviceDriver = {
  open: (_task: Task, path: Path, flags: number) => new FullFile(path, flags),
};

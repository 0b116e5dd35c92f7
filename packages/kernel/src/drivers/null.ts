/** /dev/null: null(4). */
import { ENODEV, type Errno } from "@kernelet/abi";
import type { FileDescription } from "../fs/file-description.ts";
import type { Path } from "../fs/path.ts";
import type { DeviceDriver } from "../fs/vfs.ts";
import type { Task } from "../kernel/task.ts";
import { DeviceFile } from "./device-file.ts";

class NullFile extends DeviceFile {
  override get knowsNoWait(): boolean {
    return true;
  }
  override get discardsData(): boolean {
    return true;
  }
  override read(): number {
    return 0;
  }
  override write(_task: Task, from: Uint8Array): number {
    return from.length;
  }
  override mmapSource(): Errno {
    return ENODEV;
  }
}

/** A description without a reference yet. */
export function openNull(path: Path, flags: number): FileDescription {
  return new NullFile(path, flags);
}

export const nullDriver: DeviceDriver = {
  open: (_task: Task, path: Path, flags: number) => openNull(path, flags),
};

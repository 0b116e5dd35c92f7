/** Open character devices that never block and have no position of their own: null, zero, full, random. */
import { FileDescription } from "../fs/file-description.ts";

export abstract class DeviceFile extends FileDescription {
  /** lseek succeeds and says 0, whatever is asked for. */
  override seek(): number {
    return 0;
  }

  override size(): number {
    return 0;
  }
}

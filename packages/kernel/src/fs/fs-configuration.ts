/** A filesystem in the making: what fsopen(2) and fspick(2) give (Linux's struct fs_context as a file). */
import { EBADF, type Errno } from "@kernelet/abi";
import { FileDescription } from "./file-description.ts";
import type { FilesystemTree, FilesystemType } from "./filesystems.ts";
import type { Path } from "./path.ts";

/**
 *   parameters ──CREATE──▶ created ──fsmount(2)──▶ mounted
 *   (fspick) reconfiguring ──RECONFIGURE──▶ reconfiguring
 *   any ──a failure──▶ failed
 */
export type ConfigurationPhase = "parameters" | "created" | "mounted" | "reconfiguring" | "failed";

export class FsConfiguration extends FileDescription {
  readonly type: FilesystemType;
  phase: ConfigurationPhase;
  /** "key=value" in the order in which they came. */
  readonly options: string[] = [];
  source: string | null = null;
  isReadOnly = false;
  tree: FilesystemTree | null;

  constructor(path: Path, flags: number, type: FilesystemType, tree: FilesystemTree | null) {
    super(path, flags);
    this.type = type;
    this.tree = tree;
    this.phase = tree === null ? "parameters" : "reconfiguring";
  }

  override get isSeekable(): boolean {
    return false;
  }

  /** Messages about what was wrong: there are none. */
  override read(): Errno {
    return EBADF;
  }
}

/**
 * Open handles at the host, most recently used last. The kernel may have any number of files open; the host has a
 * limit, so a handle is opened when bytes are wanted and closed when others are wanted more.
 *
 * A file without a name cannot be opened again: its handle is pinned.
 */
import { type Errno, isErrno } from "@kernelet/abi";
import type { Host, HostFolder } from "../../host.ts";

const MAX_HANDLES = 256;

/** A file as the cache sees it. */
export interface HandleOwner {
  readonly hostPath: string;
}

interface Entry {
  readonly handle: number;
  readonly isWritable: boolean;
  isPinned: boolean;
}

export class HandleCache {
  readonly #host: Host;
  readonly #entries: Map<HandleOwner, Entry> = new Map();

  constructor(host: Host) {
    this.#host = host;
  }

  /** An open handle for `file`, writable if asked for. */
  get(folder: HostFolder, file: HandleOwner, write: boolean): number | Errno {
    const known = this.#entries.get(file);
    if (known !== undefined && (known.isWritable || !write)) {
      this.#entries.delete(file);
      this.#entries.set(file, known);
      return known.handle;
    }
    const handle = folder.open(file.hostPath, write);
    if (isErrno(handle)) return handle;
    this.drop(file);
    this.put(file, handle, write);
    return handle;
  }

  /** Takes over an open handle. */
  put(file: HandleOwner, handle: number, isWritable: boolean): void {
    this.#makeRoom();
    this.#entries.set(file, { handle, isWritable, isPinned: false });
  }

  /** The name of `file` goes away while it is open. */
  pin(folder: HostFolder, file: HandleOwner): void {
    if (isErrno(this.get(folder, file, folder.writable))) return;
    const entry = this.#entries.get(file);
    if (entry !== undefined) entry.isPinned = true;
  }

  drop(file: HandleOwner): void {
    const entry = this.#entries.get(file);
    if (entry === undefined) return;
    this.#entries.delete(file);
    this.#host.close(entry.handle);
  }

  #makeRoom(): void {
    if (this.#entries.size < MAX_HANDLES) return;
    for (const [file, entry] of this.#entries) {
      if (entry.isPinned) continue;
      this.drop(file);
      return;
    }
  }

  get size(): number {
    return this.#entries.size;
  }
}

/** Events of files, in the shape of node:fs/promises `watch`. */
import { basename } from "node:path/posix";
import { IN_ATTRIB, IN_IGNORED, IN_MODIFY, IN_Q_OVERFLOW } from "@kernelet/abi";
import type { WatchEvent } from "@kernelet/sandbox";
import { EventStream } from "../events.ts";

export interface WatchOptions {
  /** Also everything below. */
  readonly recursive?: boolean;
  readonly signal?: AbortSignal;
  /** Events that are kept for a reader that is busy. Default 2048. */
  readonly maxQueue?: number;
}

export interface FileEvent {
  /** A name came, went or was moved; or contents or attributes changed. */
  readonly eventType: "rename" | "change";
  /** Below what is watched; of a file that is watched itself, its name. */
  readonly filename: string;
}

const MAX_QUEUE = 2048;

export class FileWatch extends EventStream<FileEvent> {
  readonly #own: string;

  constructor(path: string, options: WatchOptions) {
    super(options.maxQueue ?? MAX_QUEUE);
    this.#own = basename(path);
  }

  receive(events: readonly WatchEvent[], lost: number): void {
    const shown = events.filter(({ mask }) => (mask & (IN_IGNORED | IN_Q_OVERFLOW)) === 0);
    this.push(
      shown.map(({ mask, name }) => ({
        eventType: (mask & (IN_MODIFY | IN_ATTRIB)) !== 0 ? "change" : "rename",
        filename: name === "" ? this.#own : name,
      })),
      lost,
    );
    // What was watched is gone.
    if (events.some(({ mask }) => (mask & IN_IGNORED) !== 0)) this.close();
  }
}

/** What each user may have of inotify(7): /proc/sys/fs/inotify. Queues and watches are the kernel's own memory. */

/** fs.inotify.max_user_instances, max_user_watches, max_queued_events. */
export const MAX_USER_INSTANCES = 128;
export const MAX_USER_WATCHES = 65536;
export const MAX_QUEUED_EVENTS = 16384;

/** Counts by user; a user who has none takes no place. */
class Usage {
  readonly #limit: number;
  readonly #counts: Map<number, number> = new Map();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @returns whether there was room for one more. */
  take(uid: number): boolean {
    const count = this.#counts.get(uid) ?? 0;
    if (count >= this.#limit) return false;
    this.#counts.set(uid, count + 1);
    return true;
  }

  give(uid: number): void {
    const count = this.#counts.get(uid) ?? 0;
    if (count > 1) this.#counts.set(uid, count - 1);
    else this.#counts.delete(uid);
  }
}

export class InotifyAccount {
  readonly instances: Usage = new Usage(MAX_USER_INSTANCES);
  readonly watches: Usage = new Usage(MAX_USER_WATCHES);
}

/**
 * The store's lock, between processes:
 *
 *   reading   many at once      content may be added and must not vanish
 *   writing   one, beside any number of readers      the list of images changes
 *   alone     one, and nobody else      content that nothing refers to goes away
 *
 * These are SQLite's SHARED, RESERVED and EXCLUSIVE locks on an empty file (https://sqlite.org/lockingv3.html). Nothing is
 * ever written to it. Node has no flock of its own, and SQLite's locks are the operating system's: who dies, by whatever
 * signal, no longer holds one. A file with a process number in it would have to be guessed about.
 */
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { ImageError, storeError } from "../errors.ts";

type Mode = "reading" | "writing" | "alone";

const BEGIN: Readonly<Record<Mode, string>> = {
  // The lock comes with the first read.
  reading: "BEGIN; SELECT count(*) FROM sqlite_schema",
  writing: "BEGIN IMMEDIATE",
  alone: "BEGIN EXCLUSIVE",
};

const SQLITE_BUSY = 5;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 200;
/** A list of images is rewritten in milliseconds, content is swept in seconds. */
const PATIENCE_MS = 60_000;

export class StoreLock {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Waits until it has the lock, runs `work`, lets go. */
  async hold<T>(mode: Mode, work: () => Promise<T> | T): Promise<T> {
    const until = performance.now() + PATIENCE_MS;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const held = this.#try(mode);
      if (held !== null) return await finish(held, work);
      if (performance.now() > until) {
        throw new ImageError(
          "busy",
          `${this.#path}: another process has been working here for a minute`,
        );
      }
      // Apart from each other, or two would ask at the same moments for ever.
      await delay(pause * (0.5 + Math.random()));
    }
  }

  /** @returns undefined if somebody else has it. */
  async tryHold<T>(mode: Mode, work: () => Promise<T> | T): Promise<T | undefined> {
    const held = this.#try(mode);
    return held === null ? undefined : await finish(held, work);
  }

  #try(mode: Mode): DatabaseSync | null {
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(this.#path, { timeout: 0 });
      database.exec(BEGIN[mode]);
      return database;
    } catch (error) {
      database?.close();
      if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return null;
      throw storeError("locking", this.#path, error);
    }
  }
}

async function finish<T>(held: DatabaseSync, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } finally {
    held.close();
  }
}

/**
 * The files of a sandbox, in the shape of node:fs/promises. No program inside takes part: a sandbox without a shell, or one
 * that is paused, has files all the same. It acts as the guest's root. Paths are absolute.
 */
import { posix } from "node:path";
import {
  EISDIR,
  ENOENT,
  ENOTDIR,
  O_APPEND,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
} from "@kernelet/abi";
import type { ArgsOf, Connection } from "@kernelet/sandbox";
import { type AbortOptions, untilAborted } from "../abort.ts";
import { FileError, fileError } from "./file-error.ts";
import { checkPath, FileRequests } from "./file-requests.ts";
import { Dirent, Stats } from "./stats.ts";
import { FileWatch, type WatchOptions } from "./watch.ts";

/** Bytes of one request. */
const CHUNK = 256 * 1024;

/** As node:fs has them. */
export type OpenFlags = "r" | "r+" | "w" | "wx" | "w+" | "wx+" | "a" | "ax" | "a+" | "ax+";

const FLAGS: Readonly<Record<OpenFlags, number>> = {
  r: O_RDONLY,
  "r+": O_RDWR,
  w: O_WRONLY | O_CREAT | O_TRUNC,
  wx: O_WRONLY | O_CREAT | O_TRUNC | O_EXCL,
  "w+": O_RDWR | O_CREAT | O_TRUNC,
  "wx+": O_RDWR | O_CREAT | O_TRUNC | O_EXCL,
  a: O_WRONLY | O_CREAT | O_APPEND,
  ax: O_WRONLY | O_CREAT | O_APPEND | O_EXCL,
  "a+": O_RDWR | O_CREAT | O_APPEND,
  "ax+": O_RDWR | O_CREAT | O_APPEND | O_EXCL,
};

export type FileData =
  | string
  | Uint8Array
  | AsyncIterable<Uint8Array | string>
  | Iterable<Uint8Array | string>;

export interface WriteOptions {
  /** Of a new file; no umask is applied. Default 0o644. */
  readonly mode?: number;
  readonly flag?: OpenFlags;
}

/** A number in seconds, as node:fs takes it, or a date. */
export type Time = number | Date;

export class SandboxFs {
  readonly #sandbox: Pick<Connection, "ask" | "subscribe" | "closed">;
  readonly #sandboxId: string;
  readonly #requests: FileRequests;

  constructor(sandbox: Pick<Connection, "ask" | "subscribe" | "closed">, sandboxId: string) {
    this.#sandbox = sandbox;
    this.#sandboxId = sandboxId;
    this.#requests = new FileRequests(sandbox, sandboxId);
  }

  /**
   * The same files, for calls that end when the signal aborts: `sb.fs.with({ signal }).readFile(path)`. What a call has
   * begun may still happen; no file stays open.
   */
  with({ signal }: AbortOptions): SandboxFs {
    if (signal === undefined) return this;
    return new SandboxFs(untilAborted(this.#sandbox, signal), this.#sandboxId);
  }

  readFile(path: string): Promise<Uint8Array>;
  readFile(path: string, encoding: BufferEncoding): Promise<string>;
  async readFile(path: string, encoding?: BufferEncoding): Promise<Uint8Array | string> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.createReadStream(path)) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    return encoding === undefined ? bytes : bytes.toString(encoding);
  }

  /** Its bytes as they are read; `start` and `end` (inclusive) as in node:fs. */
  createReadStream(
    path: string,
    options: { readonly start?: number; readonly end?: number } = {},
  ): ReadableStream<Uint8Array> {
    const end = (options.end ?? Number.POSITIVE_INFINITY) + 1;
    let off = options.start ?? 0;
    let handle: number | null = null;
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          handle ??= await this.#open(path, O_RDONLY, 0);
          const len = Math.min(CHUNK, Math.max(0, end - off));
          const bytes = await this.#requests.readOrClose(path, { handle, len, off });
          off += bytes.length;
          if (bytes.length > 0) controller.enqueue(bytes);
          else {
            await this.#close(handle, path);
            controller.close();
          }
        },
        cancel: async () => {
          if (handle !== null) await this.#close(handle, path);
        },
      },
      { highWaterMark: 0 },
    );
  }

  async writeFile(path: string, data: FileData, options: WriteOptions = {}): Promise<void> {
    const handle = await this.#open(path, FLAGS[options.flag ?? "w"], options.mode ?? 0o644);
    try {
      const isWhole = typeof data === "string" || data instanceof Uint8Array;
      for await (const chunk of isWhole ? [data] : data) await this.#write(handle, path, chunk);
    } finally {
      await this.#close(handle, path);
    }
  }

  /**
   * Events from now on, until the loop over them is left, the signal aborts, or what is watched is gone:
   * `for await (const { eventType, filename } of sb.fs.watch("/tmp"))`.
   */
  watch(path: string, options: WatchOptions = {}): FileWatch {
    checkPath(path);
    const { signal, recursive } = options;
    const watch = new FileWatch(path, options);
    const subscribed = this.#sandbox
      .subscribe("watch", { path, isRecursive: recursive === true }, (events, lost) =>
        watch.receive(events, lost),
      )
      .catch((error: unknown) => {
        throw fileError(error, this.#sandboxId, { syscall: "watch", path });
      });
    void this.#sandbox.closed.then(() => watch.close());
    return watch.follow(subscribed).endWith(signal);
  }

  appendFile(path: string, data: FileData, options: WriteOptions = {}): Promise<void> {
    return this.writeFile(path, data, { flag: "a", ...options });
  }

  async mkdir(
    path: string,
    options: { readonly recursive?: boolean; readonly mode?: number } = {},
  ): Promise<void> {
    const mode = options.mode ?? 0o755;
    if (options.recursive !== true) {
      await this.#requests.ask("mkdir", path, { path, mode });
      return;
    }
    if (await this.#isDirectory(path)) return;
    const parent = posix.dirname(path);
    if (parent !== path) await this.mkdir(parent, options);
    try {
      await this.#requests.ask("mkdir", path, { path, mode });
    } catch (error) {
      // Somebody else was quicker.
      if (!(await this.#isDirectory(path))) throw error;
    }
  }

  readdir(path: string): Promise<string[]>;
  readdir(path: string, options: { withFileTypes: true; recursive?: boolean }): Promise<Dirent[]>;
  readdir(path: string, options: { withFileTypes?: false; recursive?: boolean }): Promise<string[]>;
  async readdir(
    path: string,
    options: { readonly withFileTypes?: boolean; readonly recursive?: boolean } = {},
  ): Promise<string[] | Dirent[]> {
    const entries = await this.#list(path, options.recursive === true);
    if (options.withFileTypes === true) return entries;
    return entries.map(({ parentPath, name }) =>
      posix.relative(path, posix.join(parentPath, name)),
    );
  }

  async stat(path: string): Promise<Stats> {
    return new Stats(await this.#requests.ask("stat", path, { path, followsLinks: true }));
  }

  /** Of a link itself. */
  async lstat(path: string): Promise<Stats> {
    const stat = await this.#requests.ask("stat", path, { path, followsLinks: false }, "lstat");
    return new Stats(stat);
  }

  async exists(path: string): Promise<boolean> {
    return (await this.#statOrNull(path)) !== null;
  }

  /** Rejects if it is not there. */
  async access(path: string): Promise<void> {
    await this.#requests.ask("stat", path, { path, followsLinks: true }, "access");
  }

  async rm(
    path: string,
    options: { readonly recursive?: boolean; readonly force?: boolean } = {},
  ): Promise<void> {
    let stat: Stats;
    try {
      stat = await this.lstat(path);
    } catch (error) {
      if (options.force === true && isErrno(error, ENOENT)) return;
      throw error;
    }
    if (!stat.isDirectory()) await this.unlink(path);
    else if (options.recursive !== true) throw new FileError(EISDIR, "rm", path);
    else await this.#removeTree(path);
  }

  async rmdir(path: string): Promise<void> {
    await this.#requests.ask("rmdir", path, { path });
  }

  async unlink(path: string): Promise<void> {
    await this.#requests.ask("unlink", path, { path });
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#requests.ask("rename", from, { from, to, mayReplace: true }, "rename", to);
  }

  /** The content, and the mode if the copy is a new file. */
  async copyFile(from: string, to: string): Promise<void> {
    const { mode } = await this.stat(from);
    await this.writeFile(to, this.createReadStream(from), { mode: mode & 0o777 });
  }

  async symlink(target: string, path: string): Promise<void> {
    await this.#requests.ask("symlink", target, { target, path }, "symlink", path);
  }

  async link(existing: string, path: string): Promise<void> {
    await this.#requests.ask("link", existing, { existing, path }, "link", path);
  }

  readlink(path: string): Promise<string> {
    return this.#requests.ask("readlink", path, { path });
  }

  realpath(path: string): Promise<string> {
    return this.#requests.ask("realpath", path, { path });
  }

  async chmod(path: string, mode: number): Promise<void> {
    await this.#change(path, true, { mode: mode & 0o7777 }, "chmod");
  }

  async chown(path: string, uid: number, gid: number): Promise<void> {
    await this.#change(path, true, { uid, gid }, "chown");
  }

  async lchown(path: string, uid: number, gid: number): Promise<void> {
    await this.#change(path, false, { uid, gid }, "lchown");
  }

  async utimes(path: string, atime: Time, mtime: Time): Promise<void> {
    const change = { atime: timestamp(atime), mtime: timestamp(mtime) };
    await this.#change(path, true, change, "utimes");
  }

  async truncate(path: string, size = 0): Promise<void> {
    await this.#change(path, true, { size }, "truncate");
  }

  /** A new directory whose name begins with `prefix`. @returns its path. */
  async mkdtemp(prefix: string): Promise<string> {
    const path = `${prefix}${Math.random().toString(36).slice(2, 8).padEnd(6, "0")}`;
    await this.mkdir(path, { mode: 0o700 });
    return path;
  }

  async #list(path: string, isRecursive: boolean): Promise<Dirent[]> {
    const entries = await this.#requests.ask("readdir", path, { path });
    const all: Dirent[] = [];
    for (const { name, type } of entries) {
      const dirent = new Dirent(path, name, type);
      all.push(dirent);
      if (isRecursive && dirent.isDirectory()) {
        all.push(...(await this.#list(posix.join(path, name), true)));
      }
    }
    return all;
  }

  async #removeTree(path: string): Promise<void> {
    for (const entry of await this.#list(path, false)) {
      const child = posix.join(path, entry.name);
      if (entry.isDirectory()) await this.#removeTree(child);
      else await this.unlink(child);
    }
    await this.rmdir(path);
  }

  async #isDirectory(path: string): Promise<boolean> {
    return (await this.#statOrNull(path))?.isDirectory() === true;
  }

  async #statOrNull(path: string): Promise<Stats | null> {
    try {
      return await this.stat(path);
    } catch (error) {
      if (isErrno(error, ENOENT) || isErrno(error, ENOTDIR)) return null;
      throw error;
    }
  }

  #open(path: string, flags: number, mode: number): Promise<number> {
    return this.#requests.ask("open", path, { path, flags, mode });
  }

  async #close(handle: number, path: string): Promise<void> {
    await this.#requests.ask("close", path, { handle });
  }

  async #write(handle: number, path: string, data: string | Uint8Array): Promise<void> {
    let rest = typeof data === "string" ? new TextEncoder().encode(data) : data;
    while (rest.length > 0) {
      const args = { handle, off: null };
      const { value } = await this.#requests.askWith("write", path, args, rest.subarray(0, CHUNK));
      rest = rest.subarray(value);
    }
  }

  async #change(
    path: string,
    followsLinks: boolean,
    change: ArgsOf<"change">["change"],
    syscall: string,
  ): Promise<void> {
    await this.#requests.ask("change", path, { path, followsLinks, change }, syscall);
  }
}

function isErrno(error: unknown, errno: number): boolean {
  return error instanceof FileError && error.errno === errno;
}

function timestamp(time: Time): { readonly sec: number; readonly nsec: number } {
  const ms = typeof time === "number" ? time * 1000 : time.getTime();
  const sec = Math.floor(ms / 1000);
  return { sec, nsec: Math.round((ms - sec * 1000) * 1e6) };
}

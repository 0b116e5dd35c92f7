/** The two sides of `cp`: files of a container, and of this machine. */
import fs from "node:fs";
import path, { posix } from "node:path";
import process from "node:process";
import type { SandboxFs } from "@kernelet/sdk";
import { CliError } from "../errors.ts";

const EXIT_REFUSED = 1;

export function refused(message: string): CliError {
  return new CliError("copy", message, { exitCode: EXIT_REFUSED });
}

type Kind = "file" | "folder" | "link" | "other";

export interface Facts {
  readonly kind: Kind;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: number;
  readonly size: number;
  /** Two names with one are one file. */
  readonly ino: number;
  readonly nlink: number;
}

/** One side of a copy. */
export interface Side {
  /** Absolute; a slash at the end stays. */
  resolve(path: string): string;
  join(folder: string, name: string): string;
  facts(path: string, followsLinks: boolean): Promise<Facts | null>;
  list(path: string): Promise<string[]>;
  read(path: string): AsyncIterable<Uint8Array>;
  readlink(path: string): Promise<string>;
  write(path: string, content: AsyncIterable<Uint8Array>, mode: number): Promise<void>;
  mkdir(path: string, mode: number): Promise<void>;
  /** Takes the place of what is there, unless that is a folder. */
  symlink(target: string, path: string): Promise<void>;
  /** As far as the person may. */
  setFacts(path: string, facts: Facts, isArchive: boolean): Promise<void>;
}

/** The container's side. */
export class Guest implements Side {
  readonly #fs: SandboxFs;

  constructor(sandboxFs: SandboxFs) {
    this.#fs = sandboxFs;
  }

  resolve(place: string): string {
    return posix.resolve("/", place);
  }

  join(folder: string, name: string): string {
    return posix.join(folder, name);
  }

  async facts(place: string, followsLinks: boolean): Promise<Facts | null> {
    try {
      const stat = followsLinks ? await this.#fs.stat(place) : await this.#fs.lstat(place);
      return { ...stat, kind: kindOf(stat), mtimeMs: stat.mtimeMs };
    } catch (error) {
      return absent(error);
    }
  }

  list(place: string): Promise<string[]> {
    return this.#fs.readdir(place);
  }

  read(place: string): AsyncIterable<Uint8Array> {
    return this.#fs.createReadStream(place) as unknown as AsyncIterable<Uint8Array>;
  }

  readlink(place: string): Promise<string> {
    return this.#fs.readlink(place);
  }

  async write(place: string, content: AsyncIterable<Uint8Array>, mode: number): Promise<void> {
    await this.#fs.writeFile(place, content, { mode: mode & 0o7777 });
  }

  mkdir(place: string, mode: number): Promise<void> {
    return this.#fs.mkdir(place, { mode });
  }

  async symlink(target: string, place: string): Promise<void> {
    const there = await this.facts(place, false);
    if (there?.kind === "folder") throw refused(`${place} is a folder`);
    if (there !== null) await this.#fs.unlink(place);
    await this.#fs.symlink(target, place);
  }

  async unlink(place: string): Promise<void> {
    await this.#fs.unlink(place);
  }

  /** A further name for a file; takes the place of what is there, unless that is a folder. */
  async link(existing: string, place: string): Promise<void> {
    const there = await this.facts(place, false);
    if (there?.kind === "folder") throw refused(`${place} is a folder`);
    if (there !== null) await this.#fs.unlink(place);
    await this.#fs.link(existing, place);
  }

  async setFacts(place: string, facts: Facts, isArchive: boolean): Promise<void> {
    if (isArchive) await this.#fs.chown(place, facts.uid, facts.gid);
    await this.#fs.chmod(place, facts.mode);
    await this.#fs.utimes(place, facts.mtimeMs / 1000, facts.mtimeMs / 1000);
  }
}

/** This machine's side. */
export class Host implements Side {
  readonly #cwd: string;

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  resolve(place: string): string {
    return path.resolve(this.#cwd, place);
  }

  join(folder: string, name: string): string {
    return path.join(folder, name);
  }

  async facts(place: string, followsLinks: boolean): Promise<Facts | null> {
    try {
      const stat = followsLinks ? fs.statSync(place) : fs.lstatSync(place);
      const { mode, uid, gid, mtimeMs, size, ino, nlink } = stat;
      return { kind: kindOf(stat), mode, uid, gid, mtimeMs, size, ino, nlink };
    } catch (error) {
      return absent(error);
    }
  }

  async list(place: string): Promise<string[]> {
    return fs.readdirSync(place);
  }

  read(place: string): AsyncIterable<Uint8Array> {
    return fs.createReadStream(place, { highWaterMark: 256 * 1024 });
  }

  async readlink(place: string): Promise<string> {
    return fs.readlinkSync(place);
  }

  /** A link at the target is replaced, not followed: what it leads to was not named. */
  async write(place: string, content: AsyncIterable<Uint8Array>, mode: number): Promise<void> {
    if (fs.lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink()) fs.unlinkSync(place);
    const fd = fs.openSync(place, "w", mode & 0o777);
    try {
      for await (const chunk of content) {
        for (let at = 0; at < chunk.length; ) at += fs.writeSync(fd, chunk, at);
      }
    } finally {
      fs.closeSync(fd);
    }
  }

  async mkdir(place: string, mode: number): Promise<void> {
    fs.mkdirSync(place, { mode });
  }

  async symlink(target: string, place: string): Promise<void> {
    const there = fs.lstatSync(place, { throwIfNoEntry: false });
    if (there?.isDirectory()) throw refused(`${place} is a folder`);
    if (there !== undefined) fs.unlinkSync(place);
    fs.symlinkSync(target, place);
  }

  /** Without setuid bits: whose they would be is not who they were. */
  async setFacts(place: string, facts: Facts, isArchive: boolean): Promise<void> {
    if (isArchive && process.geteuid?.() === 0) fs.chownSync(place, facts.uid, facts.gid);
    fs.chmodSync(place, facts.mode & 0o777);
    fs.utimesSync(place, facts.mtimeMs / 1000, facts.mtimeMs / 1000);
  }
}

function kindOf(stat: {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}): Kind {
  if (stat.isDirectory()) return "folder";
  if (stat.isSymbolicLink()) return "link";
  return stat.isFile() ? "file" : "other";
}

function absent(error: unknown): null {
  const { code } = error as { code?: unknown };
  if (code === "ENOENT" || code === "ENOTDIR") return null;
  throw error;
}

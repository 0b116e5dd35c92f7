/** `cp`: files and folders between a container and this machine, as docker(1) copies them. */
import fs from "node:fs";
import path, { posix } from "node:path";
import { ContainerError, usingFiles } from "@kernelet/container";
import { FileError, SandboxFs } from "@kernelet/sdk";
import { badOption, CliError } from "../errors.ts";
import type { RootOption } from "../image/context.ts";
import type { Io } from "../io.ts";
import { openContainers, reporting } from "./context.ts";

export interface CopyOptions extends RootOption {
  /** Owners and modes, too. */
  readonly archive?: true;
  /** Follow a link that is the source itself. */
  readonly followLink?: true;
  readonly quiet?: true;
}

const EXIT_REFUSED = 1;

/** `container:path`; a path with a slash before the colon, or none, is this machine's. */
function parsePlace(text: string): { readonly container: string | null; readonly path: string } {
  const colon = text.indexOf(":");
  const isOurs = colon <= 0 || text.startsWith("/") || text.startsWith(".");
  return isOurs
    ? { container: null, path: text }
    : { container: text.slice(0, colon), path: text.slice(colon + 1) };
}

export async function runCopy(
  io: Io,
  source: string,
  target: string,
  options: CopyOptions,
): Promise<void> {
  const [from, to] = [parsePlace(source), parsePlace(target)];
  if (from.container !== null && to.container !== null) {
    throw badOption("cp", "from one container to another goes by way of this machine");
  }
  const name = from.container ?? to.container;
  if (name === null) throw badOption("cp", "one of the two must be CONTAINER:PATH");
  if (from.path === "-" || to.path === "-") {
    throw badOption(
      "cp",
      "archives on standard input or output are not supported; name a file or folder",
    );
  }
  await reporting(async () => {
    const container = openContainers(io, options).find(name);
    try {
      await usingFiles(container, async (connection) => {
        const inside = new Guest(new SandboxFs(connection, container.id));
        const outside = new Host(io.cwd());
        if (from.container === null) await copy(outside, from.path, inside, to.path, options);
        else await copy(inside, from.path, outside, to.path, options);
      });
    } catch (error) {
      throw copyError(error);
    }
  });
}

function copyError(error: unknown): unknown {
  if (error instanceof CliError || error instanceof ContainerError) return error;
  if (error instanceof FileError)
    return new CliError("copy", error.message, { exitCode: EXIT_REFUSED, cause: error });
  const { syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return error;
  return new CliError("copy", message, { exitCode: EXIT_REFUSED, cause: error });
}

type Kind = "file" | "folder" | "link" | "other";

interface Facts {
  readonly kind: Kind;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: number;
}

/** One side of a copy. */
interface Side {
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

/** The rules of docker(1)'s "cp": what the target's name means depends on whether it is there. */
async function copy(
  from: Side,
  source: string,
  to: Side,
  target: string,
  options: CopyOptions,
): Promise<void> {
  const isContent = /(^|\/)\.$/.test(source);
  const sourcePath = from.resolve(source.replace(/(^|\/)\.$/, "$1") || ".");
  const followsLinks = options.followLink === true || isContent || source.endsWith("/");
  const facts = await from.facts(sourcePath, followsLinks);
  if (facts === null) throw noSuch(source);
  if (facts.kind !== "folder" && source.endsWith("/")) throw refused(`${source} is no folder`);
  const targetPath = to.resolve(target);
  const there = await to.facts(targetPath, true);
  const isArchive = options.archive === true;
  const name = posix.basename(sourcePath.replaceAll(path.sep, "/"));
  if (facts.kind === "folder") {
    if (there !== null && there.kind !== "folder") throw refused(`${target} is no folder`);
    if (there === null && !(await hasParent(to, targetPath))) throw noSuch(target);
    const into = there === null || isContent ? targetPath : to.join(targetPath, name);
    await copyTree(from, sourcePath, to, into, isArchive);
    return;
  }
  if (there === null && target.endsWith("/")) throw noSuch(target);
  if (there === null && !(await hasParent(to, targetPath))) throw noSuch(target);
  const into = there?.kind === "folder" ? to.join(targetPath, name) : targetPath;
  await copyOne(from, { path: sourcePath, facts }, to, into, isArchive);
}

async function hasParent(side: Side, target: string): Promise<boolean> {
  const parent = await side.facts(side.join(target, ".."), true);
  return parent?.kind === "folder";
}

function noSuch(place: string): CliError {
  return refused(`${place}: no such file or folder`);
}

function refused(message: string): CliError {
  return new CliError("copy", message, { exitCode: EXIT_REFUSED });
}

async function copyTree(
  from: Side,
  source: string,
  to: Side,
  target: string,
  isArchive: boolean,
): Promise<void> {
  const facts = await from.facts(source, true);
  if (facts === null) return; // It has gone meanwhile.
  const there = await to.facts(target, true);
  if (there === null) await to.mkdir(target, 0o755);
  else if (there.kind !== "folder") throw refused(`${target} is no folder`);
  for (const name of await from.list(source)) {
    const [path, into] = [from.join(source, name), to.join(target, name)];
    const child = await from.facts(path, false);
    if (child === null) continue;
    if (child.kind === "folder") await copyTree(from, path, to, into, isArchive);
    else await copyOne(from, { path, facts: child }, to, into, isArchive);
  }
  if (there === null) await to.setFacts(target, facts, isArchive);
}

async function copyOne(
  from: Side,
  { path, facts }: { readonly path: string; readonly facts: Facts },
  to: Side,
  target: string,
  isArchive: boolean,
): Promise<void> {
  // Devices, FIFOs and sockets hold nothing that could be copied.
  if (facts.kind === "other") return;
  if (facts.kind === "link") {
    await to.symlink(await from.readlink(path), target);
    return;
  }
  await to.write(target, from.read(path), facts.mode);
  await to.setFacts(target, facts, isArchive);
}

/** The container's side. */
class Guest implements Side {
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

  async setFacts(place: string, facts: Facts, isArchive: boolean): Promise<void> {
    if (isArchive) await this.#fs.chown(place, facts.uid, facts.gid);
    await this.#fs.chmod(place, facts.mode);
    await this.#fs.utimes(place, facts.mtimeMs / 1000, facts.mtimeMs / 1000);
  }
}

/** This machine's side. */
class Host implements Side {
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
      const { mode, uid, gid, mtimeMs } = stat;
      return { kind: kindOf(stat), mode, uid, gid, mtimeMs };
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
